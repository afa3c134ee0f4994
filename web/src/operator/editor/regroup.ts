// SPDX-License-Identifier: BSD-2-Clause
//
// regroup - blocks of rows out of rows that stand alone
//
// The API gives a plan back row by row, and the seats of arcs one by one. Rows
// that one block can give are made one again, if that gives the very same seats
// in the same order; a section of which that is not so stays as it was.
//
// Layer: operator/editor.  Uses: document, labels, place, split, circle.
import { circleOf } from "./circle";
import { hundredths, newBlock, type Block, type Hall, type Section } from "./document";
import { nextLabel } from "./labels";
import { distance, nameOf, placedOf, seatsOf, spotOf, type Seat } from "./place";
import { asBefore } from "./split";

/** Labels between two rows of a block that are left out, at most. */
const SKIP_MAX = 4;

const sameSpot = (block: Block, rowNo: number, seat: Seat): boolean => {
	const column = (seat.number - block.first) / block.step;
	const spot = spotOf(block, rowNo, column);
	return hundredths(spot.x) === seat.x && hundredths(spot.y) === seat.y;
};

/** The least step of numbers that go up; 0: they do not. */
function stepOf(seats: readonly Seat[]): number {
	let least = Infinity;
	for (let i = 1; i < seats.length; i++)
		least = Math.min(least, seats[i]!.number - seats[i - 1]!.number);
	if (seats.length === 1) return 1;
	const even = seats.every((seat) => (seat.number - seats[0]!.number) % least === 0);
	return least > 0 && even ? least : 0;
}

