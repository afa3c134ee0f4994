// SPDX-License-Identifier: BSD-2-Clause
//
// place - every seat of a section: where it is, and beside which others
//
// The rules are those of lib/catalog/plan_rows.c and segment.c, in the same
// order. What was placed is kept as long as its block or section is: an edit
// pays for what it changes.
//
// Layer: operator/editor.  Uses: document, labels.
import { hundredths, type Block, type Point, type Section, type Single } from "./document";
import { labelsOf } from "./labels";

export interface Seat extends Point {
	/** Of the block, or of the seat written out. */
	readonly item: string;
	/** From 0, in its block. */
	readonly rowNo: number;
	readonly column: number;
	readonly row: string;
	readonly number: number;
	readonly priceClass: string;
	readonly type: string;
	/** Its block says that it is not beside the seat before it. */
	readonly cut: boolean;
}

export const nameOf = (seat: Pick<Seat, "row" | "number">): string =>
	`${seat.row}-${seat.number}`;

/** Seats in a row, whether they are there or not. */
export const columnsOf = (block: Block): number =>
	Math.max(0, Math.floor((block.last - block.first) / block.step) + 1);

/** Seats of more are not laid out: a slip of the pen is no reason to wait. */
const COLUMNS_MAX = 2000;

/** Where a seat of a block is, before it is rounded. */
export function spotOf(block: Block, rowNo: number, column: number): Point {
	const { arc, x, y, dx, dy } = block;
	if (arc === undefined) {
		const number = block.first + column * block.step;
		const behind = block.aisles.filter((aisle) => number > aisle).length;
		return { x: x + column * dx + behind * block.aisle, y: y + rowNo * dy };
	}
	const n = columnsOf(block);
	const part = n === 1 ? 0.5 : column / (n - 1);
	const turn = ((arc.from + (arc.to - arc.from) * part) * Math.PI) / 180;
	const radius = arc.radius + rowNo * dy;
	return { x: x - radius * Math.sin(turn), y: y + radius * Math.cos(turn) };
}

const behindAisle = (block: Block, number: number): boolean =>
	block.aisles.some((aisle) => number > aisle && number - block.step <= aisle);

function typesOf(block: Block): Map<string, string> {
	const types = new Map<string, string>();
	for (const [type, names] of Object.entries(block.types))
		for (const name of names) types.set(name, type);
	return types;
}

function lay(block: Block): Seat[] {
	const seats: Seat[] = [];
	const labels = labelsOf(block.from, block.to, block.skip) ?? [];
	const columns = Math.min(columnsOf(block), COLUMNS_MAX);
	const without = new Set(block.without);
	const types = typesOf(block);
	const plain = without.size + types.size === 0;
	labels.forEach((row, rowNo) => {
		let cut = false;
		for (let column = 0; column < columns; column++) {
			const number = block.first + column * block.step;
			const name = plain ? "" : nameOf({ row, number });
			cut ||= behindAisle(block, number);
			if (!plain && without.has(name)) {
				cut = true;
				continue;
			}
			const spot = spotOf(block, rowNo, column);
			seats.push({
				item: block.id,
				rowNo,
				column,
				row,
				number,
				priceClass: block.priceClass,
				type: (plain ? undefined : types.get(name)) ?? block.type,
				x: hundredths(spot.x),
				y: hundredths(spot.y),
				cut,
			});
			cut = false;
		}
	});
	return seats;
}

const laid = new WeakMap<Block, readonly Seat[]>();

export function seatsOf(block: Block): readonly Seat[] {
	const seats = laid.get(block) ?? lay(block);
	laid.set(block, seats);
	return seats;
}

const written = new WeakMap<Single, Seat>();

function seatOf(single: Single): Seat {
	const { id, row, number, priceClass, type } = single;
	const seat = written.get(single) ?? {
		item: id,
		rowNo: 0,
		column: 0,
		row,
		number,
		priceClass,
		type,
		x: hundredths(single.x),
		y: hundredths(single.y),
		cut: false,
	};
	written.set(single, seat);
	return seat;
}

export interface Placed {
	readonly seats: readonly Seat[];
	/** Of each, 1: it is not beside the one before it. */
	readonly apart: Uint8Array;
	/** Of each, 1: as places do not tell; a break or a join says so. */
	readonly unlike: Uint8Array;
}

/** So many times the usual distance, and two seats are no neighbours. */
const APART = 1.5;

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** fixed: of each, 1: said to be apart, 2: said to be beside. */
function cutRow(placed: Placed, fixed: Uint8Array, from: number, to: number, isBlock: Set<string>) {
	const { seats, apart, unlike } = placed;
	let usual = 0;
	for (let i = from + 1; i < to; i++) {
		const far = distance(seats[i - 1]!, seats[i]!);
		if (far > 0 && (usual === 0 || far < usual)) usual = far;
	}
	apart[from] = 1;
	for (let i = from + 1; i < to; i++) {
		const [before, seat] = [seats[i - 1]!, seats[i]!];
		const far = distance(before, seat) > APART * usual;
		const oneBlock = seat.item === before.item && isBlock.has(seat.item);
		const is = seat.cut || fixed[i] === 1 || (far && !oneBlock && fixed[i] !== 2);
		apart[i] = Number(is);
		unlike[i] = Number(is !== far);
	}
}

function put(section: Section): Placed {
	const seats = section.blocks.flatMap(seatsOf).concat(section.seats.map(seatOf));
	const placed = {
		seats,
		apart: new Uint8Array(seats.length),
		unlike: new Uint8Array(seats.length),
	};
	const fixed = new Uint8Array(seats.length);
	const [breaks, joins] = [new Set(section.breaks), new Set(section.joins)];
	if (breaks.size + joins.size > 0)
		for (let i = 0; i + 1 < seats.length; i++) {
			const name = nameOf(seats[i]!);
			if (joins.has(name)) fixed[i + 1] = 2;
			if (breaks.has(name)) fixed[i + 1] = 1;
		}
	const isBlock = new Set(section.blocks.map(({ id }) => id));
	for (let from = 0, to; from < seats.length; from = to) {
		for (to = from + 1; to < seats.length; to++)
			if (seats[to]!.row !== seats[from]!.row) break;
		cutRow(placed, fixed, from, to, isBlock);
	}
	return placed;
}

const kept = new WeakMap<Section, Placed>();

/** In the order in which they are numbered. Of an area: none. */
export function placedOf(section: Section): Placed {
	const placed = kept.get(section) ?? put(section);
	kept.set(section, placed);
	return placed;
}

/** Neighbours, each segment in its order. */
export function segmentsOf(section: Section): Seat[][] {
	const { seats, apart } = placedOf(section);
	const segments: Seat[][] = [];
	seats.forEach((seat, i) => {
		if (apart[i] === 1) segments.push([]);
		segments[segments.length - 1]!.push(seat);
	});
	return segments;
}

/** What its best seats are near to: what it says, or the middle of what is in
 * front. */
export function focusOf(section: Section): Point | undefined {
	if (section.focus !== undefined) return section.focus;
	const { x, y, width } = section.area;
	if (section.kind !== "assigned") return { x: x + width / 2, y };
	const { seats } = placedOf(section);
	const first = seats[0];
	if (first === undefined) return undefined;
	const row = seats.filter((seat) => seat.row === first.row);
	const middle = (of: (seat: Seat) => number) =>
		(Math.min(...row.map(of)) + Math.max(...row.map(of))) / 2;
	return { x: hundredths(middle((seat) => seat.x)), y: hundredths(middle((seat) => seat.y)) };
}
