// SPDX-License-Identifier: BSD-2-Clause
//
// level - how much detail is drawn, and whether a tap means a seat
//
// Both go by how far apart seats are on the screen, in CSS pixels.
//
// Layer: map.

export type Level = "overview" | "seats" | "numbers";

const SEATS_FROM = 5;
const NUMBERS_FROM = 22;
/** A mouse hits what a finger does not. */
const PICKED_FROM = { mouse: 10, touch: 18 };

/** As near as who taps a section or looks for a seat is brought. */
export const NEAR_ENOUGH = 26;

export function levelAt(pitchPx: number): Level {
	if (pitchPx < SEATS_FROM) return "overview";
	return pitchPx < NUMBERS_FROM ? "seats" : "numbers";
}

export function isPickable(pitchPx: number, by: "mouse" | "touch"): boolean {
	return pitchPx >= PICKED_FROM[by];
}
