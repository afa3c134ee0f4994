// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import { countTickets, defaultOf, misfit, priceFor, type TicketType } from "./tickets";

const type = (code: string, change: Partial<TicketType> = {}): TicketType => ({
	code,
	name: code,
	default: false,
	min: null,
	max: null,
	needs_proof: false,
	...change,
});
const TYPES = [
	type("family", { min: 3 }),
	type("adult", { default: true }),
	type("youth", { max: 2 }),
];

describe("ticket types", () => {
	it("have one that is the default, or the first is", () => {
		expect(defaultOf(TYPES)).toBe("adult");
		expect(defaultOf([type("one"), type("two")])).toBe("one");
	});
	it("cost what their class says, and what a standard one costs where it is silent", () => {
		const prices = { standard: 100, byType: { youth: 60 } };
		expect(priceFor(prices, "youth")).toBe(60);
		expect(priceFor(prices, "senior")).toBe(100);
		expect(priceFor(prices, undefined)).toBe(100);
	});
	it("fit where a hold has none, or between the least and the most", () => {
		expect(misfit(TYPES, countTickets(["adult", "youth", "youth"]))).toBeUndefined();
		expect(misfit(TYPES, countTickets(["youth", "youth", "youth"]))?.code).toBe("youth");
		expect(misfit(TYPES, countTickets(["family", "family"]))?.code).toBe("family");
	});
});
