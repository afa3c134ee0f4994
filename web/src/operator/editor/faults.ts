// SPDX-License-Identifier: BSD-2-Clause
//
// faults - what is wrong with a hall, and what may be
//
// What the API would refuse is an error; a warning is for the operator to
// judge. Each says which things and seats it is about, so that they can be
// shown. What was found of a section is kept as long as the section is.
//
// Layer: operator/editor.  Uses: document, labels, place.
import { SEATS_MAX, type Block, type Hall, type Section } from "./document";
import { labelsOf } from "./labels";
import { columnsOf, distance, nameOf, placedOf, segmentsOf, seatsOf, type Seat } from "./place";
import { refOf, type SeatRef } from "./split";

export type ErrorKind =
	| "no-class" | "no-section" | "empty" | "unpriced" | "doubled" | "rows" | "numbers"
	| "exceptions" | "lost" | "key" | "name" | "same-key" | "size";
export type WarningKind = "isolated" | "overlap" | "unused";

export interface Fault {
	readonly kind: ErrorKind | WarningKind;
	readonly error: boolean;
	/** The section, the class: its key; "": the hall. */
	readonly where: string;
	/** How many. */
	readonly n: number;
	/** Things and seats, the first of them. */
	readonly ids: readonly string[];
	readonly seats: readonly SeatRef[];
}

/** So many seats of a fault are named. */
const SHOWN_MAX = 500;

function fault(
	kind: Fault["kind"],
	where: string,
	ids: readonly string[],
	seats: readonly Seat[] = [],
): Fault[] {
	const n = Math.max(ids.length, seats.length);
	if (n === 0) return [];
	const error = !["isolated", "overlap", "unused"].includes(kind);
	return [{ kind, error, where, n, ids, seats: seats.slice(0, SHOWN_MAX).map(refOf) }];
}

const KEY = /^[A-Za-z0-9._-]{1,64}$/;

/** Names that an exception has and the rows have not, or twice. */
function hasLost(block: Block): boolean {
	const names = [...block.without, ...Object.values(block.types).flat()];
	if (names.length === 0) return false;
	if (new Set(names).size < names.length) return true;
	const rows = labelsOf(block.from, block.to, block.skip)?.length ?? 0;
	const there = new Set(seatsOf(block).map(nameOf));
	return (
		there.size + block.without.length !== rows * columnsOf(block) ||
		Object.values(block.types).flat().some((name) => !there.has(name))
	);
}

function doubled(seats: readonly Seat[]): Seat[] {
	const seen = new Set<string>();
	return seats.filter((seat) => {
		const name = nameOf(seat);
		if (seen.has(name)) return true;
		seen.add(name);
		return false;
	});
}

function lostNames(section: Section): boolean {
	const names = [...section.breaks, ...section.joins];
	if (names.length === 0) return false;
	const all = new Set(placedOf(section).seats.map(nameOf));
	return (
		names.some((name) => !all.has(name)) ||
		new Set(section.breaks).size < section.breaks.length ||
		new Set(section.joins).size < section.joins.length
	);
}

function ofSection(section: Section): Fault[] {
	const { key, id, blocks } = section;
	const one = (kind: ErrorKind, is: boolean) => fault(kind, key, is ? [id] : []);
	const those = (kind: ErrorKind, is: (block: Block) => boolean) =>
		fault(kind, key, blocks.filter(is).map((block) => block.id));
	const { seats } = placedOf(section);
	return [
		...one("key", !KEY.test(key)),
		...one("name", section.name.ko === "" || section.name.en === ""),
		...those("rows", ({ from, to, skip }) => labelsOf(from, to, skip) === undefined),
		...those("numbers", (block) => block.last < block.first || block.step < 1),
		...those("exceptions", hasLost),
		...one("lost", lostNames(section)),
		...one("empty", section.kind === "assigned" && seats.length === 0),
		...one("size", section.kind !== "assigned" && (section.capacity < 1 || section.capacity > SEATS_MAX)),
		...fault("doubled", key, [], doubled(seats)),
		...fault(
			"isolated",
			key,
			[],
			segmentsOf(section).filter(({ length }) => length === 1).map(([seat]) => seat!),
		),
	];
}

