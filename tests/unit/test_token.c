/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_token - what access tokens are believed, and every forgery we know
 *
 * Forgeries are written by hand from JSON texts and signed here, so that the
 * tests do not depend on what libjwt would agree to write.
 *
 * Layer: tests.  Uses: account.
 */
#include "account/token.h"

#include "account/claims.h"
#include "base/crypto.h"
#include "base/strbuf.h"
#include "store/ctx.h"
#include "tests/support/suite.h"

#include <stdio.h>

#define NOW_MS INT64_C(1800000000000)
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"main\"}"
#define CLAIMS_BUT(time) \
	"{\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\",\"sub\":\"42\"," \
	"\"role\":\"USER\"," time "}"
#define GOOD_TIME "\"iat\":1800000000,\"nbf\":1800000000,\"exp\":1800000900"
#define CLAIMS CLAIMS_BUT(GOOD_TIME)

static struct ctx ctx;
static struct shared *shared;
static const char main_secret[] = "main-secret-of-thirty-two-bytes!";
static const char rehearsal_secret[] = "rehearsal-secret-of-32-bytes-....";

static void
set_key(char *setting, size_t size, const char *kid, const char *secret)
{
	snprintf(setting, size, "%s:%s", kid,
	    crypto_base64url(&ctx.arena, secret, strlen(secret)));
}

static void
given_settings(void)
{
	struct settings *set = &ctx.set;

	memset(&ctx, 0, sizeof(ctx));
	ctx.shared = shared = shared_map(false);
	ck_assert_ptr_nonnull(shared);
	arena_init(&ctx.arena, 1024 * 1024);
	ctx.now_ms = NOW_MS;
	strcpy(set->token_issuer, "boxoffice");
	strcpy(set->token_audience, "boxoffice-api");
	set_key(set->token_key, sizeof(set->token_key), "main", main_secret);
	set_key(set->token_key_rehearsal, sizeof(set->token_key_rehearsal),
	    "rehearsal", rehearsal_secret);
	set->token_lifetime_s = 900;
	set->rehearsal_lifetime_s = 86400;
}

static void
drop_settings(void)
{
	shared_unmap(shared);
	arena_fini(&ctx.arena);
}

/* header.claims.signature, signed with secret. */
static struct span
forge(const char *header, const char *claims, const char *secret)
{
	struct arena *a = &ctx.arena;
	struct strbuf b;
	uint8_t mac[SHA256_LEN];

	strbuf_init(&b, a, 0);
	strbuf_str(&b, crypto_base64url(a, header, strlen(header)));
	strbuf_char(&b, '.');
	strbuf_str(&b, crypto_base64url(a, claims, strlen(claims)));
	crypto_hmac_sha256(span_str(secret), strbuf_get(&b), mac);
	strbuf_char(&b, '.');
	strbuf_str(&b, crypto_base64url(a, mac, sizeof(mac)));
	return strbuf_get(&b);
}

static int
verify(struct span text)
{
	struct token token = { .user = -7 };
	int r = token_verify(&ctx, text, &token);

	/* Nothing is told about who a refused token might have meant. */
	if (r != TOKEN_OK)
		ck_assert_int_eq(token.user, -7);
	return r;
}

static int
verify_claims(const char *claims)
{
	return verify(forge(HEADER, claims, main_secret));
}

static int
verify_header(const char *header)
{
	return verify(forge(header, CLAIMS, main_secret));
}

static struct span
make(enum token_key key, int64_t user, enum role role)
{
	struct span text = SPAN_NONE;

	ck_assert_int_eq(token_make(&ctx, key,
			     &(struct token){ .user = user,
				 .role = role,
				 .session = user * 3 },
			     &text),
	    TOKEN_OK);
	return text;
}

