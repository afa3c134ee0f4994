/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crypto - digests, MACs and their spellings; the door to OpenSSL
 *
 * Sources: FIPS 180-4 (SHA-256), RFC 2104 (HMAC), RFC 5869 (HKDF), RFC 8032
 * (Ed25519), RFC 4648 (base64url without padding, hex lower case), Crockford
 * base 32.
 *
 * Layer: base.  Uses: arena, span.
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/arena.h"

#define SHA256_LEN 32
#define SHA1_LEN 20

void crypto_sha256(struct span data, uint8_t out[SHA256_LEN]);
/* The last key is kept for the life of the process, to be ready for the next.
 */
void crypto_hmac_sha256(struct span key, struct span data,
    uint8_t out[SHA256_LEN]);
/* For codes that others' programs make so (RFC 6238), and for nothing else. No
 * key is kept. */
void crypto_hmac_sha1(struct span key, struct span data, uint8_t out[SHA1_LEN]);
/* HKDF with SHA-256 and no salt: len bytes, 1..8160, that info names. */
void crypto_hkdf_sha256(struct span key, struct span info, uint8_t *out,
    size_t len);

#define ED25519_KEY_LEN 32 /* of private and public keys alike */
#define ED25519_SIGNATURE_LEN 64

/* The public key of a private one (RFC 8032 5.1.5), and a signature of any
 * bytes by it (5.1.6). */
void crypto_ed25519_public(const uint8_t key[ED25519_KEY_LEN],
    uint8_t out[ED25519_KEY_LEN]);
void crypto_ed25519_sign(const uint8_t key[ED25519_KEY_LEN], struct span data,
    uint8_t out[ED25519_SIGNATURE_LEN]);

/* Equal in constant time for equal lengths. */
bool crypto_equal(struct span a, struct span b);
/* Overwrite a secret so that the compiler cannot leave it out. */
void crypto_wipe(void *p, size_t len);

/* RFC 4648 4, with padding. */
char *crypto_base64(struct arena *a, const void *p, size_t len);
char *crypto_base64url(struct arena *a, const void *p, size_t len);
/* Strict: no padding, no white space, no stray bits. NONE when malformed. */
struct span crypto_unbase64url(struct arena *a, struct span s);
char *crypto_hex(struct arena *a, const void *p, size_t len);
/* Upper-case Crockford base 32 of len bytes, 5 bits a character, first bits
 * first; len * 8 must be a multiple of 5. */
char *crypto_crockford(struct arena *a, const void *p, size_t len);
/* The same in the alphabet of RFC 4648 6. */
char *crypto_base32(struct arena *a, const void *p, size_t len);

#endif
