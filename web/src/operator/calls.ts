// SPDX-License-Identifier: BSD-2-Clause
//
// calls - the operations that operators use, one line each
//
// Layer: operator.  Uses: api.
import * as buyers from "../api/calls";
import { ask, askFile, askText, askVersioned, type Schema } from "../api/client";

export type SalesRow = Schema<"SalesRow">;
export type Alarm = Schema<"Alarm">;
export type Today = Schema<"Today">;
export type Line = Schema<"Line">;
export type Till = Schema<"Till">;
export type CounterSale = Schema<"CounterSale">;

/** An access token. */
export type Token = string;
/** Words of an address: what is not there, or empty, is not asked for. */
export type Query = Record<string, string | number | undefined>;

export const proveMe = (token: Token, password: string) =>
	ask("proveMe", "/me/proof", { method: "POST", token, body: { password } });

// ---- one's own second factor ----

export type TotpSecret = Awaited<ReturnType<typeof beginTotp>>;

export const beginTotp = (token: Token) => ask("beginTotp", "/me/totp", { method: "POST", token });

export const confirmTotp = (token: Token, code: string) =>
	ask("confirmTotp", "/me/totp/confirm", { method: "POST", token, body: { code } });

export const dropTotp = (token: Token, code: string) =>
	ask("dropTotp", "/me/totp", { method: "DELETE", token, body: { code } });

// ---- today ----

export const getToday = (token: Token) => ask("getToday", "/admin/today", { token });

export const getSales = (token: Token, query: Query) =>
	ask("getSales", "/admin/statistics/sales", { token, query });

export const listAlarms = (token: Token, query: Query) =>
	ask("listAlarms", "/admin/alarms", { token, query });

// ---- what buyers see of it, as it is now: they may be shown what was kept ----

export const listShows = (token: Token, q: string) => buyers.listShows({ q }, token);

export const getShow = (token: Token, id: number) => buyers.getShow(id, token);

export const listPerformances = (token: Token, show: number) =>
	buyers.listPerformances(show, undefined, token);

export const getPerformance = (token: Token, id: number) => buyers.getPerformance(id, token);

// ---- what is sold: shows, venues, halls and their plans ----

export type ManagedShow = Schema<"ManagedShow">;
export type ManagedVenue = Schema<"ManagedVenue">;
export type ManagedHall = Schema<"ManagedHall">;
export type ManagedRevision = Schema<"ManagedRevision">;
/** Members of a catalog file (doc/load.md). */
export type Members = Record<string, unknown>;

/** As many as a page of a list has. */
const LIST_MAX = 100;

export const listManagedShows = (token: Token, query: Query) =>
	ask("listManagedShows", "/admin/shows", { token, query });

export const makeShow = (token: Token, body: Members) =>
	ask("makeShow", "/admin/shows", { method: "POST", token, body });

export const getManagedShow = (token: Token, id: number) =>
	askVersioned("getManagedShow", `/admin/shows/${id}`, { token });

export const changeShow = (token: Token, id: number, match: string, body: Members, reason: string) =>
	ask("changeShow", `/admin/shows/${id}`, { method: "PATCH", token, match, query: { reason }, body });

export const deleteShow = (token: Token, id: number, match: string, reason: string) =>
	ask("deleteShow", `/admin/shows/${id}`, { method: "DELETE", token, match, query: { reason } });

export const putPoster = (token: Token, show: number, file: File, reason: string) =>
	ask("putPoster", `/admin/shows/${show}/poster`, { method: "PUT", token, query: { reason }, file });

export const listVenues = (token: Token, query: Query) =>
	ask("listManagedVenues", "/admin/venues", { token, query: { limit: LIST_MAX, ...query } });

export const makeVenue = (token: Token, body: Members) =>
	ask("makeVenue", "/admin/venues", { method: "POST", token, body });

export const getManagedVenue = (token: Token, id: number) =>
	askVersioned("getManagedVenue", `/admin/venues/${id}`, { token });

export const changeVenue = (token: Token, id: number, match: string, body: Members, reason: string) =>
	ask("changeVenue", `/admin/venues/${id}`, { method: "PATCH", token, match, query: { reason }, body });

export const deleteVenue = (token: Token, id: number, match: string, reason: string) =>
	ask("deleteVenue", `/admin/venues/${id}`, { method: "DELETE", token, match, query: { reason } });

export const listHalls = (token: Token, venue: number) =>
	ask("listManagedHalls", `/admin/venues/${venue}/halls`, { token, query: { limit: LIST_MAX } });

