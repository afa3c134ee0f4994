// SPDX-License-Identifier: BSD-2-Clause
//
// kept - seats that are kept for somebody, by the codes of the house
//
// Layer: operator.  Uses: map (types), api (types).
import type { Label } from "../map/index";
import type { HouseCode } from "./calls";

/** A code, and the seats of a performance that it keeps. */
export interface Kept {
	code: HouseCode;
	seats: number[];
}

/** The code that keeps all of these seats; undefined: none does, or several do. */
export function keeperOf(kept: readonly Kept[], seats: readonly number[]): Kept | undefined {
	return kept.find((one) => seats.length > 0 && seats.every((id) => one.seats.includes(id)));
}

/** Whether some of these seats are kept. */
export const isSomeKept = (kept: readonly Kept[], seats: readonly number[]): boolean =>
	kept.some((one) => seats.some((id) => one.seats.includes(id)));

/** How much light a colour gives, 0 to 1 (WCAG 2.2, relative luminance). */
function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
		const share = parseInt(hex.slice(at, at + 2), 16) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** What is readable on a colour. */
export const inkOn = (colour: string): string => (luminance(colour) > 0.179 ? "#000000" : "#ffffff");

export function labelsOf(kept: readonly Kept[]): Map<number, Label> {
	return new Map(kept.flatMap(({ code, seats }) => {
		const label = { text: code.letter, colour: code.colour, ink: inkOn(code.colour) };
		return seats.map((id): [number, Label] => [id, label]);
	}));
}

/** When a code lets its seats go; undefined: never. */
export const releasedAt = (code: HouseCode, startsAt: string): string | undefined =>
	code.release_minutes === null ? undefined : new Date(Date.parse(startsAt) - code.release_minutes * 60_000).toISOString();
