// SPDX-License-Identifier: BSD-2-Clause
// A plan goes in and comes out; its seats are where the C side puts them.
import { describe, expect, it } from "vitest";
import { EMPTY, newSection } from "./document";
import { asGiven, demoPlans, givenHall, names, seatsOf, stalls } from "./given";
import { labelsOf, lastLabel, nextLabel } from "./labels";
import { focusOf, placedOf, segmentsOf } from "./place";
import { bent } from "./numbering";
import { Unreadable, readPlan } from "./read_plan";
import { regroup } from "./regroup";
import { asBefore } from "./split";
import { writePlan } from "./write_plan";

describe("labels of rows", () => {
	it("go from Z to AA, and from 9 to 10", () => {
		expect(["A", "Z", "AZ", "ZZ", "9", "a", ""].map(nextLabel)).toEqual([
			"B", "AA", "BA", "AAA", "10", undefined, undefined,
		]);
	});

	it("leave out what is skipped, and end where they are told", () => {
		expect(labelsOf("H", "K", ["I"])).toEqual(["H", "J", "K"]);
		expect(labelsOf("B", "A", [])).toBeUndefined();
		expect(lastLabel("H", 3, ["I"])).toBe("K");
		expect(lastLabel("BOX", 1, [])).toBe("BOX");
		expect(lastLabel("box", 2, [])).toBeUndefined();
	});
});

describe("a plan of the demo catalog", () => {
	for (const [name, plan] of demoPlans()) {
		it(`${name}: comes out as it went in`, () => {
			const hall = readPlan(plan);
			const again = readPlan(JSON.parse(JSON.stringify(writePlan(hall))));
			expect(seatsOf(again)).toEqual(seatsOf(hall));
			expect(writePlan(again)).toEqual(writePlan(hall));
		});

		it(`${name}: is blocks of rows again, given seat by seat`, () => {
			const hall = readPlan(plan);
			const given = {
				...hall,
				sections: hall.sections.map((section) =>
					section.kind === "assigned" ? asBefore(section, asGiven(section)) : section,
				),
			};
			const next = regroup(given);
			expect(seatsOf(next)).toEqual(seatsOf(hall));
			const most = hall.sections.reduce((sum, { blocks }) => sum + blocks.length, 0);
			const n = next.sections.reduce((sum, s) => sum + s.blocks.length + s.seats.length, 0);
			expect(n).toBeLessThanOrEqual(most);
		});
	}

	it("is blocks again also where an arc is flat, bent by an operator", () => {
		for (const degrees of [4, 12, 30, 75]) {
			const hall = givenHall({ to: "O", last: 48, x: -9, y: 10, without: ["C-1", "C-48"] });
			const curved = {
				...hall,
				sections: [{ ...stalls(hall), blocks: [bent(stalls(hall).blocks[0]!, degrees)] }],
			};
			const next = regroup({ ...curved, sections: [asGiven(stalls(curved))] });
			expect(seatsOf(next)).toEqual(seatsOf(curved));
			expect(stalls(next).blocks.length, String(degrees)).toBeLessThan(4);
		}
	});

	it("is there at all", () => {
		expect(demoPlans().length).toBeGreaterThan(5);
	});
});

describe("seats", () => {
	it("lie behind aisles, and not where they are without", () => {
		const hall = givenHall({ last: 4, aisles: [2], aisle: 1.5, without: ["A-4"] });
		expect(placedOf(stalls(hall)).seats.map(({ x }) => x)).toEqual([0, 1, 3.5]);
		expect(segmentsOf(stalls(hall)).map(({ length }) => length)).toEqual([2, 1]);
	});

	it("lie on an arc clockwise from straight down, rows further out", () => {
		const hall = givenHall({ to: "B", last: 3, dy: 2, arc: { radius: 10, from: -90, to: 90 } });
		const { seats } = placedOf(stalls(hall));
		expect(seats.map(({ x, y }) => [x, y])).toEqual([
			[10, 0], [0, 10], [-10, 0], [12, 0], [0, 12], [-12, 0],
		]);
	});

	it("of two blocks are neighbours where they are near, unless a break says no", () => {
		const near = [{ last: 2 }, { first: 3, last: 4, x: 2 }];
		expect(segmentsOf(stalls(givenHall(...near))).length).toBe(1);
		const hall = givenHall(...near);
		const cut = { ...stalls(hall), breaks: ["A-2"] };
		expect(segmentsOf(cut).map(({ length }) => length)).toEqual([2, 2]);
		const far = givenHall({ last: 2 }, { first: 3, last: 4, x: 5 });
		expect(segmentsOf(stalls(far)).length).toBe(2);
		expect(segmentsOf({ ...stalls(far), joins: ["A-2"] }).length).toBe(1);
	});

	it("are best near the middle of the first row, or of an area's front", () => {
		expect(focusOf(stalls(givenHall({ to: "C", last: 5 })))).toEqual({ x: 2, y: 0 });
		const area = { x: 0, y: 3, width: 10, height: 5 };
		expect(focusOf(newSection({ kind: "slot", area }))).toEqual({ x: 5, y: 3 });
	});
});

describe("what is no plan", () => {
	const wrong = (plan: unknown): string => {
		try {
			readPlan(plan);
			return "";
		} catch (failure) {
			if (!(failure instanceof Unreadable)) throw failure;
			return failure.at;
		}
	};
	const rows = (block: unknown) => ({
		price_classes: [],
		sections: [{ key: "a", name: "A", rows: [block] }],
	});

	it("is named by its path", () => {
		expect(wrong(3)).toBe("");
		expect(wrong({ seats: [] })).toBe("seats");
		expect(wrong({ price_classes: {} })).toBe("price_classes");
		expect(wrong(rows({ from: "A" }))).toBe("sections[0].rows[0].numbers");
		expect(wrong(rows({ from: "A", numbers: [1] }))).toBe("sections[0].rows[0].numbers");
		expect(wrong(rows({ from: "A", numbers: [1, "2"] }))).toBe("sections[0].rows[0].numbers[1]");
		expect(wrong(rows({ from: "A", numbers: [1, 2], x: "0" }))).toBe("sections[0].rows[0].x");
		expect(wrong(rows({ from: "A", numbers: [1, 2], arc: { radius: 0 } }))).toBe(
			"sections[0].rows[0].arc.radius",
		);
		expect(wrong({ sections: [{ key: "a", kind: "floor" }] })).toBe("sections[0].kind");
	});

	it("has nothing in it", () => {
		expect(readPlan({})).toEqual(EMPTY);
		expect(names(readPlan(rows({ from: "A", numbers: [1, 3] })))).toBe("A-1 A-2 A-3");
	});
});
