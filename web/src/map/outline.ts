// SPDX-License-Identifier: BSD-2-Clause
//
// outline - the shape of a section, from its rows
//
// Rows that lie one behind the other are bound to a ring around them, drawn
// with a thick line: so a section has the shape that its seats have, whatever
// that is. Where rows do not lie so each is a line of its own. Lines have no
// more points than they need.
//
// Layer: map.  Uses: hall.
import type { Box, Hall, Section } from "./hall";

/** x, y, x, y, ... */
export type Line = number[];

export interface Shape {
	/** Around rows that lie behind each other; closed. */
	rings: Line[];
	/** Rows that lie alone. */
	lines: Line[];
	/** So much thicker than the line on which seats are. */
	width: number;
}

export interface Strip extends Shape {
	class: number;
}

export interface Outline {
	/** All of it, across aisles; empty where nobody picks seats. */
	ground: Shape;
	/** Where nobody picks: the area. */
	area: Box | undefined;
	/** By class, broken where an aisle is. */
	strips: Strip[];
}

const FLAT = 0.012;
const AISLE = 1.7;
/** The ground reaches so far beyond the room of its seats, in pitches. */
const AROUND = 0.4;
/** A row is behind another when its ends are nearer than so many gaps. */
const BEHIND = 2.6;

function farthest(line: Line, a: number, b: number): [number, number] {
	const dx = line[2 * b]! - line[2 * a]!;
	const dy = line[2 * b + 1]! - line[2 * a + 1]!;
	const length = Math.hypot(dx, dy) || 1;
	let at = a;
	let most = 0;
	for (let i = a + 1; i < b; i++) {
		const x = line[2 * i]! - line[2 * a]!;
		const y = line[2 * i + 1]! - line[2 * a + 1]!;
		const off = Math.abs(x * dy - y * dx) / length;
		if (off > most) [at, most] = [i, off];
	}
	return [at, most];
}

/** The line without points that are as good as on it (Douglas and Peucker). */
export function simplified(line: Line, off: number): Line {
	const n = line.length / 2;
	const keep = new Uint8Array(n);
	const todo: [number, number][] = n > 0 ? [[0, n - 1]] : [];
	if (n > 0) keep[0] = keep[n - 1] = 1;
	for (let job = todo.pop(); job !== undefined; job = todo.pop()) {
		const [at, most] = farthest(line, ...job);
		if (most <= off) continue;
		keep[at] = 1;
		todo.push([job[0], at], [at, job[1]]);
	}
	return line.filter((_, i) => keep[i >> 1] === 1);
}

const ends = (line: Line) =>
	[line[0]!, line[1]!, line[line.length - 2]!, line[line.length - 1]!] as const;

/** Whether a row lies right behind another: its ends near the other's, and on
 * the same side of it. */
function isBehind(row: Line, other: Line, far: number): boolean {
	const [ax, ay, bx, by] = ends(other);
	const [cx, cy, dx, dy] = ends(row);
	const side = (x: number, y: number) =>
		(bx - ax) * (y - ay) - (by - ay) * (x - ax);
	return (
		Math.hypot(cx - ax, cy - ay) < far &&
		Math.hypot(dx - bx, dy - by) < far &&
		Math.sign(side(cx, cy)) * Math.sign(side(dx, dy)) >= 0 &&
		(bx - ax) * (dx - cx) + (by - ay) * (dy - cy) >= 0
	);
}

/** Whether three rows go one way. */
function goOn(a: Line, b: Line, c: Line): boolean {
	const middle = (line: Line) => {
		const [ax, ay, bx, by] = ends(line);
		return [(ax + bx) / 2, (ay + by) / 2] as const;
	};
	const [ax, ay] = middle(a);
	const [bx, by] = middle(b);
	const [cx, cy] = middle(c);
	return (bx - ax) * (cx - bx) + (by - ay) * (cy - by) > 0;
}

function reversed(line: Line): Line {
	const out: Line = [];
	for (let i = line.length - 2; i >= 0; i -= 2)
		out.push(line[i]!, line[i + 1]!);
	return out;
}

/** Along the first row, the ends of all, and back along the last. */
function ringOf(rows: readonly Line[]): Line {
	const last = rows[rows.length - 1]!;
	const between = rows.slice(1, -1).map(ends);
	return [
		...rows[0]!,
		...between.flatMap(([, , x, y]) => [x, y]),
		...reversed(last),
		...between.reverse().flatMap(([x, y]) => [x, y]),
	];
}

/** Of rows in their order. */
function shapeOf(rows: readonly Line[], far: number, width: number): Shape {
	const open: Line[][] = [];
	for (const row of rows) {
		const stack = open.find((lines) => {
			const last = lines[lines.length - 1]!;
			const before = lines[lines.length - 2];
			return (
				isBehind(row, last, far) &&
				(before === undefined || goOn(before, last, row))
			);
		});
		if (stack === undefined) open.push([row]);
		else stack.push(row);
	}
	return {
		rings: open.filter((stack) => stack.length > 1).map(ringOf),
		lines: open.filter((stack) => stack.length === 1).flat(),
		width,
	};
}

function lineOf(hall: Hall, seats: readonly number[], pitch: number): Line {
	const line: Line = new Array<number>(2 * seats.length);
	for (let k = 0; k < seats.length; k++) {
		line[2 * k] = hall.x[seats[k]!]!;
		line[2 * k + 1] = hall.y[seats[k]!]!;
	}
	return simplified(line, pitch * FLAT);
}

/** A row, cut where an aisle or another class begins. */
function cutRow(
	hall: Hall,
	pitch: number,
	seats: readonly number[],
	strips: Map<number, Line[]>,
): void {
	let run: number[] = [];
	seats.forEach((seat, k) => {
		const next = seats[k + 1];
		const kind = hall.class[seat]!;
		run.push(seat);
		const goesOn =
			next !== undefined &&
			hall.class[next] === kind &&
			Math.hypot(
				hall.x[next]! - hall.x[seat]!,
				hall.y[next]! - hall.y[seat]!,
			) <
				pitch * AISLE;
		if (goesOn) return;
		const lines = strips.get(kind) ?? [];
		lines.push(lineOf(hall, run, pitch));
		strips.set(kind, lines);
		run = [];
	});
}

function areaOf({ box, pitch }: Section): Box | undefined {
	if (box === undefined) return undefined;
	const half = pitch / 2;
	return {
		x0: box.x0 - half,
		y0: box.y0 - half,
		x1: box.x1 + half,
		y1: box.y1 + half,
	};
}

export function outlineOf(hall: Hall, index: number): Outline {
	const section = hall.sections[index]!;
	const { pitch, rowGap } = section;
	const width = Math.max(rowGap, pitch) + pitch * AROUND;
	if (!section.picked)
		return {
			ground: { rings: [], lines: [], width },
			area: areaOf(section),
			strips: [],
		};
	const far = Math.max(rowGap, pitch) * BEHIND;
	const rows = section.rows.map((r) => hall.rows[r]!.seats);
	const strips = new Map<number, Line[]>();
	for (const seats of rows) cutRow(hall, pitch, seats, strips);
	const lines = rows.map((seats) => lineOf(hall, seats, pitch));
	return {
		ground: shapeOf(lines, far, width),
		area: undefined,
		strips: [...strips].map(([kind, cut]) => ({
			class: kind,
			...shapeOf(cut, far, rowGap * 1.02),
		})),
	};
}
