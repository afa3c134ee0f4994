// SPDX-License-Identifier: BSD-2-Clause
//
// hall - a layout as the map works with it: arrays by seat
//
// A seat is named here by its index, seat_id - 1. Rows are what has one label
// in one section, in the order of the layout. Nothing here changes once made.
//
// Layer: map.  Uses: steps, wire.
import { atOnce, inSteps } from "./steps";
import type {
	Decoration,
	Layout,
	LayoutClass,
	LayoutSeat,
	LayoutSection,
} from "./wire";

export interface Box {
	x0: number;
	y0: number;
	x1: number;
	y1: number;
}

export interface Row {
	section: number;
	name: string;
	seats: number[];
	box: Box;
	/** How wide its seats may be. */
	room: number;
}

export interface Section {
	id: number;
	name: string;
	/** Whether a buyer picks seats; else he asks for so many places. */
	picked: boolean;
	/** Of its seats; undefined: it has none, and no place on the map. */
	box: Box | undefined;
	rows: number[];
	/** How far apart its neighbours sit, and its rows are. */
	pitch: number;
	rowGap: number;
	/** Where its name is written, and how wide the section is there. */
	label: { x: number; y: number; room: number };
}

export interface Hall {
	n: number;
	x: Float32Array;
	y: Float32Array;
	/** How a seat is turned with its row, in radians, -pi/2..pi/2. */
	angle: Float32Array;
	section: Uint16Array;
	/** An index in classes. */
	class: Uint8Array;
	/** An index in types. */
	type: Uint8Array;
	number: Int32Array;
	row: Int32Array;
	/** Seats of all segments, one behind the other. */
	inOrder: Int32Array;
	/** Of a seat, where in inOrder it is; -1: it is in no segment. */
	place: Int32Array;
	/** Of a place in inOrder, the bounds of its segment: [from, to). */
	from: Int32Array;
	to: Int32Array;
	sections: Section[];
	sectionOfId: Map<number, number>;
	rows: Row[];
	classes: readonly LayoutClass[];
	types: string[];
	decorations: readonly Decoration[];
	/** How far apart seats are in most of the hall. */
	pitch: number;
	/** Of all that is drawn. */
	box: Box;
}

const NOWHERE: Box = { x0: 0, y0: 0, x1: 1, y1: 1 };
/** Enough to know a usual distance by. */
const SAMPLE = 400;
/** So many seats are a step of the work. */
const SLICE = 1000;

