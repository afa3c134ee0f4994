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
	kind: Layout["sections"][number]["kind"];
	price: number;
	rows: Row[];
}

export interface Hall {
	sections: HallSection[];
	/** Seats that somebody picks. */
	seat: Map<number, Seat>;
	price: Map<number, number>;
	/** Its place in the list of classes, by which it has its colour. */
	classAt: Map<number, number>;
	sectionName: Map<number, string>;
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
		classAt: new Map(layout.price_classes.map((c, at) => [c.id, at])),
		sectionName: new Map(layout.sections.map((s) => [s.section_id, s.name])),
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
	return hall;
}

export function priceOf(hall: Hall, id: number): number {
	return hall.price.get(hall.seat.get(id)?.price_class ?? 0) ?? 0;
}
