// SPDX-License-Identifier: BSD-2-Clause
//
// rule - whether a choice of seats leaves a lone seat
//
// The same judgement as the server's: tests/vectors/seat_rule.tsv holds for
// both. The server has the last word.
//
// Layer: map.

/** How many free seats stand together from the i-th on. */
function runAt(free: readonly boolean[], i: number): number {
	let to = i;
	while (free[to] === true) to++;
	return to - i;
}

/** Whether k seats could stand somewhere without leaving a lone one. */
function hasRoom(free: readonly boolean[], k: number): boolean {
	for (let i = 0; i < free.length; i++) {
		const run = runAt(free, i);
		if (run === k || run >= k + 2) return true;
		i += run;
	}
	return false;
}

/**
 * With k seats chosen in a segment the choice is refused when a run of exactly
 * one free seat is left that touches a chosen one, and the k seats could have
 * stood elsewhere.
 *
 * free: of each seat of a segment in its order, before the choice
 * chosen: of each; those chosen are free
 */
export function leavesLone(
	free: readonly boolean[],
	chosen: readonly boolean[],
): boolean {
	const stays = (i: number) => free[i] === true && chosen[i] !== true;
	let k = 0;
	let lone = false;
	for (let i = 0; i < free.length; i++) {
		if (chosen[i] === true) k++;
		lone ||=
			stays(i) &&
			!stays(i - 1) &&
			!stays(i + 1) &&
			(chosen[i - 1] === true || chosen[i + 1] === true);
	}
	return lone && hasRoom(free, k);
}
