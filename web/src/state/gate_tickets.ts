// SPDX-License-Identifier: BSD-2-Clause
//
// gate_tickets - what is shown at the gate, also where no network is
//
// Layer: state.  Uses: api.
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { keepTickets, recallTickets, type Book } from "./kept_tickets";
import { asMe } from "./session";

async function withCodes(number: string, tickets: api.EntryTickets): Promise<Book> {
	const codes = await Promise.all(
		tickets.tickets.map((ticket) =>
			asMe((token) => api.getTicketCode(token, number, ticket.place)),
		),
	);
	const book = { number, tickets, codes, kept: false };
	await keepTickets(book);
	return book;
}

export async function readTickets(number: string): Promise<Book> {
	try {
		return await withCodes(number, await asMe((token) => api.getTickets(token, number)));
	} catch (failure) {
		const book = await recallTickets(number);
		if (book !== undefined && failure instanceof Problem && failure.slug === "offline")
			return { ...book, kept: true };
		throw failure;
	}
}

export async function reissueTickets(number: string): Promise<Book> {
	return withCodes(number, await asMe((token) => api.reissueTickets(token, number)));
}