START_TEST(what_was_made_is_believed)
{
	struct token token;

	ck_assert_int_eq(
	    token_verify(&ctx, make(TOKEN_KEY_CURRENT, 42, ROLE_ADMIN), &token),
	    TOKEN_OK);
	ck_assert_int_eq(token.user, 42);
	ck_assert_int_eq(token.role, ROLE_ADMIN);
	ck_assert_int_eq(token.session, 126);
	ck_assert_int_eq(token.expires_ms, NOW_MS + 900 * 1000);
	ck_assert_int_eq(
	    token_verify(&ctx, make(TOKEN_KEY_CURRENT, 7, ROLE_GATE), &token),
	    TOKEN_OK);
	ck_assert_int_eq(token.role, ROLE_GATE);
}
END_TEST

START_TEST(a_good_token_written_by_hand_is_believed)
{
	ck_assert_int_eq(verify(forge(HEADER, CLAIMS, main_secret)), TOKEN_OK);
}
END_TEST

/* Those of the second kind are read by libjwt, with the same end. */
static const struct {
	const char *claims;
	bool plain;
} spellings[] = {
	{ CLAIMS, true },
	{ CLAIMS_BUT(GOOD_TIME ",\"sid\":7,\"jti\":\"x\""), true },
	{ CLAIMS_BUT(GOOD_TIME " "), false },
	{ " " CLAIMS, false },
	{ CLAIMS_BUT(GOOD_TIME ",\"scope\":\"all\""), false },
	{ CLAIMS_BUT(GOOD_TIME ",\"jti\":\"\\u0041\""), false },
	{ CLAIMS_BUT(GOOD_TIME ",\"jti\":\"\xc3\xa9\""), false },
	{ CLAIMS_BUT(GOOD_TIME ",\"sid\":-1"), false },
};

START_TEST(claims_are_believed_however_they_are_spelt)
{
	const char *text = spellings[_i].claims;
	struct jwt_claims claims;
	struct token token;

	/* The header is known by now. */
	ck_assert_int_eq(
	    token_verify(&ctx, forge(HEADER, CLAIMS, main_secret), &token),
	    TOKEN_OK);
	ck_assert_int_eq(
	    token_verify(&ctx, forge(HEADER, text, main_secret), &token),
	    TOKEN_OK);
	ck_assert_int_eq(token.user, 42);
	ck_assert_int_eq(token.session,
	    strstr(text, "\"sid\":7") != NULL ? 7 : 0);
	ck_assert(claims_read(span_str(text), &claims) == spellings[_i].plain);
}
END_TEST

static const char *const no_claims[] = { "", "{", "{}", "[]", "{\"sub\"}",
	"{\"sub\":}", "{\"sub\":\"42}", "{\"sub\":\"42\"", "{\"sub\":\"42\"}}",
	"{\"sub\":\"42\",}", "{\"sub\":42}", "{\"exp\":\"1\"}", "{\"exp\":01}",
	"{\"exp\":1e3}", "{\"exp\":1.0}", "{\"exp\":9223372036854775808}",
	"{\"sub\":\"42\",\"sub\":\"43\"}", "{\"su\\u0062\":\"42\"}",
	"{\"sub\":null}", "{\"sub\":\"4\n2\"}" };

START_TEST(what_is_spelt_otherwise_is_not_read_as_ours)
{
	struct jwt_claims claims;

	ck_assert(!claims_read(span_str(no_claims[_i]), &claims));
}
END_TEST

START_TEST(a_rehearsal_token_lasts_a_day)
{
	struct span text = make(TOKEN_KEY_REHEARSAL, 42, ROLE_USER);

	ctx.now_ms = NOW_MS + INT64_C(86399) * 1000;
	ck_assert_int_eq(verify(text), TOKEN_OK);
	ctx.now_ms = NOW_MS + INT64_C(86400) * 1000;
	ck_assert_int_eq(verify(text), TOKEN_E_EXPIRED);
}
END_TEST

