// SPDX-License-Identifier: BSD-2-Clause
// What an operator does to a hall.
import { describe, expect, it } from "vitest";
import { boxOf } from "./bounds";
import {
	addSection, align, duplicate, mirror, move, moveTo, price, remove, resizeBlock, setClass,
} from "./change";
import { compare, isSame } from "./compare";
import { newSection, sameName } from "./document";
import { faultsOf } from "./faults";
import { block, demoPlans, givenHall, names, seatsOf, stalls } from "./given";
import { begin, redo, step, undo } from "./history";
import { bent, renumberBlock } from "./numbering";
import { named } from "./paths";
import { placedOf, segmentsOf } from "./place";
import { readPlan } from "./read_plan";
import { priceSeats, refOf, removeSeats, restoreSeats, retypeSeats, toggleAisle, toggleBreak } from "./split";

const first = (hall: ReturnType<typeof givenHall>) => new Set([block(hall).id]);
const refs = (hall: ReturnType<typeof givenHall>, ...wanted: string[]) =>
	placedOf(stalls(hall)).seats.map(refOf).filter((ref) => wanted.includes(ref.split("/")[1]!));

describe("things", () => {
	it("move, and nothing else with them", () => {
		const hall = givenHall({ last: 3 }, { from: "B", to: "B", y: 1, last: 3 });
		const next = move(hall, first(hall), 2, 0.5);
		expect(block(next)).toMatchObject({ x: 2, y: 0.5 });
		expect(block(next, 1)).toBe(block(hall, 1));
		expect(move(hall, new Set(["nobody"]), 1, 1)).toBe(hall);
	});

	it("align by what they reach", () => {
		const hall = givenHall({ last: 3, x: 1 }, { from: "B", to: "B", y: 1, last: 5, x: 4 });
		const ids = new Set(stalls(hall).blocks.map(({ id }) => id));
		const lefts = (edge: "left" | "centre" | "right") =>
			stalls(align(hall, ids, edge)).blocks.map(({ x }) => x);
		expect(lefts("left")).toEqual([1, 1]);
		expect(lefts("right")).toEqual([6, 4]);
		expect(lefts("centre")).toEqual([3.5, 2.5]);
	});

	it("are mirrored where they stand, whatever they are, and back", () => {
		for (const [, plan] of demoPlans()) {
			const hall = readPlan(plan);
			const ids = new Set(
				hall.sections.flatMap((s) => [s.id, ...s.blocks.map(({ id }) => id)]),
			);
			for (const axis of ["x", "y"] as const) {
				const once = mirror(hall, ids, axis);
				const [was, is] = [boxOf(hall, ids)!, boxOf(once, ids)!];
				for (const side of ["x0", "x1", "y0", "y1"] as const)
					expect(is[side]).toBeCloseTo(was[side], 1);
				const back = (of: typeof hall) =>
					placedOf(of.sections[0]!).seats.map(({ x, y }) => Math.round(x * 10 + y * 1000));
				expect(back(mirror(once, ids, axis)).length).toEqual(back(hall).length);
			}
		}
		const hall = givenHall({ last: 4, aisles: [1] });
		const once = mirror(hall, first(hall), "x");
		expect(placedOf(stalls(once)).seats.map(({ x }) => x)).toEqual([4, 2, 1, 0]);
		expect(seatsOf(mirror(once, first(hall), "x"))).toEqual(seatsOf(hall));
	});

	it("are doubled beside with numbers that go on, below with rows that go on", () => {
		const hall = givenHall({ to: "B", last: 3, without: ["B-3"] });
		const [beside, made] = duplicate(hall, first(hall), "right", 2);
		expect(made.size).toBe(1);
		expect(block(beside, 1)).toMatchObject({ x: 4, first: 4, last: 6, without: ["B-6"] });
		const [below] = duplicate(hall, first(hall), "below");
		expect(block(below, 1)).toMatchObject({ y: 2, from: "C", to: "D", without: ["D-3"] });
		expect(faultsOf(beside).filter(({ error }) => error)).toEqual([]);
		expect(faultsOf(below).filter(({ error }) => error)).toEqual([]);
		const odd = givenHall({ first: 1, last: 5, step: 2 });
		expect(block(duplicate(odd, first(odd), "right")[0], 1)).toMatchObject({ first: 7, last: 11 });
	});

	it("go, and what was said of their seats with them", () => {
		const hall = givenHall({ last: 3 }, { from: "B", to: "B", last: 3 });
		const said = { ...hall, sections: [{ ...stalls(hall), breaks: ["A-1", "B-1"] }] };
		const next = remove(said, first(hall));
		expect(names(next)).toBe("B-1 B-2 B-3");
		expect(stalls(next).breaks).toEqual(["B-1"]);
	});

	it("come into another section", () => {
		const hall = addSection(givenHall({ last: 2 }), newSection({ key: "box", name: sameName("B") }));
		const next = moveTo(hall, first(hall), hall.sections[1]!.id);
		expect(next.sections.map(({ blocks }) => blocks.length)).toEqual([0, 1]);
	});

	it("keep a class of which the key changes", () => {
		const hall = setClass(givenHall({ last: 2 }), "r", { key: "vip", name: sameName("VIP") });
		expect(block(hall).priceClass).toBe("vip");
		expect(faultsOf(hall)).toEqual([]);
	});
});

