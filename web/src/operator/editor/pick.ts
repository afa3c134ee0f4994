// SPDX-License-Identifier: BSD-2-Clause
//
// pick - what is under a point, and what a rectangle touches
//
// Layer: operator/editor.  Uses: bounds, place, split, map.
import { meets, type Box } from "../../map/hall";
import { inside, thingsOf } from "./bounds";
import type { Hall, Point } from "./document";
import { distance, placedOf, seatsOf, type Seat } from "./place";
import { refOf, type SeatRef } from "./split";

const grownBy = (box: Box, by: number): Box => ({
	x0: box.x0 - by,
	y0: box.y0 - by,
	x1: box.x1 + by,
	y1: box.y1 + by,
});

/** The seat nearest to a point, no farther than that. */
export function seatAt(hall: Hall, at: Point, within: number): Seat | undefined {
	let best: Seat | undefined;
	let least = within;
	const look = (seats: readonly Seat[]) => {
		for (const seat of seats) {
			const far = distance(seat, at);
			if (far > least) continue;
			least = far;
			best = seat;
		}
	};
	for (const { block, box } of thingsOf(hall))
		if (block !== undefined && inside(grownBy(box, within), at)) look(seatsOf(block));
	for (const section of hall.sections)
		if (section.seats.length > 0)
			look(placedOf(section).seats.slice(-section.seats.length));
	return best;
}

/** A seat's thing, or the area or decoration there; what is drawn last first. */
export function thingAt(hall: Hall, at: Point, within: number): string | undefined {
	const seat = seatAt(hall, at, within);
	if (seat !== undefined) return seat.item;
	const things = thingsOf(hall).filter(
		({ id, block, box }) => block === undefined && !id.startsWith("k") && inside(box, at),
	);
	const areas = things.filter(({ sectionNo }) => sectionNo >= 0);
	return (areas[areas.length - 1] ?? things[things.length - 1])?.id;
}

/** Things that lie in a rectangle at least in part; blocks by their seats. */
export function thingsIn(hall: Hall, box: Box): Set<string> {
	const ids = new Set<string>();
	for (const thing of thingsOf(hall)) {
		if (!meets(box, thing.box)) continue;
		if (thing.block === undefined || seatsOf(thing.block).some((seat) => inside(box, seat)))
			ids.add(thing.id);
	}
	return ids;
}

export function seatsIn(hall: Hall, box: Box): Set<SeatRef> {
	const refs = new Set<SeatRef>();
	for (const section of hall.sections)
		for (const seat of placedOf(section).seats) if (inside(box, seat)) refs.add(refOf(seat));
	return refs;
}
