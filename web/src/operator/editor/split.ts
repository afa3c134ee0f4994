// SPDX-License-Identifier: BSD-2-Clause
//
// split - what is done to single seats of a hall
//
// A seat is named by its thing and its name, "b7/A-4". Seats of a block that
// get another class leave it: a block has one.
//
// Layer: operator/editor.  Uses: document, place, change.
import { withoutLost } from "./change";
import { newId, type Block, type Hall, type Section } from "./document";
import { labelsOf } from "./labels";
import { columnsOf, nameOf, placedOf, seatsOf, spotOf, type Seat } from "./place";

export type SeatRef = string;

export const refOf = (seat: Seat): SeatRef => `${seat.item}/${nameOf(seat)}`;

/** The names of seats that are meant, by their things. */
export function byItem(refs: Iterable<SeatRef>): Map<string, Set<string>> {
	const items = new Map<string, Set<string>>();
	for (const ref of refs) {
		const at = ref.indexOf("/");
		const item = ref.slice(0, at);
		items.set(item, (items.get(item) ?? new Set()).add(ref.slice(at + 1)));
	}
	return items;
}

type Refs = Iterable<SeatRef>;

/** Each section in which a seat is meant. */
function eachSection(
	hall: Hall,
	refs: Refs,
	change: (section: Section, meant: Map<string, Set<string>>) => Section,
): Hall {
	const meant = byItem(refs);
	const has = ({ id }: { id: string }) => meant.has(id);
	let same = true;
	const sections = hall.sections.map((section) => {
		if (!section.blocks.some(has) && !section.seats.some(has)) return section;
		same = false;
		return change(section, meant);
	});
	return same ? hall : { ...hall, sections };
}

const changeBlocks = (
	section: Section,
	meant: Map<string, Set<string>>,
	change: (block: Block, names: Set<string>) => Block,
): Section["blocks"] =>
	section.blocks.map((block) => {
		const names = meant.get(block.id);
		return names === undefined ? block : change(block, names);
	});

/** They are not there; their room stays. */
export function removeSeats(hall: Hall, refs: Refs): Hall {
	return eachSection(hall, refs, (section, meant) => {
		const blocks = changeBlocks(section, meant, (block, names) => ({
			...block,
			without: [...new Set([...block.without, ...names])],
			types: withoutNames(block.types, names),
		})).filter((block) => seatsOf(block).length > 0);
		const seats = section.seats.filter(({ id }) => !meant.has(id));
		return withoutLost({ ...section, blocks, seats });
	});
}

function withoutNames(types: Block["types"], names: ReadonlySet<string>): Block["types"] {
	const left = Object.entries(types).map(
		([type, list]) => [type, list.filter((name) => !names.has(name))] as const,
	);
	return Object.fromEntries(left.filter(([, list]) => list.length > 0));
}

/** All seats that these blocks are without are there again. */
export function restoreSeats(hall: Hall, ids: ReadonlySet<string>): Hall {
	const sections = hall.sections.map((section) => ({
		...section,
		blocks: section.blocks.map((block) =>
			ids.has(block.id) && block.without.length > 0 ? { ...block, without: [] } : block,
		),
	}));
	return { ...hall, sections };
}

export function retypeSeats(hall: Hall, refs: Refs, type: string): Hall {
	return eachSection(hall, refs, (section, meant) => ({
		...section,
		blocks: changeBlocks(section, meant, (block, names) => {
			const types = withoutNames(block.types, names);
			if (type === block.type) return { ...block, types };
			return { ...block, types: { ...types, [type]: [...(types[type] ?? []), ...names] } };
		}),
		seats: section.seats.map((seat) => (meant.has(seat.id) ? { ...seat, type } : seat)),
	}));
}

/** Behind the numbers of these seats an aisle begins, or ends. */
export function toggleAisle(hall: Hall, refs: Refs): Hall {
	return eachSection(hall, refs, (section, meant) => ({
		...section,
		blocks: changeBlocks(section, meant, (block, names) => {
			const aisles = new Set(block.aisles);
			for (const name of names) {
				const number = Number(name.slice(name.lastIndexOf("-") + 1));
				if (number < block.last && !aisles.delete(number)) aisles.add(number);
			}
			return { ...block, aisles: [...aisles].sort((a, b) => a - b) };
		}),
	}));
}

/** The seat behind each is its neighbour no more, or is again. */
export function toggleBreak(hall: Hall, refs: Refs): Hall {
	return eachSection(hall, refs, (section, meant) => {
		const breaks = new Set(section.breaks);
		const joins = new Set(section.joins);
		const { seats, apart, unlike } = placedOf(section);
		seats.forEach((seat, i) => {
			const name = nameOf(seat);
			const next = seats[i + 1];
			if (meant.get(seat.item)?.has(name) !== true || next?.row !== seat.row) return;
			const said = breaks.delete(name) || joins.delete(name);
			if (said || unlike[i + 1] === 1) return;
			if (apart[i + 1] === 1) joins.add(name);
			else breaks.add(name);
		});
		return { ...section, breaks: [...breaks], joins: [...joins] };
	});
}

