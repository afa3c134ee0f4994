// SPDX-License-Identifier: BSD-2-Clause
// Layouts for tests.
import { hallOf, type Hall } from "./hall";
import { SeatStates } from "./states";
import type { Layout, LayoutSeat } from "./wire";

interface RowSpec {
	section?: number;
	row: string;
	y: number;
	/** A seat a letter: . standard, w wheelchair, _ an aisle. */
	seats: string;
	class?: number;
}

/** Rows of seats one unit apart; what an aisle parts are no neighbours. */
export function givenLayout(...rows: RowSpec[]): Layout {
	const seats: LayoutSeat[] = [];
	const segments: number[][] = [];
	for (const spec of rows) {
		let segment: number[] = [];
		let number = 0;
		Array.from(spec.seats).forEach((letter, x) => {
			if (letter === "_") {
				if (segment.length > 0) segments.push(segment);
				segment = [];
				return;
			}
			seats.push({
				seat_id: seats.length + 1,
				section_id: spec.section ?? 1,
				row: spec.row,
				number: ++number,
				type: letter === "w" ? "wheelchair" : "standard",
				price_class: spec.class ?? 1,
				x,
				y: spec.y,
			});
			segment.push(seats.length);
		});
		if (segment.length > 0) segments.push(segment);
	}
	const ids = [...new Set(seats.map((seat) => seat.section_id))];
	return {
		sections: ids.map((id) => ({
			section_id: id,
			name: `Section ${id}`,
			kind: "assigned",
		})),
		price_classes: [
			{ id: 1, name: "VIP", price: 90000 },
			{ id: 2, name: "Regular", price: 60000 },
			{ id: 3, name: "Restricted", price: 30000 },
		],
		decorations: [],
		seats,
		segments,
	};
}

export function givenHall(...rows: RowSpec[]): Hall {
	return hallOf(givenLayout(...rows));
}

/** Letters by seat_id, what is left out being free. */
export function givenStates(hall: Hall, letters = ""): SeatStates {
	const states = new SeatStates(hall.n);
	states.set({ version: "1-0-0", statuses: letters.padEnd(hall.n, "A") });
	return states;
}

/** Sections of arcs around a stage, to so many seats. */
export function givenArena(n: number): Layout {
	const rows: RowSpec[] = [];
	const layout = givenLayout(...rows);
	const sections: Layout["sections"][number][] = [];
	const seats: LayoutSeat[] = [];
	const segments: number[][] = [];
	let outer = 0;
	for (let s = 0; seats.length < n; s++) {
		const ring = Math.floor(s / 10);
		const from = ((s % 10) * 36 + 1.5) * (Math.PI / 180);
		const to = ((s % 10) * 36 + 34.5) * (Math.PI / 180);
		for (let r = 0; r < 20; r++) {
			const segment: number[] = [];
			const radius = 30 + ring * 24 + r * 1.05;
			const across = Math.floor(radius * (to - from));
			outer = radius;
			for (let k = 0; k < across && seats.length < n; k++) {
				const angle = from + ((to - from) * (k + 0.5)) / across;
				seats.push({
					seat_id: seats.length + 1,
					section_id: s + 1,
					row: String(r + 1),
					number: k + 1,
					type: r === 19 && k < 4 ? "wheelchair" : "standard",
					price_class: 1 + (ring % 3),
					x: Math.round(radius * Math.sin(angle) * 100) / 100,
					y: Math.round(-radius * Math.cos(angle) * 100) / 100,
				});
				segment.push(seats.length);
			}
			if (segment.length > 0) segments.push(segment);
		}
		sections.push({
			section_id: s + 1,
			name: `Block ${100 * (ring + 1) + (s % 10) + 1}`,
			kind: "assigned",
		});
	}
	const stage = { kind: "stage" as const, label: "Stage" };
	return {
		...layout,
		sections,
		seats,
		segments,
		decorations: [
			{ ...stage, x: -14, y: -9, width: 28, height: 18 },
			{
				kind: "exit",
				label: "Exit",
				x: -4,
				y: outer + 3,
				width: 8,
				height: 4,
			},
		],
	};
}

