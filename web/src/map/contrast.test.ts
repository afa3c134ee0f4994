// SPDX-License-Identifier: BSD-2-Clause
// What is written on the map can be read, in both colour schemes.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./map.css", import.meta.url), "utf8");
const [light, dark] = css.split("@media (prefers-color-scheme: dark)");

function coloursOf(text: string): Map<string, string> {
	return new Map(
		[...text.matchAll(/--map-([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [
			m[1]!,
			m[2]!,
		]),
	);
}

function luminance(hex: string): number {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const c = parseInt(hex.slice(at, at + 2), 16) / 255;
		return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
	const [x, y] = [luminance(a), luminance(b)];
	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

describe.each([
	["light", coloursOf(light!)],
	["dark", coloursOf(dark!)],
])("in the %s scheme", (_, colours) => {
	const of = (a: string, b: string) =>
		contrast(colours.get(a)!, colours.get(b)!);
	const classes = Array.from({ length: 8 }, (_, i) => `class-${i + 1}`);

	it.each(classes)("numbers on %s have 4.5, and it stands out", (name) => {
		expect(of("on-class", name)).toBeGreaterThanOrEqual(4.5);
		expect(of("panel", name)).toBeGreaterThanOrEqual(3);
	});

	it.each([
		["ink", "card"],
		["ink-soft", "card"],
		["ink-soft", "panel"],
		["ink-soft", "back"],
		["on-selected", "selected"],
		["on-stage", "stage"],
	])("%s on %s has 4.5", (ink, ground) => {
		expect(of(ink, ground)).toBeGreaterThanOrEqual(4.5);
	});

	it.each(["selected", "focus", "lost"])("%s stands out", (name) => {
		expect(of(name, "panel")).toBeGreaterThanOrEqual(3);
	});
});
