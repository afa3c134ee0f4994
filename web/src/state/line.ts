// SPDX-License-Identifier: BSD-2-Clause
//
// line - the line in front of a performance, as this browser knows it
//
// The ticket is kept and shared by the tabs: it is worth nothing without its
// owner's login. Where he stands only the server says.
//
// Layer: state.  Uses: api, line_watch.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import * as api from "../api/calls";
import type { Problem } from "../api/client";
import { LineWatch, type LineSource } from "./line_watch";
import { asMe, useSession } from "./session";
import { keep, recall, whenKept } from "./store";

const nameOf = (performance: number) => `line-${performance}`;

/** What goes along with a hold; undefined: no ticket. */
export function ticketOf(performance: number): string | undefined {
	return recall<string | undefined>(nameOf(performance), undefined);
}

export interface Line {
	/** undefined: he stands in none, as far as we know. */
	place: api.QueuePlace | undefined;
	/** Nobody has said yet where he stands. */
	asking: boolean;
	failure: Problem | undefined;
	/** returns: his place; undefined: it was refused */
	join(): Promise<api.QueuePlace | undefined>;
	leave(): Promise<void>;
	/** Ask at once. */
	look(): void;
}

const sourceOf = (performance: number): LineSource => ({
	join: () => asMe((token) => api.joinQueue(token, performance)),
	poll: (ticket) => asMe((token) => api.pollQueue(token, performance, ticket)),
	leave: (ticket) => asMe((token) => api.leaveQueue(token, performance, ticket)),
});

/** The place of who is logged in, followed as long as this is shown. */
export function useLine(performance: number): Line {
	const inside = useSession((state) => state.who) !== "nobody";
	const [ticket, setTicket] = useState(() => ticketOf(performance));
	const [known, setKnown] = useState<{
		place?: api.QueuePlace | undefined;
		failure?: Problem | undefined;
	}>();
	const watch = useRef<LineWatch>(undefined);

	// It is there before anybody can press a button: other effects are so only after
	// that was painted.
	useLayoutEffect(() => {
		const mine = new LineWatch(
			sourceOf(performance),
			{
				place: (place) => setKnown({ place }),
				ticket: (has) => keep(nameOf(performance), has),
				failed: (failure) => setKnown((was) => ({ ...was, failure })),
			},
			inside ? ticketOf(performance) : undefined,
		);
		const seen = () => {
			if (!document.hidden) mine.look();
		};
		watch.current = mine;
		mine.look();
		document.addEventListener("visibilitychange", seen);
		return () => {
			document.removeEventListener("visibilitychange", seen);
			mine.close();
		};
	}, [performance, inside, ticket]);

	// Another tab has joined, or left.
	useEffect(
		() => whenKept(nameOf(performance), () => setTicket(ticketOf(performance))),
		[performance],
	);

	return {
		place: known?.place,
		asking: known === undefined && inside && ticket !== undefined,
		failure: known?.failure,
		join: async () => watch.current?.join(),
		leave: async () => {
			// His place may still be there: it lapses, or joining gives it again.
			await watch.current?.leave().catch(() => undefined);
		},
		look: () => watch.current?.look(),
	};
}