type Maker = Omit<LayoutSeat, "seat_id">;

/** Blocks of one section; a block's seats of a row that stand together are a
 * segment. */
function layoutOf(
	names: readonly string[],
	classes: readonly [string, number][],
	rows: readonly Maker[][],
	decorations: Layout["decorations"],
): Layout {
	const seats: LayoutSeat[] = [];
	const segments = rows.map((row) =>
		row.map((seat) => {
			seats.push({ ...seat, seat_id: seats.length + 1 });
			return seats.length;
		}),
	);
	return {
		sections: names.map((name, i) => ({
			section_id: i + 1,
			name,
			kind: "assigned",
		})),
		price_classes: classes.map(([name, price], i) => ({
			id: i + 1,
			name,
			price,
		})),
		decorations,
		seats,
		segments,
	};
}

/** Stalls and two balconies, bent around a stage. */
export function givenConcert(): Layout {
	const blocks = [
		{ section: 1, kind: 1, from: "A", n: 8, seats: 30, r: 14, deg: 38 },
		{ section: 1, kind: 2, from: "J", n: 10, seats: 34, r: 23, deg: 36 },
		{ section: 2, kind: 3, from: "A", n: 6, seats: 40, r: 36, deg: 40 },
		{ section: 3, kind: 4, from: "A", n: 5, seats: 44, r: 45, deg: 42 },
	];
	const rows = blocks.flatMap((block) =>
		Array.from({ length: block.n }, (_, r) =>
			Array.from({ length: block.seats }, (_, k): Maker => {
				const turn = -block.deg + (2 * block.deg * k) / (block.seats - 1);
				const angle = (turn * Math.PI) / 180;
				return {
					section_id: block.section,
					row: String.fromCharCode(block.from.charCodeAt(0) + r),
					number: k + 1,
					type:
						block.kind === 2 && r === 9 && (k < 2 || k > 31)
							? "wheelchair"
							: "standard",
					price_class: block.kind,
					x: (block.r + r) * Math.sin(angle),
					y: (block.r + r) * Math.cos(angle),
				};
			}),
		),
	);
	return layoutOf(
		["Stalls", "First Balcony", "Second Balcony"],
		[
			["VIP", 150000],
			["R", 120000],
			["S", 90000],
			["A", 60000],
		],
		rows,
		[{ kind: "stage", label: "Stage", x: -9, y: 3, width: 18, height: 7 }],
	);
}

/** Three zones between two aisles, before a screen. */
export function givenCinema(): Layout {
	const rows: Maker[][] = [];
	for (let r = 0; r < 12; r++)
		for (const [from, to] of [
			[1, 5],
			[6, 15],
			[16, 20],
		] as const)
			rows.push(
				Array.from({ length: to - from + 1 }, (_, k): Maker => {
					const number = from + k;
					const aisles = number > 15 ? 2 : number > 5 ? 1 : 0;
					return {
						section_id: 1,
						row: "ABCDEFGHJKLM"[r]!,
						number,
						type:
							r === 11 && (number < 3 || number > 18)
								? "wheelchair"
								: "standard",
						price_class: r < 3 ? 1 : r < 8 ? 2 : 3,
						x: number - 1 + aisles,
						y: r + (r > 7 ? 0.4 : 0) + (r > 2 ? 0.2 : 0),
					};
				}),
			);
	return layoutOf(
		["Main"],
		[
			["Economy", 10000],
			["Standard", 14000],
			["Prime", 16000],
		],
		rows,
		[
			{ kind: "stage", label: "Screen", x: 1, y: -3.6, width: 19, height: 1 },
			{ kind: "exit", label: "Exit", x: 9, y: 13.2, width: 3, height: 1.2 },
		],
	);
}