export const makeHall = (token: Token, venue: number, body: Members) =>
	ask("makeHall", `/admin/venues/${venue}/halls`, { method: "POST", token, body });

export const getManagedHall = (token: Token, id: number) =>
	askVersioned("getManagedHall", `/admin/halls/${id}`, { token });

export const changeHall = (token: Token, id: number, match: string, body: Members, reason: string) =>
	ask("changeHall", `/admin/halls/${id}`, { method: "PATCH", token, match, query: { reason }, body });

export const deleteHall = (token: Token, id: number, match: string, reason: string) =>
	ask("deleteHall", `/admin/halls/${id}`, { method: "DELETE", token, match, query: { reason } });

export const listRevisions = (token: Token, hall: number, limit = LIST_MAX) =>
	ask("listManagedRevisions", `/admin/halls/${hall}/revisions`, { token, query: { limit, order: "-id" } });

export const getPlan = (token: Token, revision: number) =>
	ask("getManagedPlan", `/admin/revisions/${revision}/plan`, { token });

export const makeRevision = (token: Token, hall: number, plan: Members) =>
	ask("makeRevision", `/admin/halls/${hall}/revisions`, { method: "POST", token, body: plan });

// ---- what was sold ----

export type ManagedReservation = Schema<"ManagedReservation">;
export type ManagedPayment = Schema<"ManagedPayment">;
export type PaymentHistory = Schema<"PaymentHistory">;
export type ReservationHistory = Awaited<ReturnType<typeof getManagedReservation>>;

export const findReservations = (token: Token, query: Query) =>
	ask("findReservations", "/admin/reservations", { token, query });

export const getManagedReservation = (token: Token, number: string) =>
	ask("getManagedReservation", `/admin/reservations/${encodeURIComponent(number)}`, { token });

export const noteReservation = (token: Token, number: string, note: string) =>
	ask("noteReservation", `/admin/reservations/${encodeURIComponent(number)}/notes`, {
		method: "POST",
		token,
		body: { note },
	});

export const moveManagedReservation = (
	token: Token,
	number: string,
	body: { seats: Schema<"MoveLine">[]; reason: string; till_id?: number },
	key: string,
) =>
	ask("moveManagedReservation", `/admin/reservations/${encodeURIComponent(number)}/move`, {
		method: "POST", token, key, body,
	});

export const transferManagedReservation = (
	token: Token,
	number: string,
	body: { to: string; reason: string },
) =>
	ask("transferManagedReservation", `/admin/reservations/${encodeURIComponent(number)}/transfer`, {
		method: "POST", token, body,
	});

export const findPayments = (token: Token, query: Query) =>
	ask("findPayments", "/admin/payments", { token, query });

export const getManagedPayment = (token: Token, id: number) =>
	ask("getManagedPayment", `/admin/payments/${id}`, { token });

export const movePayment = (
	token: Token,
	id: number,
	move: "look" | "cancel" | "release",
	reason: string,
) => ask("movePayment", `/admin/payments/${id}/${move}`, { method: "POST", token, body: { reason } });

export const refundPayment = (
	token: Token,
	id: number,
	body: { seat_ids?: number[]; quantity?: number; reason: string },
	key: string,
) => ask("refundPayment", `/admin/payments/${id}/refund`, { method: "POST", token, key, body });

export const acknowledgeAlarm = (token: Token, id: number, reason: string) =>
	ask("acknowledgeAlarm", `/admin/alarms/${id}/acknowledge`, { method: "POST", token, body: { reason } });

// ---- performances, their seats and their lines ----

export type ManagedPerformance = Schema<"ManagedPerformance">;
export type HouseCode = Schema<"HouseCode">;
export type LineReport = Schema<"LineReport">;

export const listManagedPerformances = (token: Token, query: Query) =>
	ask("listManagedPerformances", "/admin/performances", { token, query });

export const getManagedPerformance = (token: Token, id: number) =>
	askVersioned("getManagedPerformance", `/admin/performances/${id}`, { token });

export const makePerformance = (token: Token, body: Members) =>
	ask("makePerformance", "/admin/performances", { method: "POST", token, body });

export const deletePerformance = (token: Token, id: number, match: string, reason: string) =>
	ask("deletePerformance", `/admin/performances/${id}`, { method: "DELETE", token, match, query: { reason } });

export const changePerformance = (
	token: Token,
	id: number,
	match: string,
	body: Members,
	reason: string,
) =>
	askVersioned("changePerformance", `/admin/performances/${id}`, {
		method: "PATCH",
		token,
		match,
		query: { reason },
		body,
	});

