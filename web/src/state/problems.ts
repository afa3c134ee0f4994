// SPDX-License-Identifier: BSD-2-Clause
//
// problems - what the page says when something was refused
//
// Layer: state.  Uses: api, words.
import { Problem } from "../api/client";
import type { Key } from "../words/words";

/** Those that have words of their own; all others share "problem.other". */
const known: Record<string, Key> = {
	"offline": "problem.offline",
	"busy": "problem.busy",
	"rate-limited": "problem.rate-limited",
	"too-many-holds": "problem.too-many-holds",
	"seat-taken": "problem.seat-taken",
	"section-full": "problem.section-full",
	"no-seats-together": "problem.no-seats-together",
	"seat-rule": "problem.seat-rule",
	"seat-limit": "problem.seat-limit",
	"sale-closed": "problem.sale-closed",
	"seat-store-unavailable": "problem.busy",
	"hold-expired": "problem.hold-expired",
	"hold-lost": "problem.hold-lost",
	"hold-limit-reached": "problem.hold-limit-reached",
	"hold-paying": "problem.hold-paying",
	"insufficient-funds": "problem.insufficient-funds",
	"payment-declined": "problem.payment-declined",
	"not-payable": "problem.not-payable",
	"idempotency-in-progress": "problem.in-progress",
	"bad-credentials": "problem.bad-credentials",
	"login-taken": "problem.login-taken",
	"already-cancelled": "problem.already-cancelled",
	"unauthenticated": "problem.unauthenticated",
	"invalid-token": "problem.unauthenticated",
	"not-found": "problem.not-found",
};

export function problemKey(problem: Problem): Key {
	return known[problem.slug] ?? "problem.other";
}

/** Whether one has to log in (again) first. */
export function wantsLogin(problem: Problem): boolean {
	return ["unauthenticated", "invalid-token"].includes(problem.slug);
}
