// SPDX-License-Identifier: BSD-2-Clause
// The rule against lone seats, by the examples that the server's judges run.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { leavesLone } from "./rule";

const vectors = readFileSync(
	new URL("../../../tests/vectors/seat_rule.tsv", import.meta.url),
	"utf8",
)
	.split("\n")
	.filter((line) => line !== "" && !line.startsWith("# "))
	.map((line) => line.split("\t") as [string, string, string, string]);

const each = (text: string, letter: string) =>
	Array.from(text, (c) => c === letter);

describe("a choice of seats", () => {
	it("is judged by more than thirty examples", () => {
		expect(vectors.length).toBeGreaterThan(30);
	});

	it.each(vectors)("%s with %s is %s: %s", (before, choice, verdict) => {
		expect(leavesLone(each(before, "."), each(choice, "x"))).toBe(
			verdict === "lone",
		);
	});
});
