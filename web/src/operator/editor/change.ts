// SPDX-License-Identifier: BSD-2-Clause
//
// change - what is done to the things of a hall: each a function from one hall
// to the next
//
// Things are named by their ids (bounds.ts). Who names none, or none that is
// there, gets the same hall.
//
// Layer: operator/editor.  Uses: document, labels, place, bounds.
import { boxOf, joined, thingsOf, type Thing } from "./bounds";
import {
	hundredths, newId,
	type Block, type Decoration, type Hall, type Point, type Section, type Single,
} from "./document";
import { labelsOf, lastLabel, nextLabel } from "./labels";
import { columnsOf, nameOf } from "./place";

export type Ids = ReadonlySet<string>;

/** What each kind of thing becomes; undefined: it goes. */
interface Turn {
	block(block: Block): Block | undefined;
	single(single: Single): Single | undefined;
	/** The section of an area. */
	area(section: Section): Section | undefined;
	decoration(decoration: Decoration): Decoration | undefined;
}

/** The same list where nothing in it changes. */
function each<T extends { readonly id: string }>(
	list: readonly T[],
	ids: Ids,
	turn: (item: T) => T | undefined,
): readonly T[] {
	if (!list.some(({ id }) => ids.has(id))) return list;
	return list.flatMap((item) => {
		const next = ids.has(item.id) ? turn(item) : item;
		return next === undefined ? [] : [next];
	});
}

function turned(hall: Hall, ids: Ids, turn: Turn): Hall {
	const sections = hall.sections.flatMap((section) => {
		if (section.kind !== "assigned" && ids.has(section.id)) {
			const next = turn.area(section);
			return next === undefined ? [] : [next];
		}
		const blocks = each(section.blocks, ids, turn.block);
		const seats = each(section.seats, ids, turn.single);
		const same = blocks === section.blocks && seats === section.seats;
		return [same ? section : { ...section, blocks, seats }];
	});
	const decorations = each(hall.decorations, ids, turn.decoration);
	const same =
		decorations === hall.decorations &&
		sections.length === hall.sections.length &&
		sections.every((section, i) => section === hall.sections[i]);
	return same ? hall : { ...hall, sections, decorations };
}

// ---- one thing's members ----

export const setClasses = (hall: Hall, classes: Hall["classes"]): Hall => ({ ...hall, classes });

/** Its seats keep it when a class gets another key. */
export function setClass(hall: Hall, key: string, to: Hall["classes"][number]): Hall {
	const classes = hall.classes.map((one) => (one.key === key ? to : one));
	if (to.key === key) return { ...hall, classes };
	const its = <T extends { readonly priceClass: string }>(one: T): T =>
		one.priceClass === key ? { ...one, priceClass: to.key } : one;
	const sections = hall.sections.map((section) => ({
		...its(section),
		blocks: section.blocks.map(its),
		seats: section.seats.map(its),
	}));
	return { ...hall, classes, sections };
}

export function setSection(hall: Hall, id: string, members: Partial<Section>): Hall {
	const sections = hall.sections.map((one) => (one.id === id ? { ...one, ...members } : one));
	return { ...hall, sections };
}

export const addSection = (hall: Hall, section: Section): Hall => ({
	...hall,
	sections: [...hall.sections, section],
});

export const removeSection = (hall: Hall, id: string): Hall => ({
	...hall,
	sections: hall.sections.filter((section) => section.id !== id),
});

/** The order of sections is that in which seats are numbered. */
export function moveSection(hall: Hall, id: string, by: -1 | 1): Hall {
	const from = hall.sections.findIndex((section) => section.id === id);
	const to = from + by;
	if (from < 0 || to < 0 || to >= hall.sections.length) return hall;
	const sections = hall.sections.slice();
	[sections[from], sections[to]] = [sections[to]!, sections[from]!];
	return { ...hall, sections };
}

export function addBlock(hall: Hall, section: string, block: Block): Hall {
	const of = hall.sections.find(({ id }) => id === section);
	return of === undefined
		? hall
		: setSection(hall, section, { blocks: [...of.blocks, block] });
}

export const addDecoration = (hall: Hall, decoration: Decoration): Hall => ({
	...hall,
	decorations: [...hall.decorations, decoration],
});

