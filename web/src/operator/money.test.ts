// SPDX-License-Identifier: BSD-2-Clause
import { expect, it } from "vitest";
import { majorOf, minorOf } from "./money";

it("amounts are read as they are written, and no others", () => {
	expect([minorOf("12,000", "KRW"), minorOf("12.35", "USD"), minorOf("0", "KRW")]).toEqual([12_000, 1_235, 0]);
	expect([minorOf("12.5", "KRW"), minorOf("-1", "KRW"), minorOf("", "KRW"), minorOf("much", "KRW")]).toEqual([undefined, undefined, undefined, undefined]);
	expect([majorOf(12_000, "KRW"), majorOf(1_235, "USD")]).toEqual(["12000", "12.35"]);
});
