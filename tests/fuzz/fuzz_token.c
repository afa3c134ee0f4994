/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_token - an access token
 *
 * The first byte chooses: "s" signs the rest with our key, its first line
 * as the header and the other lines as the claims, so that claims nobody
 * would sign are read too; anything else takes the rest as a token.
 *
 * Layer: tests.  Uses: account.
 */
#include "account/token.h"

#include "base/crypto.h"
#include "base/strbuf.h"
#include "store/ctx.h"
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdio.h>

#define NOW_MS INT64_C(1800000000000)
#define SECRET "a-secret-of-thirty-two-bytes-...."

static struct ctx *
given_ctx(void)
{
	static struct ctx ctx;
	struct settings *set = &ctx.set;

	if (ctx.arena.limit != 0) {
		arena_reset(&ctx.arena);
		return &ctx;
	}
	arena_init(&ctx.arena, TARGET_ARENA_BYTES);
	ctx.shared = shared_map(false);
	assert(ctx.shared != NULL);
	ctx.now_ms = NOW_MS;
	strcpy(set->token_issuer, "boxoffice");
	strcpy(set->token_audience, "boxoffice-api");
	snprintf(set->token_key, sizeof(set->token_key), "main:%s",
	    crypto_base64url(&ctx.arena, SECRET, strlen(SECRET)));
	set->token_lifetime_s = 900;
	set->rehearsal_lifetime_s = 86400;
	return &ctx;
}

static struct span
sign(struct arena *a, struct span rest)
{
	struct span header = span_cut(&rest, '\n');
	uint8_t mac[SHA256_LEN];
	struct strbuf b;

	strbuf_init(&b, a, 0);
	strbuf_str(&b, crypto_base64url(a, header.p, header.len));
	strbuf_char(&b, '.');
	strbuf_str(&b, crypto_base64url(a, rest.p, rest.len));
	crypto_hmac_sha256(SPAN_LIT(SECRET), strbuf_get(&b), mac);
	strbuf_char(&b, '.');
	strbuf_str(&b, crypto_base64url(a, mac, sizeof(mac)));
	return strbuf_get(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ctx *ctx = given_ctx();
	struct token token = { .user = -7 };
	struct span text;
	bool is_signed;
	int r;

	if (len == 0)
		return 0;
	is_signed = data[0] == 's';
	text = target_span(data + 1, len - 1);
	if (is_signed)
		text = sign(&ctx->arena, text);
	r = token_verify(ctx, text, &token);
	if (r != TOKEN_OK) {
		assert(r > 0 && token.user == -7);
		return 0;
	}
	/* Without the key nobody gets here. */
	assert(is_signed);
	assert(token.user > 0);
	assert(token.expires_ms > NOW_MS);
	assert(token.expires_ms <= NOW_MS + (900 + TOKEN_LEEWAY_S) * 1000);
	return 0;
}
