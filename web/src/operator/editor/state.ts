// SPDX-License-Identifier: BSD-2-Clause
//
// state - the hall that is edited, what of it is chosen, and by what tool
//
// One hall at a time. What changes a hall goes through act(), which can be
// taken back.
//
// Layer: operator/editor.  Uses: history, document, split, place, bounds.
import { create } from "zustand";
import { thingsOf } from "./bounds";
import { addBlock, addDecoration, addSection, freeKey, removeSection, type Ids } from "./change";
import {
	newBlock, newId, newSection, sameName,
	type Area, type Decoration, type Hall, type Section,
} from "./document";
import { begin, redo, step, undo, type History } from "./history";
import { labelsOf, lastLabel, nextLabel } from "./labels";
import { nameOf, placedOf } from "./place";
import { byItem, refOf, type SeatRef } from "./split";

export const TOOLS = ["select", "seats", "pan", "rows", "area", "stage", "exit", "text", "focus"] as const;
export type Tool = (typeof TOOLS)[number];

/** A picture under the plan, to draw by; it stays in this browser. */
export interface Trace extends Area {
	readonly image: ImageBitmap;
	/** 0 to 1 */
	readonly opacity: number;
}

export interface Editing {
	history: History<Hall>;
	/** The hall when it was opened or saved. */
	saved: Hall;
	things: Ids;
	seats: ReadonlySet<SeatRef>;
	tool: Tool;
	/** What is drawn goes into this section, and gets this class. */
	section: string;
	priceClass: string;
	segments: boolean;
	trace: Trace | undefined;
}

const NOTHING: ReadonlySet<string> = new Set();

function opened(hall: Hall): Editing {
	return {
		history: begin(hall),
		saved: hall,
		things: NOTHING,
		seats: NOTHING,
		tool: "select",
		section: hall.sections[0]?.id ?? "",
		priceClass: hall.classes[0]?.key ?? "",
		segments: false,
		trace: undefined,
	};
}

/** What one begins with where there is nothing. */
export function newHall(main: { ko: string; en: string }, standard: { ko: string; en: string }): Hall {
	return {
		classes: [{ key: "standard", name: standard }],
		sections: [newSection({ key: "main", name: main })],
		decorations: [],
	};
}

export const useEditor = create<Editing>(() => opened({ classes: [], sections: [], decorations: [] }));

const get = useEditor.getState;
const set = useEditor.setState;
export const hallNow = (): Hall => get().history.now;

export function open(hall: Hall): void {
	get().trace?.image.close();
	set(opened(hall));
}

export const isChanged = ({ history, saved }: Editing): boolean => history.now !== saved;
export const saved = (): void => set({ saved: hallNow() });

// ---- changes ----

/** Seats that are chosen, by the things they are in now. */
function followed(before: Hall, after: Hall, refs: ReadonlySet<SeatRef>): ReadonlySet<SeatRef> {
	if (refs.size === 0) return refs;
	const items = byItem(refs);
	const kept = new Set<SeatRef>();
	const had = new Map(before.sections.map((section) => [section.id, section]));
	for (const section of after.sections) {
		const names = new Set<string>();
		for (const { id } of [...(had.get(section.id)?.blocks ?? []), ...(had.get(section.id)?.seats ?? [])])
			for (const name of items.get(id) ?? []) names.add(name);
		if (names.size === 0) continue;
		for (const seat of placedOf(section).seats) if (names.has(nameOf(seat))) kept.add(refOf(seat));
	}
	return kept;
}

function arrive(history: History<Hall>, things?: Ids): void {
	const { history: was, section, priceClass, ...now } = get();
	const [before, after] = [was.now, history.now];
	const there = new Set(thingsOf(after).map(({ id }) => id));
	const left = [...(things ?? now.things)].filter((id) => there.has(id));
	const isThere = after.sections.some(({ id }) => id === section);
	set({
		history,
		things: new Set(left),
		seats: before === after ? now.seats : followed(before, after, now.seats),
		section: isThere ? section : (after.sections[0]?.id ?? ""),
		priceClass: after.classes.some(({ key }) => key === priceClass)
			? priceClass
			: (after.classes[0]?.key ?? ""),
	});
}

