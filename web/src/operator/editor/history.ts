// SPDX-License-Identifier: BSD-2-Clause
//
// history - back, and forth again
//
// Layer: operator/editor.

/** So many steps back. */
const STEPS_MAX = 200;

export interface History<T> {
	readonly past: readonly T[];
	readonly now: T;
	readonly future: readonly T[];
	/** What was done last; the same again becomes one step with it. */
	readonly tag: string | undefined;
}

export const begin = <T>(now: T): History<T> => ({
	past: [],
	now,
	future: [],
	tag: undefined,
});

/** tag: steps of one tag behind each other are taken back at once. */
export function step<T>(history: History<T>, now: T, tag?: string): History<T> {
	if (now === history.now) return history;
	const joins = tag !== undefined && tag === history.tag;
	return {
		past: joins ? history.past : [...history.past, history.now].slice(-STEPS_MAX),
		now,
		future: [],
		tag,
	};
}

export function undo<T>({ past, now, future, tag }: History<T>): History<T> {
	const before = past[past.length - 1];
	return before === undefined
		? { past, now, future, tag }
		: { past: past.slice(0, -1), now: before, future: [now, ...future], tag: undefined };
}

export function redo<T>({ past, now, future, tag }: History<T>): History<T> {
	const next = future[0];
	return next === undefined
		? { past, now, future, tag }
		: { past: [...past, now], now: next, future: future.slice(1), tag: undefined };
}
