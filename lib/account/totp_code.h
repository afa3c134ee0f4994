/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * totp_code - the code of a secret at a time
 *
 * SHA-1, steps of 30 s from 1970 on: what all apps can. One step before and one
 * behind are taken too, since clocks differ and people type.
 *
 * Source: RFC 4226, RFC 6238.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef ACCOUNT_TOTP_CODE_H
#define ACCOUNT_TOTP_CODE_H

#include "base/crypto.h"

#define TOTP_SECRET_LEN 20
#define TOTP_DIGITS 6
#define TOTP_STEP_MS 30000

/* The number whose last TOTP_DIGITS decimal digits are the code. */
uint32_t totp_number(const uint8_t secret[TOTP_SECRET_LEN], int64_t step);

/* The step near now whose code this is. in: code  any text. out: *step on true.
 * The comparison takes as long whatever the code. */
bool totp_step_of(const uint8_t secret[TOTP_SECRET_LEN], struct span code,
    int64_t now_ms, int64_t *step) MUST_CHECK;

#endif
