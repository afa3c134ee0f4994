// SPDX-License-Identifier: BSD-2-Clause
//
// holding - from what was picked to a hold, and from a hold to a reservation
//
// A request that may have been lost is asked again under the same key; a key
// is kept until it has its answer, so a reload does not ask twice either.
//
// Layer: state.  Uses: api.
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { basketIs } from "./basket";
import { ticketOf } from "./line";
import { asMe } from "./session";
import { keep, recall } from "./store";
import { countTickets, typesOf } from "./tickets";

/** Of a wish that was asked for and has no answer yet. */
function keyOf(name: string, wish: string): string | undefined {
	const kept = recall<{ wish: string; key: string } | null>(name, null);
	return kept?.wish === wish ? kept.key : undefined;
}

/** The key of a wish; another wish has another key. */
function keyFor(name: string, wish: string): string {
	const kept = keyOf(name, wish);
	if (kept !== undefined) return kept;
	const key = crypto.randomUUID();
	keep(name, { wish, key });
	return key;
}

/** My running holds, those that are being paid for among them. */
export async function holdsOf(performance: number): Promise<api.Hold[]> {
	const said = await asMe((token) => api.listHolds(token, performance));
	const holds = said.items.filter((one) =>
		["held", "paying"].includes(one.status),
	);
	basketIs(performance, holds);
	return holds;
}

function isOfSeats(hold: api.Hold): boolean {
	return hold.status === "held" && hold.seat_ids !== undefined;
}

/** My running hold of seats. */
export async function seatsHeld(performance: number): Promise<api.Hold | undefined> {
	return (await holdsOf(performance)).find(isOfSeats);
}

const holdName = (performance: number) => `hold-${performance}`;

/** A new hold. */
export async function placeHold(performance: number, want: api.Want): Promise<api.Hold> {
	const name = holdName(performance);
	const key = keyFor(name, JSON.stringify(want));
	try {
		const hold = await asMe((token) =>
			api.placeHold(token, performance, want, key, ticketOf(performance)),
		);
		keep(name, undefined);
		return hold;
	} catch (failure) {
		// Any answer but "ask again" is the last word for this key.
		if (failure instanceof Problem && !isUnknown(failure))
			keep(name, undefined);
		throw failure;
	}
}

export async function changeHold(hold: api.Hold, want: api.WantSeats): Promise<api.Hold> {
	return asMe((token) => api.changeHold(token, hold.hold_token, want));
}

/**
 * Hold what was picked. Seats that are held already are changed for the new
 * ones, in one step, so that none is lost on the way. The best there are take
 * their place, unless they are those already, of which no answer came.
 */
export async function holdPicks(
	performance: number,
	want: api.Want,
): Promise<api.Hold> {
	const running = await seatsHeld(performance);
	const isAsked = keyOf(holdName(performance), JSON.stringify(want)) !== undefined;
	if (running !== undefined && "best_available" in want && !isAsked) await dropHold(running);
	const hold =
		running !== undefined && ("seat_ids" in want || "seats" in want)
			? await changeHold(running, want)
			: await placeHold(performance, want);
	await holdsOf(performance);
	return hold;
}

/** Other ticket types for the places of a hold, in their order. */
export async function changeTypes(
	hold: api.Hold,
	codes: readonly string[],
): Promise<api.Hold> {
	const want =
		hold.seats === undefined
			? { tickets: countTickets(codes) }
			: { seats: withTypes(hold.seats.map((seat) => seat.seat_id), codes) };
	return asMe((token) => api.changeHold(token, hold.hold_token, want));
}

/** What a hold has, asked for again. */
export function sameAgain(hold: api.Hold): api.Want {
	const codes = typesOf(hold);
	return hold.seat_ids !== undefined
		? { seats: withTypes(hold.seat_ids, codes) }
		: {
				section_id: hold.section_id ?? 0,
				quantity: hold.quantity ?? 1,
				tickets: countTickets(codes),
			};
}

function withTypes(seats: readonly number[], codes: readonly string[]) {
	return seats.map((seat_id, i) => ({
		seat_id,
		...(codes[i] === undefined ? {} : { ticket_type: codes[i] }),
	}));
}

/** Whether the effect may have happened: ask again under the same key. */
export function isUnknown(problem: Problem): boolean {
	return problem.status === 0 || problem.status >= 500 || problem.slug === "idempotency-in-progress";
}

export async function dropHold(hold: api.Hold): Promise<void> {
	await asMe((token) => api.dropHold(token, hold.hold_token));
	await holdsOf(hold.performance_id);
}

export async function extendHold(hold: api.Hold): Promise<api.Hold> {
	const next = await asMe((token) => api.extendHold(token, hold.hold_token));
	await holdsOf(hold.performance_id);
	return next;
}

