/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crypto - digests, MACs and their spellings; the door to OpenSSL
 *
 * OpenSSL 3 looks an algorithm up by name at every use unless it is fetched
 * once and kept, which costs more than the digest of a short text; a context
 * that is kept saves some memory each time.
 *
 * Layer: base.  Uses: arena, log, span.
 */
#include "base/crypto.h"
#include "base/log.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

/* A library that cannot hash leaves nothing we could still do safely. */
static void
must(bool done, const char *what)
{
	if (!done)
		DIE("crypto-failed", LSTR("call", what));
}

void
crypto_sha256(struct span data, uint8_t out[SHA256_LEN])
{
	static EVP_MD *sha256;
	static EVP_MD_CTX *ctx;

	if (ctx == NULL) {
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
		must(sha256 != NULL, "EVP_MD_fetch");
		ctx = EVP_MD_CTX_new();
		must(ctx != NULL, "EVP_MD_CTX_new");
	}
	must(EVP_DigestInit_ex2(ctx, sha256, NULL) == 1
		&& EVP_DigestUpdate(ctx, data.p, data.len) == 1
		&& EVP_DigestFinal_ex(ctx, out, NULL) == 1,
	    "EVP_Digest");
}

static EVP_MAC_CTX *
hmac_open(void)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest,
		    0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx;

	must(mac != NULL, "EVP_MAC_fetch");
	ctx = EVP_MAC_CTX_new(mac);
	must(ctx != NULL, "EVP_MAC_CTX_new");
	must(EVP_MAC_CTX_set_params(ctx, params) == 1,
	    "EVP_MAC_CTX_set_params");
	EVP_MAC_free(mac);
	return ctx;
}

/* Contexts for the life of the process, each with the key that it was given
 * last: a request signs and verifies with two by turns, and making a key ready
 * costs as much as a short text. */
#define HMAC_N 4
static struct hmac {
	EVP_MAC_CTX *ctx;
	size_t len; /* 0: no key, or one that is not kept */
	char key[128];
} hmacs[HMAC_N];

/* The one with this key, or the one that was given a key longest ago. */
static struct hmac *
hmac_of(struct span key)
{
	static unsigned next;

	for (int i = 0; i < HMAC_N; i++)
		if (hmacs[i].len > 0
		    && crypto_equal(key,
			(struct span){ hmacs[i].key, hmacs[i].len }))
			return &hmacs[i];
	hmacs[next % HMAC_N].len = 0;
	return &hmacs[next++ % HMAC_N];
}

static EVP_MAC_CTX *
hmac_begin(struct span key)
{
	struct hmac *h = hmac_of(key);
	const char *k = key.len > 0 ? key.p : "";
	bool ready = h->len > 0;

	if (h->ctx == NULL)
		h->ctx = hmac_open();
	if (!ready && key.len <= sizeof(h->key)) {
		h->len = key.len;
		memcpy(h->key, k, key.len);
	}
	/* To OpenSSL a NULL key means "the one before". */
	must(EVP_MAC_init(h->ctx, ready ? NULL : (const void *)k,
		 ready ? 0 : key.len, NULL)
		== 1,
	    "EVP_MAC_init");
	return h->ctx;
}

void
crypto_hmac_sha256(struct span key, struct span data, uint8_t out[SHA256_LEN])
{
	EVP_MAC_CTX *ctx = hmac_begin(key);
	size_t len;

	must(EVP_MAC_update(ctx, (const void *)data.p, data.len) == 1,
	    "EVP_MAC_update");
	must(EVP_MAC_final(ctx, out, &len, SHA256_LEN) == 1
		&& len == SHA256_LEN,
	    "EVP_MAC_final");
}

void
crypto_hmac_sha1(struct span key, struct span data, uint8_t out[SHA1_LEN])
{
	unsigned len = 0;

	must(HMAC(EVP_sha1(), key.p, (int)key.len, (const void *)data.p,
		 data.len, out, &len)
		    != NULL
		&& len == SHA1_LEN,
	    "HMAC");
}

/* OpenSSL takes what it only reads as if it might write there. */
static OSSL_PARAM
octets(const char *name, struct span s)
{
	return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)s.p,
	    s.len);
}

void
crypto_hkdf_sha256(struct span key, struct span info, uint8_t *out, size_t len)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest,
		    0),
		octets(OSSL_KDF_PARAM_KEY, key),
		octets(OSSL_KDF_PARAM_INFO, info),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx;

	must(kdf != NULL, "EVP_KDF_fetch");
	ctx = EVP_KDF_CTX_new(kdf);
	must(ctx != NULL && EVP_KDF_derive(ctx, out, len, params) == 1,
	    "EVP_KDF_derive");
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

