// SPDX-License-Identifier: BSD-2-Clause
// The shapes of sections.
import { describe, expect, it } from "vitest";
import { givenArena, givenHall } from "./given";
import { hallOf } from "./hall";
import { outlineOf, simplified } from "./outline";

describe("a line", () => {
	it("keeps its ends and corners only", () => {
		expect(simplified([0, 0, 1, 0, 2, 0, 2, 1, 2, 2], 0.01)).toEqual([
			0, 0, 2, 0, 2, 2,
		]);
	});

	it("stays as it is where each point is needed, and where it is short", () => {
		expect(simplified([0, 0, 1, 1, 2, 0], 0.1).length).toBe(6);
		expect(simplified([3, 4], 0.1)).toEqual([3, 4]);
		expect(simplified([], 0.1)).toEqual([]);
	});
});

describe("a section", () => {
	it("is a ring around its rows, and strips that end at aisles and classes", () => {
		const hall = givenHall(
			{ row: "A", y: 0, seats: "..._..." },
			{ row: "B", y: 1, seats: "..._..." },
			{ row: "C", y: 2, seats: "..._...", class: 2 },
		);
		const { ground, strips } = outlineOf(hall, 0);
		expect(ground.rings).toEqual([[0, 0, 6, 0, 6, 1, 6, 2, 0, 2, 0, 1]]);
		expect(ground.lines).toEqual([]);
		expect(strips.map((strip) => strip.class)).toEqual([0, 1]);
		expect(strips[0]!.rings).toEqual([
			[0, 0, 2, 0, 2, 1, 0, 1],
			[4, 0, 6, 0, 6, 1, 4, 1],
		]);
		expect(strips[1]!.lines).toEqual([
			[0, 2, 2, 2],
			[4, 2, 6, 2],
		]);
	});

	it("has a line for a row that lies elsewhere", () => {
		const hall = givenHall(
			{ row: "A", y: 0, seats: "...." },
			{ row: "B", y: 1, seats: "...." },
			{ row: "C", y: 2, seats: "...." },
			{ row: "D", y: 9, seats: "...." },
			{ row: "E", y: 3, seats: "...." },
			{ row: "F", y: 4, seats: "...." },
		);
		const { ground } = outlineOf(hall, 0);
		expect(ground.rings.length).toBe(1);
		expect(ground.rings[0]).not.toContain(9);
		expect(ground.lines).toEqual([[0, 9, 3, 9]]);
	});

	it("has few points though its rows are bent", () => {
		const { ground } = outlineOf(hallOf(givenArena(1000)), 0);
		expect(ground.rings.length).toBe(1);
		expect(ground.rings[0]!.length / 2).toBeLessThan(80);
	});
});