export const resizeSection = (
	token: Token,
	id: number,
	section: number,
	match: string,
	capacity: number,
	reason: string,
) =>
	ask("resizeSection", `/admin/performances/${id}/sections/${section}`, {
		method: "PATCH",
		token,
		match,
		query: { reason },
		body: { capacity },
	});

export const callOff = (token: Token, id: number, reason: string) =>
	ask("callOff", `/admin/performances/${id}/cancel`, { method: "POST", token, body: { reason } });

export type SeatVerb = "block" | "unblock" | "disable" | "enable";

export const moveSeats = (
	token: Token,
	id: number,
	verb: SeatVerb,
	body: { seat_ids: number[]; reason: string; code?: string },
) => ask("moveSeats", `/admin/performances/${id}/seats/${verb}`, { method: "POST", token, body });

export const putHouseCode = (
	token: Token,
	code: string,
	body: { letter: string; colour: string; owner: string; release_minutes?: number; reason: string },
) => ask("putHouseCode", `/admin/house-codes/${encodeURIComponent(code)}`, { method: "PUT", token, body });

export const dropHouseCode = (token: Token, code: string, reason: string) =>
	ask("dropHouseCode", `/admin/house-codes/${encodeURIComponent(code)}`, { method: "DELETE", token, query: { reason } });

export const listHouseCodes = (token: Token) => ask("listHouseCodes", "/admin/house-codes", { token });

export const listHouseSeats = (token: Token, id: number) =>
	ask("listHouseSeats", `/admin/performances/${id}/house-seats`, { token });

export const getLine = (token: Token, id: number) =>
	askVersioned("getLine", `/admin/performances/${id}/queue`, { token });

export const getLineReport = (token: Token, id: number) =>
	ask("getLineReport", `/admin/performances/${id}/queue/report`, { token });

export const moveLine = (
	token: Token,
	id: number,
	move: "open" | "pause" | "resume" | "close",
	reason: string,
) => ask("moveLine", `/admin/performances/${id}/queue/${move}`, { method: "POST", token, query: { reason } });

export const changeLine = (
	token: Token,
	id: number,
	match: string,
	body: object,
	reason: string,
) =>
	askVersioned("changeLine", `/admin/performances/${id}/queue`, {
		method: "PATCH",
		token,
		match,
		query: { reason },
		body,
	});

// ---- people, and what was written down ----

export type ManagedUser = Schema<"ManagedUser">;
export type Role = Schema<"Role">;
export type AuditEntry = Schema<"AuditEntry">;
export type ClientLog = Schema<"ClientLog">;
export type DeadLetter = Schema<"DeadLetter">;

export const listUsers = (token: Token, query: Query) =>
	ask("listUsers", "/admin/users", { token, query });

export const getUser = (token: Token, id: number) =>
	askVersioned("getUser", `/admin/users/${id}`, { token });

export const changeUser = (
	token: Token,
	id: number,
	match: string,
	body: { role?: Role; disabled?: boolean; reason: string },
) => askVersioned("changeUser", `/admin/users/${id}`, { method: "PATCH", token, match, body });

export const listAuditLog = (token: Token, query: Query) =>
	ask("listAuditLog", "/admin/audit-log", { token, query });

export const listClientLogs = (token: Token, query: Query) =>
	ask("listClientLogs", "/admin/client-logs", { token, query });

export const listDeadLetters = (token: Token, query: Query) =>
	ask("listDeadLetters", "/admin/dead-letters", { token, query });

export const getDeadLetter = (token: Token, id: number) =>
	ask("getDeadLetter", `/admin/dead-letters/${id}`, { token });

export const endDeadLetter = (token: Token, id: number, move: "retry" | "drop", reason: string) =>
	ask("endDeadLetter", `/admin/dead-letters/${id}/${move}`, { method: "POST", token, body: { reason } });

// ---- who is told over HTTPS ----

export type Webhook = Schema<"Webhook">;
export type WebhookKind = Webhook["kinds"][number];
export type Delivery = Schema<"Delivery">;
/** What it is to be; what is not said of one that is there stays. */
interface WebhookWishes {
	url?: string;
	note?: string;
	kinds?: WebhookKind[];
	reason: string;
}

export const listWebhooks = (token: Token) => ask("listWebhooks", "/admin/webhooks", { token });

export const getWebhook = (token: Token, id: number) =>
	ask("getWebhook", `/admin/webhooks/${id}`, { token });

export const makeWebhook = (token: Token, body: WebhookWishes & { url: string }) =>
	ask("makeWebhook", "/admin/webhooks", { method: "POST", token, body });