describe("a block", () => {
	it("grows and shrinks, and forgets what is not there any more", () => {
		const hall = givenHall({ to: "C", last: 4, without: ["C-4"], types: { wheelchair: ["A-1"] } });
		const next = resizeBlock(hall, block(hall).id, 2, 3);
		expect(block(next)).toMatchObject({
			to: "B", last: 3, without: [], types: { wheelchair: ["A-1"] },
		});
	});

	it("is numbered from the other side, odd and from the back, its seats staying", () => {
		const hall = givenHall({ to: "C", last: 4, aisles: [1], without: ["A-4"], types: { couple: ["C-1"] } });
		const by = {
			from: "J", skip: ["K"], first: 1, step: 2, turnSeats: true, turnRows: true,
		};
		const next = renumberBlock(hall, block(hall).id, by);
		const spots = (of: typeof hall) =>
			placedOf(stalls(of)).seats.map(({ x, y, type }) => `${x} ${y} ${type}`).sort();
		expect(spots(next)).toEqual(spots(hall));
		const named = (of: typeof hall, name: string) =>
			placedOf(stalls(of)).seats.find(({ row, number }) => `${row}-${number}` === name);
		expect(named(next, "J-7")).toMatchObject({ x: 0, y: 2, type: "couple" });
		expect(named(next, "M-1")).toBeUndefined();
		expect(segmentsOf(stalls(next)).map(({ length }) => length).sort()).toEqual(
			segmentsOf(stalls(hall)).map(({ length }) => length).sort(),
		);
		expect(faultsOf(next).filter(({ error }) => error)).toEqual([]);
	});
});

describe("seats", () => {
	it("are taken away and come back", () => {
		const hall = givenHall({ last: 4 });
		const next = removeSeats(hall, refs(hall, "A-2"));
		expect(names(next)).toBe("A-1 A-3 A-4");
		expect(seatsOf(restoreSeats(next, first(hall)))).toEqual(seatsOf(hall));
	});

	it("get a type, and lose it", () => {
		const hall = givenHall({ last: 4 });
		const next = retypeSeats(hall, refs(hall, "A-1", "A-2"), "wheelchair");
		expect(block(next).types).toEqual({ wheelchair: ["A-1", "A-2"] });
		expect(block(retypeSeats(next, refs(hall, "A-1", "A-2"), "standard")).types).toEqual({});
	});

	it("get a class of their own where they are, neighbours staying neighbours", () => {
		for (const arc of [undefined, { radius: 20, from: -30, to: 30 }]) {
			const hall = givenHall({ to: "D", last: 6, aisles: [3], aisle: 0.2, arc, without: ["B-2"] });
			const classes = [...hall.classes, { key: "s", name: sameName("S") }];
			const next = priceSeats({ ...hall, classes }, refs(hall, "B-3", "B-4", "C-1"), "s");
			const of = (text: string) => text.replace(/ [rs] /, " ");
			expect(seatsOf(next).map(of)).toEqual(seatsOf(hall).map(of));
			expect(seatsOf(next).filter((seat) => seat.includes(" s ")).length).toBe(3);
			expect(faultsOf(next).filter(({ error }) => error)).toEqual([]);
		}
	});

	it("of whole rows cut a block into few", () => {
		const hall = givenHall({ to: "F", last: 3 });
		const rows = ["C-1", "C-2", "C-3", "D-1", "D-2", "D-3"];
		const next = priceSeats(hall, refs(hall, ...rows), "s");
		expect(stalls(next).blocks.map(({ from, to }) => `${from}${to}`)).toEqual(["AB", "CD", "EF"]);
	});

	it("have an aisle behind them, and a break, and have none", () => {
		const hall = givenHall({ to: "B", last: 4 });
		const aisle = toggleAisle(hall, refs(hall, "A-2"));
		expect(block(aisle).aisles).toEqual([2]);
		expect(block(toggleAisle(aisle, refs(hall, "A-2"))).aisles).toEqual([]);
		const cut = toggleBreak(hall, refs(hall, "A-2"));
		expect(segmentsOf(stalls(cut)).map(({ length }) => length)).toEqual([2, 2, 4]);
		expect(seatsOf(toggleBreak(cut, refs(hall, "A-2")))).toEqual(seatsOf(hall));
	});
});

