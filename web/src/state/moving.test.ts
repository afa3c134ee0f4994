// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import type { Reservation, Seat } from "../api/calls";
import { alike, differenceOf, linesOf, toggled } from "./moving";
import type { Seating } from "./seating";

/** Seats 1 to 4 of class 1, 5 and 6 of class 2, and 7 for a wheelchair. */
const seating = {
	seat: new Map(
		[1, 1, 1, 1, 2, 2, 1].map((price_class, i) => [
			i + 1,
			{ seat_id: i + 1, price_class, type: i === 6 ? "wheelchair" : "standard" } as Seat,
		]),
	),
	prices: new Map([
		[1, { standard: 1000, byType: { youth: 700 } }],
		[2, { standard: 2500, byType: { youth: 2000 } }],
	]),
} as unknown as Seating;

test("seats of one class and type move together", () => {
	expect(alike(seating, "class", [1, 2, 5, 7], 2)).toEqual([1, 2]);
	expect(toggled(seating, "class", [1, 3], 2)).toEqual([1, 2, 3]);
	expect(toggled(seating, "class", [1, 2], 2)).toEqual([1]);
	expect(toggled(seating, "class", [1, 2], 5)).toEqual([5]);
	expect(toggled(seating, "class", [1, 2], 7)).toEqual([7]);
});

test("where any class will do those of one type do", () => {
	expect(alike(seating, "any", [1, 2, 5, 7], 2)).toEqual([1, 2, 5]);
	expect(toggled(seating, "any", [1, 2], 7)).toEqual([7]);
});

test("the difference is by class and ticket type", () => {
	const seats = [
		{ seat_id: 1, price: 1000, ticket_type: "adult" },
		{ seat_id: 2, price: 700, ticket_type: "youth" },
	];
	const one = { seats } as unknown as Reservation;
	expect(differenceOf(seating, one, [{ from: 1, to: 5 }])).toBe(1500);
	expect(differenceOf(seating, one, [{ from: 2, to: 6 }, { from: 1, to: 3 }])).toBe(1300);
});

test("what is among the old and the new ones stays", () => {
	expect(linesOf([1, 2], [8, 9])).toEqual([{ from: 1, to: 8 }, { from: 2, to: 9 }]);
	expect(linesOf([1, 2], [2, 3])).toEqual([{ from: 1, to: 3 }]);
	expect(linesOf([1, 2], [1, 2])).toEqual([]);
});
