// SPDX-License-Identifier: BSD-2-Clause
//
// times - how long answers took, from the counts of two looks
//
// Layer: operator.
export interface Counts {
	/** Upper bounds of all buckets but the last, which has none. */
	bounds_us: number[];
	/** Answers that took at most so long, and all of them; since the programs began. */
	counts: number[];
}

/** What was answered between two looks; all of it where the programs began anew
 * in between, or there was no look before. */
function between(before: Counts | undefined, after: Counts): number[] {
	const counts = after.counts.map((n, i) => n - (before?.counts[i] ?? 0));
	return counts.some((n) => n < 0) ? after.counts : counts;
}

/** How many answers there were. */
export function answered(before: Counts | undefined, after: Counts): number {
	return between(before, after).at(-1) ?? 0;
}

/** The bound that such a share of the answers kept; undefined: nothing was
 * answered; Infinity: longer than all bounds. */
export function quantileMs(
	before: Counts | undefined,
	after: Counts,
	share: number,
): number | undefined {
	const counts = between(before, after);
	const all = counts.at(-1) ?? 0;
	if (all === 0) return undefined;
	const at = counts.findIndex((n) => n >= all * share);
	return (after.bounds_us[at] ?? Infinity) / 1_000;
}

/** When the day began, on the clock of who looks. */
export function midnight(now: Date): string {
	return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

/** "2026-11-30" as the moment when it begins there, or so many days later. */
export function dayBegins(day: string, later = 0): string {
	const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
	return new Date(year, month - 1, date + later).toISOString();
}