/** How a hold is being paid for, until the end of that is known. */
interface Attempt {
	hold: string;
	method: string;
	source?: string;
	key: string;
	/** Somebody outside is asked: its id. */
	payment?: number;
}

const attemptName = (performance: number) => `pay-${performance}`;

export function attemptOf(hold: api.Hold): Attempt | undefined {
	const kept = recall<Attempt | null>(attemptName(hold.performance_id), null);
	return kept?.hold === hold.hold_token ? kept : undefined;
}

export function attemptEnded(payment: api.Payment): void {
	const name = attemptName(payment.performance_id);
	if (recall<Attempt | null>(name, null)?.payment === payment.id)
		keep(name, undefined);
}

export type Paid = { number: string } | { payment: number };

/**
 * Pay for a hold; the number of the reservation, or a payment to look at. What
 * may have been asked already is asked again as it was.
 *
 * source: by card, how it is got of the buyer; undefined: he gave none.
 */
export async function payHold(
	hold: api.Hold,
	method: string,
	source: () => Promise<string | undefined>,
): Promise<Paid | undefined> {
	const name = attemptName(hold.performance_id);
	let attempt = attemptOf(hold);
	if (attempt?.method !== method) {
		const given = method === "wallet" ? undefined : await source();
		if (method !== "wallet" && given === undefined) return undefined;
		attempt = {
			hold: hold.hold_token,
			method,
			key: crypto.randomUUID(),
			...(given === undefined ? {} : { source: given }),
		};
		keep(name, attempt);
	}
	const { key } = attempt;
	const body = {
		hold_token: hold.hold_token,
		method,
		...(attempt.source === undefined ? {} : { source: attempt.source }),
	};
	try {
		const paid = await asMe((token) => api.pay(token, body, key));
		if (!("reservation" in paid)) {
			keep(name, { ...attempt, payment: paid.id });
			return { payment: paid.id };
		}
		keep(name, undefined);
		return { number: paid.reservation.number };
	} catch (failure) {
		if (!(failure instanceof Problem)) throw failure;
		if (failure.document.reservation_number !== undefined)
			return { number: failure.document.reservation_number };
		if (!isUnknown(failure)) keep(name, undefined);
		throw failure;
	}
}

/** Ask for a change of a reservation under one key for each wish, until there is an
 * answer. */
async function changed(
	name: string,
	wish: unknown,
	ask: (token: string, key: string) => Promise<api.Reservation>,
): Promise<api.Reservation> {
	const key = keyFor(name, JSON.stringify(wish));
	try {
		const next = await asMe((token) => ask(token, key));
		keep(name, undefined);
		return next;
	} catch (failure) {
		if (failure instanceof Problem && !isUnknown(failure))
			keep(name, undefined);
		throw failure;
	}
}

export async function cancel(
	{ number, ...of }: api.Reservation,
	what: { seat_ids?: number[]; quantity?: number; tickets?: api.Tickets },
): Promise<api.Reservation> {
	const left = of.cancelled_seat_ids?.length ?? of.cancelled_quantity;
	return changed(`cancel-${number}`, [what, left], (token, key) =>
		api.cancelReservation(token, number, what, key),
	);
}

/** How seats were asked to be moved, until there is an answer. */
interface MoveAttempt {
	wish: string;
	key: string;
	source?: string;
}

export type Moved = { reservation: api.Reservation } | { payment: number };

/**
 * Other seats for a reservation, for what the buyer was told that they cost more;
 * the reservation, or the payment of the difference, to look at.
 *
 * source: where that is paid by card, how it is got of the buyer; undefined: he
 * gave none.
 */
export async function move(
	{ number, seat_ids }: api.Reservation,
	seats: api.MoveLine[],
	difference: number,
	source?: () => Promise<string | undefined>,
): Promise<Moved | undefined> {
	const name = `move-${number}`;
	const wish = JSON.stringify([seats, seat_ids, difference]);
	let attempt = recall<MoveAttempt | null>(name, null);
	if (attempt?.wish !== wish) {
		const given = await source?.();
		if (source !== undefined && given === undefined) return undefined;
		attempt = { wish, key: crypto.randomUUID(), ...(given === undefined ? {} : { source: given }) };
		keep(name, attempt);
	}
	const { key } = attempt;
	const by = attempt.source === undefined ? {} : { method: "card", source: attempt.source };
	try {
		const said = await asMe((token) =>
			api.moveReservation(token, number, { seats, difference, ...by }, key),
		);
		keep(name, undefined);
		return "id" in said ? { payment: said.id } : { reservation: said };
	} catch (failure) {
		if (failure instanceof Problem && !isUnknown(failure)) keep(name, undefined);
		throw failure;
	}
}