START_TEST(no_rehearsal_token_without_its_key)
{
	struct span text = make(TOKEN_KEY_REHEARSAL, 42, ROLE_USER), out;

	ctx.set.token_key_rehearsal[0] = '\0';
	ck_assert_int_eq(verify(text), TOKEN_E_REFUSED);
	ck_assert_int_eq(token_make(&ctx, TOKEN_KEY_REHEARSAL,
			     &(struct token){ .user = 1 }, &out),
	    TOKEN_E_NO_KEY);
}
END_TEST

START_TEST(the_previous_key_is_still_accepted)
{
	struct span text = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);

	strcpy(ctx.set.token_key_previous, ctx.set.token_key);
	set_key(ctx.set.token_key, sizeof(ctx.set.token_key), "next",
	    rehearsal_secret);
	ck_assert_int_eq(verify(text), TOKEN_OK);
	ctx.set.token_key_previous[0] = '\0';
	ck_assert_int_eq(verify(text), TOKEN_E_REFUSED);
}
END_TEST

START_TEST(a_token_ends_on_its_second)
{
	struct span text = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);

	ctx.now_ms = NOW_MS + 899999;
	ck_assert_int_eq(verify(text), TOKEN_OK);
	ctx.now_ms = NOW_MS + 900000;
	ck_assert_int_eq(verify(text), TOKEN_E_EXPIRED);
}
END_TEST

START_TEST(a_token_seen_before_is_refused_under_other_settings)
{
	struct span text = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);
	const struct settings good = ctx.set;

	ck_assert_int_eq(verify(text), TOKEN_OK);
	strcpy(ctx.set.token_issuer, "another");
	ck_assert_int_eq(verify(text), TOKEN_E_REFUSED);
	ctx.set = good;
	ck_assert_int_eq(verify(text), TOKEN_OK);
	strcpy(ctx.set.token_audience, "another");
	ck_assert_int_eq(verify(text), TOKEN_E_REFUSED);
	ctx.set = good;
	ck_assert_int_eq(verify(text), TOKEN_OK);
	ctx.set.token_lifetime_s = 899;
	ck_assert_int_eq(verify(text), TOKEN_E_REFUSED);
	ctx.set = good;
	ck_assert_int_eq(verify(text), TOKEN_OK);
	set_key(ctx.set.token_key, sizeof(ctx.set.token_key), "main",
	    rehearsal_secret);
	ck_assert_int_eq(verify(text), TOKEN_E_REFUSED);
}
END_TEST

START_TEST(a_token_seen_before_is_refused_before_its_time)
{
	struct span text = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);

	ck_assert_int_eq(verify(text), TOKEN_OK);
	/* The clock was set back. */
	ctx.now_ms = NOW_MS - (TOKEN_LEEWAY_S + 1) * 1000;
	ck_assert_int_eq(verify(text), TOKEN_E_REFUSED);
}
END_TEST

START_TEST(a_token_is_seen_first_once_a_minute)
{
	struct span text = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);
	struct token token;

	for (int minute = 0; minute < 2; minute++) {
		ctx.now_ms = NOW_MS + minute * 60000;
		ck_assert_int_eq(token_verify(&ctx, text, &token), TOKEN_OK);
		ck_assert(!token.seen_before);
		ck_assert_int_eq(token_verify(&ctx, text, &token), TOKEN_OK);
		ck_assert(token.seen_before);
	}
}
END_TEST

START_TEST(tokens_seen_before_are_each_their_own)
{
	static char texts[6000][512];
	struct token token;

	for (int i = 0; i < 2 * (int)ARRAY_LEN(texts); i++) {
		int n = i % (int)ARRAY_LEN(texts);

		if (i == n)
			strcpy(texts[n],
			    arena_str(&ctx.arena,
				make(TOKEN_KEY_CURRENT, n + 1,
				    (enum role)(n % N_ROLES))));
		ck_assert_int_eq(token_verify(&ctx, span_str(texts[n]), &token),
		    TOKEN_OK);
		ck_assert_int_eq(token.user, n + 1);
		ck_assert_int_eq(token.role, n % N_ROLES);
		ck_assert_int_eq(token.session, 3 * (n + 1));
		ck_assert_int_eq(token.expires_ms, NOW_MS + 900 * 1000);
		arena_reset(&ctx.arena);
	}
}
END_TEST

