// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import { clockAt, momentAt } from "./zoned";

describe("zoned", () => {
	it("tells what a place's clock shows, and when it does", () => {
		expect(clockAt("2027-05-01T10:30:00Z", "Asia/Seoul")).toBe("2027-05-01T19:30");
		expect(momentAt("2027-05-01T19:30", "Asia/Seoul")).toBe("2027-05-01T10:30:00Z");
		expect(momentAt("2027-01-01T00:05", "America/New_York")).toBe("2027-01-01T05:05:00Z");
		expect(momentAt("2027-07-01T00:05", "America/New_York")).toBe("2027-07-01T04:05:00Z");
	});
	it("knows clocks that are moved", () => {
		// Berlin: 2027-03-28 02:00 becomes 03:00, 2027-10-31 03:00 becomes 02:00.
		expect(momentAt("2027-03-28T03:30", "Europe/Berlin")).toBe("2027-03-28T01:30:00Z");
		expect(momentAt("2027-03-28T01:30", "Europe/Berlin")).toBe("2027-03-28T00:30:00Z");
		expect(momentAt("2027-03-28T02:30", "Europe/Berlin")).toBe("2027-03-28T01:30:00Z");
		expect(momentAt("2027-10-31T02:30", "Europe/Berlin")).toBe("2027-10-31T00:30:00Z");
		expect(momentAt("2027-10-31T03:30", "Europe/Berlin")).toBe("2027-10-31T02:30:00Z");
	});
	it("takes no text that is no time", () => {
		expect(momentAt("", "Asia/Seoul")).toBeUndefined();
		expect(momentAt("soon", "Asia/Seoul")).toBeUndefined();
	});
});
