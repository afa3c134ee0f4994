// SPDX-License-Identifier: BSD-2-Clause
//
// seats - which seats of a performance are free, as far as we know
//
// The map is read once and then asked for what changed since. A page that is
// not looked at does not ask.
//
// Layer: state.  Uses: api.
import { useEffect, useRef, useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";

const ASK_MS = 3_000;
const ASK_LATER_MS = 10_000;

export interface Seats {
	/** A letter for each seat, by seat_id - 1; undefined: not read yet. */
	letters: string[] | undefined;
	version: string;
	/** What is left of sections where nobody picks, by section_id. */
	left: Record<number, number>;
}

const NOTHING: Seats = { letters: undefined, version: "", left: {} };

function changed(seats: Seats, said: api.SeatChanges): Seats {
	const letters = seats.letters?.slice();
	for (const one of said.changes)
		if (letters !== undefined) letters[one.seat_id - 1] = one.status;
	const left = { ...seats.left };
	for (const one of said.sections ?? []) left[one.section_id] = one.remaining;
	return { letters, version: said.version, left };
}

async function ask(performance: number, seats: Seats): Promise<Seats> {
	const since = seats.version === "" ? {} : { since: seats.version };
	const said = await api.getSeats(performance, since);
	if ("changes" in said) {
		if (said.version === seats.version && said.changes.length === 0)
			return seats;
		return changed(seats, said);
	}
	return {
		letters: Array.from(said.statuses),
		version: said.version,
		left: seats.left,
	};
}

/** Follow a performance's seats while the page shows them. */
export function useSeats(performance: number | undefined): {
	seats: Seats;
	/** Ask at once: something of ours has changed. */
	again(): void;
} {
	const [seats, show] = useState(NOTHING);
	const now = useRef(seats);
	const hurry = useRef<() => void>(() => undefined);
	now.current = seats;

	useEffect(() => {
		if (performance === undefined) return;
		let timer = 0;
		let over = false;
		const round = async () => {
			let pause = ASK_MS;
			clearTimeout(timer);
			if (!document.hidden) {
				try {
					const next = await ask(performance, now.current);
					if (!over && next !== now.current) {
						now.current = next;
						show(next);
					}
				} catch (failure) {
					if (!(failure instanceof Problem)) throw failure;
					pause = ASK_LATER_MS;
				}
			}
			if (!over) timer = window.setTimeout(() => void round(), pause);
		};
		const seen = () => {
			if (!document.hidden) void round();
		};
		hurry.current = () => void round();
		now.current = NOTHING;
		void round();
		document.addEventListener("visibilitychange", seen);
		return () => {
			over = true;
			clearTimeout(timer);
			document.removeEventListener("visibilitychange", seen);
		};
	}, [performance]);

	return { seats, again: () => hurry.current() };
}