function mostOf<T>(values: readonly T[]): T | undefined {
	const counts = new Map<T, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** What a row alone says of the block it is in, but for where it is. */
function rowOf(row: readonly Seat[]): Block | undefined {
	const first = row[0]!;
	const step = stepOf(row);
	if (step === 0 || row.some(({ priceClass }) => priceClass !== first.priceClass)) return undefined;
	const type = mostOf(row.map((seat) => seat.type))!;
	const types: Record<string, string[]> = {};
	for (const seat of row)
		if (seat.type !== type) (types[seat.type] ??= []).push(nameOf(seat));
	const numbers = new Set(row.map(({ number }) => number));
	const last = row[row.length - 1]!.number;
	const without: string[] = [];
	for (let number = first.number; number < last; number += step)
		if (!numbers.has(number)) without.push(nameOf({ row: first.row, number }));
	/* Mostly gaps: no block. */
	if (without.length > row.length) return undefined;
	return newBlock({
		from: first.row,
		to: first.row,
		first: first.number,
		last,
		step,
		priceClass: first.priceClass,
		type,
		types,
		without,
	});
}

function straight(block: Block, row: readonly Seat[]): Block | undefined {
	const [first] = row;
	if (row.some(({ y }) => y !== first!.y)) return undefined;
	const gaps = row.slice(1).map((seat, i) => {
		const before = row[i]!;
		const columns = (seat.number - before.number) / block.step;
		return { number: before.number, columns, wide: seat.x - before.x };
	});
	const dx = mostOf(gaps.map(({ wide, columns }) => hundredths(wide / columns))) ?? 1;
	const aisles = gaps
		.map((gap) => ({ number: gap.number, more: hundredths(gap.wide - gap.columns * dx) }))
		.filter(({ more }) => more !== 0);
	const aisle = aisles[0]?.more ?? 1;
	const next = {
		...block,
		x: first!.x,
		y: first!.y,
		dx,
		aisle,
		aisles: aisles.map(({ number }) => number),
	};
	return row.every((seat) => sameSpot(next, 0, seat)) ? next : undefined;
}

function curved(block: Block, row: readonly Seat[]): Block | undefined {
	const wide = Math.max(1, block.last - block.first);
	const parts = row.map(({ number }) => (number - block.first) / wide);
	for (const { x, y, ...arc } of circleOf(row, parts)) {
		const next = { ...block, x, y, arc };
		if (row.every((seat) => sameSpot(next, 0, seat))) return next;
	}
	return undefined;
}

/** Labels that a block skips to come to a row; undefined: it does not. */
function skipped(to: string, row: string): string[] | undefined {
	const skip: string[] = [];
	let label = nextLabel(to);
	while (label !== undefined && label !== row && skip.length < SKIP_MAX) {
		skip.push(label);
		label = nextLabel(label);
	}
	return label === row ? skip : undefined;
}

/** How far rows of a block are from each other, by one that may be its next. */
function rowsApart(block: Block, rows: number, row: readonly Seat[]): number {
	const { arc } = block;
	if (arc === undefined) return hundredths((row[0]!.y - block.y) / rows);
	const far = row.reduce((sum, seat) => sum + distance(block, seat), 0) / row.length;
	return hundredths((far - arc.radius) / rows);
}

const alike = (a: Block, b: Block): boolean =>
	a.first === b.first &&
	a.last === b.last &&
	a.step === b.step &&
	a.priceClass === b.priceClass &&
	a.type === b.type;

/** The block with one more row, where it gives the very seats. */
function grownBy(block: Block, rows: number, row: Block, seats: readonly Seat[]): Block | undefined {
	const skip = skipped(block.to, row.from);
	if (skip === undefined || !alike(block, row)) return undefined;
	const dy = rowsApart(block, rows, seats);
	if (dy === 0 || (rows > 1 && dy !== block.dy)) return undefined;
	const types: Record<string, readonly string[]> = { ...block.types };
	for (const [type, names] of Object.entries(row.types))
		types[type] = [...(types[type] ?? []), ...names];
	const next = {
		...block,
		to: row.to,
		dy,
		skip: [...block.skip, ...skip],
		without: [...block.without, ...row.without],
		types,
	};
	return seats.every((seat) => sameSpot(next, rows, seat)) ? next : undefined;
}

/** Seats of a row that one block may give: of one class, beside each other or
 * apart as a block can say. */
function linesOf(section: Section): Seat[][] {
	const lines: Seat[][] = [];
	let before: Seat | undefined;
	for (const seat of placedOf(section).seats) {
		const goesOn =
			before?.row === seat.row &&
			before.priceClass === seat.priceClass &&
			seat.number > before.number;
		if (goesOn) lines[lines.length - 1]!.push(seat);
		else lines.push([seat]);
		before = seat;
	}
	return lines;
}

function blocksOf(lines: readonly (readonly Seat[])[]): Block[] | undefined {
	const blocks: Block[] = [];
	let rows = 0;
	for (const [i, line] of lines.entries()) {
		const row = rowOf(line);
		if (row === undefined || row.from === "") return undefined;
		const alone = lines[i - 1]?.[0]?.row !== row.from && lines[i + 1]?.[0]?.row !== row.from;
		const last = blocks[blocks.length - 1];
		const next = last && alone && rows > 0 ? grownBy(last, rows, row, line) : undefined;
		const block = next ?? straight(row, line) ?? curved(row, line);
		if (block === undefined) return undefined;
		if (next === undefined) blocks.push(block);
		else blocks[blocks.length - 1] = next;
		rows = next === undefined ? Number(alone) : rows + 1;
	}
	return blocks;
}

const saysSame = (a: Seat, b: Seat): boolean =>
	a.row === b.row &&
	a.number === b.number &&
	a.x === b.x &&
	a.y === b.y &&
	a.priceClass === b.priceClass &&
	a.type === b.type;

function sameSeats(a: Section, b: Section): boolean {
	const [was, is] = [placedOf(a), placedOf(b)];
	return (
		was.seats.length === is.seats.length &&
		was.seats.every((seat, i) => saysSame(seat, is.seats[i]!) && was.apart[i] === is.apart[i])
	);
}

function regrouped(section: Section): Section {
	if (section.kind !== "assigned") return section;
	const blocks = blocksOf(linesOf(section));
	if (blocks === undefined) return section;
	const fewer = blocks.length < section.blocks.length + section.seats.length;
	if (!fewer || !blocks.every((block) => seatsOf(block).length > 0)) return section;
	const next = asBefore(section, { ...section, blocks, seats: [] });
	return sameSeats(section, next) ? next : section;
}

export const regroup = (hall: Hall): Hall => ({
	...hall,
	sections: hall.sections.map(regrouped),
});