/** tag: many small steps of one kind are taken back at once. */
export function act(change: (hall: Hall) => Hall, tag?: string): void {
	arrive(step(get().history, change(hallNow()), tag));
}

/** A change that chooses what it makes. */
export function make(change: (hall: Hall) => [Hall, Ids]): void {
	const [hall, ids] = change(hallNow());
	arrive(step(get().history, hall), ids);
	set({ seats: NOTHING, tool: "select" });
}

export const takeBack = (): void => arrive(undo(get().history));
export const bringBack = (): void => arrive(redo(get().history));

// ---- choosing ----

export const chooseThings = (things: Ids): void => set({ things, seats: NOTHING });
export const chooseSeats = (seats: ReadonlySet<SeatRef>): void => set({ seats, things: NOTHING });
export const chooseNothing = (): void => set({ things: NOTHING, seats: NOTHING });

export function use(tool: Tool): void {
	set({ tool });
	if (tool === "seats") set({ things: NOTHING });
}

// ---- drawing ----

/** Where rows are drawn: the section at hand, or a new one. */
function withSection(hall: Hall): [Hall, Section] {
	const { section } = get();
	const at = hall.sections.find(({ id, kind }) => id === section && kind === "assigned")
		?? hall.sections.find(({ kind }) => kind === "assigned");
	if (at !== undefined) return [hall, at];
	const made = newSection({
		key: freeKey("section", new Set(hall.sections.map(({ key }) => key))),
		name: sameName("Section"),
	});
	return [addSection(hall, made), made];
}

/** The first label behind all that a section has. */
function freeLabel(section: Section): string {
	const labels = new Set([
		...section.blocks.flatMap(({ from, to, skip }) => labelsOf(from, to, skip) ?? [to]),
		...section.seats.map(({ row }) => row),
	]);
	let label: string | undefined = section.blocks[section.blocks.length - 1]?.to ?? "A";
	while (label !== undefined && labels.has(label)) label = nextLabel(label);
	return label ?? "A";
}

/** A block with its first seat there. */
export function drawRows(x: number, y: number, rows: number, columns: number): void {
	const { priceClass } = get();
	make((hall) => {
		const [next, section] = withSection(hall);
		const from = freeLabel(section);
		const to = lastLabel(from, rows, []) ?? from;
		const block = newBlock({ from, to, last: columns, x, y, priceClass });
		set({ section: section.id });
		return [addBlock(next, section.id, block), new Set([block.id])];
	});
}

/** People to a square unit. */
const DENSITY = 2;

export function drawArea(area: Area, name: { ko: string; en: string }): void {
	const { priceClass } = get();
	make((hall) => {
		const key = freeKey("area", new Set(hall.sections.map((one) => one.key)));
		const capacity = Math.max(1, Math.round(area.width * area.height * DENSITY));
		const section = newSection({ key, name, kind: "slot", area, capacity, priceClass });
		return [addSection(hall, section), new Set([section.id])];
	});
}

export function drawDecoration(kind: Decoration["kind"], area: Area, label: { ko: string; en: string }): void {
	make((hall) => {
		const decoration = { id: newId("d"), kind, label, ...area };
		return [addDecoration(hall, decoration), new Set([decoration.id])];
	});
}

export function drawSection(name: { ko: string; en: string }): void {
	const key = freeKey("section", new Set(hallNow().sections.map((one) => one.key)));
	const section = newSection({ key, name });
	act((hall) => addSection(hall, section));
	set({ section: section.id });
}

export function dropSection(id: string): void {
	act((hall) => removeSection(hall, id));
}
