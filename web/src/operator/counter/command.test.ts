// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import type { Seat } from "../../api/calls";
import { command, placed } from "./command";

const seat = (seat_id: number, row: string, number: number): Seat => ({
	seat_id, row, number, section_id: 1, type: "normal", price_class: 1, x: 0, y: 0,
});
const places = placed([
	seat(1, "A", 1), seat(2, "A", 2), seat(3, "A", 3), seat(4, "B", 1),
	seat(5, "3", 12), seat(6, "C", 1), seat(7, "C", 1),
]);

test("a number alone is so many of the best", () => {
	expect(command(" 2 ", places)).toEqual({ best: 2 });
	expect(command("21", places)).toEqual({ wrong: "many", word: "21" });
	expect(command("0", places)).toEqual({ wrong: "many", word: "0" });
});

test("a row stays until another is named", () => {
	expect(command("a1 2,b1", places)).toEqual({ seats: [1, 2, 4] });
	expect(command("A1-3 a2", places)).toEqual({ seats: [1, 2, 3] });
	expect(command("3/12", places)).toEqual({ seats: [5] });
});

test("what is no seat, or two, is told", () => {
	expect(command("a1 9", places)).toEqual({ wrong: "unknown", word: "9" });
	expect(command("a3-1", places)).toEqual({ wrong: "unknown", word: "a3-1" });
	expect(command("a1-99", places)).toEqual({ wrong: "many", word: "a1-99" });
	expect(command("c1", places)).toEqual({ wrong: "twice", word: "c1" });
	expect(command("hello", places)).toEqual({ wrong: "unknown", word: "hello" });
	expect(command("", places)).toEqual({ wrong: "unknown", word: "" });
});

test("a type is that of the seats before it", () => {
	const types = [{ code: "adult", name: "성인" }, { code: "youth", name: "청소년" }, { code: "youth-group", name: "단체" }];
	expect(command("2 adult", places, types)).toEqual({ best: 2, types: { adult: 2 } });
	expect(command("1 a 2 청", places, types)).toEqual({ best: 3, types: { adult: 1, youth: 2 } });
	expect(command("a1 2 youth 3", places, types)).toEqual({ seats: [1, 2, 3], types: { 1: "youth", 2: "youth" } });
	expect(command("2 y", places, types)).toEqual({ wrong: "type", word: "y" });
	expect(command("a1 senior", places, types)).toEqual({ wrong: "type", word: "senior" });
	expect(command("15 adult 6 youth", places, types)).toEqual({ wrong: "many", word: "15 adult 6 youth" });
});
