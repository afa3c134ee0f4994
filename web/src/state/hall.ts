// SPDX-License-Identifier: BSD-2-Clause
//
// hall - a layout by seat, row and section, for lists and names
//
// Layer: state.  Uses: api.
import type { Layout, Seat } from "../api/calls";

export interface Row {
	name: string;
	seats: Seat[];
}

export interface HallSection {
	id: number;
	name: string;
	kind: "assigned" | "slot" | "counter";
	price: number;
	rows: Row[];
}

export interface Hall {
	sections: HallSection[];
	/** Seats that somebody picks. */
	seat: Map<number, Seat>;
	price: Map<number, number>;
	className: Map<number, string>;
	sectionName: Map<number, string>;
	/** The segment a seat is in, and its place there. */
	segment: Map<number, { ids: number[]; at: number }>;
}

function rowsOf(seats: Seat[]): Row[] {
	const rows = new Map<string, Seat[]>();
	for (const seat of seats) {
		const row = rows.get(seat.row);
		if (row === undefined) rows.set(seat.row, [seat]);
		else row.push(seat);
	}
	return [...rows].map(([name, inRow]) => ({
		name,
		seats: inRow.sort((a, b) => a.number - b.number),
	}));
}

export function hallOf(layout: Layout): Hall {
	const bySection = new Map<number, Seat[]>();
	const kinds = new Map(layout.sections.map((s) => [s.section_id, s.kind]));
	const hall: Hall = {
		sections: [],
		seat: new Map(),
		price: new Map(layout.price_classes.map((c) => [c.id, c.price])),
		className: new Map(layout.price_classes.map((c) => [c.id, c.name])),
		sectionName: new Map(layout.sections.map((s) => [s.section_id, s.name])),
		segment: new Map(),
	};
	for (const seat of layout.seats) {
		if (kinds.get(seat.section_id) !== "assigned") continue;
		hall.seat.set(seat.seat_id, seat);
		const list = bySection.get(seat.section_id);
		if (list === undefined) bySection.set(seat.section_id, [seat]);
		else list.push(seat);
	}
	hall.sections = layout.sections.map((s) => ({
		id: s.section_id,
		name: s.name,
		kind: s.kind,
		price: s.price,
		rows: rowsOf(bySection.get(s.section_id) ?? []),
	}));
	for (const ids of layout.segments)
		ids.forEach((id, at) => hall.segment.set(id, { ids, at }));
	return hall;
}

export function priceOf(hall: Hall, id: number): number {
	return hall.price.get(hall.seat.get(id)?.price_class ?? 0) ?? 0;
}

/**
 * n seats side by side around the one that was chosen; the run that leaves no
 * single seat behind is taken before one that does. Empty: there is none.
 */
export function together(
	hall: Hall,
	id: number,
	n: number,
	isFree: (id: number) => boolean,
): number[] {
	const place = hall.segment.get(id);
	if (place === undefined) return n === 1 ? [id] : [];
	const { ids, at } = place;
	let best: { run: number[]; cost: number } | undefined;
	for (let from = at - n + 1; from <= at; from++) {
		const run = ids.slice(Math.max(from, 0), Math.max(from, 0) + n);
		if (from < 0 || run.length < n || !run.every(isFree)) continue;
		const cost =
			10 * (lone(ids, from - 1, -1, isFree) + lone(ids, from + n, 1, isFree)) +
			Math.abs(from + (n - 1) / 2 - at);
		if (best === undefined || cost < best.cost) best = { run, cost };
	}
	return best?.run ?? [];
}

/** 1 where the seat beside a run would be free and alone. */
function lone(
	ids: number[],
	at: number,
	step: number,
	isFree: (id: number) => boolean,
): number {
	const free = (i: number) => ids[i] !== undefined && isFree(ids[i]);
	return free(at) && !free(at + step) ? 1 : 0;
}

/** The nearest free seats of the same price to one that was lost. */
export function instead(
	hall: Hall,
	lost: number,
	n: number,
	isFree: (id: number) => boolean,
): number[] {
	const was = hall.seat.get(lost);
	if (was === undefined) return [];
	const far = (id: number) => {
		const seat = hall.seat.get(id);
		if (seat === undefined || seat.type !== was.type) return Infinity;
		const dearer = seat.price_class === was.price_class ? 0 : 1e4;
		return dearer + (seat.x - was.x) ** 2 + (seat.y - was.y) ** 2;
	};
	const near = [...hall.seat.keys()]
		.filter((id) => id !== lost && isFree(id) && far(id) < 1e9)
		.sort((a, b) => far(a) - far(b));
	for (const id of near.slice(0, 50)) {
		const run = together(hall, id, n, isFree);
		if (run.length === n) return run;
	}
	return [];
}
