// SPDX-License-Identifier: BSD-2-Clause
//
// compare - what another plan of a hall has of seats that this one has not
//
// A seat is known by its section, row and number. One that has gone where
// another has come, in the same place, was renamed.
//
// Layer: operator/editor.  Uses: document, place.
import type { Hall } from "./document";
import { nameOf, placedOf, type Seat } from "./place";

export interface Renamed {
	readonly from: string;
	readonly to: string;
}

export interface Comparison {
	/** "stalls A-1" */
	readonly added: readonly string[];
	readonly removed: readonly string[];
	readonly renamed: readonly Renamed[];
	readonly moved: readonly string[];
	/** Another class or type. */
	readonly changed: readonly string[];
	/** Areas of another capacity, new and gone ones: their keys. */
	readonly areas: readonly string[];
}

function seatsOf(hall: Hall): Map<string, Seat> {
	return new Map(
		hall.sections.flatMap((section) =>
			placedOf(section).seats.map((seat) => [`${section.key} ${nameOf(seat)}`, seat] as const),
		),
	);
}

function areasOf(hall: Hall): Map<string, string> {
	return new Map(
		hall.sections
			.filter(({ kind }) => kind !== "assigned")
			.map(({ key, kind, capacity, priceClass }) => [key, `${kind} ${capacity} ${priceClass}`]),
	);
}

const placeOf = ({ x, y }: Seat): string => `${x} ${y}`;

export function compare(before: Hall, after: Hall): Comparison {
	const [was, is] = [seatsOf(before), seatsOf(after)];
	const gone = [...was].filter(([name]) => !is.has(name));
	const come = new Map(
		[...is].filter(([name]) => !was.has(name)).map(([name, seat]) => [placeOf(seat), name]),
	);
	const renamed: Renamed[] = [];
	const removed: string[] = [];
	for (const [name, seat] of gone) {
		const to = come.get(placeOf(seat));
		if (to === undefined) removed.push(name);
		else renamed.push({ from: name, to });
		come.delete(placeOf(seat));
	}
	const got = new Set(renamed.map(({ to }) => to));
	const moved: string[] = [];
	const changed: string[] = [];
	const added: string[] = [];
	for (const [name, seat] of is) {
		const other = was.get(name);
		if (other === undefined) {
			if (!got.has(name)) added.push(name);
			continue;
		}
		if (placeOf(other) !== placeOf(seat)) moved.push(name);
		if (other.priceClass !== seat.priceClass || other.type !== seat.type) changed.push(name);
	}
	const [a, b] = [areasOf(before), areasOf(after)];
	const areas = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
	return { added, removed, renamed, moved, changed, areas };
}

export const isSame = (c: Comparison): boolean =>
	Object.values(c).every((list: readonly unknown[]) => list.length === 0);
