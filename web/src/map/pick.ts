// SPDX-License-Identifier: BSD-2-Clause
//
// pick - which seats a tap takes for so many who belong together
//
// Side by side in one segment, with the tapped seat among them and no lone seat
// left beside them; of several such places the one that has the tapped seat
// most in its middle. Where there is none the nearest place of the section that
// is refused by no rule. Each place is tried by the judge, as the server does.
//
// Layer: map.  Uses: hall, rule, states.
import type { Hall } from "./hall";
import { leavesLone } from "./rule";
import type { SeatStates } from "./states";
import type { SeatRule } from "./wire";

/** Types of seats that accessible-last keeps for who names them. */
export const KEPT_TYPES: readonly string[] = ["wheelchair", "companion"];

export interface Wish {
	/** How many sit together. */
	party: number;
	/** The performance's rules. */
	rules: readonly SeatRule[];
	/** The type that is asked for, where it is one that is kept. */
	type?: string | undefined;
	/** Seats of the buyer's own, which he would give back: as good as free. */
	own: ReadonlySet<number>;
	/** Of a seat, whether it may be chosen at all. */
	fits: (seat: number) => boolean;
}

interface Search {
	hall: Hall;
	states: SeatStates;
	wish: Wish;
}

/** Whether a seat is of a type that is open to the request. */
export function isOpen(hall: Hall, wish: Wish, seat: number): boolean {
	const type = hall.types[hall.type[seat]!]!;
	return (
		!wish.rules.includes("accessible-last") ||
		!KEPT_TYPES.includes(type) ||
		type === wish.type
	);
}

export function isFreeFor(
	hall: Hall,
	states: SeatStates,
	wish: Wish,
	seat: number,
): boolean {
	return (
		isOpen(hall, wish, seat) && (states.isFree(seat) || wish.own.has(seat))
	);
}

/** A segment's seats that are free to the wish, by their places. */
function freeOf({ hall, states, wish }: Search, from: number, to: number) {
	const free: boolean[] = [];
	for (let at = from; at < to; at++)
		free.push(isFreeFor(hall, states, wish, hall.inOrder[at]!));
	return free;
}

interface Place {
	at: number;
	lone: boolean;
}

/** Each place in a segment where the party could sit. */
function placesIn(search: Search, from: number, to: number): Place[] {
	const { hall, wish } = search;
	const free = freeOf(search, from, to);
	const places: Place[] = [];
	let run = 0;
	for (let i = 0; i < free.length; i++) {
		run = free[i] && wish.fits(hall.inOrder[from + i]!) ? run + 1 : 0;
		if (run < wish.party) continue;
		const first = i + 1 - wish.party;
		const chosen = free.map((_, k) => k >= first && k <= i);
		places.push({ at: from + first, lone: leavesLone(free, chosen) });
	}
	return places;
}

function least<T>(items: readonly T[], cost: (item: T) => number): T | undefined {
	let best: T | undefined;
	let lowest = Infinity;
	for (const item of items) {
		const its = cost(item);
		if (its < lowest) [best, lowest] = [item, its];
	}
	return best;
}

/** Around a place in a segment. */
function around(search: Search, place: number): number | undefined {
	const { hall, wish } = search;
	const { party, rules } = wish;
	const all = placesIn(search, hall.from[place]!, hall.to[place]!).filter(
		({ at }) => at <= place && place < at + party,
	);
	const good = all.filter(({ lone }) => !lone);
	const from =
		good.length > 0 ? good : rules.includes("no-lone-seat") ? [] : all;
	return least(from, ({ at }) => Math.abs(at + (party - 1) / 2 - place))?.at;
}

/** How far the middle of a place is from a seat. */
function distance(hall: Hall, at: number, party: number, seat: number): number {
	const a = hall.inOrder[at]!;
	const b = hall.inOrder[at + party - 1]!;
	return Math.hypot(
		(hall.x[a]! + hall.x[b]!) / 2 - hall.x[seat]!,
		(hall.y[a]! + hall.y[b]!) / 2 - hall.y[seat]!,
	);
}

/** As near as can be in the section of a seat, leaving none alone. */
function near(search: Search, seat: number): number | undefined {
	const { hall, wish } = search;
	const section = hall.section[seat]!;
	let best: number | undefined;
	let lowest = Infinity;
	for (let from = 0; from < hall.inOrder.length; from = hall.to[from]!) {
		const box = hall.rows[hall.row[hall.inOrder[from]!]!]!.box;
		const beside = Math.max(
			box.y0 - hall.y[seat]!,
			hall.y[seat]! - box.y1,
			box.x0 - hall.x[seat]!,
			hall.x[seat]! - box.x1,
		);
		if (hall.section[hall.inOrder[from]!] !== section || beside >= lowest)
			continue;
		for (const { at, lone } of placesIn(search, from, hall.to[from]!)) {
			const far = distance(hall, at, wish.party, seat);
			if (lone || far >= lowest) continue;
			[best, lowest] = [at, far];
		}
	}
	return best;
}

/**
 * The seats for a tap on one, in their order; empty: there is no such place in
 * the section.
 */
export function pickAround(
	hall: Hall,
	states: SeatStates,
	wish: Wish,
	tapped: number,
): number[] {
	const search = { hall, states, wish };
	const place = hall.place[tapped]!;
	if (place < 0) return [];
	const at = around(search, place) ?? near(search, tapped);
	return at === undefined
		? []
		: Array.from(hall.inOrder.subarray(at, at + wish.party));
}

/** Seats near one that was lost to somebody else. */
export function pickInstead(
	hall: Hall,
	states: SeatStates,
	wish: Wish,
	lost: number,
): number[] {
	const at = near({ hall, states, wish }, lost);
	return at === undefined
		? []
		: Array.from(hall.inOrder.subarray(at, at + wish.party));
}
