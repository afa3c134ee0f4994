// SPDX-License-Identifier: BSD-2-Clause
//
// filter - which seats a buyer wants to see, and by what he tells their classes
//
// Layer: map.  Uses: hall, pick.
import type { Hall } from "./hall";
import { KEPT_TYPES } from "./pick";

export interface Filter {
	/** Ids of price classes; empty: all. */
	classes: ReadonlySet<number>;
	/** Only seats for wheelchairs, and beside them. */
	accessible: boolean;
}

export const NO_FILTER: Filter = { classes: new Set(), accessible: false };

function isAccessible(hall: Hall, seat: number): boolean {
	return KEPT_TYPES.includes(hall.types[hall.type[seat]!]!);
}

/** Of each seat, 1 where it is wanted. */
export function wanted(hall: Hall, filter: Filter): Uint8Array {
	const out = new Uint8Array(hall.n);
	const classes = hall.classes.map(
		({ id }) => filter.classes.size === 0 || filter.classes.has(id),
	);
	for (let i = 0; i < hall.n; i++)
		out[i] =
			classes[hall.class[i]!] && (!filter.accessible || isAccessible(hall, i))
				? 1
				: 0;
	return out;
}

/** A class is told by the first letter of its name where no other has it, and
 * else by its number. */
export function marksOf(hall: Hall): string[] {
	const first = hall.classes.map(({ name }) =>
		(Array.from(name.trim())[0] ?? "").toUpperCase(),
	);
	return first.map((letter, i) =>
		letter !== "" && first.indexOf(letter) === first.lastIndexOf(letter)
			? letter
			: String(i + 1),
	);
}