START_TEST(alg_none_is_refused)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"main\"}",
		"{\"alg\":\"NONE\",\"typ\":\"JWT\",\"kid\":\"main\"}",
		"{\"alg\":\"nOnE\",\"typ\":\"JWT\",\"kid\":\"main\"}",
		"{\"alg\":\"\",\"typ\":\"JWT\",\"kid\":\"main\"}",
		"{\"alg\":null,\"typ\":\"JWT\",\"kid\":\"main\"}",
		"{\"typ\":\"JWT\",\"kid\":\"main\"}",
	};

	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		ck_assert_int_ne(verify_header(headers[i]), TOKEN_OK);
}
END_TEST

START_TEST(alg_none_without_a_signature_is_refused)
{
	struct span text = forge(
	    "{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"main\"}", CLAIMS, "");

	while (text.p[text.len - 1] != '.')
		text.len--;
	ck_assert_int_eq(verify(text), TOKEN_E_MALFORMED);
	text.len--;
	ck_assert_int_eq(verify(text), TOKEN_E_MALFORMED);
}
END_TEST

/* A public key used as an HMAC secret, and the other ways to choose. */
START_TEST(another_algorithm_is_refused)
{
	static const char *const algs[] = { "HS384", "HS512", "RS256", "PS256",
		"ES256", "EdDSA", "hs256", "HS256 " };

	for (size_t i = 0; i < ARRAY_LEN(algs); i++)
		ck_assert_int_ne(
		    verify_header(arena_printf(&ctx.arena,
			"{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"main\"}",
			algs[i])),
		    TOKEN_OK);
}
END_TEST

START_TEST(a_kid_outside_the_table_is_refused)
{
	static const char *const kids[] = { "\"other\"", "\"\"", "\"MAIN\"",
		"\"../../../../dev/null\"", "\"/proc/self/environ\"",
		"\"main' OR '1'='1\"", "\"x' UNION SELECT 'secret'--\"",
		"\"main\\u0000\"", "\"main \"", "1", "null", "[\"main\"]" };

	for (size_t i = 0; i < ARRAY_LEN(kids); i++)
		ck_assert_int_ne(
		    verify_header(arena_printf(&ctx.arena,
			"{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":%s}",
			kids[i])),
		    TOKEN_OK);
	ck_assert_int_eq(verify_header("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"),
	    TOKEN_E_REFUSED);
}
END_TEST

START_TEST(an_empty_key_setting_matches_no_kid)
{
	/* token_key_previous is "": its kid is not the empty one. */
	ck_assert_int_eq(
	    verify(forge("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"\"}",
		CLAIMS, "")),
	    TOKEN_E_REFUSED);
}
END_TEST

START_TEST(a_key_of_another_kid_is_refused)
{
	ck_assert_int_eq(verify(forge(HEADER, CLAIMS, rehearsal_secret)),
	    TOKEN_E_REFUSED);
	ck_assert_int_eq(verify(forge(HEADER, CLAIMS, "")), TOKEN_E_REFUSED);
}
END_TEST

START_TEST(keys_named_by_the_token_are_not_looked_at)
{
	ck_assert_int_eq(
	    verify(
		forge("{\"alg\":\"HS256\",\"typ\":\"JWT\","
		      "\"kid\":\"main\",\"jku\":\"http://evil.example/keys\","
		      "\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}",
		    CLAIMS, "AAAA")),
	    TOKEN_E_REFUSED);
}
END_TEST

