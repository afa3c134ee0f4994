// SPDX-License-Identifier: BSD-2-Clause
//
// bounds - how far things reach, and which of them a rectangle touches
//
// A thing is a block, a seat written out, an area or a decoration, by its id;
// an area's is its section's.
//
// Layer: operator/editor.  Uses: document, place, map.
import { grown, type Box } from "../../map/hall";
import type { Area, Block, Hall, Point } from "./document";
import { seatsOf } from "./place";

export interface Thing {
	readonly id: string;
	readonly box: Box;
	/** Of a section, -1: a decoration. */
	readonly sectionNo: number;
	readonly block: Block | undefined;
}

export const boxOfArea = ({ x, y, width, height }: Area): Box => ({
	x0: x,
	y0: y,
	x1: x + width,
	y1: y + height,
});

const boxes = new WeakMap<Block, Box>();

/** Of the middles of its seats. */
export function boxOfBlock(block: Block): Box {
	const known = boxes.get(block);
	if (known !== undefined) return known;
	let box: Box | undefined;
	for (const { x, y } of seatsOf(block)) box = grown(box, x, y);
	box ??= grown(undefined, block.x, block.y);
	boxes.set(block, box);
	return box;
}

const kept = new WeakMap<Hall, readonly Thing[]>();

/** All that is in a hall, what is drawn first first. */
export function thingsOf(hall: Hall): readonly Thing[] {
	const known = kept.get(hall);
	if (known !== undefined) return known;
	const things: Thing[] = hall.decorations.map((one) => ({
		id: one.id,
		box: boxOfArea(one),
		sectionNo: -1,
		block: undefined,
	}));
	hall.sections.forEach((section, sectionNo) => {
		if (section.kind !== "assigned")
			things.push({ id: section.id, box: boxOfArea(section.area), sectionNo, block: undefined });
		for (const block of section.blocks)
			things.push({ id: block.id, box: boxOfBlock(block), sectionNo, block });
		for (const { id, x, y } of section.seats)
			things.push({ id, box: grown(undefined, x, y), sectionNo, block: undefined });
	});
	kept.set(hall, things);
	return things;
}

export function joined(boxes: readonly Box[]): Box | undefined {
	let all: Box | undefined;
	for (const box of boxes) {
		all = grown(all, box.x0, box.y0);
		grown(all, box.x1, box.y1);
	}
	return all;
}

export const boxOf = (hall: Hall, ids: ReadonlySet<string>): Box | undefined =>
	joined(thingsOf(hall).filter(({ id }) => ids.has(id)).map(({ box }) => box));

export const inside = (box: Box, { x, y }: Point): boolean =>
	x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1;
