// SPDX-License-Identifier: BSD-2-Clause
//
// within - the seats that a rectangle has on the map
//
// Layer: operator.  Uses: api (types).
import type { Layout } from "../api/calls";

/** As many seats as the API moves at once. */
export const CHOSEN_MAX = 500;

interface Point {
	x: number;
	y: number;
}

/** Two corners, whichever. */
export interface Box {
	from: Point;
	to: Point;
}

/** Seats that somebody picks; placeOf: where one is, in the box's units. */
export function seatsWithin(
	layout: Layout,
	{ from, to }: Box,
	placeOf: (id: number) => Point,
): number[] {
	const picked = new Set(layout.sections.filter(({ kind }) => kind === "assigned").map((one) => one.section_id));
	const between = (value: number, a: number, b: number) =>
		value >= Math.min(a, b) && value <= Math.max(a, b);
	return layout.seats
		.filter((seat) => picked.has(seat.section_id))
		.map((seat) => seat.seat_id)
		.filter((id) => {
			const { x, y } = placeOf(id);
			return between(x, from.x, to.x) && between(y, from.y, to.y);
		});
}
