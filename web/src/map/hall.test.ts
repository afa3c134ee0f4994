// SPDX-License-Identifier: BSD-2-Clause
// What a layout is made of, and what is found in it.
import { describe, expect, it } from "vitest";
import { givenArena, givenHall } from "./given";
import { eachIn, gridOf, nearest } from "./grid";
import { hallOf } from "./hall";
import { isPickable, levelAt } from "./level";

describe("a hall", () => {
	it("has the neighbours of its segments, and none across an aisle", () => {
		const hall = givenHall({ row: "A", y: 0, seats: "..._...." });
		const place = hall.place[3]!;
		expect(hall.inOrder.slice(hall.from[place], hall.to[place])).toEqual(
			Int32Array.of(3, 4, 5, 6),
		);
	});

	it("knows how far apart seats and rows are, whatever aisles are there", () => {
		const hall = givenHall(
			{ row: "A", y: 0, seats: "...._...." },
			{ row: "B", y: 1.2, seats: "...._...." },
			{ row: "C", y: 2.4, seats: "...._...." },
		);
		expect(hall.pitch).toBe(1);
		expect(hall.sections[0]!.rowGap).toBeCloseTo(1.2, 5);
	});

	it("has sections and rows of its own for each label", () => {
		const hall = givenHall(
			{ row: "A", y: 0, seats: ".." },
			{ row: "A", y: 9, seats: "..", section: 2 },
		);
		expect(hall.rows.length).toBe(2);
		expect(hall.rows.map(({ section }) => section)).toEqual([0, 1]);
	});

	it("turns the seats of a bent row, and those of a straight one not", () => {
		const straight = givenHall({ row: "A", y: 0, seats: "......" });
		expect(Array.from(straight.angle)).toEqual([0, 0, 0, 0, 0, 0]);
		const arena = hallOf(givenArena(1000));
		expect(Math.abs(arena.angle[0]! - arena.angle[49]!)).toBeGreaterThan(0.4);
	});

	it("writes a section's name on seats, also where the row is bent", () => {
		const arena = hallOf(givenArena(2000));
		const grid = gridOf(arena);
		for (const { label } of arena.sections)
			expect(nearest(arena, grid, label.x, label.y, 1.5)).toBeGreaterThan(-1);
	});

	it("is there without seats", () => {
		const hall = givenHall();
		expect(hall.n).toBe(0);
		expect(hall.box.x1).toBeGreaterThan(hall.box.x0);
	});
});

describe("the grid", () => {
	const hall = hallOf(givenArena(20_000));
	const grid = gridOf(hall);

	it("finds the very seats that looking at all of them finds", () => {
		for (let i = 0; i < 300; i++) {
			const x = Math.sin(i) * 70;
			const y = Math.cos(i * 3) * 70;
			let best = -1;
			let least = 2.25;
			for (let k = 0; k < hall.n; k++) {
				const far = (hall.x[k]! - x) ** 2 + (hall.y[k]! - y) ** 2;
				if (far <= least) [best, least] = [k, far];
			}
			const found = nearest(hall, grid, x, y, 1.5);
			if (best < 0) expect(found).toBe(-1);
			else
				expect(
					(hall.x[found]! - x) ** 2 + (hall.y[found]! - y) ** 2,
				).toBeCloseTo(least, 6);
		}
	});

	it("visits each seat of a box once, and few others", () => {
		const box = { x0: -20, y0: -60, x1: 20, y1: -40 };
		const seen = new Set<number>();
		let visits = 0;
		eachIn(grid, box, (seat) => {
			seen.add(seat);
			visits++;
		});
		expect(visits).toBe(seen.size);
		let inside = 0;
		for (let k = 0; k < hall.n; k++) {
			const is =
				hall.x[k]! >= box.x0 &&
				hall.x[k]! <= box.x1 &&
				hall.y[k]! >= box.y0 &&
				hall.y[k]! <= box.y1;
			if (is) expect(seen.has(k)).toBe(true);
			if (is) inside++;
		}
		expect(visits).toBeLessThan(inside * 2);
	});
});

describe("the level of detail", () => {
	it("goes from sections to seats to numbers", () => {
		expect([2, 4.9, 5, 21, 22, 60].map(levelAt)).toEqual([
			"overview",
			"overview",
			"seats",
			"seats",
			"numbers",
			"numbers",
		]);
	});

	it("lets a finger pick only what is large enough for it", () => {
		expect(isPickable(12, "mouse")).toBe(true);
		expect(isPickable(12, "touch")).toBe(false);
		expect(isPickable(4, "mouse")).toBe(false);
	});
});
