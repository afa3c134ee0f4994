// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import type { Layout } from "../api/calls";
import { seatsWithin } from "./within";

const layout = {
	sections: [{ section_id: 1, kind: "assigned" }, { section_id: 2, kind: "slot" }],
	seats: [1, 2, 3, 4].map((seat_id) => ({ seat_id, section_id: seat_id === 4 ? 2 : 1 })),
} as unknown as Layout;
const placeOf = (id: number) => ({ x: 10 * id, y: 5 });

describe("within", () => {
	it("finds the seats of a rectangle, whichever corners it was drawn by", () => {
		const box = { from: { x: 35, y: 0 }, to: { x: 15, y: 9 } };
		expect(seatsWithin(layout, box, placeOf)).toEqual([2, 3]);
	});
	it("leaves out places that nobody picks, and seats above it", () => {
		expect(seatsWithin(layout, { from: { x: 35, y: 0 }, to: { x: 50, y: 9 } }, placeOf)).toEqual([]);
		expect(seatsWithin(layout, { from: { x: 0, y: 6 }, to: { x: 50, y: 9 } }, placeOf)).toEqual([]);
	});
});