export function median(values: number[]): number {
	const sorted = values.slice().sort((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? 0;
}

export function grown(box: Box | undefined, x: number, y: number): Box {
	if (box === undefined) return { x0: x, y0: y, x1: x, y1: y };
	if (x < box.x0) box.x0 = x;
	if (x > box.x1) box.x1 = x;
	if (y < box.y0) box.y0 = y;
	if (y > box.y1) box.y1 = y;
	return box;
}

export function meets(a: Box, b: Box, margin = 0): boolean {
	return (
		a.x0 <= b.x1 + margin &&
		b.x0 <= a.x1 + margin &&
		a.y0 <= b.y1 + margin &&
		b.y0 <= a.y1 + margin
	);
}

function empty(layout: Layout): Hall {
	const n = layout.seats.reduce((most, s) => Math.max(most, s.seat_id), 0);
	const length = layout.segments.reduce((sum, ids) => sum + ids.length, 0);
	return {
		n,
		x: new Float32Array(n),
		y: new Float32Array(n),
		angle: new Float32Array(n),
		section: new Uint16Array(n),
		class: new Uint8Array(n),
		type: new Uint8Array(n),
		number: new Int32Array(n),
		row: new Int32Array(n).fill(-1),
		inOrder: new Int32Array(length),
		place: new Int32Array(n).fill(-1),
		from: new Int32Array(length),
		to: new Int32Array(length),
		sections: layout.sections.map(sectionOf),
		sectionOfId: new Map(layout.sections.map((s, i) => [s.section_id, i])),
		rows: [],
		classes: layout.price_classes,
		types: [],
		decorations: layout.decorations,
		pitch: 1,
		box: NOWHERE,
	};
}

function sectionOf(section: LayoutSection): Section {
	return {
		id: section.section_id,
		name: section.name,
		picked: section.kind === "assigned",
		box: undefined,
		rows: [],
		pitch: 1,
		rowGap: 1,
		label: { x: 0, y: 0, room: 0 },
	};
}

function* placeSeats(hall: Hall, layout: Layout): Generator<void> {
	const classes = new Map(layout.price_classes.map((c, i) => [c.id, i]));
	const types = new Map<string, number>();
	const rows = new Map<string, number>();
	let before: LayoutSeat | undefined;
	let row: number | undefined;
	for (const seat of layout.seats) {
		const i = seat.seat_id - 1;
		const s = hall.sectionOfId.get(seat.section_id) ?? 0;
		const section = hall.sections[s]!;
		/* Most seats are of the row of the one before. */
		if (seat.row !== before?.row || seat.section_id !== before.section_id)
			row = rows.get(`${s}/${seat.row}`);
		before = seat;
		if (row === undefined) {
			row = hall.rows.length;
			rows.set(`${s}/${seat.row}`, row);
			section.rows.push(row);
			hall.rows.push({
				section: s,
				name: seat.row,
				seats: [],
				box: grown(undefined, seat.x, seat.y),
				room: 1,
			});
		}
		if (!types.has(seat.type)) types.set(seat.type, types.size);
		hall.x[i] = seat.x;
		hall.y[i] = seat.y;
		hall.section[i] = s;
		hall.class[i] = classes.get(seat.price_class) ?? 0;
		hall.type[i] = types.get(seat.type)!;
		hall.number[i] = seat.number;
		hall.row[i] = row;
		hall.rows[row]!.seats.push(i);
		grown(hall.rows[row]!.box, seat.x, seat.y);
		section.box = grown(section.box, seat.x, seat.y);
		if (i % SLICE === 0) yield;
	}
	hall.types = [...types.keys()];
}

function placeSegments(hall: Hall, layout: Layout): void {
	let at = 0;
	for (const ids of layout.segments) {
		const from = at;
		for (const id of ids) {
			hall.inOrder[at] = id - 1;
			hall.place[id - 1] = at;
			hall.from[at] = from;
			hall.to[at] = from + ids.length;
			at++;
		}
	}
}

function apart(hall: Hall, a: number, b: number): number {
	return Math.hypot(hall.x[a]! - hall.x[b]!, hall.y[a]! - hall.y[b]!);
}

/** How far a seat is from the nearest of a row. */
function fromRow(hall: Hall, seat: number, row: Row): number {
	let least = Infinity;
	for (const other of row.seats)
		least = Math.min(least, apart(hall, seat, other));
	return least;
}

/** Some of a list, from all over it. */
function sample<T>(items: readonly T[], most: number): T[] {
	const step = Math.max(1, Math.ceil(items.length / most));
	return items.filter((_, i) => i % step === 0);
}

/** Of places without a segment neighbours are guessed by their order. */
function measurePitch(hall: Hall, section: Section): number {
	const steps: number[] = [];
	for (const r of sample(section.rows, 20)) {
		const { seats } = hall.rows[r]!;
		for (let k = 1; k < seats.length && steps.length < SAMPLE; k++)
			steps.push(apart(hall, seats[k - 1]!, seats[k]!));
	}
	return median(steps.filter((step) => step > 0));
}

function measureRows(hall: Hall, section: Section): number {
	const gaps: number[] = [];
	for (let k = 1; k < section.rows.length; k++) {
		const { seats } = hall.rows[section.rows[k]!]!;
		const before = hall.rows[section.rows[k - 1]!]!;
		gaps.push(fromRow(hall, seats[seats.length >> 1]!, before));
	}
	return median(gaps.filter((gap) => gap > 0));
}

function* measure(hall: Hall): Generator<void> {
	const pitches: number[] = [];
	for (const section of hall.sections) {
		if (section.box === undefined) continue;
		const pitch = measurePitch(hall, section);
		const gap = measureRows(hall, section);
		section.pitch = pitch || gap || 1;
		section.rowGap = gap || section.pitch;
		if (section.picked && pitch > 0) pitches.push(section.pitch);
		yield;
	}
	hall.pitch = median(pitches) || hall.sections[0]?.pitch || 1;
}

/** Seats of a row are alike; they neither touch each other nor the next row. */
function measureRoom(hall: Hall, row: Row): void {
	const { pitch, rowGap } = hall.sections[row.section]!;
	const steps: number[] = [];
	for (let k = 1; k < row.seats.length && steps.length < 40; k++)
		steps.push(apart(hall, row.seats[k - 1]!, row.seats[k]!));
	const its = median(steps.filter((step) => step > 0)) || pitch;
	row.room = Math.min(its, rowGap * 1.05, hall.pitch * 1.3);
}

/** A seat looks along its row: from the neighbour on one side to the other. */
function* turn(hall: Hall): Generator<void> {
	for (const { seats, section } of hall.rows) {
		const far = hall.sections[section]!.pitch * 2.5;
		if (!hall.sections[section]!.picked) continue;
		for (let k = 0; k < seats.length; k++) {
			const seat = seats[k]!;
			let a = seats[k - 1] ?? seat;
			let b = seats[k + 1] ?? seat;
			if (apart(hall, a, seat) > far) a = seat;
			if (apart(hall, b, seat) > far) b = seat;
			if (a === b) continue;
			const angle = Math.atan(
				(hall.y[b]! - hall.y[a]!) / (hall.x[b]! - hall.x[a]!),
			);
			hall.angle[seat] = Math.abs(angle) < 0.004 ? 0 : angle;
		}
		yield;
	}
}

/** The middle of a section that lies in it: a seat of its middle row. */
function placeLabel(hall: Hall, section: Section): void {
	const row = hall.rows[section.rows[section.rows.length >> 1]!]!.seats;
	let { x, y } = middleOf(hall, row);
	if (!section.picked || section.rows.length === 1) {
		x = (section.box!.x0 + section.box!.x1) / 2;
		y = (section.box!.y0 + section.box!.y1) / 2;
	}
	let left = 0;
	let right = 0;
	for (const r of section.rows)
		for (const seat of hall.rows[r]!.seats) {
			if (Math.abs(hall.y[seat]! - y) > section.rowGap) continue;
			left = Math.max(left, x - hall.x[seat]!);
			right = Math.max(right, hall.x[seat]! - x);
		}
	section.label = { x, y, room: 2 * Math.min(left, right) + section.pitch };
}

function middleOf(hall: Hall, row: number[]): { x: number; y: number } {
	const a = row[(row.length - 1) >> 1]!;
	const b = row[row.length >> 1]!;
	return {
		x: (hall.x[a]! + hall.x[b]!) / 2,
		y: (hall.y[a]! + hall.y[b]!) / 2,
	};
}

function boundsOf(hall: Hall): Box {
	let box: Box | undefined;
	for (const section of hall.sections) {
		if (section.box === undefined) continue;
		const half = Math.max(section.pitch, section.rowGap) / 2;
		box = grown(box, section.box.x0 - half, section.box.y0 - half);
		box = grown(box, section.box.x1 + half, section.box.y1 + half);
	}
	for (const d of hall.decorations) {
		box = grown(box, d.x, d.y);
		box = grown(box, d.x + d.width, d.y + d.height);
	}
	return box ?? NOWHERE;
}

/** All that is made of a layout, in steps. */
function* making(hall: Hall, layout: Layout): Generator<void> {
	yield* placeSeats(hall, layout);
	placeSegments(hall, layout);
	yield;
	yield* measure(hall);
	for (const row of hall.rows) {
		measureRoom(hall, row);
		yield;
	}
	yield* turn(hall);
	for (const section of hall.sections) {
		if (section.box !== undefined) placeLabel(hall, section);
		yield;
	}
	hall.box = boundsOf(hall);
}

const made = new WeakMap<Layout, Hall>();

/** Made once of a layout: the page and the map ask for the same one. */
export function hallOf(layout: Layout): Hall {
	const known = made.get(layout);
	if (known !== undefined) return known;
	const hall = empty(layout);
	atOnce(making(hall, layout));
	made.set(layout, hall);
	return hall;
}

/** Make it ahead, in steps; rest: between them. */
export async function makeHall(layout: Layout, rest: () => Promise<void>): Promise<void> {
	const hall = empty(layout);
	await inSteps(making(hall, layout), rest);
	made.set(layout, hall);
}