export const changeWebhook = (token: Token, id: number, body: WebhookWishes & { enabled?: boolean }) =>
	ask("changeWebhook", `/admin/webhooks/${id}`, { method: "PATCH", token, body });

export const dropWebhook = (token: Token, id: number, reason: string) =>
	ask("dropWebhook", `/admin/webhooks/${id}`, { method: "DELETE", token, query: { reason } });

export const rotateWebhook = (token: Token, id: number, body: { keep_hours: number; reason: string }) =>
	ask("rotateWebhook", `/admin/webhooks/${id}/rotate`, { method: "POST", token, body });

export const listDeliveries = (token: Token, webhook: number, query: Query) =>
	ask("listDeliveries", `/admin/webhooks/${webhook}/deliveries`, { token, query });

export const getDelivery = (token: Token, id: number) =>
	ask("getDelivery", `/admin/deliveries/${id}`, { token });

export const replayDelivery = (token: Token, id: number, reason: string) =>
	ask("replayDelivery", `/admin/deliveries/${id}/replay`, { method: "POST", token, body: { reason } });

// ---- tills, and sales at them ----

export const listTills = (token: Token, query: Query) =>
	ask("listTills", "/admin/tills", { token, query });

export const getTill = (token: Token, id: number) => ask("getTill", `/admin/tills/${id}`, { token });

export const openTill = (
	token: Token,
	body: { till: string; float: number; currency: string },
) => ask("openTill", "/admin/tills", { method: "POST", token, body });

export const closeTill = (token: Token, till: number, body: { counted: number; note?: string }) =>
	ask("closeTill", `/admin/tills/${till}/close`, { method: "POST", token, body });

export const placeTillHold = (
	token: Token,
	till: number,
	performance: number,
	body:
		| { seats: { seat_id: number; ticket_type?: string }[]; house_code?: string }
		| { best_available: { quantity: number }; tickets?: Record<string, number> },
) =>
	ask("placeTillHold", `/admin/tills/${till}/performances/${performance}/holds`, {
		method: "POST", token, body,
	});

export const dropTillHold = (token: Token, till: number, hold: string) =>
	ask("dropTillHold", `/admin/tills/${till}/holds/${hold}`, { method: "DELETE", token });

/** A hold is sold once: its token is the key. */
export const sellAtCounter = (
	token: Token,
	body: { till_id: number; hold_token: string; method: string; slip?: string; reason?: string; name?: string },
) =>
	ask("sellAtCounter", "/admin/counter/sales", {
		method: "POST", token, body, key: body.hold_token,
	});

export const reverseSale = (
	token: Token,
	number: string,
	body: { till_id: number; seat_ids?: number[]; quantity?: number; slip?: string; reason: string },
	key: string,
) =>
	ask("reverseCounterSale", `/admin/counter/sales/${encodeURIComponent(number)}/reverse`, {
		method: "POST", token, key, body,
	});

export const listCounterSales = (token: Token, query: Query) =>
	ask("listCounterSales", "/admin/counter/sales", { token, query });

/** What is owed for a sale that was given back elsewhere. */
export const payOwed = (token: Token, number: string, body: { till_id: number; slip?: string }) =>
	ask("payOwed", `/admin/counter/sales/${encodeURIComponent(number)}/pay-out`, { method: "POST", token, body });

export type Paper = Schema<"Paper">;

/** Tickets of a sale, as a page to print; that it was printed is written down. */
export const printCounterSale = (token: Token, number: string, body: { paper: Paper; reason?: string }) =>
	askText("printCounterSale", `/admin/counter/sales/${encodeURIComponent(number)}/print`, {
		method: "POST", token, body, accept: "text/html",
	});

/** Those of the next sales that are kept for a name. */
export const printNamedSales = (token: Token, body: { performance_id: number; paper: Paper }) =>
	askText("printNamedSales", "/admin/counter/prints", { method: "POST", token, body, accept: "text/html" });

export type Print = Schema<"Print">;

export const listPrints = (token: Token, query: Query) =>
	ask("listPrints", "/admin/counter/prints", { token, query });

// ---- exports ----

export type Export = Schema<"Export">;

export const listExports = (token: Token, query: Query) =>
	ask("listExports", "/admin/exports", { token, query });

export const askExport = (
	token: Token,
	body: { what: Export["what"]; performance_id?: number; from?: string; to?: string; reason: string },
) => ask("askExport", "/admin/exports", { method: "POST", token, body });

/** From a byte on, as much of its file as the server gives at once. */
export const getExportFile = (token: Token, id: number, from: number) =>
	askFile("getExportFile", `/admin/exports/${id}/file`, { token, from });
