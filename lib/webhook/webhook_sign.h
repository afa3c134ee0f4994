/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * webhook_sign - the secrets of webhooks, and signatures by them
 *
 * A secret is made from [webhook] key and a random salt, which alone is kept in
 * the database: who reads that can sign nothing.
 *
 * Sources: Standard Webhooks 1.0 ("Signature scheme", "Symmetric
 * signatures"), RFC 5869 (HKDF).
 *
 * Layer: domain.  Uses: base.
 */
#ifndef WEBHOOK_WEBHOOK_SIGN_H
#define WEBHOOK_WEBHOOK_SIGN_H

#include "base/crypto.h"

#define WEBHOOK_SECRET_LEN 32

/* in: salt  as the database has it, 1..64 bytes */
void webhook_secret(struct arena *a, struct span key, struct span salt,
    uint8_t out[WEBHOOK_SECRET_LEN]);

/* As who is told writes it down: whsec_ and base64. Memory: a's. */
char *webhook_secret_text(struct arena *a,
    const uint8_t secret[WEBHOOK_SECRET_LEN]);

/* What tells a key from another and says nothing of either. Memory: a's. */
char *webhook_key_check(struct arena *a, struct span key);

/*
 * "v1," and the MAC of "id.time.body" in base64.
 *
 * in:      secret  24..64 bytes
 * memory:  a's
 */
char *webhook_signature(struct arena *a, struct span secret, struct span id,
    int64_t time_s, struct span body);

#endif
