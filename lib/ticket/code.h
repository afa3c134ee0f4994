/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * code - what is written in a ticket's QR code
 *
 * So small that a telephone reads it from a scratched screen, and signed, so
 * that a gate needs a public key and no network to believe it:
 *
 *   at  bytes
 *    0      1  version, 1
 *    1      2  number of the key
 *    3      8  performance
 *   11      4  seat; 0 in a counter section
 *   15      8  id of the ticket
 *   23      8  seed: for what a later version may show that moves
 *   31     64  Ed25519 of "boxoffice-ticket-1" and the 31 bytes before
 *
 * Numbers are big-endian. As text it is base 45, whose letters are those of a
 * QR code's alphanumeric mode.
 *
 * Sources: RFC 9285 (base 45), RFC 8032 (Ed25519), RFC 5869 (HKDF).
 *
 * Layer: domain.  Uses: base.
 */
#ifndef TICKET_CODE_H
#define TICKET_CODE_H

#include "base/crypto.h"

#define CODE_ID_LEN 8
#define CODE_KEY_NUMBER 1

/* What one performance's tickets are signed with. */
struct code_key {
	uint8_t private[ED25519_KEY_LEN];
};

struct code {
	int64_t performance, seat;
	uint8_t id[CODE_ID_LEN], seed[CODE_ID_LEN];
};

/* The key of a performance, of the secret that all of them come from. */
void code_key_make(struct arena *a, struct span secret, int64_t performance,
    struct code_key *out);

/*
 * Id and seed of the ticket of one place: nobody who lacks the secret guesses
 * them, and no row has to keep them.
 *
 * in:      place  of the reservation, as its holds number them
 *          issue  0.., how often it was issued anew
 */
void code_name(struct arena *a, struct span secret, int64_t reservation,
    int64_t place, int64_t issue, struct code *out);

/* The signed text. Memory: a's. */
char *code_text(struct arena *a, const struct code_key *key,
    const struct code *code);

/*
 * What a gate has to refuse, signed: of "boxoffice-revocations-1", the
 * performance, the number of ids and the time in seconds as 8 bytes each, and
 * the ids. Memory: a's. ids: one behind the other.
 */
void code_sign_revoked(struct arena *a, const struct code_key *key,
    int64_t performance, int64_t at_s, struct span ids,
    uint8_t out[ED25519_SIGNATURE_LEN]);

/* Base 45 of any bytes. Memory: a's. */
char *code_base45(struct arena *a, struct span bytes);

#endif
