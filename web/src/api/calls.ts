// SPDX-License-Identifier: BSD-2-Clause
//
// calls - the operations that the page uses, one line each
//
// Layer: api.
import { ask, askText, type Schema } from "./client";

export type Show = Schema<"Show">;
export type Performance = Schema<"Performance">;
export type Layout = Schema<"Layout">;
export type LayoutRows = Schema<"LayoutRows">;
export type Seat = Layout["seats"][number];
export type SeatMap = Schema<"SeatMap">;
export type SeatChanges = Schema<"SeatChanges">;
export type QueuePlace = Schema<"QueuePlace">;
/** What is published of the draw of a lobby; hashes and ids in hex. */
export type Draw = Schema<"Draw">;
export type Hold = Schema<"Hold">;
export type Reservation = Schema<"Reservation">;
export type Offer = Schema<"Offer">;
export type Transfer = Schema<"Transfer">;
export type MoveLine = Schema<"MoveLine">;
export type Payment = Schema<"Payment">;
export type PaymentMethod = Schema<"PaymentMethod">;
export type PaymentForm = NonNullable<PaymentMethod["form"]>;
export type EntryTickets = Schema<"EntryTickets">;
export type WalletEntry = Schema<"WalletEntry">;
export type User = Schema<"User">;
export type Tokens = Schema<"Tokens">;

/** An access token; undefined: nobody. */
type Token = string | undefined;

// ---- what went wrong here ----

export const addClientLogs = (
	entries: {
		level: "error";
		message: string;
		context: Record<string, string>;
		at: string;
		release: string;
	}[],
) => ask("addClientLogs", "/logs", { method: "POST", body: entries });

// ---- who buys ----

export const signup = (body: {
	login_id: string;
	password: string;
	name: string;
	email: string;
}) => ask("signup", "/auth/signup", { method: "POST", body });

export const login = (login_id: string, password: string, totp = "") =>
	ask("login", "/auth/login", {
		method: "POST",
		body: { login_id, password, ...(totp === "" ? {} : { totp }) },
		cookieSession: true,
	});

export const refresh = () =>
	ask("refresh", "/auth/refresh", {
		method: "POST",
		body: {},
		cookieSession: true,
	});

export const logout = () =>
	ask("logout", "/auth/logout", {
		method: "POST",
		body: {},
		cookieSession: true,
	});

export const me = (token: Token) => ask("me", "/me", { token });

export const changePassword = (token: Token, was: string, will: string) =>
	ask("changePassword", "/me/password", {
		method: "POST",
		token,
		body: { old: was, new: will },
	});

export const listSessions = (token: Token) =>
	ask("listSessions", "/me/sessions", { token, query: { limit: 100 } });

export const endSession = (token: Token, id: number) =>
	ask("endSession", `/me/sessions/${id}`, { method: "DELETE", token });

export const notices = (token: Token) => ask("getNotices", "/me/notices", { token });

export const setNotices = (token: Token, body: Schema<"Notices">) =>
	ask("setNotices", "/me/notices", { method: "PUT", token, body });

export const wallet = (token: Token) => ask("wallet", "/wallet", { token });

export const walletEntries = (token: Token, cursor?: string) =>
	ask("walletEntries", "/wallet/entries", {
		token,
		query: { limit: 20, cursor },
	});

// ---- what is sold ----

export const listShows = (
	query: { kind?: string | undefined; q?: string | undefined },
	token?: Token,
) => ask("listShows", "/shows", { token, query: { ...query, limit: 100 } });

export const getShow = (id: number, token?: Token) =>
	ask("getShow", `/shows/${id}`, { token });

export const listDates = (show: number) =>
	ask("listDates", `/shows/${show}/dates`);

export const listPerformances = (show: number, date?: string, token?: Token) =>
	ask("listPerformances", `/shows/${show}/performances`, {
		token,
		query: { date, limit: 100 },
	});

export const getPerformance = (id: number, token?: Token) =>
	ask("getPerformance", `/performances/${id}`, { token });

export const getLayoutRows = (id: number) =>
	ask("getLayoutRows", `/performances/${id}/layout/rows`);

export const listSections = (id: number) =>
	ask("listSections", `/performances/${id}/sections`);

export const getSeats = (
	id: number,
	query: { since?: string; min_version?: string } = {},
) => ask("getSeats", `/performances/${id}/seats`, { query });

// ---- the line ----

export const joinQueue = (token: Token, performance: number) =>
	ask("joinQueue", `/performances/${performance}/queue`, {
		method: "POST",
		token,
	});

export const pollQueue = (token: Token, performance: number, ticket: string) =>
	ask("pollQueue", `/performances/${performance}/queue`, { token, ticket });

export const leaveQueue = (token: Token, performance: number, ticket: string) =>
	ask("leaveQueue", `/performances/${performance}/queue`, {
		method: "DELETE",
		token,
		ticket,
	});