const kept = new WeakMap<Section, Fault[]>();

function keptOf(section: Section): Fault[] {
	const faults = kept.get(section) ?? ofSection(section);
	kept.set(section, faults);
	return faults;
}

function unpriced(hall: Hall, section: Section): Fault[] {
	const keys = new Set(hall.classes.map(({ key }) => key));
	const ids = [...section.blocks, ...section.seats]
		.filter(({ priceClass }) => !keys.has(priceClass))
		.map(({ id }) => id);
	if (section.kind !== "assigned" && !keys.has(section.priceClass)) ids.push(section.id);
	return fault("unpriced", section.key, ids);
}

function again(keys: readonly string[]): string[] {
	return keys.filter((key, i) => keys.indexOf(key) !== i);
}

function unused(hall: Hall): Fault[] {
	const used = new Set(
		hall.sections.flatMap((section) => [
			section.kind === "assigned" ? "" : section.priceClass,
			...[...section.blocks, ...section.seats].map(({ priceClass }) => priceClass),
		]),
	);
	return hall.classes
		.filter(({ key }) => !used.has(key))
		.flatMap(({ key }) => fault("unused", key, [key]));
}

/** The usual distance of neighbours, of some of them. */
export function pitchOf(hall: Hall): number {
	const steps: number[] = [];
	for (const section of hall.sections) {
		const { seats } = placedOf(section);
		const by = Math.max(1, Math.floor(seats.length / 200));
		for (let i = 1; i < seats.length; i += by) {
			const [a, b] = [seats[i - 1]!, seats[i]!];
			if (a.row === b.row && a.item === b.item) steps.push(distance(a, b));
		}
	}
	const sorted = steps.filter((step) => step > 0).sort((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? 1;
}

/** Nearer than that part of the usual distance, seats lie on each other. */
const OVERLAP = 0.5;

function overlaps(hall: Hall): Fault[] {
	const least = pitchOf(hall) * OVERLAP;
	const cells = new Map<number, Seat[]>();
	const found: Seat[] = [];
	const cell = (x: number, y: number) => Math.floor(x / least) * 2 ** 26 + Math.floor(y / least);
	for (const section of hall.sections)
		for (const seat of placedOf(section).seats) {
			const near = [-1, 0, 1].some((dx) =>
				[-1, 0, 1].some((dy) =>
					cells
						.get(cell(seat.x + dx * least, seat.y + dy * least))
						?.some((other) => distance(other, seat) < least),
				),
			);
			if (near) found.push(seat);
			const at = cell(seat.x, seat.y);
			const there = cells.get(at);
			if (there === undefined) cells.set(at, [seat]);
			else there.push(seat);
		}
	return fault("overlap", "", [], found);
}

export function seatCount(hall: Hall): number {
	return hall.sections.reduce(
		(sum, section) =>
			sum +
			(section.kind === "assigned" ? placedOf(section).seats.length : section.capacity),
		0,
	);
}

/** Errors first. */
export function faultsOf(hall: Hall): Fault[] {
	const { classes, sections } = hall;
	const one = (kind: ErrorKind, is: boolean) => fault(kind, "", is ? [""] : []);
	const found = [
		...one("no-class", classes.length === 0),
		...one("no-section", sections.length === 0),
		...one("size", seatCount(hall) > SEATS_MAX),
		...classes.flatMap(({ key }) => fault("key", key, KEY.test(key) ? [] : [key])),
		...classes.flatMap(({ key, name }) => fault("name", key, name.ko === "" || name.en === "" ? [key] : [])),
		...again(classes.map(({ key }) => key)).flatMap((key) => fault("same-key", key, [key])),
		...again(sections.map(({ key }) => key)).flatMap((key) => fault("same-key", key, [key])),
		...sections.flatMap((section) => unpriced(hall, section)),
		...sections.flatMap(keptOf),
		...overlaps(hall),
		...unused(hall),
	];
	return [...found.filter(({ error }) => error), ...found.filter(({ error }) => !error)];
}
