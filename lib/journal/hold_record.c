/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_record - a hold as it stands in Redis, and its token
 *
 * Layer: domain.  Uses: base.
 */
#include "journal/hold_record.h"

#include "base/crypto.h"
#include "base/strbuf.h"

#include <assert.h>
#include <inttypes.h>

static const struct {
	char letter;
	const char *name;
} statuses[] = {
	{ HOLD_HELD, "held" },
	{ HOLD_PAYING, "paying" },
	{ HOLD_PAID, "paid" },
	{ HOLD_EXPIRED, "expired" },
	{ HOLD_RELEASED, "released" },
	{ HOLD_LOST, "lost" },
};

const char *
hold_status_name(char status)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (statuses[i].letter == status)
			return statuses[i].name;
	return NULL;
}

char
hold_status_letter(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (span_eq_str(name, statuses[i].name))
			return statuses[i].letter;
	return '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
hold_token_read(struct span text, struct hold_token *out)
{
	struct hold_token token;
	struct span hex = text;
	struct span head = span_cut(&hex, '-');

	if (!span_to_i64(head, &token.performance) || token.performance < 1
	    || hex.len != 2 * sizeof(token.random))
		return false;
	for (size_t i = 0; i < sizeof(token.random); i++) {
		int high = hex_digit(hex.p[2 * i]);
		int low = hex_digit(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		token.random[i] = (uint8_t)(high << 4 | low);
	}
	*out = token;
	return true;
}

struct span
hold_token_text(struct arena *a, const struct hold_token *token)
{
	struct strbuf b;

	strbuf_init(&b, a, 64);
	strbuf_i64(&b, token->performance);
	strbuf_char(&b, '-');
	strbuf_str(&b, crypto_hex(a, token->random, sizeof(token->random)));
	return strbuf_get(&b);
}

struct span
hold_token_bytes(const struct hold_token *token)
{
	return (struct span){ (const char *)token->random,
		sizeof(token->random) };
}

bool
hold_record_is_user(struct span field, struct span record)
{
	return field.len > 1 && field.p[0] == 'u' && record.len > 0
	    && record.p[0] >= '0' && record.p[0] <= '9';
}

int32_t
hold_token_mark(const struct hold_token *token)
{
	const uint8_t *p = token->random + HOLD_RANDOM_LEN - 4;

	return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
	    | (uint32_t)p[2] << 8 | p[3]);
}

/* Numbers with commas between; how many, or 0 when it is not that. */
static size_t
read_numbers(struct span text, int64_t *out)
{
	struct span rest = text;
	size_t n = 0;

	while (span_is(rest)) {
		struct span one = span_cut(&rest, ',');

		if (n == HOLD_SEATS_MAX || !span_to_i64(one, &out[n++]))
			return 0;
	}
	return n;
}

/* "5,6", "B5,6" where they were blocked, or "#3:1,2" of section 3. returns:
 * whether it is one of these */
static bool
read_seats(struct span text, struct hold_record *out)
{
	out->section_no = 0;
	out->blocked = text.len > 0 && text.p[0] == 'B';
	if (out->blocked) {
		text.p++;
		text.len--;
	}
	if (text.len > 0 && text.p[0] == '#') {
		struct span section = span_cut(&text, ':');

		section.p++;
		section.len--;
		if (!span_to_i64(section, &out->section_no)
		    || out->section_no < 1 || out->section_no > INT16_MAX)
			return false;
	}
	out->n_seats = read_numbers(text, out->seats);
	return out->n_seats > 0 && !(out->blocked && out->section_no > 0);
}

/* "1000,2500", or "1000,800/0,1" with types. returns: whether it is either */
static bool
read_prices(struct span text, struct hold_record *out)
{
	struct span prices = span_cut(&text, '/');

	if (read_numbers(prices, out->prices) != out->n_seats)
		return false;
	if (!span_is(text)) {
		memset(out->types, 0, out->n_seats * sizeof(out->types[0]));
		return true;
	}
	if (read_numbers(text, out->types) != out->n_seats)
		return false;
	for (size_t i = 0; i < out->n_seats; i++)
		if (out->types[i] < 0 || out->types[i] > INT16_MAX)
			return false;
	return true;
}

/* Whether prices are amounts whose sum is one. */
static bool
sum_prices(const struct hold_record *r, int64_t *sum)
{
	*sum = 0;
	for (size_t i = 0; i < r->n_seats; i++)
		if (r->prices[i] < 0
		    || __builtin_add_overflow(*sum, r->prices[i], sum))
			return false;
	return true;
}

bool
hold_record_read(const struct hold_token *token, struct span text,
    struct hold_record *out)
{
	struct span rest = text;
	struct span status = span_cut(&rest, ' ');
	int64_t numbers[5], amount;
	bool good;

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (!span_to_i64(span_cut(&rest, ' '), &numbers[i]))
			return false;
	out->token = *token;
	out->status = status.len == 1 ? status.p[0] : '\0';
	out->user = numbers[0];
	out->made_ms = numbers[1];
	out->ends_ms = numbers[1] + numbers[2];
	out->hard_ends_ms = numbers[1] + numbers[3];
	out->price_version = numbers[4];
	good = read_seats(span_cut(&rest, ' '), out)
	    && read_prices(span_cut(&rest, ' '), out);
	out->fingerprint = rest;
	return good && hold_status_name(out->status) != NULL
	    && sum_prices(out, &amount);
}

bool
hold_user_read(struct span text, struct hold_user *out)
{
	struct span rest = text, bought, counts;

	if (!span_to_i64(span_cut(&rest, ' '), &out->held))
		return false;
	bought = span_cut(&rest, ' ');
	out->tokens = rest;
	out->hoard = bought;
	counts = span_cut(&out->hoard, ';');
	out->rate = counts;
	return span_to_i64(span_cut(&out->rate, ','), &out->bought);
}

static void
put_kept(struct strbuf *b, char mark, struct span kept)
{
	if (kept.len == 0)
		return;
	strbuf_char(b, mark);
	strbuf_span(b, kept);
}

struct span
hold_user_text(struct arena *a, const struct hold_user *user)
{
	struct strbuf b;

	strbuf_init(&b, a, 2 * HOLD_RANDOM_LEN);
	strbuf_i64(&b, user->held);
	strbuf_char(&b, ' ');
	strbuf_i64(&b, user->bought);
	put_kept(&b, ',', user->rate);
	put_kept(&b, ';', user->hoard);
	if (user->tokens.len > 0)
		strbuf_char(&b, ' ');
	strbuf_span(&b, user->tokens);
	return strbuf_get(&b);
}

void
hold_numbers_add(struct strbuf *b, const int64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			strbuf_char(b, ',');
		strbuf_i64(b, v[i]);
	}
}

