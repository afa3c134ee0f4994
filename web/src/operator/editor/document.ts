// SPDX-License-Identifier: BSD-2-Clause
//
// document - what the editor works on: a seat plan (doc/load.md), whole
//
// Each member that a plan may leave out is here with its preset, and each thing
// has an id, by which it is found again after others have changed. Nothing is
// changed in place: what is the same object has the same seats.
//
// Layer: operator/editor.

export interface Point {
	readonly x: number;
	readonly y: number;
}

export interface Names {
	readonly ko: string;
	readonly en: string;
}

export interface PriceClass {
	readonly key: string;
	readonly name: Names;
}

/** Of the first row; degrees clockwise from straight down. */
export interface Arc {
	readonly radius: number;
	readonly from: number;
	readonly to: number;
}

/** Rows that are numbered alike. (x, y) is the first seat of the first row, or
 * the middle of the circle of an arc. */
export interface Block extends Point {
	readonly id: string;
	readonly from: string;
	readonly to: string;
	readonly skip: readonly string[];
	readonly first: number;
	readonly last: number;
	readonly step: number;
	/** Key of a class; "": none yet. */
	readonly priceClass: string;
	readonly type: string;
	readonly dx: number;
	readonly dy: number;
	readonly aisle: number;
	readonly aisles: readonly number[];
	readonly arc: Arc | undefined;
	/** Seats that are not there, "A-1". */
	readonly without: readonly string[];
	/** Seats of another type, by type. */
	readonly types: Readonly<Record<string, readonly string[]>>;
}

/** A seat written out. */
export interface Single extends Point {
	readonly id: string;
	readonly row: string;
	readonly number: number;
	readonly priceClass: string;
	readonly type: string;
}

export interface Area extends Point {
	readonly width: number;
	readonly height: number;
}

export type Kind = "assigned" | "slot" | "counter";

export interface Section {
	readonly id: string;
	readonly key: string;
	readonly name: Names;
	readonly kind: Kind;
	readonly focus: Point | undefined;
	/** assigned */
	readonly blocks: readonly Block[];
	readonly seats: readonly Single[];
	readonly breaks: readonly string[];
	readonly joins: readonly string[];
	/** slot, counter */
	readonly capacity: number;
	readonly priceClass: string;
	readonly area: Area;
}

export interface Decoration extends Area {
	readonly id: string;
	readonly kind: "stage" | "exit" | "text";
	readonly label: Names;
}

export interface Hall {
	readonly classes: readonly PriceClass[];
	readonly sections: readonly Section[];
	readonly decorations: readonly Decoration[];
}

export const EMPTY: Hall = { classes: [], sections: [], decorations: [] };

export const SEATS_MAX = 100_000;
export const SECTIONS_MAX = 1000;
export const CLASSES_MAX = 200;
export const DECORATIONS_MAX = 100;
export const AISLES_MAX = 100;
export const NAME_MAX = 100;
export const LABEL_MAX = 40;
export const PLACE_MAX = 1e6;
export const STANDARD = "standard";

let made = 0;
/** One that nothing else has in this window. */
export function newId(letter: "b" | "d" | "k" | "s"): string {
	return `${letter}${++made}`;
}

/** Places are kept so; the half goes away from zero. */
export function hundredths(value: number): number {
	return (Math.sign(value) * Math.round(Math.abs(value) * 100)) / 100 || 0;
}

export const sameName = (text: string): Names => ({ ko: text, en: text });

export function newBlock(members: Partial<Block>): Block {
	return {
		id: newId("b"),
		from: "A",
		to: "A",
		skip: [],
		first: 1,
		last: 1,
		step: 1,
		priceClass: "",
		type: STANDARD,
		x: 0,
		y: 0,
		dx: 1,
		dy: 1,
		aisle: 1,
		aisles: [],
		arc: undefined,
		without: [],
		types: {},
		...members,
	};
}

export function newSection(members: Partial<Section>): Section {
	return {
		id: newId("s"),
		key: "",
		name: sameName(""),
		kind: "assigned",
		focus: undefined,
		blocks: [],
		seats: [],
		breaks: [],
		joins: [],
		capacity: 1,
		priceClass: "",
		area: { x: 0, y: 0, width: 1, height: 1 },
		...members,
	};
}
