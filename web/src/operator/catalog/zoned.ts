// SPDX-License-Identifier: BSD-2-Clause
//
// zoned - moments, as the clock of a place shows them: "2027-05-01T19:30"
//
// Layer: operator.  Uses: words.
import { formOnce } from "../../words/words";

/** What the clock of a time zone (IANA) shows. */
export function clockAt(moment: string, zone: string): string {
	const form = formOnce(Intl.DateTimeFormat, "sv-SE", {
		timeZone: zone, hourCycle: "h23",
		year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
	});
	return form.format(new Date(moment)).replace(" ", "T");
}

/** How far that clock is ahead of UTC, in minutes. */
function aheadMin(atMs: number, zone: string): number {
	const wholeMs = Math.floor(atMs / 60_000) * 60_000;
	return (Date.parse(`${clockAt(new Date(wholeMs).toISOString(), zone)}Z`) - wholeMs) / 60_000;
}

/** The moment at which the clock shows it (RFC 3339); undefined: it is none. What
 * a clock shows twice is the first of both, what it leaves out is as much later. */
export function momentAt(clock: string, zone: string): string | undefined {
	const asUtcMs = Date.parse(`${clock}Z`);
	if (Number.isNaN(asUtcMs)) return undefined;
	const before = aheadMin(asUtcMs - 86_400_000, zone);
	const guessMs = asUtcMs - before * 60_000;
	const ahead = aheadMin(guessMs, zone);
	const atMs = ahead === before ? guessMs : asUtcMs - ahead * 60_000;
	// Before the clock is moved on both are other moments than it shows.
	const chosenMs = clockAt(new Date(atMs).toISOString(), zone) === clock ? atMs : guessMs;
	return new Date(chosenMs).toISOString().replace(".000", "");
}
