// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import { inkOn, isSomeKept, keeperOf, labelsOf, releasedAt } from "./kept";

const code = (name: string, letter: string, colour: string, release_minutes: number | null = null) => ({
	code: name, letter, colour, owner: name, release_minutes,
});
const press = { code: code("press", "P", "#1f7a8c", 120), seats: [1, 2, 3] };
const house = { code: code("house", "H", "#f5e663"), seats: [7] };

test("seats are kept by one code, or by none that can be named", () => {
	expect(keeperOf([press, house], [2, 1])).toBe(press);
	expect(keeperOf([press, house], [1, 7])).toBeUndefined();
	expect(keeperOf([press, house], [1, 4])).toBeUndefined();
	expect(keeperOf([press, house], [])).toBeUndefined();
	expect(isSomeKept([press, house], [4, 7])).toBe(true);
	expect(isSomeKept([press, house], [4])).toBe(false);
});

test("each kept seat has its code's letter in a colour that can be read", () => {
	const labels = labelsOf([press, house]);
	expect([...labels.keys()]).toEqual([1, 2, 3, 7]);
	expect(labels.get(2)).toEqual({ text: "P", colour: "#1f7a8c", ink: "#ffffff" });
	expect(labels.get(7)).toEqual({ text: "H", colour: "#f5e663", ink: "#000000" });
});

test("of two inks the one with more contrast is taken", () => {
	expect(["#000000", "#767676", "#ff0000", "#ffffff"].map(inkOn)).toEqual(["#ffffff", "#000000", "#000000", "#000000"]);
});

test("a code lets go so long before the start, or never", () => {
	expect(releasedAt(press.code, "2026-12-01T19:30:00+09:00")).toBe("2026-12-01T08:30:00.000Z");
	expect(releasedAt(house.code, "2026-12-01T19:30:00+09:00")).toBeUndefined();
});
