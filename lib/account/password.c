/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * password - hashing and checking passwords
 *
 * The only file that knows libargon2.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "account/password.h"

#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/ctx.h"

#include <argon2.h>
#include <errno.h>

#define LANES 1
#define SALT_LEN 16
#define HASH_LEN 32

/* Only memory can be missing: everything else is checked before. */
static int
fault(int rc)
{
	LOG(ERROR, "password-hash-failed",
	    LSTR("why", argon2_error_message(rc)));
	return -ENOMEM;
}

int
password_hash(struct ctx *ctx, struct span password, struct span *phc)
{
	uint32_t passes = (uint32_t)ctx->set.argon2_passes;
	uint32_t memory = (uint32_t)ctx->set.argon2_memory_kib;
	uint8_t salt[SALT_LEN];
	size_t len;
	char *text;
	int rc;

	len = argon2_encodedlen(passes, memory, LANES, SALT_LEN, HASH_LEN,
	    Argon2_id);
	text = arena_alloc(&ctx->arena, len);
	rand_bytes(salt, sizeof(salt));
	rc = FAULT_FAIL("password.argon2")
	    ? ARGON2_MEMORY_ALLOCATION_ERROR
	    : argon2id_hash_encoded(passes, memory, LANES, password.p,
		password.len, salt, SALT_LEN, HASH_LEN, text, len);
	if (rc != ARGON2_OK)
		return fault(rc);
	*phc = span_str(text);
	return PASSWORD_OK;
}

/* The same work as a real check, with an answer nobody gets. */
static int
check_nobody(struct ctx *ctx, struct span password)
{
	uint8_t salt[SALT_LEN], hash[HASH_LEN];
	int rc;

	rand_bytes(salt, sizeof(salt));
	rc = FAULT_FAIL("password.argon2")
	    ? ARGON2_MEMORY_ALLOCATION_ERROR
	    : argon2id_hash_raw((uint32_t)ctx->set.argon2_passes,
		(uint32_t)ctx->set.argon2_memory_kib, LANES, password.p,
		password.len, salt, SALT_LEN, hash, HASH_LEN);
	crypto_wipe(hash, sizeof(hash));
	return rc == ARGON2_OK ? PASSWORD_E_OTHER : fault(rc);
}

/* Was this hash made with today's parameters? They stand before the salt. */
static bool
is_stale(struct ctx *ctx, struct span phc)
{
	return !span_starts(phc,
	    span_str(arena_printf(&ctx->arena,
		"$argon2id$v=19$m=%lld,t=%lld,p=%d$",
		(long long)ctx->set.argon2_memory_kib,
		(long long)ctx->set.argon2_passes, LANES)));
}

int
password_check(struct ctx *ctx, struct span password, struct span phc)
{
	int rc;

	if (!span_is(phc))
		return check_nobody(ctx, password);
	rc = FAULT_FAIL("password.argon2")
	    ? ARGON2_MEMORY_ALLOCATION_ERROR
	    : argon2id_verify(arena_str(&ctx->arena, phc), password.p,
		password.len);
	if (rc == ARGON2_VERIFY_MISMATCH)
		return PASSWORD_E_OTHER;
	if (rc != ARGON2_OK)
		return fault(rc);
	return is_stale(ctx, phc) ? PASSWORD_E_STALE : PASSWORD_OK;
}
