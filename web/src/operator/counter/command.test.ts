// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import type { Seat } from "../../api/calls";
import { command, placed, saidOf, sayingOf, seatsSaid } from "./command";

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
	expect(command("a-1-2 b-1", places)).toEqual({ seats: [1, 2, 4] });
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

test("what is said of seats is read as these seats", () => {
	const seats = [seat(3, "A", 3), seat(1, "A", 1), seat(2, "A", 2), seat(4, "B", 1), seat(5, "3", 12)];
	expect(saidOf(seats)).toBe("A1-3 B1 3/12");
	expect(command(saidOf(seats), places)).toEqual({ seats: [1, 2, 3, 4, 5] });
	expect(saidOf([])).toBe("");
});

test("seats are said by name or by id, and told by name where that is enough", () => {
	expect(seatsSaid("5, 7 5", places, 500)).toEqual({ seats: [5, 7] });
	expect(seatsSaid("", places, 500)).toEqual({ seats: [] });
	expect(seatsSaid("a1-3", places, 500)).toEqual({ seats: [1, 2, 3] });
	expect(seatsSaid("a1-3", places, 2)).toEqual({ wrong: "many", word: "a1-3" });
	expect(seatsSaid("2 x", places, 500)).toMatchObject({ wrong: "type", word: "x" });
	const seats = [seat(1, "A", 1), seat(2, "A", 2), seat(6, "C", 1), seat(7, "C", 1)];
	expect(sayingOf([1, 2], seats, places)).toBe("A1-2");
	expect(sayingOf([1, 6], seats, places)).toBe("1, 6");
	expect(sayingOf([], seats, places)).toBe("");
});
