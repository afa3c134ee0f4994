// SPDX-License-Identifier: BSD-2-Clause
//
// basket - where this buyer holds seats, for the way back to them
//
// No token of a hold is kept: the server knows its buyer's holds.
//
// Layer: state.
import { create } from "zustand";
import type { Hold } from "../api/calls";
import { pickNothing } from "./picks";
import { keep, recall, whenKept } from "./store";

export interface Held {
	performance: number;
	/** When the first of its holds ends, by our clock. */
	untilMs: number;
	/** The seats that somebody picked. */
	seats: number[];
}

export const useBasket = create<{ held: Held[] }>(() => ({
	held: running(recall<Held[]>("basket", [])),
}));

function running(held: Held[]): Held[] {
	return held.filter((one) => one.untilMs > Date.now());
}

whenKept("basket", () => {
	useBasket.setState({ held: running(recall<Held[]>("basket", [])) });
});

/** The end of a hold by our clock: the server's said how long it lasts. */
export function endOf(hold: Hold): number {
	return Date.now() + hold.expires_in * 1000;
}

/** What the server says of a buyer's holds in a performance. */
export function basketIs(performance: number, holds: Hold[]): void {
	const others = running(useBasket.getState().held).filter(
		(one) => one.performance !== performance,
	);
	const mine = holds.filter((one) => one.status === "held");
	const untilMs = Math.min(...mine.map(endOf));
	const seats = mine.flatMap((one) => one.seat_ids ?? []);
	const held = mine.length === 0 ? others : [...others, { performance, untilMs, seats }];
	keep("basket", held);
	useBasket.setState({ held });
}

/** Nobody is logged in any more: what was his is not what the next one picks. */
export function basketForgets(): void {
	for (const { performance } of useBasket.getState().held) pickNothing(performance);
	keep("basket", undefined);
	useBasket.setState({ held: [] });
}
