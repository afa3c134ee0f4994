/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * claims - what an access token says, read as we write it
 *
 * Inside jwt_door. Nearly every token that comes is one of ours, and our claims
 * are one flat object of few members; a library that reads any JSON takes a
 * quarter of what a worker needs for a small request.
 *
 * Bench row: queue-join, whose tokens nobody has seen before. With libjwt its
 * share of the workers was 187,000 instructions, 92,000 of them for the token.
 *
 * Source: RFC 8259 (JSON), RFC 7519 4.1 (names of claims).
 *
 * Layer: domain.  Uses: base, jwt_door.
 */
#ifndef ACCOUNT_CLAIMS_H
#define ACCOUNT_CLAIMS_H

#include "account/jwt_door.h"

/*
 * Read an object without blanks whose members are all known, each there once:
 * texts of printable ASCII without an escape, whole numbers not below zero.
 *
 * in:      text  any bytes
 * out:     out   written on true only; it points into text
 * returns: whether it is one; what is not may still be good JSON
 */
bool claims_read(struct span text, struct jwt_claims *out) MUST_CHECK;

#endif
