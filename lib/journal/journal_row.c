/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_row - a hold as a row of the journal
 *
 * Layer: domain.  Uses: base, store (together), hold_record.
 */
#include "journal/journal_row.h"

/* The setting is local to this statement's own transaction: a payment that
 * meets one of its rows does not wait for a disk, and what a crash of the
 * primary takes is still in Redis. */
#define ROWS_ASKED(settings) \
	"WITH lazy AS MATERIALIZED" \
	" (SELECT set_config('synchronous_commit', 'off', true)" settings \
	")," \
	" asked AS MATERIALIZED (SELECT t.place, ROW(t.token, t.performance," \
	"   t.usr, t.seats::int[], t.price_version, t.prices::bigint[]," \
	"   t.amount, l.currency, t.status, t.made, t.ends, t.hard," \
	"   decode(t.fingerprint, 'hex'), t.epoch, t.log_ms, t.log_seq," \
	"   nullif(t.section_no, 0), t.types::smallint[])::holds" \
	"   AS hold" \
	"  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]," \
	"  $5::int[], $6::text[], $7::bigint[], $8::text[]," \
	"  $9::timestamptz[], $10::timestamptz[], $11::timestamptz[]," \
	"  $12::text[], $13::bigint[], $14::bigint[], $15::bigint[]," \
	"  $16::smallint[], $17::text[])" \
	"  WITH ORDINALITY AS t (token, performance, usr, seats," \
	"  price_version, prices, amount, status, made, ends, hard," \
	"  fingerprint, epoch, log_ms, log_seq, section_no, types," \
	"  place)" \
	"  JOIN price_lists AS l ON l.performance_id = t.performance" \
	"   AND l.version = t.price_version CROSS JOIN lazy)"
SQL(journal_rows_write,
    ROWS_ASKED("") " SELECT holds_write(array_agg(a.hold)) FROM asked AS a");
/* A row that was there already, or a newer one, is done too. One that is locked
 * must not keep the others waiting: whose it is waits alone. */
SQL(journal_rows_together,
    ROWS_ASKED(", set_config('lock_timeout', '100ms', true)")
    ", written AS MATERIALIZED"
    " (SELECT holds_write(array_agg(a.hold)) FROM asked AS a)"
    " SELECT a.place, 1 FROM asked AS a CROSS JOIN written");

SHARED_PART(others, struct combine, together_left);

struct combine *
journal_row_others(struct shared *shared)
{
	return shared_part(shared, &others);
}

struct db_param
journal_types(struct arena *a, const struct hold_record *is)
{
	return hold_record_typed(is) ? db_i64s(a, is->types, is->n_seats)
				     : db_str(NULL);
}

void
journal_row_params(struct arena *a, const struct journal_row *row,
    struct db_param params[JOURNAL_ROW_PARAMS])
{
	const struct hold_record *is = &row->is;
	const struct db_param all[] = {
		db_text(a, hold_token_text(a, &is->token)),
		db_i64(a, is->token.performance),
		db_i64(a, is->user),
		db_i64s(a, is->seats, is->n_seats),
		db_i64(a, is->price_version),
		db_i64s(a, is->prices, is->n_seats),
		db_i64(a, hold_record_amount(is)),
		db_str(hold_status_name(is->status)),
		db_time(a, is->made_ms),
		db_time(a, is->ends_ms),
		db_time(a, is->hard_ends_ms),
		db_text(a,
		    is->fingerprint.len > 0 ? is->fingerprint : SPAN_NONE),
		db_i64(a, row->epoch),
		db_i64(a, row->log_ms),
		db_i64(a, row->log_seq),
		db_i64(a, is->section_no),
		journal_types(a, is),
	};

	_Static_assert(ARRAY_LEN(all) == JOURNAL_ROW_PARAMS, "all of them");
	memcpy(params, all, sizeof(all));
}

int
journal_rows_write(struct ctx *ctx, const struct journal_row *rows, size_t n)
{
	struct arena *a = &ctx->arena;
	struct db_param params[JOURNAL_ROW_PARAMS];
	struct span *columns[JOURNAL_ROW_PARAMS];

	for (size_t k = 0; k < JOURNAL_ROW_PARAMS; k++)
		columns[k] = ARENA_ARRAY(a, n, struct span);
	for (size_t i = 0; i < n; i++) {
		journal_row_params(a, &rows[i], params);
		for (size_t k = 0; k < JOURNAL_ROW_PARAMS; k++)
			columns[k][i] = span_str(params[k].text);
	}
	for (size_t k = 0; k < JOURNAL_ROW_PARAMS; k++)
		params[k] = db_texts(a, columns[k], n);
	return db_sure(db_run(ctx->primary, a, &sql_journal_rows_write,
	    JOURNAL_ROW_PARAMS, params, NULL));
}

void
journal_row_together(struct ctx *ctx, const struct db_param *params,
    together_alone_fn *alone, void *arg)
{
	int64_t ignored;

	(void)together(ctx, journal_row_others(ctx->shared),
	    &sql_journal_rows_together, JOURNAL_ROW_PARAMS, params, alone, arg,
	    &ignored);
}
