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
			capacity: seats.filter((seat) => seat.section_id === id).length,
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
	const rings = Math.ceil(n / 10_000);
	for (let s = 0; seats.length < n; s++) {
		const ring = Math.floor(s / 10);
		const radius = 34 + ring * 24;
		const from = ((s % 10) * 36 + 1.5) * (Math.PI / 180);
		const to = ((s % 10) * 36 + 34.5) * (Math.PI / 180);
		let made = 0;
		for (let r = 0; r < 20; r++) {
			const segment: number[] = [];
			for (let k = 0; k < 50 && seats.length < n; k++) {
				const angle = from + ((to - from) * k) / 49;
				const far = (radius + r * 0.95) * (1 + ring * 0.18);
				seats.push({
					seat_id: seats.length + 1,
					section_id: s + 1,
					row: String(r + 1),
					number: k + 1,
					type: r === 19 && k < 4 ? "wheelchair" : "standard",
					price_class: 1 + (ring % 3),
					x: Math.round(far * Math.sin(angle) * 100) / 100,
					y: Math.round(-far * Math.cos(angle) * 100) / 100,
				});
				segment.push(seats.length);
				made++;
			}
			if (segment.length > 0) segments.push(segment);
		}
		sections.push({
			section_id: s + 1,
			name: `Block ${100 * (ring + 1) + (s % 10) + 1}`,
			kind: "assigned",
			capacity: made,
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
				y: (34 + rings * 24) * (1 + rings * 0.18) + 2,
				width: 8,
				height: 4,
			},
		],
	};
}
