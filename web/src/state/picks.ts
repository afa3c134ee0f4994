// SPDX-License-Identifier: BSD-2-Clause
//
// picks - what the buyer has chosen in a performance and not yet asked for
//
// Kept in the browser: who logs in, reloads or comes back tomorrow finds it.
//
// Layer: state.  Uses: api.
import { create } from "zustand";
import type { Tickets, Want } from "../api/calls";
import { keep, recall, whenKept } from "./store";

export interface Picks {
	/** How many sit together. */
	party: number;
	seats: number[];
	/** Ticket types of seats that are not the default. */
	types: Record<number, string>;
	/** Places of a section where nobody picks them, instead of seats. */
	places: { section: number; tickets: Tickets } | undefined;
}

const NONE: Picks = { party: 2, seats: [], types: {}, places: undefined };
const nameOf = (performance: number) => `picks-${performance}`;

interface PicksState {
	of: Record<number, Picks>;
}

export const usePicks = create<PicksState>(() => ({ of: {} }));

export function picksOf(performance: number): Picks {
	return (
		usePicks.getState().of[performance] ?? {
			...NONE,
			...recall<Partial<Picks>>(nameOf(performance), {}),
		}
	);
}

export function useTheirPicks(performance: number): Picks {
	return usePicks((state) => state.of[performance]) ?? picksOf(performance);
}

export function pick(performance: number, change: Partial<Picks>): void {
	const next = { ...picksOf(performance), ...change };
	keep(nameOf(performance), next);
	usePicks.setState((state) => ({ of: { ...state.of, [performance]: next } }));
}

export function pickNothing(performance: number): void {
	pick(performance, { seats: [], types: {}, places: undefined });
}

export function quantityOf(tickets: Tickets): number {
	return Object.values(tickets).reduce((sum, n) => sum + n, 0);
}

/** What to ask the server for; undefined: nothing is chosen. */
export function wantOf(picks: Picks): Want | undefined {
	if (picks.places !== undefined)
		return {
			section_id: picks.places.section,
			quantity: quantityOf(picks.places.tickets),
			tickets: picks.places.tickets,
		};
	if (picks.seats.length === 0) return undefined;
	if (picks.seats.every((id) => picks.types[id] === undefined))
		return { seat_ids: picks.seats };
	return {
		seats: picks.seats.map((seat_id) => {
			const ticket_type = picks.types[seat_id];
			return ticket_type === undefined ? { seat_id } : { seat_id, ticket_type };
		}),
	};
}

whenKept("picks-", (name) => {
	const performance = Number(name.slice("picks-".length));
	usePicks.setState((state) => ({
		of: {
			...state.of,
			[performance]: { ...NONE, ...recall<Partial<Picks>>(name, {}) },
		},
	}));
});
