/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/crypto.h"
#include "tests/support/suite.h"

#include <stdio.h>

static struct arena a;

static void
given_an_arena(void)
{
	arena_init(&a, KIB(2048));
}

static void
give_it_back(void)
{
	arena_fini(&a);
}

static const char *
sha256(struct span data)
{
	uint8_t out[SHA256_LEN];

	crypto_sha256(data, out);
	return crypto_hex(&a, out, sizeof(out));
}

static const char *
hmac(struct span key, struct span data)
{
	uint8_t out[SHA256_LEN];

	crypto_hmac_sha256(key, data, out);
	return crypto_hex(&a, out, sizeof(out));
}

static const char *
hmac_sha1(struct span key, struct span data)
{
	uint8_t out[SHA1_LEN];

	crypto_hmac_sha1(key, data, out);
	return crypto_hex(&a, out, sizeof(out));
}

/* n times the same byte. */
static struct span
bytes(size_t n, int byte)
{
	return (struct span){ memset(arena_alloc(&a, n), byte, n), n };
}

static struct span
decoded(const char *text)
{
	return crypto_unbase64url(&a, span_str(text));
}

/* FIPS 180-4 example values (NIST, "SHA256.pdf"), and the empty text. */
START_TEST(sha256_agrees_with_the_examples_of_fips_180)
{
	ck_assert_str_eq(sha256(SPAN_LIT("abc")),
	    "ba7816bf8f01cfea414140de"
	    "5dae2223b00361a396177a9cb410ff61f20015ad");
	ck_assert_str_eq(sha256(SPAN_LIT("abcdbcdecdefdefgefghfghighijhijk"
					 "ijkljklmklmnlmnomnopnopq")),
	    "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1");
	ck_assert_str_eq(sha256(bytes(1000000, 'a')),
	    "cdc76e5c9914fb9281a1c7e"
	    "284d73e67f1809a48a497200e046d39ccc7112cd0");
	ck_assert_str_eq(sha256(SPAN_NONE),
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
}
END_TEST

START_TEST(hmac_agrees_with_rfc_4231)
{
	ck_assert_str_eq(hmac(bytes(20, 0x0b), SPAN_LIT("Hi There")),
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	ck_assert_str_eq(
	    hmac(SPAN_LIT("Jefe"), SPAN_LIT("what do ya want for nothing?")),
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	ck_assert_str_eq(hmac(bytes(20, 0xaa), bytes(50, 0xdd)),
	    "773ea91e36800e46854db8ebd09181a7"
	    "2959098b3ef8c122d9635514ced565fe");
	ck_assert_str_eq(hmac(bytes(131, 0xaa),
			     SPAN_LIT("Test Using Larger "
				      "Than Block-Size Key - Hash Key First")),
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
	ck_assert_str_eq(
	    hmac(bytes(131, 0xaa),
		SPAN_LIT(
		    "This is a test "
		    "using a larger than block-size key and a larger than block-size "
		    "data. The key needs to be hashed before being used by the HMAC "
		    "algorithm.")),
	    "9b09ffa71b942fcb27635fbcd5b0e944"
	    "bfdc63644f0713938a7f51535c3a35e2");
}
END_TEST

START_TEST(hmac_sha1_agrees_with_rfc_2202)
{
	for (int i = 0; i < 2; i++) {
		ck_assert_str_eq(
		    hmac_sha1(bytes(20, 0x0b), SPAN_LIT("Hi There")),
		    "b617318655057264e28bc0b6fb378c8ef146be00");
		ck_assert_str_eq(hmac_sha1(SPAN_LIT("Jefe"),
				     SPAN_LIT("what do ya want for nothing?")),
		    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	}
}
END_TEST

START_TEST(hmac_knows_a_key_that_it_has_just_used_from_another)
{
	static const char *const keys[] = { "Jefe", "Jefe", "Jeff", "Jef",
		"Jefe" };
	const struct span data = SPAN_LIT("what do ya want for nothing?");
	char first[2 * SHA256_LEN + 1];

	snprintf(first, sizeof(first), "%s", hmac(SPAN_LIT("Jefe"), data));
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		ck_assert_int_eq(strcmp(hmac(span_str(keys[i]), data), first)
			== 0,
		    strcmp(keys[i], "Jefe") == 0);
	/* Longer than is kept. */
	ck_assert_str_eq(hmac(bytes(131, 0xaa), data),
	    hmac(bytes(131, 0xaa), data));
	ck_assert_str_eq(hmac(SPAN_LIT("Jefe"), data), first);
}
END_TEST

/* More keys than are kept ready. */
START_TEST(hmac_knows_many_keys_that_are_used_by_turns)
{
	const struct span data = SPAN_LIT("what do ya want for nothing?");
	char first[12][2 * SHA256_LEN + 1];

	for (size_t i = 0; i < ARRAY_LEN(first); i++) {
		snprintf(first[i], sizeof(first[i]), "%s",
		    hmac(bytes(20 + i, 0x0b), data));
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(first[i], first[k]);
		ck_assert_str_eq(hmac(SPAN_LIT("Jefe"), data),
		    "5bdcc146bf60754e6a042426089575c7"
		    "5a003f089d2739839dec58b964ec3843");
	}
	for (size_t i = ARRAY_LEN(first); i-- > 0;)
		ck_assert_str_eq(hmac(bytes(20 + i, 0x0b), data), first[i]);
}
END_TEST

START_TEST(hmac_with_an_empty_key_does_not_use_the_one_before)
{
	static const char empty[] =
	    "b613679a0814d9ec772f95d778c35fc5"
	    "ff1697c493715653c6c712144292c5ad";

	ck_assert_str_eq(hmac(SPAN_LIT(""), SPAN_LIT("")), empty);
	ck_assert_str_ne(hmac(SPAN_LIT("key"), SPAN_LIT("")), empty);
	ck_assert_str_eq(hmac(SPAN_NONE, SPAN_NONE), empty);
}
END_TEST

START_TEST(equal_means_same_length_and_same_bytes)
{
	ck_assert(crypto_equal(SPAN_LIT("secret"), SPAN_LIT("secret")));
	ck_assert(!crypto_equal(SPAN_LIT("secret"), SPAN_LIT("secreT")));
	ck_assert(!crypto_equal(SPAN_LIT("secret"), SPAN_LIT("secre")));
	ck_assert(crypto_equal(SPAN_NONE, SPAN_LIT("")));
}
END_TEST

START_TEST(a_wiped_secret_is_gone)
{
	char secret[32];

	memset(secret, 's', sizeof(secret));
	crypto_wipe(secret, sizeof(secret));
	ck_assert_ptr_null(memchr(secret, 's', sizeof(secret)));
}
END_TEST

START_TEST(base64url_agrees_with_rfc_4648)
{
	static const struct {
		const char *plain, *coded;
	} rows[] = {
		{ "", "" },
		{ "f", "Zg" },
		{ "fo", "Zm8" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg" },
		{ "fooba", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "-_-_" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		ck_assert_str_eq(
		    crypto_base64url(&a, rows[i].plain, strlen(rows[i].plain)),
		    rows[i].coded);
		ck_assert(span_is(decoded(rows[i].coded)));
		ck_assert(span_eq_str(decoded(rows[i].coded), rows[i].plain));
	}
}
END_TEST

START_TEST(every_byte_comes_back_from_base64url)
{
	uint8_t all[256];

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	for (size_t len = 0; len <= sizeof(all); len++) {
		struct span back = decoded(crypto_base64url(&a, all, len));

		ck_assert(span_eq(back, (struct span){ (char *)all, len }));
	}
}
END_TEST

START_TEST(malformed_base64url_is_refused)
{
	ck_assert(!span_is(decoded("Z")));
	ck_assert(!span_is(decoded("Zm9vY")));
	ck_assert(!span_is(decoded("Zg==")));
	ck_assert(!span_is(decoded("Zm 9v")));
	ck_assert(!span_is(decoded("Zm9v\n")));
	ck_assert(!span_is(decoded("Zm+v")));
	ck_assert(!span_is(decoded("Zm/v")));
	ck_assert(!span_is(decoded("Zm9\xC3")));
	ck_assert(!span_is(crypto_unbase64url(&a, SPAN_NONE)));
	ck_assert(!span_is(crypto_unbase64url(&a, SPAN_LIT("Zm9\0"))));
}
END_TEST

START_TEST(stray_bits_in_base64url_are_refused)
{
	ck_assert(span_is(decoded("Zg")));
	ck_assert(!span_is(decoded("Zh")));
	ck_assert(span_is(decoded("Zm8")));
	ck_assert(!span_is(decoded("Zm9")));
}
END_TEST

START_TEST(hex_is_lower_case_and_two_letters_a_byte)
{
	ck_assert_str_eq(crypto_hex(&a, "\x00\x0f\xa5\xff", 4), "000fa5ff");
	ck_assert_str_eq(crypto_hex(&a, NULL, 0), "");
}
END_TEST

/* RFC 4648 section 10 gives "fooba" as CPNMUOJ1 in base32hex: the same groups
 * of five bits in another alphabet. */
START_TEST(crockford_spells_five_bits_a_letter)
{
	ck_assert_str_eq(crypto_crockford(&a, "fooba", 5), "CSQPYRK1");
	ck_assert_str_eq(crypto_crockford(&a, "\0\0\0\0\0", 5), "00000000");
	ck_assert_str_eq(crypto_crockford(&a, "\xff\xff\xff\xff\xff", 5),
	    "ZZZZZZZZ");
	ck_assert_str_eq(crypto_crockford(&a, "", 0), "");
}
END_TEST

START_TEST(crockford_uses_every_letter_but_i_l_o_u)
{
	/* The numbers 0 to 31, five bits each, one after the other. */
	static const uint8_t all[20] = { 0x00, 0x44, 0x32, 0x14, 0xC7, 0x42,
		0x54, 0xB6, 0x35, 0xCF, 0x84, 0x65, 0x3A, 0x56, 0xD7, 0xC6,
		0x75, 0xBE, 0x77, 0xDF };

	ck_assert_str_eq(crypto_crockford(&a, all, sizeof(all)),
	    "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
}
END_TEST

START_TEST(ten_bytes_make_a_reservation_number_of_sixteen)
{
	ck_assert_uint_eq(strlen(crypto_crockford(&a, "0123456789", 10)), 16);
}
END_TEST

/* RFC 5869 A.3: no salt, no info. */
START_TEST(hkdf_agrees_with_rfc_5869)
{
	uint8_t out[42];

	crypto_hkdf_sha256(bytes(22, 0x0b), SPAN_LIT(""), out, sizeof(out));
	ck_assert_str_eq(crypto_hex(&a, out, sizeof(out)),
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
	    "9d201395faa4b61a96c8");
}
END_TEST

/* RFC 8032 7.1, TEST 2. */
START_TEST(ed25519_agrees_with_rfc_8032)
{
	static const uint8_t key[ED25519_KEY_LEN] = { 0x4c, 0xcd, 0x08, 0x9b,
		0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11,
		0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24,
		0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb };
	uint8_t public[ED25519_KEY_LEN], signature[ED25519_SIGNATURE_LEN];

	crypto_ed25519_public(key, public);
	ck_assert_str_eq(crypto_hex(&a, public, sizeof(public)),
	    "3d4017c3e843895a92b70aa74d1b7ebc"
	    "9c982ccf2ec4968cc0cd55f12af4660c");
	crypto_ed25519_sign(key, SPAN_LIT("\x72"), signature);
	ck_assert_str_eq(crypto_hex(&a, signature, sizeof(signature)),
	    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}
END_TEST

SUITE("crypto")
{
	FIXTURE(given_an_arena, give_it_back);
	TEST(sha256_agrees_with_the_examples_of_fips_180);
	TEST(hmac_agrees_with_rfc_4231);
	TEST(hmac_sha1_agrees_with_rfc_2202);
	TEST(hmac_knows_a_key_that_it_has_just_used_from_another);
	TEST(hmac_knows_many_keys_that_are_used_by_turns);
	TEST(hmac_with_an_empty_key_does_not_use_the_one_before);
	TEST(hkdf_agrees_with_rfc_5869);
	TEST(ed25519_agrees_with_rfc_8032);
	TEST(equal_means_same_length_and_same_bytes);
	TEST(a_wiped_secret_is_gone);
	TEST(base64url_agrees_with_rfc_4648);
	TEST(every_byte_comes_back_from_base64url);
	TEST(malformed_base64url_is_refused);
	TEST(stray_bits_in_base64url_are_refused);
	TEST(hex_is_lower_case_and_two_letters_a_byte);
	TEST(crockford_spells_five_bits_a_letter);
	TEST(crockford_uses_every_letter_but_i_l_o_u);
	TEST(ten_bytes_make_a_reservation_number_of_sixteen);
}