export function setDecoration(hall: Hall, id: string, members: Partial<Decoration>): Hall {
	const decorations = hall.decorations.map((one) => (one.id === id ? { ...one, ...members } : one));
	return { ...hall, decorations };
}

/** Exceptions of seats that are not in its rows any more go. */
function pruned(block: Block): Block {
	if (block.without.length === 0 && Object.keys(block.types).length === 0) return block;
	const columns = columnsOf(block);
	const names = new Set(
		(labelsOf(block.from, block.to, block.skip) ?? []).flatMap((row) =>
			Array.from({ length: columns }, (_, k) =>
				nameOf({ row, number: block.first + k * block.step }),
			),
		),
	);
	const those = (list: readonly string[]) => list.filter((name) => names.has(name));
	const types = Object.entries(block.types).map(([type, list]) => [type, those(list)] as const);
	return {
		...block,
		without: those(block.without),
		types: Object.fromEntries(types.filter(([, list]) => list.length > 0)),
	};
}

const untouched = <T>(thing: T): T => thing;

/** Members that all these blocks get. */
export function setBlocks(hall: Hall, ids: Ids, members: Partial<Block>): Hall {
	return turned(hall, ids, {
		block: (block) => pruned({ ...block, ...members }),
		single: untouched,
		area: untouched,
		decoration: untouched,
	});
}

/** So many rows and seats in each, from the same first ones on. */
export function resized(block: Block, rows: number, columns: number): Block {
	const to = lastLabel(block.from, rows, block.skip) ?? block.to;
	const last = block.first + (columns - 1) * block.step;
	const aisles = block.aisles.filter((aisle) => aisle < last);
	return pruned({ ...block, to, last, aisles });
}

export function resizeBlock(hall: Hall, id: string, rows: number, columns: number): Hall {
	return turned(hall, new Set([id]), {
		block: (block) => resized(block, rows, columns),
		single: untouched,
		area: untouched,
		decoration: untouched,
	});
}

/** The class of things whole; split.ts knows of single seats. */
export function price(hall: Hall, ids: Ids, priceClass: string): Hall {
	const its = <T>(one: T): T => ({ ...one, priceClass });
	return turned(hall, ids, { block: its, single: its, area: its, decoration: untouched });
}

export function retype(hall: Hall, ids: Ids, type: string): Hall {
	return turned(hall, ids, {
		block: (block) => ({ ...block, type, types: {} }),
		single: (single) => ({ ...single, type }),
		area: untouched,
		decoration: untouched,
	});
}

export function remove(hall: Hall, ids: Ids): Hall {
	const gone = () => undefined;
	const next = turned(hall, ids, { block: gone, single: gone, area: gone, decoration: gone });
	if (next === hall) return hall;
	return { ...next, sections: next.sections.map(withoutLost) };
}

/** Breaks and joins of seats that are not there any more go. */
export function withoutLost(section: Section): Section {
	if (section.breaks.length + section.joins.length === 0) return section;
	const names = new Set<string>();
	for (const block of section.blocks)
		for (const row of labelsOf(block.from, block.to, block.skip) ?? [])
			for (let k = 0; k < columnsOf(block); k++)
				names.add(nameOf({ row, number: block.first + k * block.step }));
	for (const block of section.blocks) for (const name of block.without) names.delete(name);
	for (const seat of section.seats) names.add(nameOf(seat));
	const those = (list: readonly string[]) => list.filter((name) => names.has(name));
	return { ...section, breaks: those(section.breaks), joins: those(section.joins) };
}

// ---- where things are ----

const shifted = <T extends Point>(at: T, dx: number, dy: number): T => ({
	...at,
	x: hundredths(at.x + dx),
	y: hundredths(at.y + dy),
});

/** How far each thing goes. */
function moveEach(hall: Hall, ids: Ids, by: (id: string) => Point): Hall {
	const go = <T extends Point & { readonly id: string }>(thing: T): T =>
		shifted(thing, by(thing.id).x, by(thing.id).y);
	return turned(hall, ids, {
		block: go,
		single: go,
		area: (section) => {
			const { x, y } = by(section.id);
			const focus = section.focus && shifted(section.focus, x, y);
			return { ...section, focus, area: shifted(section.area, x, y) };
		},
		decoration: go,
	});
}

