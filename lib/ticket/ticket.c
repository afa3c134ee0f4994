/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ticket - what lets the owner of a place in
 *
 * Layer: domain.  Uses: base, store, reservation.
 */
#include "ticket/ticket.h"

#include "store/read.h"
#include "store/settings.h"

#include <stdlib.h>

SQL(ticket_issues,
    "SELECT place, max(issue) FROM ticket_issues WHERE reservation_id = $1"
    " GROUP BY place");
SQL(ticket_reissue, "SELECT ticket_reissue($1, $2, $3::bigint[])");
SQL(ticket_void, "SELECT reservation, place, issues FROM ticket_void($1)");

static struct code_key
key_of(struct ctx *ctx, int64_t performance)
{
	struct code_key key;

	code_key_make(&ctx->arena, settings_ticket_key(&ctx->set), performance,
	    &key);
	return key;
}

static int64_t
issue_of(const struct db_rows *issues, int64_t place)
{
	for (size_t i = 0; i < issues->n_rows; i++)
		if (db_get_i64(issues, i, 0) == place)
			return db_get_i64(issues, i, 1);
	return 0;
}

static void
write_tickets(struct ctx *ctx, const struct db_rows *issues,
    struct ticket_book *book)
{
	const struct reservation *r = &book->reservation;
	struct code_key key = key_of(ctx, r->performance);

	book->tickets = ARENA_ARRAY(&ctx->arena, r->n_seats + 1, struct ticket);
	for (size_t i = 0; i < r->n_seats; i++) {
		struct ticket *ticket = &book->tickets[book->n];
		struct code code = { .performance = r->performance,
			.seat = r->section_no > 0 ? 0 : r->seats[i] };

		if (reservation_gave_back(r, r->seats[i]))
			continue;
		ticket->line = i;
		ticket->issue = issue_of(issues, r->seats[i]);
		code_name(&ctx->arena, settings_ticket_key(&ctx->set), r->id,
		    r->seats[i], ticket->issue, &code);
		memcpy(ticket->id, code.id, sizeof(ticket->id));
		ticket->code = code_text(&ctx->arena, &key, &code);
		book->n++;
	}
}

int
ticket_book(struct ctx *ctx, int64_t user, struct span number,
    struct ticket_book *out)
{
	struct db_param params[1];
	struct db_rows issues;
	int r;

	*out = (struct ticket_book){ .n = 0 };
	r = reservation_find(ctx, user, number, &out->reservation);
	if (r != RESERVATION_OK)
		return r < 0 ? r : TICKET_E_NONE;
	params[0] = db_i64(&ctx->arena, out->reservation.id);
	r = db_read_primary(ctx, &sql_ticket_issues, 1, params, &issues);
	if (r != 0)
		return r;
	write_tickets(ctx, &issues, out);
	return TICKET_OK;
}

int
ticket_reissue(struct ctx *ctx, int64_t user, struct span number,
    const int64_t *places, size_t n)
{
	static const struct db_word words[] = { { "ok", TICKET_OK },
		{ "none", TICKET_E_NONE }, { "place", TICKET_E_PLACE },
		{ "often", TICKET_E_OFTEN } };
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_text(a, reservation_number_typed(a, number)),
		db_i64s(a, places, n) };
	struct db_rows rows;
	int r = db_sure(
	    db_run(ctx->primary, a, &sql_ticket_reissue, 3, params, &rows));

	return r != 0
	    ? r
	    : db_said(db_cell(&rows, 0, 0), words, ARRAY_LEN(words), TICKET_OK);
}

void
ticket_public_key(struct ctx *ctx, int64_t performance,
    uint8_t out[ED25519_KEY_LEN])
{
	struct code_key key = key_of(ctx, performance);

	crypto_ed25519_public(key.private, out);
}

/* ---- what is void ---- */

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, CODE_ID_LEN);
}

/* The ids of all issues that the rows count, sorted. */
static struct span
void_ids(struct ctx *ctx, const struct db_rows *rows, size_t *n)
{
	struct strbuf ids;
	struct code code;

	strbuf_init(&ids, &ctx->arena, 0);
	for (size_t i = 0; i < rows->n_rows; i++) {
		for (int64_t issue = 0; issue < db_get_i64(rows, i, 2);
		     issue++) {
			code_name(&ctx->arena, settings_ticket_key(&ctx->set),
			    db_get_i64(rows, i, 0), db_get_i64(rows, i, 1),
			    issue, &code);
			strbuf_add(&ids, code.id, CODE_ID_LEN);
		}
	}
	*n = ids.len / CODE_ID_LEN;
	if (*n > 1)
		qsort(ids.p, *n, CODE_ID_LEN, by_bytes);
	return strbuf_get(&ids);
}

int
ticket_void(struct ctx *ctx, int64_t performance, struct ticket_void *out)
{
	struct code_key key = key_of(ctx, performance);
	const struct db_param params[] = { db_i64(&ctx->arena, performance) };
	struct db_rows rows;
	int r;

	out->at_s = ctx->now_ms / 1000;
	r = db_read_primary(ctx, &sql_ticket_void, 1, params, &rows);
	if (r != 0)
		return r;
	out->ids = void_ids(ctx, &rows, &out->n);
	code_sign_revoked(&ctx->arena, &key, performance, out->at_s, out->ids,
	    out->signature);
	return TICKET_OK;
}
