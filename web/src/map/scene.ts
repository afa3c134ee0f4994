// SPDX-License-Identifier: BSD-2-Clause
//
// scene - all that is to be seen, wherever one looks from
//
// Layer: map.  Uses: hall, grid, outline, states, steps, filter, theme.
import { marksOf, NO_FILTER, wanted, type Filter } from "./filter";
import { gridOf, type Grid } from "./grid";
import { hallOf, type Hall } from "./hall";
import { outlineOf, type Outline } from "./outline";
import { SeatStates } from "./states";
import { inSteps } from "./steps";
import type { Theme } from "./theme";
import type { Layout } from "./wire";

/** What the map writes besides names. */
export interface MapWords {
	left(n: number): string;
	soldOut: string;
}

/** What is written on a blocked seat, and in what colours. */
export interface Label {
	text: string;
	colour: string;
	ink: string;
}

export interface Scene {
	hall: Hall;
	grid: Grid;
	outlines: Outline[];
	states: SeatStates;
	/** Whether the states have been told. */
	known: boolean;
	filter: Filter;
	/** Of each seat, 1 where it passes the filter. */
	wanted: Uint8Array;
	chosen: Set<number>;
	labels: ReadonlyMap<number, Label>;
	/** By section, then class: seats in all, and those free and wanted. */
	total: Int32Array;
	free: Int32Array;
	/** How often free was counted. */
	counted: number;
	marks: string[];
	theme: Theme;
	words: MapWords;
}

const made = new WeakMap<Hall, Outline[]>();

function* outlining(hall: Hall, outlines: Outline[]): Generator<void> {
	for (let i = 0; i < hall.sections.length; i++) {
		outlines.push(outlineOf(hall, i));
		yield;
	}
}

/** Make ahead what takes long, in steps. rest: between them, what else there is to
 * do has its turn. */
export async function prepare(layout: Layout, rest: () => Promise<void>): Promise<void> {
	const hall = hallOf(layout);
	const outlines: Outline[] = [];
	await inSteps(outlining(hall, outlines), rest);
	made.set(hall, outlines);
}

export function sceneOf(layout: Layout, theme: Theme, words: MapWords): Scene {
	const hall = hallOf(layout);
	const cells = hall.sections.length * hall.classes.length;
	const total = new Int32Array(cells);
	for (let i = 0; i < hall.n; i++)
		if (hall.row[i]! >= 0) total[cellOf(hall, i)]!++;
	return {
		hall,
		grid: gridOf(hall),
		outlines: made.get(hall) ?? hall.sections.map((_, i) => outlineOf(hall, i)),
		states: new SeatStates(hall.n),
		known: false,
		filter: NO_FILTER,
		wanted: wanted(hall, NO_FILTER),
		chosen: new Set(),
		labels: new Map(),
		total,
		free: new Int32Array(cells),
		counted: 0,
		marks: marksOf(hall),
		theme,
		words,
	};
}

function cellOf(hall: Hall, seat: number): number {
	return hall.section[seat]! * hall.classes.length + hall.class[seat]!;
}

/** To be called before free is looked at, after states or the filter moved. */
export function countFree(scene: Scene): void {
	const { hall, states, free } = scene;
	scene.counted++;
	free.fill(0);
	for (let i = 0; i < hall.n; i++)
		if (states.isFree(i) && scene.wanted[i] === 1) free[cellOf(hall, i)]!++;
}

/** What is free of a section, and of how many. */
export function leftOf(scene: Scene, section: number): [number, number] {
	const n = scene.hall.classes.length;
	let free = 0;
	let total = 0;
	for (let c = section * n; c < (section + 1) * n; c++) {
		free += scene.free[c]!;
		total += scene.total[c]!;
	}
	return [free, total];
}