export const move = (hall: Hall, ids: Ids, dx: number, dy: number): Hall =>
	dx === 0 && dy === 0 ? hall : moveEach(hall, ids, () => ({ x: dx, y: dy }));

export type Edge = "left" | "centre" | "right" | "top" | "middle" | "bottom";

const onEdge: Record<Edge, (of: Thing["box"], all: Thing["box"]) => Point> = {
	left: (of, all) => ({ x: all.x0 - of.x0, y: 0 }),
	centre: (of, all) => ({ x: (all.x0 + all.x1 - of.x0 - of.x1) / 2, y: 0 }),
	right: (of, all) => ({ x: all.x1 - of.x1, y: 0 }),
	top: (of, all) => ({ x: 0, y: all.y0 - of.y0 }),
	middle: (of, all) => ({ x: 0, y: (all.y0 + all.y1 - of.y0 - of.y1) / 2 }),
	bottom: (of, all) => ({ x: 0, y: all.y1 - of.y1 }),
};

export function align(hall: Hall, ids: Ids, edge: Edge): Hall {
	const things = thingsOf(hall).filter(({ id }) => ids.has(id));
	const all = joined(things.map(({ box }) => box));
	if (all === undefined || things.length < 2) return hall;
	const by = new Map(things.map(({ id, box }) => [id, onEdge[edge](box, all)]));
	return moveEach(hall, ids, (id) => by.get(id)!);
}

const negated = (value: number): number => -value || 0;

/** About the middle of them all; numbers stay with their seats. */
export function mirror(hall: Hall, ids: Ids, axis: "x" | "y"): Hall {
	const all = boxOf(hall, ids);
	if (all === undefined) return hall;
	const sum = axis === "x" ? all.x0 + all.x1 : all.y0 + all.y1;
	const over = <T extends Point>(at: T, size = 0): T => ({
		...at,
		[axis]: hundredths(sum - at[axis] - size),
	});
	const block = (one: Block): Block => {
		const there = over(one);
		if (one.arc !== undefined) {
			const { from, to } = one.arc;
			const half = axis === "x" ? 0 : from + to < 0 ? -180 : 180;
			return { ...there, arc: { ...one.arc, from: half - from, to: half - to } };
		}
		return axis === "x"
			? { ...there, dx: negated(one.dx), aisle: negated(one.aisle) }
			: { ...there, dy: negated(one.dy) };
	};
	return turned(hall, ids, {
		block,
		single: (one) => over(one),
		area: (section) => ({
			...section,
			focus: section.focus && over(section.focus),
			area: over(section.area, axis === "x" ? section.area.width : section.area.height),
		}),
		decoration: (one) => over(one, axis === "x" ? one.width : one.height),
	});
}

// ---- once more ----

/** Beside: the same rows, numbers that go on. Below: rows that go on. */
export type Side = "right" | "below";

interface Names {
	/** By row label: the greatest number. */
	most: Map<string, number>;
	labels: Set<string>;
}

function namesOf(section: Section): Names {
	const most = new Map<string, number>();
	for (const block of section.blocks)
		for (const row of labelsOf(block.from, block.to, block.skip) ?? [])
			most.set(row, Math.max(most.get(row) ?? 0, block.last));
	for (const { row, number } of section.seats)
		most.set(row, Math.max(most.get(row) ?? 0, number));
	return { most, labels: new Set(most.keys()) };
}

const ofRow = (name: string): string => name.slice(0, name.lastIndexOf("-"));
const ofNumber = (name: string): number => Number(name.slice(name.lastIndexOf("-") + 1));

/** A block's exceptions by other names. */
function renamed(block: Block, to: (name: string) => string): Pick<Block, "without" | "types"> {
	return {
		without: block.without.map(to),
		types: Object.fromEntries(
			Object.entries(block.types).map(([type, names]) => [type, names.map(to)]),
		),
	};
}