export const getDraw = (performance: number) =>
	ask("getDraw", `/performances/${performance}/queue/draw`);

// ---- holds ----

/** How many of each ticket type. */
export type Tickets = Record<string, number>;

/** Seats that somebody picks; type: where they are kept for who names it. */
export type WantSeats =
	| { seat_ids: number[]; type?: string }
	| { seats: { seat_id: number; ticket_type?: string }[]; type?: string };

export type Want =
	| WantSeats
	| { section_id: number; quantity: number; tickets?: Tickets }
	| {
			best_available: {
				quantity: number;
				section_id?: number;
				price_class?: number;
				type?: string;
			};
	  };

export const listHolds = (token: Token, performance: number) =>
	ask("listHolds", `/performances/${performance}/holds`, { token });

export const placeHold = (
	token: Token,
	performance: number,
	want: Want,
	key: string,
	ticket: string | undefined,
) =>
	ask("placeHold", `/performances/${performance}/holds`, {
		method: "POST",
		token,
		key,
		ticket,
		body: want,
	});

export const changeHold = (
	token: Token,
	hold: string,
	want: WantSeats | { tickets: Tickets },
) =>
	ask("changeHold", `/holds/${hold}`, { method: "PATCH", token, body: want });

export const dropHold = (token: Token, hold: string) =>
	ask("dropHold", `/holds/${hold}`, { method: "DELETE", token });

export const extendHold = (token: Token, hold: string) =>
	ask("extendHold", `/holds/${hold}/extend`, { method: "POST", token });

// ---- owning ----

export const listPaymentMethods = () =>
	ask("listPaymentMethods", "/payment-methods");

export const pay = (
	token: Token,
	body: { hold_token: string; method: string; source?: string },
	key: string,
) => ask("pay", "/payments", { method: "POST", token, key, body });

export const getPayment = (token: Token, id: number) =>
	ask("getPayment", `/payments/${id}`, { token });

export const dropPayment = (token: Token, id: number) =>
	ask("dropPayment", `/payments/${id}`, { method: "DELETE", token });

export const listReservations = (token: Token, cursor?: string) =>
	ask("listReservations", "/reservations", {
		token,
		query: { limit: 20, cursor },
	});

export const getReservation = (token: Token, number: string) =>
	ask("getReservation", `/reservations/${number}`, { token });

export const cancelReservation = (
	token: Token,
	number: string,
	body: { seat_ids?: number[]; quantity?: number; tickets?: Tickets },
	key: string,
) =>
	ask("cancelReservation", `/reservations/${number}/cancel`, {
		method: "POST",
		token,
		key,
		body,
	});

export const moveReservation = (
	token: Token,
	number: string,
	body: { seats: MoveLine[]; difference: number; method?: string; source?: string },
	key: string,
) =>
	ask("moveReservation", `/reservations/${number}/move`, {
		method: "POST",
		token,
		key,
		body,
	});

// ---- a reservation that goes to another user ----

export const getOffer = (token: Token, number: string) =>
	ask("getOffer", `/reservations/${number}/transfer`, { token });

/** to: the login of the only one who may accept; "": whoever has the link. */
export const offerReservation = (token: Token, number: string, to: string) =>
	ask("offerReservation", `/reservations/${number}/transfer`, {
		method: "POST",
		token,
		body: to === "" ? {} : { to },
	});

export const takeOfferBack = (token: Token, number: string) =>
	ask("takeOfferBack", `/reservations/${number}/transfer`, {
		method: "DELETE",
		token,
	});

export const listTransfers = (token: Token, cursor?: string) =>
	ask("listTransfers", "/transfers", { token, query: { limit: 20, cursor } });

export const getTransfer = (token: Token, offer: string) =>
	ask("getTransfer", `/transfers/${offer}`, { token });

export const acceptTransfer = (token: Token, offer: string) =>
	ask("acceptTransfer", `/transfers/${offer}/accept`, {
		method: "POST",
		token,
	});

// ---- what is shown at the gate ----

export const getTickets = (token: Token, number: string) =>
	ask("getTickets", `/reservations/${number}/ticket`, { token });

/** A ticket's QR code, as SVG. */
export const getTicketCode = (token: Token, number: string, place: number) =>
	askText("getTickets", `/reservations/${number}/ticket`, {
		token,
		query: { place },
		accept: "image/svg+xml",
	});

export const getTicketCalendar = (token: Token, number: string) =>
	askText("getTickets", `/reservations/${number}/ticket`, {
		token,
		accept: "text/calendar",
	});

export const reissueTickets = (token: Token, number: string) =>
	ask("reissueTickets", `/reservations/${number}/ticket/reissue`, {
		method: "POST",
		token,
		body: {},
	});
