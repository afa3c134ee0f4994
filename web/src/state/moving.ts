// SPDX-License-Identifier: BSD-2-Clause
//
// moving - other seats for some of a reservation's, and which becomes which
//
// A buyer stays on the same type of seat, and where the performance says so in the
// price class: seats of one kind move together.
//
// Layer: state.  Uses: api (types), map, seating.
import type { MoveLine, Performance, Reservation, Seat } from "../api/calls";
import { priceOf, type Seating } from "./seating";

export type Rule = Performance["moves"];

function isAlike(rule: Rule, one: Seat | undefined, other: Seat | undefined): boolean {
	return (rule === "any" || one?.price_class === other?.price_class) && one?.type === other?.type;
}

/** Those of some seats that are of the kind of one. */
export function alike(seating: Seating, rule: Rule, ids: readonly number[], id: number): number[] {
	return ids.filter((other) => isAlike(rule, seating.seat.get(other), seating.seat.get(id)));
}

/** One seat more, or less, of those that move; one of another kind begins anew. */
export function toggled(seating: Seating, rule: Rule, from: readonly number[], id: number): number[] {
	if (from.includes(id)) return from.filter((one) => one !== id);
	return [...alike(seating, rule, from, id), id].sort((a, b) => a - b);
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

/** What the new seats cost more, by today's prices; below 0: less. The server goes
 * by those that it was bought by, and says when that is another sum. */
export function differenceOf(seating: Seating, reservation: Reservation, lines: readonly MoveLine[]): number {
	const was = new Map(reservation.seats?.map((seat) => [seat.seat_id, seat]));
	return lines.reduce((sum, { from, to }) => {
		const old = was.get(from);
		return sum + priceOf(seating, to, old?.ticket_type) - (old?.price ?? 0);
	}, 0);
}
