// SPDX-License-Identifier: BSD-2-Clause
//
// calls - the operations that operators use, one line each
//
// Layer: operator.  Uses: api.
import { ask, type Schema } from "../api/client";

export type SalesRow = Schema<"SalesRow">;
export type Alarm = Schema<"Alarm">;
export type Today = Schema<"Today">;
export type Line = Schema<"Line">;

/** An access token. */
export type Token = string;
/** Words of an address: what is not there, or empty, is not asked for. */
export type Query = Record<string, string | number | undefined>;

export const getToday = (token: Token) => ask("getToday", "/admin/today", { token });

export const getSales = (token: Token, query: Query) =>
	ask("getSales", "/admin/statistics/sales", { token, query });

export const listAlarms = (token: Token, query: Query) =>
	ask("listAlarms", "/admin/alarms", { token, query });

export type ManagedVenue = Schema<"ManagedVenue">;
export type ManagedHall = Schema<"ManagedHall">;
export type ManagedRevision = Schema<"ManagedRevision">;

/** As many as a page of a list has. */
const LIST_MAX = 100;

export const listVenues = (token: Token, query: Query) =>
	ask("listManagedVenues", "/admin/venues", { token, query: { limit: LIST_MAX, ...query } });

export const makeVenue = (token: Token, body: { key: string; name: string; time_zone: string }) =>
	ask("makeVenue", "/admin/venues", { method: "POST", token, body });

export const listHalls = (token: Token, venue: number) =>
	ask("listManagedHalls", `/admin/venues/${venue}/halls`, { token, query: { limit: LIST_MAX } });

export const makeHall = (token: Token, venue: number, body: { key: string; name: string }) =>
	ask("makeHall", `/admin/venues/${venue}/halls`, { method: "POST", token, body });

export const getHall = (token: Token, hall: number) =>
	ask("getManagedHall", `/admin/halls/${hall}`, { token });

export const listRevisions = (token: Token, hall: number, limit = LIST_MAX) =>
	ask("listManagedRevisions", `/admin/halls/${hall}/revisions`, { token, query: { limit, order: "-id" } });

export const getPlan = (token: Token, revision: number) =>
	ask("getManagedPlan", `/admin/revisions/${revision}/plan`, { token });

export const makeRevision = (token: Token, hall: number, plan: Record<string, unknown>) =>
	ask("makeRevision", `/admin/halls/${hall}/revisions`, { method: "POST", token, body: plan });