START_TEST(a_critical_extension_is_refused)
{
	ck_assert_int_eq(
	    verify_header("{\"alg\":\"HS256\",\"typ\":\"JWT\","
			  "\"kid\":\"main\",\"crit\":[\"b64\"],\"b64\":false}"),
	    TOKEN_E_REFUSED);
}
END_TEST

START_TEST(another_typ_is_refused)
{
	static const char *const headers[] = {
		"{\"alg\":\"HS256\",\"typ\":\"JOSE\",\"kid\":\"main\"}",
		"{\"alg\":\"HS256\",\"typ\":\"ticket\",\"kid\":\"main\"}",
		"{\"alg\":\"HS256\",\"typ\":7,\"kid\":\"main\"}",
		"{\"alg\":\"HS256\",\"kid\":\"main\"}",
	};

	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		ck_assert_int_ne(verify_header(headers[i]), TOKEN_OK);
}
END_TEST

START_TEST(every_time_claim_must_be_there_as_a_number)
{
	static const char *const times[] = {
		"\"iat\":1800000000,\"nbf\":1800000000",
		"\"iat\":1800000000,\"exp\":1800000900",
		"\"nbf\":1800000000,\"exp\":1800000900",
		"\"iat\":1800000000,\"nbf\":1800000000,\"exp\":null",
		"\"iat\":1800000000,\"nbf\":1800000000,\"exp\":\"1800000900\"",
		"\"iat\":1800000000,\"nbf\":1800000000,\"exp\":1.8000009e9",
		"\"iat\":1800000000,\"nbf\":1800000000,\"exp\":-1",
		"\"iat\":1800000000,\"nbf\":1800000000,\"exp\":true",
		"\"iat\":1800000000,\"nbf\":\"x\",\"exp\":1800000900",
		"\"iat\":[],\"nbf\":1800000000,\"exp\":1800000900",
	};

	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		ck_assert_msg(
		    verify_claims(arena_printf(&ctx.arena,
			"{\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
			"\"sub\":\"42\",\"role\":\"USER\",%s}",
			times[i]))
			== TOKEN_E_REFUSED,
		    "%s", times[i]);
}
END_TEST

START_TEST(an_end_further_than_the_keys_longest_lifetime_is_refused)
{
	ck_assert_int_eq(
	    verify_claims(CLAIMS_BUT(
		"\"iat\":1800000000,\"nbf\":1800000000,\"exp\":1800000901")),
	    TOKEN_E_REFUSED);
	ck_assert_int_eq(verify_claims(CLAIMS_BUT(
			     "\"iat\":1800000000,"
			     "\"nbf\":1800000000,\"exp\":9223372036854775807")),
	    TOKEN_E_REFUSED);
	ck_assert_int_eq(
	    verify_claims(CLAIMS_BUT(
		"\"iat\":"
		"9223372036854775000,\"nbf\":1,\"exp\":9223372036854775807")),
	    TOKEN_E_REFUSED);
}
END_TEST

START_TEST(the_main_key_gives_no_rehearsal_lifetime)
{
	const char *day = CLAIMS_BUT(
	    "\"iat\":1800000000,\"nbf\":1800000000,\"exp\":1800086400");

	ck_assert_int_eq(verify_claims(day), TOKEN_E_REFUSED);
	ck_assert_int_eq(verify(forge("{\"alg\":\"HS256\",\"typ\":\"JWT\","
				      "\"kid\":\"rehearsal\"}",
			     day, rehearsal_secret)),
	    TOKEN_OK);
}
END_TEST

START_TEST(a_token_of_the_future_is_refused_but_for_a_small_skew)
{
	ck_assert_int_eq(
	    verify_claims(CLAIMS_BUT(
		"\"iat\":1800000005,\"nbf\":1800000005,\"exp\":1800000900")),
	    TOKEN_OK);
	ck_assert_int_eq(
	    verify_claims(CLAIMS_BUT(
		"\"iat\":1800000000,\"nbf\":1800000006,\"exp\":1800000900")),
	    TOKEN_E_REFUSED);
	ck_assert_int_eq(
	    verify_claims(CLAIMS_BUT(
		"\"iat\":1800000006,\"nbf\":1800000000,\"exp\":1800000900")),
	    TOKEN_E_REFUSED);
}
END_TEST

