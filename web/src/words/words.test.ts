// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import {
	around,
	clockTime,
	countdown,
	dayAndTime,
	money,
	say,
	spokenMoney,
	waitOf,
} from "./words";

/** How a wait of so many seconds is told. */
const wait = (least: number, most: number) => {
	const { key, holes } = waitOf(least, most);
	return say("en", key, holes);
};

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
	it("tell few as they are, and many by two figures", () => {
		expect(around(7)).toEqual([7, 7]);
		expect(around(43)).toEqual([40, 50]);
		expect(around(1234)).toEqual([1200, 1300]);
		expect(around(99_999)).toEqual([99_000, 100_000]);
	});
	it("tell a wait as a range that holds it", () => {
		expect(wait(0, 60)).toBe("About a minute");
		expect(wait(10, 61)).toBe("1 to 2 minutes");
		expect(wait(300, 300)).toBe("About 5 minutes");
		expect(wait(340, 790)).toBe("5 to 14 minutes");
		expect(wait(3700, 7300)).toBe("1 to 3 hours");
	});
});