struct span
hold_numbers(struct arena *a, const int64_t *v, size_t n)
{
	struct strbuf b;

	strbuf_init(&b, a, 8 * n);
	hold_numbers_add(&b, v, n);
	return strbuf_get(&b);
}

struct span
hold_record_seats(struct arena *a, const struct hold_record *r)
{
	struct strbuf b;

	if (r->section_no == 0)
		return hold_numbers(a, r->seats, r->n_seats);
	strbuf_init(&b, a, 64);
	strbuf_printf(&b, "#%" PRId64 ":", r->section_no);
	strbuf_span(&b, hold_numbers(a, r->seats, r->n_seats));
	return strbuf_get(&b);
}

bool
hold_record_typed(const struct hold_record *r)
{
	for (size_t i = 0; i < r->n_seats; i++)
		if (r->types[i] != 0)
			return true;
	return false;
}

struct span
hold_record_prices(struct arena *a, const struct hold_record *r)
{
	struct strbuf b;

	if (!hold_record_typed(r))
		return hold_numbers(a, r->prices, r->n_seats);
	strbuf_init(&b, a, 128);
	strbuf_span(&b, hold_numbers(a, r->prices, r->n_seats));
	strbuf_char(&b, '/');
	strbuf_span(&b, hold_numbers(a, r->types, r->n_seats));
	return strbuf_get(&b);
}

struct span
hold_record_text(struct arena *a, const struct hold_record *r)
{
	struct strbuf b;

	strbuf_init(&b, a, 128);
	strbuf_printf(&b,
	    "%c %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " ",
	    r->status, r->user, r->made_ms, r->ends_ms - r->made_ms,
	    r->hard_ends_ms - r->made_ms, r->price_version);
	if (r->blocked)
		strbuf_char(&b, 'B');
	strbuf_span(&b, hold_record_seats(a, r));
	strbuf_char(&b, ' ');
	strbuf_span(&b, hold_record_prices(a, r));
	if (span_is(r->fingerprint)) {
		strbuf_char(&b, ' ');
		strbuf_span(&b, r->fingerprint);
	}
	return strbuf_get(&b);
}

int64_t
hold_record_amount(const struct hold_record *r)
{
	int64_t sum;
	bool fits = sum_prices(r, &sum);

	assert(fits);
	(void)fits;
	return sum;
}
