// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import { shortcuts } from "./shortcuts";

/** What keys did, with the milliseconds at which they were pressed. */
function typed(...keys: [string, number][]): string[] {
	const done: string[] = [];
	const hear = shortcuts(
		(key) => key === "r" && done.push(`to ${key}`) > 0,
		() => done.push("first") > 0,
	);
	for (const [key, at] of keys) if (hear(key, at)) done.push(key);
	return done;
}

describe("shortcuts", () => {
	it("go to a page by g and its letter", () => {
		expect(typed(["g", 0], ["r", 900])).toEqual(["g", "to r", "r"]);
	});
	it("leave a letter alone that no g is before, or too long ago", () => {
		expect(typed(["r", 0])).toEqual([]);
		expect(typed(["g", 0], ["r", 2_000])).toEqual(["g"]);
		expect(typed(["g", 0], ["x", 100], ["r", 200])).toEqual(["g"]);
	});
	it("find the first field", () => {
		expect(typed(["/", 0])).toEqual(["first", "/"]);
	});
});
