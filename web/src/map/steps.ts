// SPDX-License-Identifier: BSD-2-Clause
//
// steps - long work in steps, between which a browser does what else there is to do
//
// Layer: map.  Uses: nothing.

/** A step that takes longer keeps somebody's finger waiting. */
const STEP_MS = 8;

/** Take all steps; after each STEP_MS comes a rest, in which what waits for the
 * browser has its turn. */
export async function inSteps(steps: Iterable<unknown>, rest: () => Promise<void>): Promise<void> {
	let since = performance.now();
	for (const _ of steps) {
		if (performance.now() - since < STEP_MS) continue;
		await rest();
		since = performance.now();
	}
}

/** Take all steps now. */
export function atOnce(steps: Iterable<unknown>): void {
	for (const _ of steps) continue;
}
