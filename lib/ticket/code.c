/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * code - what is written in a ticket's QR code
 *
 * Layer: domain.  Uses: base.
 */
#include "ticket/code.h"

#include "base/strbuf.h"

#define VERSION 1

/* The lowest len bytes of a number, big-endian. */
static void
add_number(struct strbuf *b, int64_t number, int len)
{
	for (int shift = 8 * (len - 1); shift >= 0; shift -= 8)
		strbuf_char(b, (char)((uint64_t)number >> shift & 0xff));
}

void
code_key_make(struct arena *a, struct span secret, int64_t performance,
    struct code_key *out)
{
	struct strbuf info;

	strbuf_init(&info, a, 64);
	strbuf_str(&info, "boxoffice ticket key 1");
	add_number(&info, performance, 8);
	add_number(&info, CODE_KEY_NUMBER, 2);
	crypto_hkdf_sha256(secret, strbuf_get(&info), out->private,
	    sizeof(out->private));
}

void
code_name(struct arena *a, struct span secret, int64_t reservation,
    int64_t place, int64_t issue, struct code *out)
{
	uint8_t mac[SHA256_LEN];
	struct strbuf text;

	strbuf_init(&text, a, 64);
	strbuf_str(&text, "boxoffice ticket name 1");
	add_number(&text, reservation, 8);
	add_number(&text, place, 4);
	add_number(&text, issue, 4);
	crypto_hmac_sha256(secret, strbuf_get(&text), mac);
	memcpy(out->id, mac, CODE_ID_LEN);
	memcpy(out->seed, mac + CODE_ID_LEN, CODE_ID_LEN);
}

/* Signs what follows the prefix of its kind. */
static void
sign(struct arena *a, const struct code_key *key, const char *prefix,
    struct span fields, uint8_t out[ED25519_SIGNATURE_LEN])
{
	struct strbuf text;

	strbuf_init(&text, a, fields.len + 64);
	strbuf_str(&text, prefix);
	strbuf_span(&text, fields);
	crypto_ed25519_sign(key->private, strbuf_get(&text), out);
}

char *
code_text(struct arena *a, const struct code_key *key, const struct code *code)
{
	uint8_t signature[ED25519_SIGNATURE_LEN];
	struct strbuf b;

	strbuf_init(&b, a, 128);
	add_number(&b, VERSION, 1);
	add_number(&b, CODE_KEY_NUMBER, 2);
	add_number(&b, code->performance, 8);
	add_number(&b, code->seat, 4);
	strbuf_add(&b, code->id, sizeof(code->id));
	strbuf_add(&b, code->seed, sizeof(code->seed));
	sign(a, key, "boxoffice-ticket-1", strbuf_get(&b), signature);
	strbuf_add(&b, signature, sizeof(signature));
	return code_base45(a, strbuf_get(&b));
}

void
code_sign_revoked(struct arena *a, const struct code_key *key,
    int64_t performance, int64_t at_s, struct span ids,
    uint8_t out[ED25519_SIGNATURE_LEN])
{
	struct strbuf b;

	strbuf_init(&b, a, ids.len + 64);
	add_number(&b, performance, 8);
	add_number(&b, (int64_t)(ids.len / CODE_ID_LEN), 8);
	add_number(&b, at_s, 8);
	strbuf_span(&b, ids);
	sign(a, key, "boxoffice-revocations-1", strbuf_get(&b), out);
}

/* Two bytes are three letters, lowest first; a last one is two. */
char *
code_base45(struct arena *a, struct span bytes)
{
	static const char letters[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
	char *text = arena_alloc(a, bytes.len / 2 * 3 + 3), *out = text;

	for (size_t i = 0; i < bytes.len; i += 2) {
		bool pair = i + 1 < bytes.len;
		unsigned n = (uint8_t)bytes.p[i];

		if (pair)
			n = n << 8 | (uint8_t)bytes.p[i + 1];
		*out++ = letters[n % 45];
		*out++ = letters[n / 45 % 45];
		if (pair)
			*out++ = letters[n / 45 / 45];
	}
	*out = '\0';
	return text;
}
