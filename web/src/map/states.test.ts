// SPDX-License-Identifier: BSD-2-Clause
// What becomes of the map when something is told of it.
import { describe, expect, it } from "vitest";
import { SeatStates } from "./states";
import { isNewer } from "./version";

const given = (letters: string) => {
	const states = new SeatStates(letters.length);
	states.set({ version: "1-1-0", statuses: letters });
	return states;
};

describe("states", () => {
	it("are those of the whole map, and it is told which changed", () => {
		const states = given("AAHR");
		expect(states.set({ version: "1-2-0", statuses: "AHHR" })).toEqual([1]);
		expect(states.text()).toBe("AHHR");
	});

	it("take changes, seats and sections", () => {
		const states = given("AAAA");
		const changed = states.set({
			version: "1-2-0",
			changes: [
				{ seat_id: 2, status: "H" },
				{ seat_id: 3, status: "A" },
			],
			sections: [{ section_id: 12, remaining: 340 }],
		});
		expect(changed).toEqual([1]);
		expect(states.text()).toBe("AHAA");
		expect(states.left.get(12)).toBe(340);
	});

	it("take an event of the feed", () => {
		const states = given("AAAA");
		const changed = states.apply({
			H: [1, 4],
			R: [2],
			sections: { "7": 0 },
		});
		expect(changed.sort()).toEqual([0, 1, 3]);
		expect(states.text()).toBe("HRAH");
		expect(states.left.get(7)).toBe(0);
	});

	it("are not moved by seats that are not there, or words not known", () => {
		const states = given("AA");
		expect(states.apply({ H: [0, 3, 99], later: [1] })).toEqual([]);
		expect(states.text()).toBe("AA");
	});

	it("are not known before anybody said them", () => {
		const states = new SeatStates(3);
		expect(states.isFree(0)).toBe(false);
		expect(states.set({ version: "1-1-0", statuses: "AAA" }).length).toBe(3);
	});

	it("are written out in any length", () => {
		const letters = "AHRB".repeat(10_000);
		expect(given(letters).text()).toBe(letters);
	});
});

describe("a version", () => {
	it("is compared by its three numbers, in order", () => {
		expect(isNewer("2-1-0", "1-9-9")).toBe(true);
		expect(isNewer("1-10-0", "1-9-5")).toBe(true);
		expect(isNewer("1-9-6", "1-9-5")).toBe(true);
		expect(isNewer("1-9-5", "1-9-5")).toBe(false);
		expect(isNewer("1-9-4", "1-9-5")).toBe(false);
	});

	it("is newer than none, and none is newer than it", () => {
		expect(isNewer("1-0-0", "")).toBe(true);
		expect(isNewer("", "1-0-0")).toBe(false);
		expect(isNewer("nonsense", "1-0-0")).toBe(false);
	});
});
