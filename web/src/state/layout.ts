// SPDX-License-Identifier: BSD-2-Clause
//
// layout - a hall's plan as it is sent by row, and each seat of it
//
// A large hall is made in steps, between which the browser does what else there
// is to do: who touches the page meanwhile is not kept waiting.
//
// Layer: state.  Uses: api, map, seating.
import * as api from "../api/calls";
import { makeHall } from "../map/hall";
import { atOnce, inSteps } from "../map/steps";
import { seatingOf } from "./seating";

type Run = api.LayoutRows["rows"][number];

/** The next seats: of each number the first one's is there, and how much more
 * each next one has. */
function addSeats(seats: api.Seat[], run: Run): void {
	const { section_id, row, type, price_class } = run;
	let [number, x, y] = [0, 0, 0];
	for (let i = 0; i < run.numbers.length; i++) {
		number += run.numbers[i]!;
		x += run.x[i]!;
		y += run.y[i]!;
		const seat_id = seats.length + 1;
		seats.push({ seat_id, section_id, row, number, type, price_class, x: x / 100, y: y / 100 });
	}
}

function* making(said: api.LayoutRows, layout: api.Layout): Generator<void> {
	for (const run of said.rows) {
		addSeats(layout.seats, run);
		yield;
	}
	for (const [first = 0, n = 0] of said.segments) {
		layout.segments.push(Array.from({ length: n }, (_, i) => first + i));
		yield;
	}
}

function emptyOf(said: api.LayoutRows): api.Layout {
	const { rows: _, segments: __, ...around } = said;
	return { ...around, seats: [], segments: [] };
}

/** Seats by their seat_id, and segments, as getLayout has them. */
export function layoutOf(said: api.LayoutRows): api.Layout {
	const layout = emptyOf(said);
	atOnce(making(said, layout));
	return layout;
}

/** What waits for the browser has its turn. */
export function others(): Promise<void> {
	return new Promise((done) => setTimeout(done, 0));
}

/** A hall's plan, and all that is made of it once. */
export async function readLayout(performance: number): Promise<api.Layout> {
	const said = await api.getLayoutRows(performance);
	const layout = emptyOf(said);
	await inSteps(making(said, layout), others);
	await makeHall(layout, others);
	await others();
	seatingOf(layout);
	await others();
	return layout;
}
