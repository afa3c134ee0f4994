// SPDX-License-Identifier: BSD-2-Clause
//
// choosing - the seats that a buyer chooses, and all that changes them
//
// Layer: state.  Uses: held, picks, seats, seating, map.
import { useEffect, useState } from "react";
import * as api from "../api/calls";
import { hallOf, type Hall } from "../map/hall";
import type { Pick } from "../map/index";
import { KEPT_TYPES, pickAround, pickInstead, type Wish } from "../map/pick";
import type { SeatStates } from "../map/states";
import { announce } from "./announce";
import { useHeld, type Held } from "./held";
import { useWords } from "./language";
import { pick, picksOf, quantityOf, useTheirPicks, wantOf, type Picks } from "./picks";
import type { Seating } from "./seating";
import type { Seats } from "./seats";
import { countTickets, defaultOf, misfit } from "./tickets";

export interface Filter {
	/** A price class; undefined: any. */
	price: number | undefined;
	/** Only places for wheelchairs, and beside them. */
	accessible: boolean;
}

export interface Choosing {
	picks: Picks;
	names: ReturnType<typeof useSeatNames>;
	held: Held;
	/** Seats that somebody else took, and others to offer. */
	lost: { seats: number[]; offer: number[] } | undefined;
	/** Why the last tap gave no seats; "": it did. */
	word: string;
	isFree(id: number): boolean;
	fits(id: number): boolean;
	/** One seat of a list: so many as belong together are taken around it. */
	choose(id: number): void;
	/** The same on the map, which has found the seats itself. */
	tapped(what: Pick, openSection: (id: number) => void): void;
	/** Places of a section where nobody picks; no tickets: none. */
	takePlaces(section: number, tickets: api.Tickets): void;
	setType(id: number, code: string): void;
	losing(ids: number[]): void;
	takeOffer(ids: number[]): void;
	/** Nothing is chosen, and no seats are held. */
	clear(): Promise<void>;
}

export function useSeatNames(seating: Seating) {
	const { t } = useWords();
	const one = (id: number) => {
		const seat = seating.seat.get(id);
		if (seat === undefined) return String(id);
		const short = t("seat.short", { row: seat.row, number: seat.number });
		return seating.sections.length > 1
			? `${seating.sectionName.get(seat.section_id) ?? ""} ${short}`
			: short;
	};
	return { one, all: (ids: number[]) => ids.map(one).join(", ") };
}

/** Ticket types of the seats that are held. */
function typesHeld(hold: api.Hold): Record<number, string> {
	return Object.fromEntries((hold.seats ?? []).map((seat) => [seat.seat_id, seat.ticket_type]));
}

/** Seats kept for who asks for them are asked for by their type. */
export function withType(seating: Seating, want: api.Want): api.Want {
	if (!("seat_ids" in want || "seats" in want)) return want;
	const ids = "seats" in want ? want.seats.map((one) => one.seat_id) : want.seat_ids;
	const type = ids
		.map((id) => seating.seat.get(id)?.type)
		.find((one) => one !== undefined && KEPT_TYPES.includes(one));
	return type === undefined ? want : { ...want, type };
}

/** Of what was picked, the seats to hold; undefined: none, or not as they are. */
function seatsWanted(performance: api.Performance, seating: Seating): api.WantSeats | undefined {
	const picks = picksOf(performance.id);
	const types = performance.ticket_types;
	const codes = picks.seats.map((id) => picks.types[id] ?? defaultOf(types));
	if (misfit(types, countTickets(codes)) !== undefined) return undefined;
	const want = wantOf({ ...picks, places: undefined });
	return want && (withType(seating, want) as api.WantSeats);
}

/**
 * What is chosen when one of a list is pressed: so many as belong together, around
 * it; it alone where some are chosen and some missing; without it where it was.
 * wish: for so many, without those.
 * returns: undefined where there are not so many
 */
export function chosenAround(
	hall: Hall,
	states: SeatStates,
	chosen: number[],
	party: number,
	id: number,
	wish: (n: number, without: number[]) => Wish,
): number[] | undefined {
	if (chosen.includes(id)) return chosen.filter((one) => one !== id);
	const begun = chosen.length > 0 && chosen.length < party;
	const kept = begun ? chosen : [];
	const run = pickAround(hall, states, wish(begun ? 1 : party, kept), id - 1);
	if (run.length === 0) return undefined;
	return [...kept, ...run.map((seat) => seat + 1)].sort((a, b) => a - b);
}

