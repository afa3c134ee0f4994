/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * totp_code - the code of a secret at a time
 *
 * Layer: domain.  Uses: base.
 */
#include "account/totp_code.h"

#include <stdio.h>

#define NEAR 1 /* steps */

uint32_t
totp_number(const uint8_t secret[TOTP_SECRET_LEN], int64_t step)
{
	const struct span key = { (const char *)secret, TOTP_SECRET_LEN };
	uint8_t text[8], mac[SHA1_LEN];
	const uint8_t *p;

	for (int i = 0; i < 8; i++)
		text[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	crypto_hmac_sha1(key, (struct span){ (const char *)text, sizeof(text) },
	    mac);
	p = mac + (mac[SHA1_LEN - 1] & 0x0f);
	return (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16
	    | (uint32_t)p[2] << 8 | p[3];
}

bool
totp_step_of(const uint8_t secret[TOTP_SECRET_LEN], struct span code,
    int64_t now_ms, int64_t *step)
{
	int64_t now = now_ms / TOTP_STEP_MS;
	bool found = false;
	char text[16];

	if (code.len != TOTP_DIGITS)
		return false;
	for (int64_t s = now - NEAR; s <= now + NEAR; s++) {
		snprintf(text, sizeof(text), "%06u",
		    (unsigned)(totp_number(secret, s) % 1000000));
		if (crypto_equal(code, span_str(text))) {
			found = true;
			*step = s;
		}
	}
	return found;
}
