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
