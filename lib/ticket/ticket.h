/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ticket - what lets the owner of a place in
 *
 * A ticket comes of a reservation, a place in it, how often it was issued, and
 * a secret of the house: nothing is written when it is bought. A gate needs the
 * performance's public key and the list of what is void, both of which may lie
 * on a device without a network.
 *
 * Layer: domain.  Uses: base, store, reservation.
 */
#ifndef TICKET_TICKET_H
#define TICKET_TICKET_H

#include "reservation/reservation.h"
#include "ticket/code.h"

/* So often a place's ticket is issued, as the schema has it, too. */
#define TICKET_ISSUES_MAX 20

enum ticket_outcome {
	TICKET_OK = 0,
	TICKET_E_NONE,  /* no such reservation of this user */
	TICKET_E_PLACE, /* not in the reservation, or given back */
	TICKET_E_OFTEN, /* issued anew too often */
};

struct ticket {
	size_t line;   /* of the reservation */
	int64_t issue; /* 0.. */
	uint8_t id[CODE_ID_LEN];
	const char *code; /* what its QR code says */
};

/* The tickets of a reservation: of what was not given back. */
struct ticket_book {
	struct reservation reservation;
	struct ticket *tickets;
	size_t n;
};

/* One's own (db_read_primary). number: as typed. memory: the arena's.
 * returns: OK, NONE; < 0 on a fault */
int ticket_book(struct ctx *ctx, int64_t user, struct span number,
    struct ticket_book *out) MUST_CHECK;

/*
 * Issue some anew; those before are void from now on. Asked twice it is done
 * twice, which leaves one valid ticket of each place all the same.
 *
 * in:      places  n of reservation.seats; n 0: all that are left
 * returns: any ticket_outcome; < 0 on a fault
 */
int ticket_reissue(struct ctx *ctx, int64_t user, struct span number,
    const int64_t *places, size_t n) MUST_CHECK;

/* What checks the signatures of a performance's tickets. */
void ticket_public_key(struct ctx *ctx, int64_t performance,
    uint8_t out[ED25519_KEY_LEN]);

/* What a gate has to refuse, of one performance. The number of ids only grows:
 * of two lists the longer is the newer. */
struct ticket_void {
	struct span ids; /* CODE_ID_LEN bytes each; sorted */
	size_t n;
	int64_t at_s; /* when that was so, since 1970 */
	uint8_t signature[ED25519_SIGNATURE_LEN];
};

/* memory: the arena's. returns: OK, also where nothing is void or there is no
 * such performance; < 0 on a fault */
int ticket_void(struct ctx *ctx, int64_t performance,
    struct ticket_void *out) MUST_CHECK;

#endif
