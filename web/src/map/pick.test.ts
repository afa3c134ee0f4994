// SPDX-License-Identifier: BSD-2-Clause
// Which seats a tap takes.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { marksOf, NO_FILTER, wanted } from "./filter";
import { givenHall, givenStates } from "./given";
import { isFreeFor, pickAround, pickInstead, type Wish } from "./pick";
import { leavesLone } from "./rule";
import type { Hall } from "./hall";
import type { SeatStates } from "./states";

const wish = (party: number, more: Partial<Wish> = {}): Wish => ({
	party,
	rules: ["no-lone-seat"],
	own: new Set(),
	fits: () => true,
	...more,
});

/** "..#." of one row: its states. */
const taken = (hall: Hall, row: string) =>
	givenStates(hall, row.replace(/\./g, "A").replace(/#/g, "R"));

/** One row; the picked seats as x. */
function tap(row: string, at: number, w: Wish): string {
	const hall = givenHall({ row: "A", y: 0, seats: ".".repeat(row.length) });
	const picked = pickAround(hall, taken(hall, row), w, at);
	return Array.from(row, (_, i) => (picked.includes(i) ? "x" : "-")).join("");
}

describe("a tap for a party", () => {
	it("takes the seat alone for one", () => {
		expect(tap("......", 3, wish(1))).toBe("---x--");
	});

	it("takes them side by side around the seat", () => {
		expect(tap(".........", 4, wish(3))).toBe("---xxx---");
	});

	it("moves over where a seat would be left alone", () => {
		expect(tap("........", 1, wish(2))).toBe("xx------");
		expect(tap("........", 2, wish(2))).toBe("--xx----");
	});

	it("does not sit on taken seats", () => {
		expect(tap("...#....", 4, wish(2))).toBe("----xx--");
		expect(tap("#..#....", 1, wish(3))).toBe("----xxx-");
	});

	it("leaves one alone where the segment allows nothing else", () => {
		expect(tap("#...#", 1, wish(2))).toBe("-xx--");
	});

	it("leaves one alone at a chosen seat only where no rule forbids it", () => {
		expect(tap("........", 1, wish(1, { rules: [] }))).toBe("-x------");
		expect(tap("........", 1, wish(1))).toBe("x-------");
	});

	it("finds nothing where so many cannot sit together", () => {
		expect(tap("..#..#..", 0, wish(3))).toBe("--------");
	});

	it("does not go across an aisle", () => {
		const hall = givenHall({ row: "A", y: 0, seats: "..._..." });
		expect(pickAround(hall, givenStates(hall), wish(3), 2)).toEqual([0, 1, 2]);
	});

	it("goes to the nearest row of the section where its own is full", () => {
		const hall = givenHall(
			{ row: "A", y: 0, seats: "...." },
			{ row: "B", y: 1, seats: "...." },
			{ row: "C", y: 5, seats: "...." },
			{ row: "A", y: 0.5, seats: "....", section: 2 },
		);
		const states = givenStates(hall, "ARRR");
		expect(pickAround(hall, states, wish(2), 0)).toEqual([4, 5]);
	});

	it("takes only what fits the filter", () => {
		const hall = givenHall(
			{ row: "A", y: 0, seats: "....", class: 1 },
			{ row: "B", y: 1, seats: "....", class: 2 },
		);
		const fits = wanted(hall, { ...NO_FILTER, classes: new Set([2]) });
		const only = wish(2, { fits: (seat) => fits[seat] === 1 });
		expect(pickAround(hall, givenStates(hall), only, 1)).toEqual([4, 5]);
	});

	it("counts seats of its own as free", () => {
		const hall = givenHall({ row: "A", y: 0, seats: "....." });
		const states = taken(hall, "###..");
		expect(pickAround(hall, states, wish(3), 2)).toEqual([]);
		const mine = wish(3, { own: new Set([1, 2]) });
		expect(pickAround(hall, states, mine, 2)).toEqual([1, 2, 3]);
	});

	it("passes what the judge says, in any row", () => {
		let seed = 1;
		const any = (below: number) => {
			seed = (seed * 1103515245 + 12345) % 2147483648;
			return Math.floor((seed / 2147483648) * below);
		};
		const wrong: string[] = [];
		for (let i = 0; i < 800; i++) {
			const row = Array.from({ length: 3 + any(12) }, () =>
				any(10) < 7 ? "." : "#",
			).join("");
			const n = 1 + any(4);
			const picked = tap(row, any(row.length), wish(n));
			if (!picked.includes("x")) continue;
			const free = Array.from(row, (c) => c === ".");
			const chosen = Array.from(picked, (c) => c === "x");
			if (!picked.includes("x".repeat(n)) || leavesLone(free, chosen))
				wrong.push(`${row} ${picked}`);
		}
		expect(wrong).toEqual([]);
	}, 60_000);
});

describe("each example of the rule", () => {
	const lines = readFileSync(
		new URL("../../../tests/vectors/seat_rule.tsv", import.meta.url),
		"utf8",
	)
		.split("\n")
		.filter((line) => /^[.#]+\t-*x+-*\tlone\t/.test(line))
		.map((line) => line.split("\t") as [string, string]);

	it.each(lines)("%s: a tap takes another choice than %s", (row, choice) => {
		const n = choice.split("x").length - 1;
		const at = choice.indexOf("x") + ((n - 1) >> 1);
		const picked = tap(row, at, wish(n));
		expect(picked).not.toBe(choice);
		expect(picked.split("x").length - 1).toBe(n);
	});
});

describe("seats for wheelchairs", () => {
	const hall = givenHall({ row: "A", y: 0, seats: "ww.." });
	const states: SeatStates = givenStates(hall);

	it("go last to who does not name them", () => {
		const last = wish(1, { rules: ["accessible-last"] });
		expect(isFreeFor(hall, states, last, 0)).toBe(false);
		expect(pickAround(hall, states, last, 0)).toEqual([2]);
	});

	it("are for who does, and for all where no rule keeps them", () => {
		const named = wish(1, { rules: ["accessible-last"], type: "wheelchair" });
		expect(pickAround(hall, states, named, 0)).toEqual([0]);
		expect(pickAround(hall, states, wish(1, { rules: [] }), 0)).toEqual([0]);
	});

	it("are what the filter shows", () => {
		const filter = { ...NO_FILTER, accessible: true };
		expect(Array.from(wanted(hall, filter))).toEqual([1, 1, 0, 0]);
	});
});

describe("instead of a lost seat", () => {
	it("a near one is found that leaves none alone", () => {
		const hall = givenHall({ row: "A", y: 0, seats: "........" });
		const states = taken(hall, "...#....");
		expect(pickInstead(hall, states, wish(1), 3)).toEqual([2]);
		expect(pickInstead(hall, states, wish(2), 3)).toEqual([4, 5]);
	});
});

describe("classes", () => {
	it("are marked by their letters, or numbers where two are alike", () => {
		const hall = givenHall({ row: "A", y: 0, seats: "...", class: 2 });
		expect(marksOf(hall)).toEqual(["V", "2", "3"]);
	});
});
