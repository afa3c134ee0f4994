// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import { answered, dayBegins, midnight, quantileMs, type Counts } from "./times";

const look = (...counts: number[]): Counts => ({ bounds_us: [1_000, 10_000, 100_000], counts });

describe("times", () => {
	it("count what was answered between two looks", () => {
		expect(answered(look(1, 2, 3, 4), look(2, 12, 23, 24))).toBe(20);
		expect(answered(undefined, look(0, 0, 0, 7))).toBe(7);
	});
	it("tell the bound that a share of the answers kept", () => {
		const [before, after] = [look(5, 5, 5, 5), look(5, 104, 105, 105)];
		expect(quantileMs(before, after, 0.5)).toBe(10);
		expect(quantileMs(before, after, 0.99)).toBe(10);
		expect(quantileMs(before, after, 1)).toBe(100);
		expect(quantileMs(undefined, look(0, 0, 0, 1), 0.5)).toBe(Infinity);
	});
	it("tell nothing where nothing was answered", () => {
		expect(quantileMs(look(1, 1, 1, 1), look(1, 1, 1, 1), 0.5)).toBeUndefined();
	});
	it("begin again where the programs did", () => {
		expect(answered(look(9, 9, 9, 9), look(1, 2, 2, 2))).toBe(2);
	});
	it("know when the day began", () => {
		expect(new Date(midnight(new Date(2026, 10, 29, 17, 3))).getHours()).toBe(0);
	});
	it("know when a day of a form begins, and when it is over", () => {
		expect(new Date(dayBegins("2026-11-30")).toDateString()).toBe("Mon Nov 30 2026");
		expect(dayBegins("2026-11-30", 1)).toBe(dayBegins("2026-12-01"));
	});
});
