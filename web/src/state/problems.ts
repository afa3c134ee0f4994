// SPDX-License-Identifier: BSD-2-Clause
//
// problems - what the page says when something was refused
//
// Layer: state.  Uses: api, words.
import { Problem } from "../api/client";
import type { Key } from "../words/words";

/**
 * Every problem of the API (lib/http/problem.c), which a lint looks after. What
 * only a mistake of this page's or an operator can meet says "problem.other".
 */
const known: Record<string, Key> = {
	"offline": "problem.offline",
	"malformed-json": "problem.other",
	"bad-utf8": "problem.other",
	"bad-request": "problem.other",
	"unknown-field": "problem.other",
	"idempotency-key-missing": "problem.other",
	"idempotency-key-malformed": "problem.other",
	"unauthenticated": "problem.unauthenticated",
	"invalid-token": "problem.unauthenticated",
	"bad-credentials": "problem.bad-credentials",
	"totp-needed": "problem.totp-needed",
	"payment-declined": "problem.payment-declined",
	"insufficient-funds": "problem.insufficient-funds",
	"forbidden": "problem.forbidden",
	"queue-pass-required": "problem.queue-pass-required",
	"password-required": "problem.other",
	"not-found": "problem.not-found",
	"method-not-allowed": "problem.other",
	"request-timeout": "problem.slow",
	"seat-taken": "problem.seat-taken",
	"section-full": "problem.section-full",
	"no-seats-together": "problem.no-seats-together",
	"sale-closed": "problem.sale-closed",
	"hold-paying": "problem.hold-paying",
	"hold-paid": "problem.hold-paid",
	"hold-limit-reached": "problem.hold-limit-reached",
	"login-taken": "problem.login-taken",
	"idempotency-in-progress": "problem.in-progress",
	"already-cancelled": "problem.already-cancelled",
	"in-use": "problem.other",
	"no-such-move": "problem.no-such-move",
	"not-payable": "problem.not-payable",
	"other-price": "problem.other-price",
	"hold-expired": "problem.hold-expired",
	"hold-lost": "problem.hold-lost",
	"length-required": "problem.other",
	"precondition-failed": "problem.other",
	"too-large": "problem.other",
	"uri-too-long": "problem.other",
	"unsupported-media-type": "problem.other",
	"invalid-field": "problem.invalid-field",
	"seat-rule": "problem.seat-rule",
	"seat-limit": "problem.seat-limit",
	"idempotency-mismatch": "problem.other",
	"precondition-required": "problem.other",
	"rate-limited": "problem.rate-limited",
	"too-many-holds": "problem.too-many-holds",
	"headers-too-large": "problem.other",
	"internal": "problem.other",
	"bad-gateway": "problem.away",
	"busy": "problem.busy",
	"seat-store-unavailable": "problem.store",
	"gateway-timeout": "problem.slow",
};

export function problemKey(problem: Problem): Key {
	return known[problem.slug] ?? "problem.other";
}

/** Whether one has to log in (again) first. */
export function wantsLogin(problem: Problem): boolean {
	return ["unauthenticated", "invalid-token"].includes(problem.slug);
}