/** Numbers behind all that the rows have, odd or even as they are. */
function numberedOn(block: Block, { most }: Names): Block {
	const rows = labelsOf(block.from, block.to, block.skip) ?? [];
	const greatest = Math.max(...rows.map((row) => most.get(row) ?? 0), block.last);
	const by = Math.ceil((greatest + 1 - block.first) / block.step) * block.step;
	return {
		...block,
		first: block.first + by,
		last: block.last + by,
		aisles: block.aisles.map((aisle) => aisle + by),
		...renamed(block, (name) => `${ofRow(name)}-${ofNumber(name) + by}`),
	};
}

/** Rows behind all that there are; the block as it is where they cannot be
 * counted on. */
function labelledOn(block: Block, { labels }: Names): Block {
	const rows = labelsOf(block.from, block.to, block.skip) ?? [];
	let from: string | undefined = block.to;
	while (from !== undefined && (labels.has(from) || block.skip.includes(from)))
		from = nextLabel(from);
	if (from === undefined) return block;
	const to = lastLabel(from, rows.length, block.skip);
	const next = to === undefined ? undefined : labelsOf(from, to, block.skip);
	if (next === undefined || to === undefined) return block;
	const row = new Map(rows.map((label, i) => [label, next[i]!]));
	return {
		...block,
		from,
		to,
		...renamed(block, (name) => `${row.get(ofRow(name)) ?? ofRow(name)}-${ofNumber(name)}`),
	};
}

/** A copy of them beside or below with a space of gap between; its ids. */
export function duplicate(hall: Hall, ids: Ids, side: Side, gap = 1): [Hall, Ids] {
	const all = boxOf(hall, ids);
	if (all === undefined) return [hall, ids];
	const by = {
		x: side === "right" ? all.x1 - all.x0 + gap : 0,
		y: side === "below" ? all.y1 - all.y0 + gap : 0,
	};
	const made = new Set<string>();
	const copy = <T extends Point>(one: T, letter: "b" | "d" | "k"): T & { id: string } => {
		const id = newId(letter);
		made.add(id);
		return { ...shifted(one, by.x, by.y), id };
	};
	const keys = new Set(hall.sections.map(({ key }) => key));
	const sections = hall.sections.flatMap((section) => {
		if (section.kind !== "assigned") {
			if (!ids.has(section.id)) return [section];
			const area = shifted(section.area, by.x, by.y);
			const key = freeKey(section.key, keys);
			const id = newId("s");
			made.add(id);
			return [section, { ...section, id, key, area, focus: undefined }];
		}
		const blocks = section.blocks.slice();
		const seats = section.seats.slice();
		const on = side === "right" ? numberedOn : labelledOn;
		let next: Section = section;
		for (const block of section.blocks.filter(({ id }) => ids.has(id))) {
			blocks.push(copy(on(block, namesOf(next)), "b"));
			next = { ...section, blocks, seats };
		}
		for (const single of section.seats.filter(({ id }) => ids.has(id))) {
			const most = namesOf(next).most.get(single.row) ?? 0;
			seats.push(copy({ ...single, number: most + 1 }, "k"));
			next = { ...section, blocks, seats };
		}
		return [next];
	});
	const decorations = hall.decorations.flatMap((one) =>
		ids.has(one.id) ? [one, copy(one, "d")] : [one],
	);
	return [{ ...hall, sections, decorations }, made];
}

/** A key like this one that is not among those; it is one of them then. */
export function freeKey(like: string, keys: Set<string>): string {
	const stem = like.replace(/\d+$/, "") || "section";
	let n = 1;
	while (keys.has(`${stem}${n}`)) n++;
	keys.add(`${stem}${n}`);
	return `${stem}${n}`;
}

/** Blocks and seats of other sections become this one's. */
export function moveTo(hall: Hall, ids: Ids, section: string): Hall {
	const from = hall.sections.filter(({ id }) => id !== section);
	const blocks = from.flatMap((one) => one.blocks.filter(({ id }) => ids.has(id)));
	const seats = from.flatMap((one) => one.seats.filter(({ id }) => ids.has(id)));
	const to = hall.sections.find(({ id }) => id === section);
	if (to === undefined || to.kind !== "assigned" || blocks.length + seats.length === 0) return hall;
	const gone = new Set([...blocks, ...seats].map(({ id }) => id));
	return setSection(remove(hall, gone), section, {
		blocks: [...to.blocks, ...blocks],
		seats: [...to.seats, ...seats],
	});
}