// ---- another class ----

/** A part of a block: whole rows, or a stretch of one. */
function partOf(
	block: Block,
	rows: readonly string[],
	rowNo: number,
	[c0, c1]: readonly [number, number],
	priceClass: string,
): Block {
	const first = block.first + c0 * block.step;
	const last = block.first + c1 * block.step;
	const names = new Set<string>();
	for (const row of rows)
		for (let number = first; number <= last; number += block.step)
			names.add(nameOf({ row, number }));
	const those = (list: readonly string[]) => list.filter((name) => names.has(name));
	const types = Object.entries(block.types).map(([type, list]) => [type, those(list)] as const);
	const [n, { arc }] = [columnsOf(block), block];
	const angle = (c: number) =>
		arc!.from + (arc!.to - arc!.from) * (n === 1 ? 0.5 : c / (n - 1));
	return {
		...block,
		id: newId("b"),
		from: rows[0]!,
		to: rows[rows.length - 1]!,
		skip: block.skip.filter((label) => labelsOf(rows[0]!, rows[rows.length - 1]!, [])?.includes(label)),
		first,
		last,
		priceClass,
		...(arc === undefined
			? spotOf(block, rowNo, c0)
			: {
					arc: {
						radius: arc.radius + rowNo * block.dy,
						from: angle(c0),
						to: angle(c1),
					},
				}),
		aisles: block.aisles.filter((aisle) => aisle >= first && aisle < last),
		without: those(block.without),
		types: Object.fromEntries(types.filter(([, list]) => list.length > 0)),
	};
}

/** Stretches of a row that are meant, and of those that are not. */
function stretchesOf(
	block: Block,
	row: string,
	names: ReadonlySet<string>,
): { columns: [number, number]; meant: boolean }[] {
	const stretches: { columns: [number, number]; meant: boolean }[] = [];
	const without = new Set(block.without);
	for (let c = 0; c < columnsOf(block); c++) {
		const name = nameOf({ row, number: block.first + c * block.step });
		const before = stretches[stretches.length - 1];
		/* The room of a seat that is not there belongs to what is before it. */
		const meant = without.has(name) && before !== undefined ? before.meant : names.has(name);
		if (before?.meant === meant) before.columns[1] = c;
		else stretches.push({ columns: [c, c], meant });
	}
	return stretches;
}

/** The block cut so that these seats have a class of their own. */
function cutOut(block: Block, names: ReadonlySet<string>, priceClass: string): Block[] {
	if (priceClass === block.priceClass) return [block];
	const rows = labelsOf(block.from, block.to, block.skip) ?? [];
	const parts: Block[] = [];
	let whole: { rows: string[]; rowNo: number; meant: boolean } | undefined;
	const classOf = (meant: boolean) => (meant ? priceClass : block.priceClass);
	const full = [0, columnsOf(block) - 1] as const;
	const close = () => {
		if (whole !== undefined)
			parts.push(partOf(block, whole.rows, whole.rowNo, full, classOf(whole.meant)));
		whole = undefined;
	};
	rows.forEach((row, rowNo) => {
		const stretches = stretchesOf(block, row, names);
		const [only] = stretches;
		if (stretches.length === 1 && only !== undefined) {
			if (whole?.meant === only.meant) {
				whole.rows.push(row);
				return;
			}
			close();
			whole = { rows: [row], rowNo, meant: only.meant };
			return;
		}
		close();
		for (const { columns, meant } of stretches)
			parts.push(partOf(block, [row], rowNo, columns, classOf(meant)));
	});
	close();
	return parts.filter((part) => seatsOf(part).length > 0);
}

/** A section of which the seats, in the same order, are beside each other as
 * they were: what places do not tell is said by breaks and joins. */
export function asBefore(before: Section, after: Section): Section {
	const was = placedOf(before).apart;
	const plain = { ...after, breaks: [], joins: [] };
	const { seats, apart } = placedOf(plain);
	const [breaks, joins]: [string[], string[]] = [[], []];
	seats.forEach((seat, i) => {
		const prior = seats[i - 1];
		if (prior === undefined || prior.row !== seat.row || was[i] === apart[i]) return;
		(was[i] === 1 ? breaks : joins).push(nameOf(prior));
	});
	return breaks.length + joins.length === 0 ? plain : { ...plain, breaks, joins };
}

export function priceSeats(hall: Hall, refs: Refs, priceClass: string): Hall {
	return eachSection(hall, refs, (section, meant) =>
		asBefore(section, {
			...section,
			blocks: section.blocks.flatMap((block) => {
				const names = meant.get(block.id);
				return names === undefined ? [block] : cutOut(block, names, priceClass);
			}),
			seats: section.seats.map((seat) =>
				meant.has(seat.id) ? { ...seat, priceClass } : seat,
			),
		}),
	);
}
