/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * webhook_sign - the secrets of webhooks, and signatures by them
 *
 * Layer: domain.  Uses: base.
 */
#include "webhook/webhook_sign.h"

#include "base/strbuf.h"

#include <inttypes.h>

#define CHECK_LEN 4

void
webhook_secret(struct arena *a, struct span key, struct span salt,
    uint8_t out[WEBHOOK_SECRET_LEN])
{
	struct strbuf info;

	strbuf_init(&info, a, 128);
	strbuf_str(&info, "boxoffice webhook secret 1 ");
	strbuf_span(&info, salt);
	crypto_hkdf_sha256(key, strbuf_get(&info), out, WEBHOOK_SECRET_LEN);
}

char *
webhook_secret_text(struct arena *a, const uint8_t secret[WEBHOOK_SECRET_LEN])
{
	return arena_printf(a, "whsec_%s",
	    crypto_base64(a, secret, WEBHOOK_SECRET_LEN));
}

char *
webhook_key_check(struct arena *a, struct span key)
{
	uint8_t check[CHECK_LEN];

	crypto_hkdf_sha256(key, SPAN_LIT("boxoffice webhook check 1"), check,
	    sizeof(check));
	return crypto_hex(a, check, sizeof(check));
}

char *
webhook_signature(struct arena *a, struct span secret, struct span id,
    int64_t time_s, struct span body)
{
	uint8_t mac[SHA256_LEN];
	struct strbuf text;

	strbuf_init(&text, a, id.len + body.len + 32);
	strbuf_span(&text, id);
	strbuf_printf(&text, ".%" PRId64 ".", time_s);
	strbuf_span(&text, body);
	crypto_hmac_sha256(secret, strbuf_get(&text), mac);
	return arena_printf(a, "v1,%s", crypto_base64(a, mac, sizeof(mac)));
}
