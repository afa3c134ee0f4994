// SPDX-License-Identifier: BSD-2-Clause
//
// seats - which seats of a performance are free, for what is shown of them
//
// The map is told each change at once; lists are drawn anew now and then.
//
// Layer: state.  Uses: live, api, map.
import { useEffect, useMemo, useRef, useState } from "react";
import * as api from "../api/calls";
import type { HallMap } from "../map/index";
import type { SeatStates } from "../map/states";
import { Live } from "./live";

/** Lists are drawn anew so long after the first of some changes. */
const DRAW_MS = 400;
/** Of more seats than that only changes are asked for. */
const LARGE = 5_000;

export interface Seats {
	/** undefined: not read yet. */
	states: SeatStates | undefined;
	/** Grows with each change that is shown. */
	beat: number;
	/** To be told what changes, from now on. */
	follow(map: HallMap): () => void;
	/** The sale has ended while we looked. */
	over: boolean;
}

async function leftOf(performance: number): Promise<Map<number, number>> {
	const said = await api.listSections(performance);
	return new Map(
		said.items
			.filter((one) => one.kind === "counter")
			.map((one) => [one.section_id, one.remaining]),
	);
}

export function useSeats(
	performance: api.Performance,
	layout: api.Layout,
): Seats {
	const [beat, setBeat] = useState(0);
	const [over, setOver] = useState(false);
	const live = useRef<Live | undefined>(undefined);
	const maps = useMemo(() => new Set<HallMap>(), []);

	useEffect(() => {
		let timer = 0;
		let first = true;
		const told = (draw: (map: HallMap) => void) => {
			for (const map of maps) draw(map);
			if (timer !== 0) return;
			timer = window.setTimeout(() => {
				timer = 0;
				setBeat((n) => n + 1);
			}, first ? 0 : DRAW_MS);
			first = false;
		};
		live.current = new Live({
			performance: performance.id,
			seatCount: layout.seats.length,
			feedUrl: performance.feed_url,
			large: layout.seats.length > LARGE,
			readSeats: (query) => api.getSeats(performance.id, query),
			readLeft: layout.sections.some((one) => one.kind === "counter")
				? () => leftOf(performance.id)
				: undefined,
			onStates: (said) => told((map) => map.setStates(said)),
			onEvent: (event) => told((map) => map.apply(event)),
			onStatus: (status) => setOver(status === "over"),
		});
		return () => {
			clearTimeout(timer);
			live.current?.close();
			live.current = undefined;
		};
	}, [performance.id, layout]);

	return {
		states: beat === 0 ? undefined : live.current?.states,
		beat,
		follow(map) {
			maps.add(map);
			const states = live.current?.states;
			if (states !== undefined && states.letters.some((letter) => letter !== 0))
				map.setStates({ version: "", statuses: states.text() });
			return () => maps.delete(map);
		},
		over,
	};
}