START_TEST(another_issuer_audience_subject_or_role_is_refused)
{
	static const char *const who[] = {
		"\"iss\":\"evil\",\"aud\":\"boxoffice-api\",\"sub\":\"42\","
		"\"role\":\"USER\"",
		"\"aud\":\"boxoffice-api\",\"sub\":\"42\",\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":\"other-api\",\"sub\":\"42\","
		"\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":[\"boxoffice-api\",\"x\"],"
		"\"sub\":\"42\",\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"sub\":\"42\",\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"sub\":\"0\",\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"sub\":\"-42\",\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"sub\":\"42x\",\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"sub\":\"18446744073709551617\",\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"sub\":42,\"role\":\"USER\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"sub\":\"42\",\"role\":\"ROOT\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"sub\":\"42\",\"role\":\"admin\"",
		"\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\","
		"\"sub\":\"42\"",
	};

	for (size_t i = 0; i < ARRAY_LEN(who); i++)
		ck_assert_msg(verify_claims(arena_printf(&ctx.arena,
				  "{%s," GOOD_TIME "}", who[i]))
			== TOKEN_E_REFUSED,
		    "%s", who[i]);
}
END_TEST

START_TEST(an_edited_role_is_refused)
{
	struct span user = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);
	struct span admin = make(TOKEN_KEY_CURRENT, 42, ROLE_ADMIN);
	struct span head = span_cut(&user, '.'), claims;
	char *mixed;

	span_cut(&admin, '.');
	claims = span_cut(&admin, '.');
	span_cut(&user, '.');
	mixed = arena_printf(&ctx.arena, "%.*s.%.*s.%.*s", (int)head.len,
	    head.p, (int)claims.len, claims.p, (int)user.len, user.p);
	ck_assert_int_eq(verify(span_str(mixed)), TOKEN_E_REFUSED);
}
END_TEST

START_TEST(any_changed_letter_is_refused)
{
	struct span good = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);

	/* One that is remembered is no nearer to it. */
	ck_assert_int_eq(verify(good), TOKEN_OK);
	for (size_t i = 0; i < good.len; i++) {
		char *bad = arena_str(&ctx.arena, good);

		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		ck_assert_int_ne(verify(span_str(bad)), TOKEN_OK);
	}
}
END_TEST

START_TEST(any_shortened_token_is_refused)
{
	struct span good = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);

	for (size_t len = 0; len < good.len; len++)
		ck_assert_int_ne(verify((struct span){ good.p, len }),
		    TOKEN_OK);
}
END_TEST

START_TEST(what_is_not_three_parts_of_base64url_is_malformed)
{
	const char *good = arena_str(&ctx.arena,
	    make(TOKEN_KEY_CURRENT, 42, ROLE_USER));
	const char *const bad[] = { "", ".", "..", "...", "a.b", "a.b.c.d",
		"Bearer", "e30.e30.e30", "bm90anNvbg.e30.AAAA",
		arena_printf(&ctx.arena, "%s=", good),
		arena_printf(&ctx.arena, "%s==", good),
		arena_printf(&ctx.arena, "%s.", good),
		arena_printf(&ctx.arena, ".%s", good),
		arena_printf(&ctx.arena, " %s", good),
		arena_printf(&ctx.arena, "%s\n", good),
		arena_printf(&ctx.arena, "%s,%s", good, good) };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(verify(span_str(bad[i])) != TOKEN_OK, "%s",
		    bad[i]);
	ck_assert_int_eq(verify(SPAN_NONE), TOKEN_E_MALFORMED);
	ck_assert_int_eq(verify(span_str(bad[9])), TOKEN_E_MALFORMED);
	ck_assert_int_eq(verify(span_str(bad[14])), TOKEN_E_MALFORMED);
}
END_TEST

