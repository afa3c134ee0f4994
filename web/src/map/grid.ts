// SPDX-License-Identifier: BSD-2-Clause
//
// grid - the seats near a place, without looking at all of them
//
// Seats lie in square cells, a few to each. A cell's seats stand together in
// one array: cell c has inCell[start[c]] to inCell[start[c + 1] - 1].
//
// Layer: map.  Uses: hall.
import type { Box, Hall } from "./hall";

export interface Grid {
	size: number;
	x0: number;
	y0: number;
	columns: number;
	rows: number;
	start: Int32Array;
	inCell: Int32Array;
}

const SEATS_ACROSS = 4;
const CELLS_MAX = 1 << 18;

export function gridOf(hall: Hall): Grid {
	const { x0, y0, x1, y1 } = hall.box;
	let size = Math.max(hall.pitch * SEATS_ACROSS, 1e-3);
	while (((x1 - x0) / size + 1) * ((y1 - y0) / size + 1) > CELLS_MAX) size *= 2;
	const columns = Math.floor((x1 - x0) / size) + 1;
	const rows = Math.floor((y1 - y0) / size) + 1;
	const start = new Int32Array(columns * rows + 1);
	const inCell = new Int32Array(hall.n);
	const cell = new Int32Array(hall.n);
	for (let i = 0; i < hall.n; i++) {
		const column = Math.floor((hall.x[i]! - x0) / size);
		const row = Math.floor((hall.y[i]! - y0) / size);
		cell[i] = hall.row[i]! < 0 ? -1 : row * columns + column;
		if (cell[i]! >= 0) start[cell[i]! + 1]!++;
	}
	for (let c = 1; c < start.length; c++) start[c]! += start[c - 1]!;
	const next = start.slice();
	for (let i = 0; i < hall.n; i++)
		if (cell[i]! >= 0) inCell[next[cell[i]!]!++] = i;
	return { size, x0, y0, columns, rows, start, inCell };
}

/** Each seat in a box, and some that are just outside. */
export function eachIn(grid: Grid, box: Box, each: (seat: number) => void): void {
	const on = (value: number, most: number) =>
		Math.min(Math.max(Math.floor(value / grid.size), 0), most);
	const c0 = on(box.x0 - grid.x0, grid.columns - 1);
	const c1 = on(box.x1 - grid.x0, grid.columns - 1);
	const r0 = on(box.y0 - grid.y0, grid.rows - 1);
	const r1 = on(box.y1 - grid.y0, grid.rows - 1);
	for (let r = r0; r <= r1; r++) {
		const from = grid.start[r * grid.columns + c0]!;
		const to = grid.start[r * grid.columns + c1 + 1]!;
		for (let k = from; k < to; k++) each(grid.inCell[k]!);
	}
}

/** The seat nearest to a place, no farther than that; -1: there is none. */
export function nearest(
	hall: Hall,
	grid: Grid,
	x: number,
	y: number,
	within: number,
): number {
	const box = { x0: x - within, y0: y - within, x1: x + within, y1: y + within };
	let best = -1;
	let least = within * within;
	eachIn(grid, box, (seat) => {
		const far = (hall.x[seat]! - x) ** 2 + (hall.y[seat]! - y) ** 2;
		if (far > least) return;
		least = far;
		best = seat;
	});
	return best;
}
