/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_ticket - a place in a performance's line, as its owner carries it
 *
 * base64url of 16 bytes of HMAC-SHA-256 and three numbers with blanks behind
 * them, and where he was in a lobby the bytes of his id there. What is signed
 * are all fields, each with its length before it, so that no two tickets, and
 * nothing else that the key signs, are the same text.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "queue/queue_ticket.h"

#include "base/crypto.h"
#include "base/strbuf.h"

#include <string.h>

#define KIND "queue ticket 1"
#define MAC_LEN 16
#define TEXT_MAX 128

static void
add_field(struct strbuf *b, struct span text)
{
	strbuf_i64(b, (int64_t)text.len);
	strbuf_char(b, ':');
	strbuf_span(b, text);
}

static struct span
lobby_id(const struct queue_ticket *t)
{
	return (struct span){ (const char *)t->lobby_id,
		t->in_lobby ? LOBBY_ID_LEN : 0 };
}

static void
sign(struct ctx *ctx, int64_t user, const struct queue_ticket *t,
    uint8_t out[SHA256_LEN])
{
	char room[SPAN_DIGITS];
	const int64_t numbers[] = { t->performance, user, t->epoch, t->seq,
		t->joined_ms };
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 160);
	add_field(&b, SPAN_LIT(KIND));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		add_field(&b, span_of_i64(room, numbers[i]));
	add_field(&b, lobby_id(t));
	crypto_hmac_sha256(settings_naming_key(&ctx->set), strbuf_get(&b), out);
}

static void
add_number(struct strbuf *b, int64_t n)
{
	strbuf_i64(b, n);
	strbuf_char(b, ' ');
}

struct span
queue_ticket_text(struct ctx *ctx, int64_t user, const struct queue_ticket *t)
{
	uint8_t mac[SHA256_LEN];
	struct strbuf b;

	sign(ctx, user, t, mac);
	strbuf_init(&b, &ctx->arena, 96);
	strbuf_add(&b, mac, MAC_LEN);
	add_number(&b, t->epoch);
	add_number(&b, t->seq);
	add_number(&b, t->joined_ms);
	strbuf_span(&b, lobby_id(t));
	return span_str(crypto_base64url(&ctx->arena, b.p, b.len));
}

static bool
read_fields(struct span text, struct queue_ticket *out)
{
	struct span rest = text;

	if (!span_to_i64(span_cut(&rest, ' '), &out->epoch)
	    || !span_to_i64(span_cut(&rest, ' '), &out->seq)
	    || !span_to_i64(span_cut(&rest, ' '), &out->joined_ms))
		return false;
	out->in_lobby = rest.len == LOBBY_ID_LEN;
	if (out->in_lobby)
		memcpy(out->lobby_id, rest.p, LOBBY_ID_LEN);
	return out->in_lobby || rest.len == 0;
}

bool
queue_ticket_read(struct ctx *ctx, int64_t user, int64_t performance,
    struct span text, struct queue_ticket *out)
{
	struct queue_ticket t = { .performance = performance };
	uint8_t mac[SHA256_LEN];
	struct span bytes;

	if (!span_is(text) || text.len > TEXT_MAX)
		return false;
	bytes = crypto_unbase64url(&ctx->arena, text);
	if (!span_is(bytes) || bytes.len <= MAC_LEN
	    || !read_fields(
		(struct span){ bytes.p + MAC_LEN, bytes.len - MAC_LEN }, &t))
		return false;
	sign(ctx, user, &t, mac);
	if (!crypto_equal((struct span){ bytes.p, MAC_LEN },
		(struct span){ (const char *)mac, MAC_LEN }))
		return false;
	*out = t;
	return true;
}
