/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_row - a hold as a row of the journal
 *
 * Layer: domain.  Uses: base, store (together), hold_record.
 */
#include "journal/journal_row.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/strbuf.h"

/* ---- columns ---- */

enum kind {
	TOKEN,
	NUMBER,
	NUMBER_OR_NULL, /* 0 is NULL */
	SEATS,          /* as many as the hold has */
	LINES,          /* one for each of them */
	LINES_OR_NULL,  /* NULL where all are 0 */
	AMOUNT,
	CURRENCY,
	STATUS,
	TIME,
	HEX, /* of bytea; NONE is NULL */
};

static const struct column {
	const char *name;
	enum kind kind;
	size_t at; /* in struct journal_row */
} columns[] = {
#define COLUMN(h, name, kind, member) \
	{ #name, kind, offsetof(struct journal_row, member) },
	JOURNAL_ROW(COLUMN, )
#undef COLUMN
};

/* At most HOLD_SEATS_MAX numbers of a cell; how many. */
static size_t
read_numbers(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, int64_t *out)
{
	size_t n;
	int64_t *v = db_get_i64s(a, rows, row, col, &n);

	n = MIN(n, HOLD_SEATS_MAX);
	memcpy(out, v, n * sizeof(*v));
	return n;
}

/* returns: whether it may be what it is */
static bool
read_column(struct arena *a, const struct column *column,
    const struct db_rows *rows, size_t row, size_t col, struct journal_row *out)
{
	struct span cell = db_cell(rows, row, col);
	void *to = (char *)out + column->at;

	switch (column->kind) {
	case TOKEN:
		return hold_token_read(cell, to);
	case NUMBER:
	case NUMBER_OR_NULL:
	case TIME:
		*(int64_t *)to = db_get_i64(rows, row, col);
		return true;
	case SEATS:
		out->is.n_seats = read_numbers(a, rows, row, col, to);
		return out->is.n_seats > 0;
	case LINES:
		return read_numbers(a, rows, row, col, to) == out->is.n_seats;
	case LINES_OR_NULL:
		return !span_is(cell)
		    || read_numbers(a, rows, row, col, to) == out->is.n_seats;
	case CURRENCY:
		memcpy(to, cell.p, MIN(cell.len, sizeof(out->currency) - 1));
		return true;
	case STATUS:
		*(char *)to = hold_status_letter(cell);
		return true;
	case HEX:
		*(struct span *)to = cell;
		return true;
	case AMOUNT:
		return true;
	}
	return false;
}

bool
journal_row_read(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, struct journal_row *out)
{
	bool good = true;

	*out = (struct journal_row){ .epoch = 0 };
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		good = read_column(a, &columns[i], rows, row, col + i, out)
		    && good;
	if (!good)
		LOG(ERROR, "journal-row",
		    LSPAN("token", db_cell(rows, row, col)));
	return good;
}

/* ---- a row as JSON ---- */

static void
write_text(struct strbuf *b, const char *head, struct span text)
{
	if (!span_is(text)) {
		strbuf_str(b, "null");
		return;
	}
	strbuf_char(b, '"');
	strbuf_str(b, head);
	strbuf_span(b, text);
	strbuf_char(b, '"');
}

static void
write_numbers(struct strbuf *b, const int64_t *v, size_t n)
{
	strbuf_char(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			strbuf_char(b, ',');
		strbuf_i64(b, v[i]);
	}
	strbuf_char(b, ']');
}

/* Nothing in it needs an escape but the bytea's backslash. */
static void
write_column(struct arena *a, const struct column *column,
    const struct journal_row *row, struct strbuf *b)
{
	const void *from = (const char *)row + column->at;
	const struct hold_record *is = &row->is;

	switch (column->kind) {
	case TOKEN:
		write_text(b, "", hold_token_text(a, from));
		break;
	case NUMBER:
		strbuf_i64(b, *(const int64_t *)from);
		break;
	case NUMBER_OR_NULL:
		if (*(const int64_t *)from == 0)
			strbuf_str(b, "null");
		else
			strbuf_i64(b, *(const int64_t *)from);
		break;
	case SEATS:
	case LINES:
		write_numbers(b, from, is->n_seats);
		break;
	case LINES_OR_NULL:
		if (hold_record_typed(is))
			write_numbers(b, from, is->n_seats);
		else
			strbuf_str(b, "null");
		break;
	case AMOUNT:
		strbuf_i64(b, hold_record_amount(is));
		break;
	case CURRENCY:
		write_text(b, "",
		    row->currency[0] != '\0' ? span_str(row->currency)
					     : SPAN_NONE);
		break;
	case STATUS:
		write_text(b, "", span_str(hold_status_name(is->status)));
		break;
	case TIME:
		write_text(b, "",
		    span_str(clock_rfc3339(a, *(const int64_t *)from)));
		break;
	case HEX:
		write_text(b, "\\\\x", *(const struct span *)from);
		break;
	}
}

static struct span
row_text(struct arena *a, const struct journal_row *row)
{
	struct strbuf b;

	strbuf_init(&b, a, 512);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		strbuf_str(&b, i == 0 ? "{\"" : ",\"");
		strbuf_str(&b, columns[i].name);
		strbuf_str(&b, "\":");
		write_column(a, &columns[i], row, &b);
	}
	strbuf_char(&b, '}');
	return strbuf_get(&b);
}

struct db_param
journal_row_param(struct arena *a, const struct journal_row *row)
{
	return db_str(row_text(a, row).p);
}

/* ---- writing them ---- */

/* The setting is local to this statement's own transaction: a payment that
 * meets one of its rows does not wait for a disk, and what a crash of the
 * primary takes is still in Redis. */
#define ROWS_ASKED(settings) \
	"WITH lazy AS MATERIALIZED" \
	" (SELECT set_config('synchronous_commit', 'off', true)" settings \
	")," \
	" asked AS MATERIALIZED (SELECT t.place, " JOURNAL_HOLD( \
	    "t.row") " AS hold" \
		     "  FROM unnest($1::text[]) WITH ORDINALITY" \
		     "  AS t (row, place) CROSS JOIN lazy)"
SQL(journal_rows_write,
    ROWS_ASKED("") " SELECT holds_write(array_agg(a.hold)) FROM asked AS a"
		   " JOIN price_lists AS l"
		   "  ON l.performance_id = (a.hold).performance_id"
		   "  AND l.version = (a.hold).price_version");
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

int
journal_rows_write(struct ctx *ctx, const struct journal_row *rows, size_t n)
{
	struct arena *a = &ctx->arena;
	struct span *texts = ARENA_ARRAY(a, n, struct span);
	struct db_param param;

	for (size_t i = 0; i < n; i++)
		texts[i] = row_text(a, &rows[i]);
	param = db_texts(a, texts, n);
	return db_sure(
	    db_run(ctx->primary, a, &sql_journal_rows_write, 1, &param, NULL));
}

void
journal_row_together(struct ctx *ctx, const struct db_param *param,
    together_alone_fn *alone, void *arg)
{
	int64_t ignored;

	(void)together(ctx, journal_row_others(ctx->shared),
	    &sql_journal_rows_together, 1, param, alone, arg, &ignored);
}
