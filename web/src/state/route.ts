// SPDX-License-Identifier: BSD-2-Clause
//
// route - where the reader is; the address says all of it
//
// Layer: state.
import { create } from "zustand";

export interface Place {
	path: string;
	query: URLSearchParams;
	/** Grows with each step, so that the same address is a new place. */
	step: number;
}

const here = (step: number): Place => ({
	path: location.pathname,
	query: new URLSearchParams(location.search),
	step,
});

export const usePlace = create<Place>(() => here(0));

function arrived(): void {
	usePlace.setState(here(usePlace.getState().step + 1), true);
}

addEventListener("popstate", arrived);

let mayLeave: () => boolean = () => true;

/** Before another place is gone to ask says whether it is; one at a time.
 * returns: what takes it back */
export function askToLeave(ask: () => boolean): () => void {
	mayLeave = ask;
	return () => {
		mayLeave = () => true;
	};
}

export function go(to: string): void {
	if (!mayLeave()) return;
	history.pushState(null, "", to);
	arrived();
	scrollTo(0, 0);
}

/** The same, without a step back to where we are. */
export function goInstead(to: string): void {
	if (!mayLeave()) return;
	history.replaceState(null, "", to);
	arrived();
	scrollTo(0, 0);
}

/** To log in, and come back here. */
export function goLogin(): void {
	go(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Where "next" leads; never to another site. */
export function nextPlace(query: URLSearchParams): string {
	const next = query.get("next") ?? "/";
	return /^\/(?![/\\])/.test(next) ? next : "/";
}
