// SPDX-License-Identifier: BSD-2-Clause
//
// moving - other seats for some of a reservation's, and which becomes which
//
// A buyer stays in the price class and on the same type of seat: seats of one
// kind move together.
//
// Layer: state.  Uses: api (types), map, seating.
import type { MoveLine, Seat } from "../api/calls";
import type { Seating } from "./seating";

function isAlike(one: Seat | undefined, other: Seat | undefined): boolean {
	return one?.price_class === other?.price_class && one?.type === other?.type;
}

/** Those of some seats that are of the kind of one. */
export function alike(seating: Seating, ids: readonly number[], id: number): number[] {
	return ids.filter((other) => isAlike(seating.seat.get(other), seating.seat.get(id)));
}

/** One seat more, or less, of those that move; one of another kind begins anew. */
export function toggled(seating: Seating, from: readonly number[], id: number): number[] {
	if (from.includes(id)) return from.filter((one) => one !== id);
	return [...alike(seating, from, id), id].sort((a, b) => a - b);
}

/** Which seat becomes which, in their order; a seat that is among both stays. */
export function linesOf(from: readonly number[], to: readonly number[]): MoveLine[] {
	const left = from.filter((id) => !to.includes(id));
	const come = to.filter((id) => !from.includes(id));
	return left.flatMap((id, i) => {
		const next = come[i];
		return next === undefined ? [] : [{ from: id, to: next }];
	});
}
