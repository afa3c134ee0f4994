// SPDX-License-Identifier: BSD-2-Clause
//
// numbering - what the rows and seats of a block are called
//
// Seats stay where they are and keep their types, gaps and aisles; only names
// move over them.
//
// Layer: operator/editor.  Uses: document, labels, place.
import { hundredths, type Block, type Hall } from "./document";
import { labelsOf, lastLabel } from "./labels";
import { columnsOf, nameOf } from "./place";

export interface Numbering {
	/** The label of the first row, and labels that are left out. */
	from: string;
	skip: readonly string[];
	first: number;
	/** 2: odd or even ones, as the first is. */
	step: number;
	/** Seats counted from the other side than now, rows from the other end. */
	turnSeats: boolean;
	turnRows: boolean;
}

/** Names of now to those that their seats get. */
function names(block: Block, next: Block, by: Numbering): Map<string, string> {
	const now = labelsOf(block.from, block.to, block.skip) ?? [];
	const then = labelsOf(next.from, next.to, next.skip) ?? [];
	const columns = columnsOf(block);
	const map = new Map<string, string>();
	now.forEach((row, r) => {
		const to = then[by.turnRows ? now.length - 1 - r : r] ?? row;
		for (let c = 0; c < columns; c++) {
			const column = by.turnSeats ? columns - 1 - c : c;
			map.set(
				nameOf({ row, number: block.first + c * block.step }),
				nameOf({ row: to, number: next.first + column * next.step }),
			);
		}
	});
	return map;
}

function turnedSeats(block: Block): Block {
	const columns = columnsOf(block);
	if (block.arc !== undefined) {
		const { from, to } = block.arc;
		return { ...block, arc: { ...block.arc, from: to, to: from } };
	}
	const width = (columns - 1) * block.dx + block.aisles.length * block.aisle;
	return { ...block, x: block.x + width, dx: -block.dx || 0, aisle: -block.aisle || 0 };
}

function turnedRows(block: Block): Block {
	const rows = labelsOf(block.from, block.to, block.skip)?.length ?? 1;
	const depth = (rows - 1) * block.dy;
	const dy = -block.dy || 0;
	return block.arc === undefined
		? { ...block, y: block.y + depth, dy }
		: { ...block, arc: { ...block.arc, radius: block.arc.radius + depth }, dy };
}

/** returns: the block as it is, where so many rows cannot be counted so; else
 * it, and its seats' names of now to those that they get */
export function renumber(
	block: Block,
	by: Numbering,
): { block: Block; names: Map<string, string> } {
	const columns = columnsOf(block);
	const rows = labelsOf(block.from, block.to, block.skip)?.length ?? 1;
	const to = lastLabel(by.from, rows, by.skip);
	if (to === undefined) return { block, names: new Map() };
	const columnOf = (aisle: number) => Math.floor((aisle - block.first) / block.step);
	const turned = by.turnSeats ? turnedSeats(block) : block;
	const placed = by.turnRows ? turnedRows(turned) : turned;
	const next: Block = {
		...placed,
		from: by.from,
		to,
		skip: by.skip,
		first: by.first,
		step: by.step,
		last: by.first + (columns - 1) * by.step,
		aisles: block.aisles
			.map((aisle) => {
				const column = by.turnSeats ? columns - 2 - columnOf(aisle) : columnOf(aisle);
				return by.first + column * by.step;
			})
			.sort((a, b) => a - b),
	};
	const map = names(block, next, by);
	const those = (list: readonly string[]) => list.map((name) => map.get(name) ?? name);
	return {
		names: map,
		block: {
			...next,
			without: those(block.without),
			types: Object.fromEntries(
				Object.entries(block.types).map(([type, list]) => [type, those(list)]),
			),
		},
	};
}

/** A block of a hall renumbered, with the breaks and joins of its section. */
export function renumberBlock(hall: Hall, id: string, by: Numbering): Hall {
	const sections = hall.sections.map((section) => {
		const block = section.blocks.find((one) => one.id === id);
		if (block === undefined) return section;
		const next = renumber(block, by);
		/* A break is behind a seat: counted from the other side, behind the next. */
		const behind = (name: string): string => {
			if (!by.turnSeats || !next.names.has(name)) return name;
			const at = name.lastIndexOf("-");
			return `${name.slice(0, at)}-${Number(name.slice(at + 1)) + block.step}`;
		};
		const to = (name: string) => next.names.get(behind(name)) ?? name;
		return {
			...section,
			blocks: section.blocks.map((one) => (one.id === id ? next.block : one)),
			breaks: section.breaks.map(to),
			joins: section.joins.map(to),
		};
	});
	return { ...hall, sections };
}

/** Over so many degrees, as wide as it is; 0: straight. Front and middle stay. */
export function bent(block: Block, degrees: number): Block {
	const n = columnsOf(block);
	if (n < 2) return block;
	const { arc, x, y } = block;
	const straight = (n - 1) * block.dx + block.aisles.length * block.aisle;
	const swept = arc === undefined ? 0 : ((arc.from - arc.to) * Math.PI) / 180;
	const wide = arc === undefined ? straight : arc.radius * swept;
	const middle = arc === undefined ? x + wide / 2 : x - arc.radius * Math.sin(((arc.from + arc.to) * Math.PI) / 360);
	const front = arc === undefined ? y : y + arc.radius;
	if (degrees <= 0)
		return {
			...block,
			arc: undefined,
			x: hundredths(middle - wide / 2),
			y: hundredths(front),
			dx: hundredths((wide - block.aisles.length * block.aisle) / (n - 1)),
		};
	const radius = hundredths(Math.abs(wide) / ((degrees * Math.PI) / 180));
	const half = (Math.sign(wide) * degrees) / 2;
	return {
		...block,
		arc: { radius, from: half, to: -half },
		x: hundredths(middle),
		y: hundredths(front - radius),
	};
}
