// SPDX-License-Identifier: BSD-2-Clause
//
// shortcuts - what single keys mean, one after the other
//
// Layer: operator.

/** After g, so long for the letter. */
const SECOND_MS = 1_500;

/** What the keys of a page mean. returns: what hears one, and whether it acted */
export function shortcuts(
	goTo: (key: string) => boolean,
	focusFirst: () => boolean,
): (key: string, nowMs: number) => boolean {
	let sinceMs = -Infinity;
	return (key, nowMs) => {
		const second = nowMs - sinceMs < SECOND_MS;
		sinceMs = -Infinity;
		if (second) return goTo(key);
		if (key === "/") return focusFirst();
		if (key !== "g") return false;
		sinceMs = nowMs;
		return true;
	};
}
