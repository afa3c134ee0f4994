// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import { clockTime, countdown, dayAndTime, money, say, spokenMoney } from "./words";

describe("words", () => {
	it("fill the holes of a text", () => {
		expect(say("en", "pick.best", { n: 4 })).toBe("Find 4 together for me");
		expect(say("ko", "left", { n: "1,006" })).toBe("1,006석 남음");
		expect(say("en", "left")).toBe("{n} left");
	});
	it("write money as each language does, in minor units of its currency", () => {
		expect(money("ko", 55000, "KRW")).toBe("55,000원");
		expect(money("en", 55000, "KRW")).toBe("₩55,000");
		expect(spokenMoney("en", 55000, "KRW")).toContain("won");
	});
	it("tell the time of the place, whatever the reader's clock", () => {
		expect(clockTime("en", "2026-11-29T10:30:00.000Z", "+09:00")).toBe("19:30");
		expect(clockTime("en", "2026-11-29T02:00:00.000Z", "-03:30")).toBe("22:30");
		expect(dayAndTime("en", "2026-11-29T20:00:00.000Z", "+09:00")).toContain("30 Nov");
	});
	it("count down in minutes, and never below nothing", () => {
		expect(countdown(299.2)).toBe("5:00");
		expect(countdown(61)).toBe("1:01");
		expect(countdown(-3)).toBe("0:00");
	});
});
