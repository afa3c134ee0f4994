// SPDX-License-Identifier: BSD-2-Clause
//
// held - what this buyer holds of a performance's seats, while he picks some
//
// Layer: state.  Uses: at_once, holding, session.
import { useEffect, useMemo, useRef, useState } from "react";
import type { Hold, Performance, WantSeats } from "../api/calls";
import { AtOnce } from "./at_once";
import { basketIs, useBasket } from "./basket";
import { changeHold, dropHold, placeHold, seatsHeld } from "./holding";
import { useSession } from "./session";
import { whenKept } from "./store";

export interface Held {
	/** Seats that are his, or asked for: free for him. */
	mine: readonly number[];
	/** Whether what is wished is held at once: somebody is logged in, and no rule
	 * has to be kept on the way to what he wants. */
	atOnce: boolean;
	/** When the first of his holds here ends, by our clock. */
	untilMs: number | undefined;
	/** Hold these; does nothing where that is not done at once. */
	wish(seats: readonly number[], want: WantSeats | undefined): void;
	/** Seats that are held are given back, at once or not. */
	clear(): Promise<void>;
	/** When nothing is under way: whether what was wished last is held. */
	settled(): Promise<boolean>;
}

const NONE: readonly number[] = [];
/** After its end, a hold is not found any more. */
const OVER_MS = 500;

export function useHeld(
	performance: Performance,
	told: { found(hold: Hold): void; lost(seats: number[]): void },
): Held {
	const { id } = performance;
	const known = useSession((state) => state.who !== "nobody");
	const basket = useBasket((state) => state.held.find((one) => one.performance === id));
	const untilMs = basket?.untilMs;
	const [asked, setAsked] = useState(NONE);
	// Until the server has said it anew, and where his session has ended, what it said
	// last: nobody else took those seats.
	const mine = useMemo(
		() => [...new Set([...asked, ...(basket !== undefined && basket.untilMs > Date.now() ? (basket.seats ?? NONE) : NONE)])],
		[asked, basket],
	);
	const holding = useRef<AtOnce | undefined>(undefined);
	const last = useRef(told);
	last.current = told;

	useEffect(() => {
		if (!known) return;
		const kept = (hold: Hold) => {
			basketIs(id, [hold]);
			return hold;
		};
		const one = new AtOnce({
			find: () => seatsHeld(id),
			place: async (want) => kept(await placeHold(id, want)),
			change: async (hold, want) => kept(await changeHold(hold, want)),
			drop: dropHold,
			mine: setAsked,
			found: (hold) => last.current.found(hold),
			lost: (seats) => last.current.lost(seats),
		});
		holding.current = one;
		const stop = whenKept("basket", () => one.lookAgain());
		return () => {
			stop();
			one.close();
			holding.current = undefined;
			setAsked(NONE);
		};
	}, [id, known]);

	useEffect(() => {
		if (untilMs === undefined) return;
		const over = () => holding.current?.lookAgain();
		const timer = setTimeout(over, untilMs - Date.now() + OVER_MS);
		return () => clearTimeout(timer);
	}, [untilMs]);

	const atOnce = known && performance.seat_rules.length === 0;
	return {
		mine,
		atOnce,
		untilMs,
		wish(seats, want) {
			if (atOnce) holding.current?.wish(seats, want);
		},
		async clear() {
			holding.current?.wish(NONE, undefined);
			await holding.current?.settled();
		},
		settled: async () => atOnce && (await holding.current?.settled()) === true,
	};
}
