// SPDX-License-Identifier: BSD-2-Clause
//
// seating - a layout by seat, row and section, for lists, names and prices
//
// Layer: state.  Uses: api, tickets.
import type { Layout, Seat } from "../api/calls";
import { priceFor, type Prices } from "./tickets";

export interface Row {
	name: string;
	seats: Seat[];
}

export interface SeatingSection {
	id: number;
	name: string;
	kind: Layout["sections"][number]["kind"];
	price: number;
	/** What a place costs; of places that nobody picks, where it is known. */
	prices: Prices | undefined;
	rows: Row[];
}

export interface Seating {
	sections: SeatingSection[];
	/** Seats that somebody picks. */
	seat: Map<number, Seat>;
	/** Of a price class. */
	prices: Map<number, Prices>;
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

function pricesOf(one: Layout["price_classes"][number]): Prices {
	return { standard: one.price, byType: one.prices ?? {} };
}

/** Where nobody picks, the class is that of a place, or the only one at its price. */
function sectionPrices(layout: Layout, section: number): Prices | undefined {
	const of = layout.seats.find((seat) => seat.section_id === section);
	const price = layout.sections.find((s) => s.section_id === section)?.price;
	const classes = layout.price_classes.filter((one) =>
		of === undefined ? one.price === price : one.id === of.price_class,
	);
	return classes.length === 1 && classes[0] ? pricesOf(classes[0]) : undefined;
}

/** Its rows are made when a list asks for them. */
function sectionOf(layout: Layout, s: Layout["sections"][number], seats: Seat[]): SeatingSection {
	let rows: Row[] | undefined;
	return {
		id: s.section_id,
		name: s.name,
		kind: s.kind,
		price: s.price,
		prices: s.kind === "assigned" ? undefined : sectionPrices(layout, s.section_id),
		get rows() {
			return (rows ??= rowsOf(seats));
		},
	};
}

function make(layout: Layout): Seating {
	const bySection = new Map<number, Seat[]>();
	const kinds = new Map(layout.sections.map((s) => [s.section_id, s.kind]));
	const seating: Seating = {
		sections: [],
		seat: new Map(),
		prices: new Map(layout.price_classes.map((c) => [c.id, pricesOf(c)])),
		classAt: new Map(layout.price_classes.map((c, at) => [c.id, at])),
		sectionName: new Map(layout.sections.map((s) => [s.section_id, s.name])),
	};
	for (const seat of layout.seats) {
		if (kinds.get(seat.section_id) !== "assigned") continue;
		seating.seat.set(seat.seat_id, seat);
		const list = bySection.get(seat.section_id);
		if (list === undefined) bySection.set(seat.section_id, [seat]);
		else list.push(seat);
	}
	seating.sections = layout.sections.map((s) => sectionOf(layout, s, bySection.get(s.section_id) ?? []));
	return seating;
}

const made = new WeakMap<Layout, Seating>();

/** Made once of a layout. */
export function seatingOf(layout: Layout): Seating {
	const seating = made.get(layout) ?? make(layout);
	made.set(layout, seating);
	return seating;
}

/** What a seat costs. type undefined: with the default one. */
export function priceOf(seating: Seating, id: number, type?: string): number {
	const prices = seating.prices.get(seating.seat.get(id)?.price_class ?? 0);
	return prices === undefined ? 0 : priceFor(prices, type);
}