static EVP_PKEY *
ed25519_open(const uint8_t key[ED25519_KEY_LEN])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
	    key, ED25519_KEY_LEN);

	must(pkey != NULL, "EVP_PKEY_new_raw_private_key");
	return pkey;
}

void
crypto_ed25519_public(const uint8_t key[ED25519_KEY_LEN],
    uint8_t out[ED25519_KEY_LEN])
{
	EVP_PKEY *pkey = ed25519_open(key);
	size_t len = ED25519_KEY_LEN;

	must(EVP_PKEY_get_raw_public_key(pkey, out, &len) == 1
		&& len == ED25519_KEY_LEN,
	    "EVP_PKEY_get_raw_public_key");
	EVP_PKEY_free(pkey);
}

void
crypto_ed25519_sign(const uint8_t key[ED25519_KEY_LEN], struct span data,
    uint8_t out[ED25519_SIGNATURE_LEN])
{
	EVP_PKEY *pkey = ed25519_open(key);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = ED25519_SIGNATURE_LEN;

	must(ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) == 1
		&& EVP_DigestSign(ctx, out, &len, (const void *)data.p,
		       data.len)
		    == 1
		&& len == ED25519_SIGNATURE_LEN,
	    "EVP_DigestSign");
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
}

bool
crypto_equal(struct span a, struct span b)
{
	return a.len == b.len
	    && (a.len == 0 || CRYPTO_memcmp(a.p, b.p, a.len) == 0);
}

void
crypto_wipe(void *p, size_t len)
{
	OPENSSL_cleanse(p, len);
}

/*
 * Spell bytes with an alphabet of 2^width letters, first bits first. A last
 * letter that lacks bits is filled up with zeros.
 */
static char *
spell(struct arena *a, const uint8_t *p, size_t len, unsigned width,
    const char *alphabet)
{
	size_t n = (len * 8 + width - 1) / width;
	char *text = arena_alloc(a, n + 1);
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | p[i];
		for (n_bits += 8; n_bits >= width; n_bits -= width)
			text[at++] = alphabet[bits >> (n_bits - width)
			    & ((1u << width) - 1)];
	}
	if (n_bits > 0)
		text[at++] =
		    alphabet[bits << (width - n_bits) & ((1u << width) - 1)];
	text[at] = '\0';
	return text;
}

char *
crypto_base64(struct arena *a, const void *p, size_t len)
{
	static const char padding[] = "==";

	return arena_printf(a, "%s%s",
	    spell(a, p, len, 6,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789+/"),
	    padding + 2 - (3 - len % 3) % 3);
}

#define BASE64URL \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"abcdefghijklmnopqrstuvwxyz0123456789-_"

char *
crypto_base64url(struct arena *a, const void *p, size_t len)
{
	return spell(a, p, len, 6, BASE64URL);
}

char *
crypto_hex(struct arena *a, const void *p, size_t len)
{
	return spell(a, p, len, 4, "0123456789abcdef");
}

char *
crypto_crockford(struct arena *a, const void *p, size_t len)
{
	return spell(a, p, len, 5, "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
}

char *
crypto_base32(struct arena *a, const void *p, size_t len)
{
	return spell(a, p, len, 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

/* The six bits that each base64url letter stands for; -1 for any other byte. */
static const signed char *
letter_bits(void)
{
	static signed char bits[256];

	if (bits[0] == -1)
		return bits;
	memset(bits, -1, sizeof(bits));
	for (int i = 0; i < 64; i++)
		bits[(unsigned char)BASE64URL[i]] = (signed char)i;
	return bits;
}

struct span
crypto_unbase64url(struct arena *a, struct span s)
{
	const signed char *letters = letter_bits();
	const unsigned char *p = (const unsigned char *)s.p;
	char *out;
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t len = 0, i = 0;

	/* One letter over a group of four is not a whole byte. */
	if (!span_is(s) || s.len % 4 == 1)
		return SPAN_NONE;
	out = arena_alloc(a, s.len / 4 * 3 + 3);
	for (; s.len - i >= 4; i += 4) {
		int group = letters[p[i]] * (1 << 18)
		    | letters[p[i + 1]] * (1 << 12)
		    | letters[p[i + 2]] * (1 << 6) | letters[p[i + 3]];

		if (group < 0)
			return SPAN_NONE;
		out[len++] = (char)(group >> 16);
		out[len++] = (char)(group >> 8);
		out[len++] = (char)group;
	}
	for (; i < s.len; i++) {
		int six = letters[p[i]];

		if (six < 0)
			return SPAN_NONE;
		bits = bits << 6 | (uint32_t)six;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			out[len++] = (char)(bits >> n_bits);
		}
	}
	/* Stray bits would give one value many spellings. */
	if ((bits & ((1u << n_bits) - 1)) != 0)
		return SPAN_NONE;
	return (struct span){ out, len };
}