START_TEST(a_nul_inside_is_malformed)
{
	struct span good = make(TOKEN_KEY_CURRENT, 42, ROLE_USER);
	char *text = arena_alloc(&ctx.arena, good.len + 3);

	memcpy(text, good.p, good.len);
	memcpy(text + good.len, "\0ab", 3);
	ck_assert_int_eq(verify((struct span){ text, good.len + 3 }),
	    TOKEN_E_MALFORMED);
}
END_TEST

START_TEST(an_oversized_token_is_refused_unread)
{
	char *name = arena_zalloc(&ctx.arena, 1, 8192);
	size_t before;

	memset(name, 'x', 8191);
	name = arena_printf(&ctx.arena,
	    "{\"iss\":\"boxoffice\",\"aud\":\"boxoffice-api\",\"sub\":\"42\","
	    "\"role\":\"USER\"," GOOD_TIME ",\"name\":\"%s\"}",
	    name);
	struct span text = forge(HEADER, name, main_secret);

	before = ctx.arena.used;
	ck_assert_int_eq(verify(text), TOKEN_E_MALFORMED);
	ck_assert_uint_eq(ctx.arena.used, before);
}
END_TEST

START_TEST(deep_nesting_is_refused_without_harm)
{
	char *deep = arena_zalloc(&ctx.arena, 1, 3001);

	memset(deep, '[', 3000);
	ck_assert_int_eq(verify(forge(deep, "{}", main_secret)),
	    TOKEN_E_MALFORMED);
	ck_assert_int_eq(verify(forge(HEADER, "[[[[[[[[", main_secret)),
	    TOKEN_E_REFUSED);
}
END_TEST

SUITE("token")
{
	FIXTURE(given_settings, drop_settings);
	TEST(what_was_made_is_believed);
	TEST(a_good_token_written_by_hand_is_believed);
	TEST_LOOP(claims_are_believed_however_they_are_spelt,
	    ARRAY_LEN(spellings));
	TEST_LOOP(what_is_spelt_otherwise_is_not_read_as_ours,
	    ARRAY_LEN(no_claims));
	TEST(a_rehearsal_token_lasts_a_day);
	TEST(no_rehearsal_token_without_its_key);
	TEST(the_previous_key_is_still_accepted);
	TEST(a_token_ends_on_its_second);
	TEST(a_token_seen_before_is_refused_under_other_settings);
	TEST(a_token_seen_before_is_refused_before_its_time);
	TEST(a_token_is_seen_first_once_a_minute);
	TEST(tokens_seen_before_are_each_their_own);
	TEST(alg_none_is_refused);
	TEST(alg_none_without_a_signature_is_refused);
	TEST(another_algorithm_is_refused);
	TEST(a_kid_outside_the_table_is_refused);
	TEST(an_empty_key_setting_matches_no_kid);
	TEST(a_key_of_another_kid_is_refused);
	TEST(keys_named_by_the_token_are_not_looked_at);
	TEST(a_critical_extension_is_refused);
	TEST(another_typ_is_refused);
	TEST(every_time_claim_must_be_there_as_a_number);
	TEST(an_end_further_than_the_keys_longest_lifetime_is_refused);
	TEST(the_main_key_gives_no_rehearsal_lifetime);
	TEST(a_token_of_the_future_is_refused_but_for_a_small_skew);
	TEST(another_issuer_audience_subject_or_role_is_refused);
	TEST(an_edited_role_is_refused);
	TEST(any_changed_letter_is_refused);
	TEST(any_shortened_token_is_refused);
	TEST(what_is_not_three_parts_of_base64url_is_malformed);
	TEST(a_nul_inside_is_malformed);
	TEST(an_oversized_token_is_refused_unread);
	TEST(deep_nesting_is_refused_without_harm);
}