/** What is chosen, and all that changes it. */
export function useChoosing(
	performance: api.Performance,
	layout: api.Layout,
	seating: Seating,
	seats: Seats,
	filter: Filter,
): Choosing {
	const { t } = useWords();
	const hall = hallOf(layout);
	const names = useSeatNames(seating);
	const picks = useTheirPicks(performance.id);
	const [lost, setLost] = useState<Choosing["lost"]>();
	const [word, setWord] = useState("");
	const { states } = seats;
	const held = useHeld(performance, {
		found: (hold) => pick(performance.id, { seats: hold.seat_ids ?? [], types: typesHeld(hold), places: undefined }),
		lost: (ids) => {
			losing(ids);
			wishPicks();
		},
	});

	const isFree = (id: number) =>
		states?.isFree(id - 1) === true || held.mine.includes(id);
	const fits = (id: number) => {
		const seat = seating.seat.get(id);
		return (
			(filter.price === undefined || seat?.price_class === filter.price) &&
			(!filter.accessible || KEPT_TYPES.includes(seat?.type ?? ""))
		);
	};
	const wish = (party: number, type: string | undefined, without: number[]): Wish => ({
		party,
		rules: performance.seat_rules,
		type: type !== undefined && KEPT_TYPES.includes(type) ? type : undefined,
		own: new Set(held.mine.map((id) => id - 1)),
		fits: (seat) => !without.includes(seat + 1),
	});

	/** Have what is picked now be what is held. */
	const wishPicks = () => {
		const ids = picksOf(performance.id).seats;
		const want = seatsWanted(performance, seating);
		if (ids.length === 0 || want !== undefined) held.wish(ids, want);
	};

	const losing = (ids: number[]) => {
		const [one] = ids;
		if (one === undefined) return;
		const rest = picksOf(performance.id).seats.filter((id) => !ids.includes(id));
		const type = seating.seat.get(one)?.type;
		const offer =
			states === undefined
				? []
				: pickInstead(hall, states, wish(ids.length, type, [...ids, ...rest]), one - 1);
		setLost({ seats: ids, offer: offer.map((seat) => seat + 1) });
		pick(performance.id, { seats: rest });
		announce(t("pick.lost", { what: names.all(ids) }));
	};

	// A seat that goes while it is chosen only is named, not just gone.
	useEffect(() => {
		if (states !== undefined) losing(picks.seats.filter((id) => !isFree(id)));
	}, [seats.beat, held.mine]);

	const set = (ids: number[]) => {
		setLost(undefined);
		setWord("");
		pick(performance.id, { seats: ids, places: undefined });
		wishPicks();
		announce(`${t("pick.chosen")}: ${names.all(ids)}`);
	};
	const leaveOut = (id: number) => set(picks.seats.filter((one) => one !== id));

	const choose = (id: number) => {
		if (states === undefined) return;
		const type = seating.seat.get(id)?.type;
		const ids = chosenAround(hall, states, picks.seats, picks.party, id, (n, without) => wish(n, type, without));
		if (ids === undefined) setWord(t("pick.no-run", { n: picks.party }));
		else set(ids);
	};

	return {
		picks, names, held, lost, word, isFree, fits, choose, losing,
		tapped(what, openSection) {
			if ("section" in what) openSection(what.section);
			else if (what.seats.length > 0) set([...what.seats]);
			else if (what.why === "selected") leaveOut(what.seat);
			else setWord(t(what.why === "kept" ? "pick.kept" : "pick.no-run", { n: picks.party }));
		},
		takePlaces(section, tickets) {
			pick(performance.id, { seats: [], places: quantityOf(tickets) === 0 ? undefined : { section, tickets } });
			wishPicks();
		},
		setType(id, code) {
			pick(performance.id, { types: { ...picks.types, [id]: code } });
			wishPicks();
		},
		takeOffer: (ids) => set([...picks.seats, ...ids]),
		async clear() {
			pick(performance.id, { seats: [], types: {}, places: undefined });
			await held.clear();
		},
	};
}
