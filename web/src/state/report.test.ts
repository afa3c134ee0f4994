// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import { reporter } from "./report";

function given(path = "/performances/3") {
	const sent: { message: string; context: Record<string, string> }[] = [];
	const report = reporter((entry) => void sent.push(entry), "r", () => path);
	return { sent, report };
}

describe("a mistake of the page", () => {
	it("is told once, however often it is made", () => {
		const { sent, report } = given();
		for (let i = 0; i < 3; i++) report(new TypeError("x is not"));
		expect(sent.map((one) => one.message)).toEqual(["TypeError: x is not"]);
		expect(sent[0]?.context).toMatchObject({ path: "/performances/3" });
		expect(sent[0]?.context.stack).toContain("report.test.ts");
	});
	it("is one of ten at most", () => {
		const { sent, report } = given();
		for (let i = 0; i < 30; i++) report(new Error(String(i)));
		expect(sent).toHaveLength(10);
	});
	it("is told without the number of a reservation, and no longer than may be", () => {
		const { sent, report } = given("/done/AB12-CD34-EF56-GH78");
		report("x".repeat(5_000));
		expect(sent[0]?.context.path).toBe("/done/NUMBER");
		expect(sent[0]?.message).toHaveLength(2_000);
	});
});
