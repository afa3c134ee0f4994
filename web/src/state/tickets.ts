// SPDX-License-Identifier: BSD-2-Clause
//
// tickets - ticket types: what a place costs as which, and how many may be had
//
// Layer: state.  Uses: api (types).
import type { Hold, Performance, Tickets } from "../api/calls";

export type TicketType = Performance["ticket_types"][number];

/** What a place costs, by ticket type. */
export interface Prices {
	/** As the default one, and as any that is not there. */
	standard: number;
	byType: Readonly<Record<string, number>>;
}

export function priceFor(prices: Prices, type: string | undefined): number {
	return prices.byType[type ?? ""] ?? prices.standard;
}

export function defaultOf(types: readonly TicketType[]): string {
	return (types.find((one) => one.default) ?? types[0])?.code ?? "";
}

/** How many of each type, of places that name theirs. */
export function countTickets(codes: readonly string[]): Tickets {
	const tickets: Tickets = {};
	for (const code of codes) tickets[code] = (tickets[code] ?? 0) + 1;
	return tickets;
}

/** The first type of which there are too few or too many for one hold. */
export function misfit(
	types: readonly TicketType[],
	tickets: Tickets,
): TicketType | undefined {
	return types.find(({ code, min, max }) => {
		const n = tickets[code] ?? 0;
		return n > 0 && (n < (min ?? 0) || n > (max ?? Infinity));
	});
}

/** The type of each place of a hold, in their order. */
export function typesOf(hold: Hold): string[] {
	return (
		hold.seats?.map((seat) => seat.ticket_type) ??
		hold.tickets?.flatMap((one) =>
			Array<string>(one.quantity).fill(one.ticket_type),
		) ??
		[]
	);
}
