// SPDX-License-Identifier: BSD-2-Clause
//
// command - seats as one says them at a counter: "A12 13", "a1-4 b1", or "2" for
// the best two
//
// A row stays until another is named. Where rows have numbers for names, "3/12" is
// place 12 of row 3.
//
// Layer: operator.  Uses: api.
import type { Seat } from "../../api/calls";

export const SEATS_MAX = 20;

export type Command =
	| { best: number }
	| { seats: number[] }
	/** What it could not read, and why. */
	| { wrong: "unknown" | "twice" | "many"; word: string };

const SPOKEN = /^(?:(?<far>[^/]+)\/|(?<near>[^\d/-]+))?(?<from>\d+)(?:-(?<to>\d+))?$/u;

/** The numbers that a word means, with its row. */
function spoken(word: string, row: string): { row: string; from: number; to: number } | undefined {
	const said = SPOKEN.exec(word)?.groups;
	if (said === undefined) return undefined;
	const from = Number(said["from"]);
	return {
		row: (said["far"] ?? said["near"] ?? row).toUpperCase(),
		from,
		to: said["to"] === undefined ? from : Number(said["to"]),
	};
}

/** By row and number. */
export function placed(seats: readonly Seat[]): Map<string, number[]> {
	const places = new Map<string, number[]>();
	for (const seat of seats) {
		const name = `${seat.row.toUpperCase()}/${seat.number}`;
		places.set(name, [...(places.get(name) ?? []), seat.seat_id]);
	}
	return places;
}

export function command(text: string, places: ReadonlyMap<string, number[]>): Command {
	const words = text.split(/[\s,]+/u).filter((word) => word !== "");
	const ids = new Set<number>();
	let row = "";
	if (words.length === 1 && /^\d+$/u.test(words[0] ?? "")) {
		const best = Number(words[0]);
		return best >= 1 && best <= SEATS_MAX ? { best } : { wrong: "many", word: text };
	}
	for (const word of words) {
		const said = spoken(word, row);
		if (said === undefined || said.to < said.from) return { wrong: "unknown", word };
		if (said.to - said.from >= SEATS_MAX) return { wrong: "many", word };
		row = said.row;
		for (let n = said.from; n <= said.to; n++) {
			const found = places.get(`${row}/${n}`) ?? [];
			if (found.length > 1) return { wrong: "twice", word };
			if (found[0] === undefined) return { wrong: "unknown", word };
			ids.add(found[0]);
		}
	}
	if (ids.size === 0) return { wrong: "unknown", word: text };
	return ids.size > SEATS_MAX ? { wrong: "many", word: text } : { seats: [...ids] };
}
