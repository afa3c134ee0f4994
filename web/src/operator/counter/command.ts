// SPDX-License-Identifier: BSD-2-Clause
//
// command - seats as one says them at a counter: "A12 13", "a1-4 b1", or "2" for
// the best two; "a1 2 adult 3 youth", "1 adult 2 youth" for tickets of these types
//
// A row stays until another is named; "A-12" is A12, as tickets have it. Where rows
// have numbers for names, "3/12" is place 12 of row 3. A ticket type is named by how
// its code or its name begins, and is that of the seats said since the last one.
//
// Layer: operator.  Uses: api.
import type { Seat } from "../../api/calls";

export const SEATS_MAX = 20;

export type Command =
	/** types: so many of each; none said: all of the default. */
	| { best: number; types?: Record<string, number> }
	/** types: of those seats of which one was said. */
	| { seats: number[]; types?: Record<number, string> }
	/** What it could not read, and why. */
	| { wrong: "unknown" | "twice" | "many" | "type"; word: string };

export interface TicketName {
	code: string;
	name: string;
}

const SPOKEN = /^(?:(?<far>[^/]+)\/|(?<near>[^\d/-]+)-?)?(?<from>\d+)(?:-(?<to>\d+))?$/u;

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

/** Seats as command reads them, row by row: "A1-4 B2". */
export function saidOf(seats: readonly Seat[]): string {
	const rows = new Map<string, number[]>();
	for (const { row, number } of seats) rows.set(row, [...(rows.get(row) ?? []), number]);
	return [...rows].flatMap(([row, numbers]) => {
		const name = /^[^\d/-]+$/u.test(row) ? row : `${row}/`;
		const sorted = [...new Set(numbers)].sort((a, b) => a - b);
		const firsts = sorted.filter((n) => !sorted.includes(n - 1));
		return firsts.map((from) => {
			let to = from;
			while (sorted.includes(to + 1)) to++;
			return to === from ? `${name}${from}` : `${name}${from}-${to}`;
		});
	}).join(" ");
}

/** The code of the type that a word means; undefined: of none, or of several. */
function typeOf(word: string, types: readonly TicketName[]): string | undefined {
	const begins = (text: string) => text.toLowerCase().startsWith(word.toLowerCase());
	const exact = types.find(({ code }) => code === word);
	const found = types.filter(({ code, name }) => begins(code) || begins(name));
	return exact?.code ?? (found.length === 1 ? found[0]?.code : undefined);
}

const isNumber = (word: string | undefined): boolean => /^\d+$/u.test(word ?? "");
const isType = (word: string | undefined): boolean => word !== undefined && /^\D+$/u.test(word);

/** "2", "2 youth", "1 adult 2 youth": places that nobody picked. */
function bestOf(words: string[], text: string, types: readonly TicketName[]): Command | undefined {
	const isPaired = words.length > 0 && words.length % 2 === 0 && words.every((word, i) => (i % 2 === 0 ? isNumber(word) : isType(word)));
	if (!isPaired && !(words.length === 1 && isNumber(words[0]))) return undefined;
	const said: Record<string, number> = {};
	let best = 0;
	for (let i = 0; i < words.length; i += 2) {
		const n = Number(words[i]);
		const word = words[i + 1];
		best += n;
		if (n < 1 || best > SEATS_MAX) return { wrong: "many", word: text };
		if (word === undefined) return { best };
		const code = typeOf(word, types);
		if (code === undefined) return { wrong: "type", word };
		said[code] = (said[code] ?? 0) + n;
	}
	return { best, types: said };
}

/** max: so many seats by name. */
export function command(text: string, places: ReadonlyMap<string, number[]>, types: readonly TicketName[] = [], max = SEATS_MAX): Command {
	const words = text.split(/[\s,]+/u).filter((word) => word !== "");
	const best = bestOf(words, text, types);
	if (best !== undefined) return best;
	const ids = new Set<number>();
	const typed: Record<number, string> = {};
	let untyped: number[] = [];
	let row = "";
	for (const word of words) {
		if (isType(word) && untyped.length > 0) {
			const code = typeOf(word, types);
			if (code === undefined) return { wrong: "type", word };
			for (const id of untyped) typed[id] = code;
			untyped = [];
			continue;
		}
		const said = spoken(word, row);
		if (said === undefined || said.to < said.from) return { wrong: "unknown", word };
		if (said.to - said.from >= max) return { wrong: "many", word };
		row = said.row;
		for (let n = said.from; n <= said.to; n++) {
			const found = places.get(`${row}/${n}`) ?? [];
			if (found.length > 1) return { wrong: "twice", word };
			if (found[0] === undefined) return { wrong: "unknown", word };
			if (!ids.has(found[0])) untyped.push(found[0]);
			ids.add(found[0]);
		}
	}
	if (ids.size === 0) return { wrong: "unknown", word: text };
	if (ids.size > max) return { wrong: "many", word: text };
	return { seats: [...ids], ...(Object.keys(typed).length > 0 && { types: typed }) };
}

/** Seats where none is sold: "A1-4 B2", or their ids, "5, 7". */
export function seatsSaid(text: string, places: ReadonlyMap<string, number[]>, max: number): Exclude<Command, { best: number }> {
	if (/^[\d\s,.]*$/u.test(text)) return { seats: [...new Set((text.match(/\d+/gu) ?? []).map(Number))].slice(0, max) };
	const said = command(text, places, [], max);
	return "best" in said ? { wrong: "unknown", word: text } : said;
}

/** Seats as seatsSaid reads them: by name, where that says which they are. */
export function sayingOf(ids: readonly number[], seats: readonly Seat[], places: ReadonlyMap<string, number[]>): string {
	const text = saidOf(seats.filter(({ seat_id: id }) => ids.includes(id)));
	const said = seatsSaid(text, places, ids.length);
	return "seats" in said && said.seats.length === ids.length ? text : ids.join(", ");
}
