// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import type { Seat } from "../api/calls";
import { alike, linesOf, toggled } from "./moving";
import type { Seating } from "./seating";

/** Seats 1 to 4 of class 1, 5 and 6 of class 2, and 7 for a wheelchair. */
const seating = {
	seat: new Map(
		[1, 1, 1, 1, 2, 2, 1].map((price_class, i) => [
			i + 1,
			{ seat_id: i + 1, price_class, type: i === 6 ? "wheelchair" : "standard" } as Seat,
		]),
	),
} as unknown as Seating;

test("seats of one class and type move together", () => {
	expect(alike(seating, [1, 2, 5, 7], 2)).toEqual([1, 2]);
	expect(toggled(seating, [1, 3], 2)).toEqual([1, 2, 3]);
	expect(toggled(seating, [1, 2], 2)).toEqual([1]);
	expect(toggled(seating, [1, 2], 5)).toEqual([5]);
	expect(toggled(seating, [1, 2], 7)).toEqual([7]);
});

test("what is among the old and the new ones stays", () => {
	expect(linesOf([1, 2], [8, 9])).toEqual([{ from: 1, to: 8 }, { from: 2, to: 9 }]);
	expect(linesOf([1, 2], [2, 3])).toEqual([{ from: 1, to: 3 }]);
	expect(linesOf([1, 2], [1, 2])).toEqual([]);
});