describe("problems", () => {
	const kinds = (hall: ReturnType<typeof givenHall>) => faultsOf(hall).map(({ kind }) => kind);

	it("are none of a demo hall's that the API would refuse", () => {
		for (const [, plan] of demoPlans())
			expect(faultsOf(readPlan(plan)).filter(({ error }) => error)).toEqual([]);
	});

	it("are found", () => {
		expect(kinds(givenHall({ last: 2, priceClass: "" }))).toEqual(["unpriced", "unused"]);
		expect(kinds(givenHall({ last: 2 }, { last: 2, y: 9 }))).toEqual(["doubled"]);
		expect(kinds(givenHall({ last: 3, aisles: [2] }))).toEqual(["isolated"]);
		expect(kinds(givenHall({ last: 2 }, { from: "B", to: "B", last: 2, y: 0.2 }))).toEqual(["overlap"]);
		expect(kinds(givenHall({ from: "B", to: "A" }))).toEqual(["rows", "empty"]);
		expect(kinds(givenHall({ last: 2, without: ["A-3"] }))).toContain("exceptions");
		expect(kinds(price(givenHall({ last: 2 }), new Set(), "r"))).toEqual([]);
		const hall = givenHall({ last: 2 });
		expect(kinds({ ...hall, sections: [...hall.sections, ...hall.sections] })).toContain("same-key");
		expect(kinds({ classes: [], sections: [], decorations: [] })).toEqual(["no-class", "no-section"]);
	});

	it("name the seats", () => {
		const hall = givenHall({ last: 2 }, { first: 2, last: 3, y: 9 });
		expect(faultsOf(hall)[0]).toMatchObject({ n: 1, seats: [`${block(hall, 1).id}/A-2`] });
	});
});

describe("two plans", () => {
	it("differ by what was added, removed, renamed, moved and changed", () => {
		const before = givenHall({ last: 3 }, { from: "B", to: "B", last: 2, y: 1 });
		const id = block(before, 1).id;
		const by = { from: "C", skip: [], first: 1, step: 1, turnSeats: false, turnRows: false };
		const after = retypeSeats(
			resizeBlock(renumberBlock(before, id, by), block(before).id, 1, 2),
			refs(before, "A-1"),
			"couple",
		);
		const found = compare(before, move(after, new Set(), 0, 0));
		expect(found).toEqual({
			added: [],
			removed: ["stalls A-3"],
			renamed: [
				{ from: "stalls B-1", to: "stalls C-1" },
				{ from: "stalls B-2", to: "stalls C-2" },
			],
			moved: [],
			changed: ["stalls A-1"],
			areas: [],
		});
		expect(isSame(compare(before, before))).toBe(true);
		expect(isSame(found)).toBe(false);
	});
});

describe("the history", () => {
	it("goes back and forth, and steps of one tag are one", () => {
		let history = begin(0);
		for (const n of [1, 2, 3]) history = step(history, n, n > 1 ? "nudge" : undefined);
		expect(history.past).toEqual([0, 1]);
		expect(undo(history).now).toBe(1);
		expect(redo(undo(history)).now).toBe(3);
		expect(undo(begin(7)).now).toBe(7);
		expect(step(undo(history), 9).future).toEqual([]);
	});

	it("is bounded", () => {
		let history = begin(0);
		for (let n = 1; n < 500; n++) history = step(history, n);
		expect(history.past.length).toBe(200);
	});
});

describe("bending", () => {
	it("keeps how wide a block is, its front and its middle, and goes back", () => {
		const hall = givenHall({ to: "C", last: 21, x: 3, y: 7 });
		const next = bent(block(hall), 60);
		const { seats } = placedOf({ ...stalls(hall), blocks: [next] });
		expect(seats[0]!.x).toBeLessThan(seats[20]!.x);
		expect(seats[10]).toMatchObject({ x: 13, y: 7 });
		expect(next.arc!.radius).toBeCloseTo(20 / (Math.PI / 3), 1);
		expect(bent(next, 0)).toMatchObject({ x: 3, y: 7, dx: 1, arc: undefined });
	});
});

describe("a path of the API", () => {
	it("leads to what it names", () => {
		const hall = givenHall({ last: 2 }, { from: "B", to: "B", last: 2 });
		const section = stalls(hall).id;
		expect(named(hall, "sections[0].rows[1].price_class")).toEqual({
			section, priceClass: undefined, things: new Set([block(hall, 1).id]),
		});
		expect(named(hall, "price_classes[0].key").priceClass).toBe("r");
		expect(named(hall, "sections[9].rows[0]").things.size).toBe(0);
		expect(named(hall, "").section).toBeUndefined();
	});
});
