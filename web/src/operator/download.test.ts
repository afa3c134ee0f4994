// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import { Problem } from "../api/client";
import { wholeOf } from "./download";

const text = "number,amount\r\n1,2\r\n";
/** A server that gives so much at once. */
const inPieces = (most: number) => (from: number) => Promise.resolve(new Blob([text.slice(from, from + most)]));

test("a file is whole, in however many pieces it came", async () => {
	for (const most of [1, 7, 1000]) {
		const told: number[] = [];
		const file = await wholeOf(text.length, inPieces(most), (n) => told.push(n));
		expect(await file.text()).toBe(text);
		expect(told.at(-1)).toBe(text.length);
		expect(told.length).toBe(Math.ceil(text.length / most));
	}
});

test("a file that ends too early, or is another, is refused", async () => {
	await expect(wholeOf(text.length + 1, inPieces(8), () => undefined)).rejects.toThrow(Problem);
	await expect(wholeOf(4, inPieces(8), () => undefined)).rejects.toThrow(Problem);
});
