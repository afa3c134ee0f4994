// SPDX-License-Identifier: BSD-2-Clause
//
// write_plan - a hall as the API takes it (doc/load.md)
//
// What a preset says is left out.
//
// Layer: operator/editor.  Uses: document.
import {
	STANDARD,
	type Area, type Block, type Decoration, type Hall, type Names, type Section, type Single,
} from "./document";

/** A plan, or a part of one. */
export interface Written {
	[member: string]: unknown;
}

const text = (names: Names) => (names.ko === names.en ? names.ko : names);
const unless = (is: boolean, members: Written): Written => (is ? {} : members);
const list = (name: string, items: readonly unknown[]) =>
	unless(items.length === 0, { [name]: items });
const box = ({ x, y, width, height }: Area): Written => ({ x, y, width, height });

function place(block: Block): Written {
	const { x, y, dx, dy, arc } = block;
	const down = unless(dy === 1, { dy });
	if (arc !== undefined) return { arc: { x, y, ...arc }, ...down };
	return {
		x,
		y,
		...unless(dx === 1, { dx }),
		...down,
		...unless(block.aisle === 1, { aisle: block.aisle }),
	};
}

function writeBlock(block: Block): Written {
	const { from, to, first, last, step, type } = block;
	return {
		from,
		...unless(to === from, { to }),
		...list("skip", block.skip),
		numbers: step === 1 ? [first, last] : [first, last, step],
		price_class: block.priceClass,
		...unless(type === STANDARD, { type }),
		...place(block),
		...list("aisles_after", block.aisles),
		...list("without", block.without),
		...unless(Object.keys(block.types).length === 0, { types: block.types }),
	};
}

function writeSingle({ row, number, priceClass, type, x, y }: Single): Written {
	return {
		...unless(row === "", { row }),
		number,
		price_class: priceClass,
		...unless(type === STANDARD, { type }),
		x,
		y,
	};
}

function writeSection(section: Section): Written {
	const named = { key: section.key, name: text(section.name), kind: section.kind };
	const focus = unless(section.focus === undefined, { focus: section.focus });
	if (section.kind !== "assigned")
		return {
			...named,
			price_class: section.priceClass,
			capacity: section.capacity,
			area: box(section.area),
			...focus,
		};
	return {
		...named,
		...list("rows", section.blocks.map(writeBlock)),
		...list("seats", section.seats.map(writeSingle)),
		...list("breaks", section.breaks),
		...list("joins", section.joins),
		...focus,
	};
}

function writeDecoration(decoration: Decoration): Written {
	const { kind, label } = decoration;
	return {
		kind,
		...unless(label.ko === "" && label.en === "", { label: text(label) }),
		...box(decoration),
	};
}

export function writePlan(hall: Hall): Written {
	return {
		price_classes: hall.classes.map(({ key, name }) => ({ key, name: text(name) })),
		sections: hall.sections.map(writeSection),
		...list("decorations", hall.decorations.map(writeDecoration)),
	};
}
