// SPDX-License-Identifier: BSD-2-Clause
//
// motion - a view on its way to another, or gliding out
//
// Asked for a view at a time; undefined: it has arrived.
//
// Layer: map.  Uses: view.
import { midway, panned, type View } from "./view";

export interface Motion {
	at(now: number): View | undefined;
	/** Where it ends. */
	to: View;
}

const TRAVEL_MS = 280;
/** A glide loses half of its speed in so long. */
const HALF_MS = 120;
const GLIDE_MS = 900;

export function travel(from: View, to: View, start: number): Motion {
	return {
		to,
		at(now) {
			const t = (now - start) / TRAVEL_MS;
			return t >= 1 ? undefined : midway(from, to, 1 - (1 - t) ** 3);
		},
	};
}

/** vx, vy: CSS pixels a millisecond. */
export function glide(
	from: View,
	vx: number,
	vy: number,
	start: number,
): Motion {
	const reach = HALF_MS / Math.LN2;
	const on = (part: number) =>
		panned(from, vx * reach * part, vy * reach * part);
	return {
		to: on(1),
		at(now) {
			const passed = now - start;
			return passed >= GLIDE_MS
				? undefined
				: on(1 - 0.5 ** (Math.max(passed, 0) / HALF_MS));
		},
	};
}
