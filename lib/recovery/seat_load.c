/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_load - put a performance's map into Redis
 *
 * One transaction on the primary, kept for its locks: the epoch shared, the
 * performance's load alone. Inside it the map is marked as this load's,
 * claims and journal are read, the map is written and opened; each script
 * looks at the mark, so a load that was overtaken writes nothing.
 *
 * A running hold of the journal is taken in when its seats are free of holds
 * that came after it (newest first) and of claims, but for those as blocked
 * under its own mark; or all of them are claimed as paying under that. Else it
 * is lost. One that was made while Redis was away has claims as H, and comes
 * before all others.
 *
 * Of a counter section those that are being paid for come first, by their
 * claims; then those made while Redis was away; then the others, the earliest
 * first, while they fit. The rest is lost.
 *
 * Layer: domain.  Uses: base, store, catalog, epoch.
 */
#include "recovery/seat_load.h"

#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/strbuf.h"
#include "catalog/terms.h"
#include "hold/hold_journal.h"
#include "journal/journal.h"
#include "queue/queue_load.h"
#include "seat/epoch.h"
#include "seat/seat_recovery.h"
#include "seat/seat_state.h"
#include "seat/seat_terms.h"
#include "store/read.h"

#include <stdlib.h>

/* Arguments of one script call: Lua cannot unpack more than some 8,000. */
#define FILL_MAX 4000

SQL(seat_load_lock,
    "SELECT pg_advisory_xact_lock_shared(1, 0),"
    " pg_advisory_xact_lock(2, hashint8($1))");
/* Its own statement: what a statement sees is fixed before it waits. */
SQL(seat_load_epoch,
    "SELECT epoch, (extract(epoch FROM clock_timestamp())*1000)::bigint"
    " FROM sys_epoch");
SQL(seat_load_claims,
    "SELECT array_agg(seat_no), string_agg(state::text, ''), array_agg(mark),"
    " array_agg(CASE state WHEN 'R' THEN user_id ELSE 0 END)"
    " FROM seat_claim WHERE performance_id = $1 AND state <> 'H'");
/* Each user as often as he has places of counter sections. */
SQL(seat_load_owners,
    "SELECT array_agg(user_id) FROM section_claim,"
    " generate_series(1, quantity)"
    " WHERE performance_id = $1 AND state = 'R'");
/* The stock of each counter section and the holds that run in it, if any, at
 * one moment. A hold that is being paid for runs whatever its end. */
SQL(seat_load_stock,
    "WITH running AS (SELECT h.* FROM holds AS h"
    "  WHERE performance_id = $1 AND hard_expires_at > $2"
    "  AND section_no IS NOT NULL AND (status = 'paying'"
    "   OR status = 'held' AND expires_at > $2)"
    " UNION SELECT h.* FROM section_claim AS c"
    "  JOIN holds AS h ON h.token = c.hold_token"
    "  WHERE c.performance_id = $1 AND c.state = 'P')"
    " SELECT s.section_no, concat_ws(' ', s.version, s.kept, s.capacity),"
    " s.capacity - s.kept, coalesce(c.state::text, 'A'),"
    JOURNAL_COLUMNS("h")
    " FROM section_stock AS s"
    " LEFT JOIN running AS h ON h.section_no = s.section_no"
    " LEFT JOIN section_claim AS c ON c.performance_id = $1"
    "  AND c.hold_token = h.token"
    "  AND (c.state = 'P' OR c.state = 'H' AND c.expires_at > $2)"
    " WHERE s.performance_id = $1"
    " ORDER BY s.section_no, array_position('{P,H}', c.state::text),"
    " h.epoch, h.log_ms, h.log_seq");
/* Told, so later than what was told of them before. */
SQL(seat_load_lost,
    "WITH written AS (UPDATE holds SET status = 'lost', log_seq = log_seq + 1"
    " WHERE token = ANY ($1) AND status IN ('held', 'paying')"
    " RETURNING holds) SELECT outbox_holds(array_agg(w.holds))"
    " FROM written AS w");
SQL(seat_load_unpaid,
    "UPDATE holds SET status = 'held'"
    " WHERE token = ANY ($1) AND status = 'paying'");
SQL(seat_load_holds,
    "SELECT" JOURNAL_COLUMNS("h")
    " FROM holds AS h WHERE performance_id = $1 AND hard_expires_at > $2"
    " AND section_no IS NULL AND (status = 'paying' OR status = 'held'"
    "  AND expires_at > $2)"
    " ORDER BY EXISTS (SELECT FROM seat_claim AS c"
    "  WHERE c.performance_id = $1 AND c.seat_no = ANY (h.seats)"
    "  AND c.state = 'H' AND c.hold_token = h.token"
    "  AND c.expires_at > $2) DESC,"
    " epoch DESC, log_ms DESC, log_seq DESC");

enum load_outcome {
	LOAD_E_OVERTAKEN = 100, /* the map is somebody else's, or live */
	LOAD_E_DEAD,            /* by a raise of this epoch that was undone */
	LOAD_E_UNDRAINED,       /* retired: its log goes to the journal first,
	                         * and that is committed before it is cleared */
};

struct load {
	struct ctx *ctx;
	int64_t performance, epoch;
	int64_t now_ms;   /* PostgreSQL's clock, at the last look */
	bool drained;     /* the retired map's log was journaled */
	struct span mark; /* this load's, unlike any other's */
	struct terms terms;
	char *letters;             /* a seat each */
	uint8_t *marks;            /* four bytes a seat, big-endian */
	struct hold_record *holds; /* taken in */
	size_t n_holds;
	struct span *lost; /* tokens of those not taken in */
	size_t n_lost;
	struct span *unpaid; /* of those that were being paid */
	size_t n_unpaid;
	int64_t *bought; /* a user a seat bought, sorted */
	size_t n_bought;
	struct span *stock; /* fields and values of :stock */
	size_t n_stock;
	/* what one seat_fill carries */
	struct span *fields, *due;
	size_t n_fields, n_due;
	bool letters_sent;
};

static void
put_mark(struct load *l, int64_t seat_no, int32_t mark)
{
	uint8_t *p = l->marks + 4 * (seat_no - 1);

	p[0] = (uint8_t)((uint32_t)mark >> 24);
	p[1] = (uint8_t)((uint32_t)mark >> 16);
	p[2] = (uint8_t)((uint32_t)mark >> 8);
	p[3] = (uint8_t)mark;
}

static bool
has_mark(const struct load *l, int64_t seat_no, int32_t mark)
{
	const uint8_t *p = l->marks + 4 * (seat_no - 1);

	return p[0] == (uint8_t)((uint32_t)mark >> 24)
	    && p[1] == (uint8_t)((uint32_t)mark >> 16)
	    && p[2] == (uint8_t)((uint32_t)mark >> 8) && p[3] == (uint8_t)mark;
}

/* ---- reading PostgreSQL ---- */

static int
run_by_performance(struct load *l, const struct sql *sql, struct db_rows *out)
{
	const struct db_param param = db_i64(&l->ctx->arena, l->performance);

	return db_read_primary(l->ctx, sql, 1, &param, out);
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Counted here: a group by would read all claims once more. */
static void
take_bought(struct load *l, const int64_t *users, size_t n)
{
	int64_t *bought = ARENA_ARRAY(&l->ctx->arena, l->n_bought + n + 1,
	    int64_t);

	if (l->n_bought > 0)
		memcpy(bought, l->bought, l->n_bought * sizeof(*bought));
	l->bought = bought;
	for (size_t i = 0; i < n; i++)
		if (users[i] != 0)
			l->bought[l->n_bought++] = users[i];
	qsort(l->bought, l->n_bought, sizeof(l->bought[0]), by_number);
}

static int
read_claims(struct load *l)
{
	struct arena *a = &l->ctx->arena;
	size_t count = (size_t)l->terms.seat_count;
	struct db_rows rows;
	struct span letters;
	int64_t *seats, *marks, *users;
	size_t n, n_marks, n_users;
	int r;

	l->letters = memset(arena_alloc(a, count + 1), SEAT_AVAILABLE, count);
	l->marks = ARENA_ARRAY(a, 4 * count + 1, uint8_t);
	r = run_by_performance(l, &sql_seat_load_claims, &rows);
	if (r != 0 || db_is_null(&rows, 0, 0))
		return r;
	seats = db_get_i64s(a, &rows, 0, 0, &n);
	letters = db_cell(&rows, 0, 1);
	marks = db_get_i64s(a, &rows, 0, 2, &n_marks);
	users = db_get_i64s(a, &rows, 0, 3, &n_users);
	take_bought(l, users, n_users);
	for (size_t i = 0; i < n && i < letters.len && i < n_marks; i++) {
		if (seats[i] > l->terms.seat_count)
			continue;
		l->letters[seats[i] - 1] = letters.p[i];
		put_mark(l, seats[i], (int32_t)marks[i]);
	}
	return 0;
}

static int
read_owners(struct load *l)
{
	struct db_rows rows;
	int64_t *users;
	size_t n;
	int r;

	r = run_by_performance(l, &sql_seat_load_owners, &rows);
	if (r != 0 || db_is_null(&rows, 0, 0))
		return r;
	users = db_get_i64s(&l->ctx->arena, &rows, 0, 0, &n);
	take_bought(l, users, n);
	return 0;
}

/* Whether a seat of a hold stands at letter, under its mark. */
static bool
is_at(const struct load *l, const struct hold_record *h, size_t i, char letter)
{
	int64_t seat = h->seats[i];

	return seat >= 1 && seat <= l->terms.seat_count
	    && l->letters[seat - 1] == letter
	    && has_mark(l, seat, hold_token_mark(&h->token));
}

static bool
all_paying(const struct load *l, const struct hold_record *h)
{
	for (size_t i = 0; i < h->n_seats; i++)
		if (!is_at(l, h, i, SEAT_PAYMENT_PENDING))
			return false;
	return true;
}

/* Whether each seat of a hold is free, or blocked for it; those that were
 * unblocked meanwhile are free. */
static bool
may_take(const struct load *l, struct hold_record *h)
{
	h->blocked = false;
	for (size_t i = 0; i < h->n_seats; i++) {
		int64_t seat = h->seats[i];

		if (is_at(l, h, i, SEAT_BLOCKED))
			h->blocked = true;
		else if (seat < 1 || seat > l->terms.seat_count
		    || l->letters[seat - 1] != SEAT_AVAILABLE)
			return false;
	}
	return true;
}

/* A hold that was being paid and has no claims is a hold again: its intent
 * never came, and one that still tries finds another epoch. */
static bool
take_hold(struct load *l, struct hold_record *h)
{
	if (all_paying(l, h)) {
		h->status = HOLD_PAYING;
		return true;
	}
	if (h->ends_ms <= l->ctx->now_ms || !may_take(l, h))
		return false;
	h->status = HOLD_HELD;
	for (size_t i = 0; i < h->n_seats; i++) {
		l->letters[h->seats[i] - 1] = SEAT_HOLD;
		put_mark(l, h->seats[i], hold_token_mark(&h->token));
	}
	return true;
}

/* For so many more holds, taken in or lost. */
static void
make_room(struct load *l, size_t n)
{
	struct arena *a = &l->ctx->arena;
	struct hold_record *holds = ARENA_ARRAY(a, l->n_holds + n + 1,
	    struct hold_record);
	struct span *lost = ARENA_ARRAY(a, l->n_lost + n + 1, struct span);
	struct span *unpaid = ARENA_ARRAY(a, l->n_unpaid + n + 1, struct span);

	if (l->n_holds > 0)
		memcpy(holds, l->holds, l->n_holds * sizeof(*holds));
	if (l->n_lost > 0)
		memcpy(lost, l->lost, l->n_lost * sizeof(*lost));
	if (l->n_unpaid > 0)
		memcpy(unpaid, l->unpaid, l->n_unpaid * sizeof(*unpaid));
	l->holds = holds;
	l->lost = lost;
	l->unpaid = unpaid;
}

/* It runs again; was: its status in the journal, where it has that token. */
static void
take_in(struct load *l, const struct hold_record *h, enum hold_status was,
    struct span token)
{
	l->holds[l->n_holds++] = *h;
	if (was == HOLD_PAYING && h->status == HOLD_HELD)
		l->unpaid[l->n_unpaid++] = token;
}

/* Rows of holds as of this moment, with room for them. */
static int
run_running(struct load *l, const struct sql *sql, struct db_rows *out)
{
	struct arena *a = &l->ctx->arena;
	const struct db_param params[] = { db_i64(a, l->performance),
		db_time(a, l->ctx->now_ms) };
	int r = db_read_primary(l->ctx, sql, 2, params, out);

	if (r == 0)
		make_room(l, out->n_rows);
	return r;
}

static int
read_holds(struct load *l)
{
	struct arena *a = &l->ctx->arena;
	struct hold hold = { .epoch = 0 };
	struct db_rows rows;
	int r;

	r = run_running(l, &sql_seat_load_holds, &rows);
	if (r != 0)
		return r;
	for (size_t i = 0; i < rows.n_rows; i++) {
		bool is_one = hold_journal_read(a, &rows, i, 0, &hold);
		enum hold_status was = hold.is.status;

		if (is_one && take_hold(l, &hold.is))
			take_in(l, &hold.is, was, db_cell(&rows, i, 0));
		else
			l->lost[l->n_lost++] = db_cell(&rows, i, 0);
	}
	return 0;
}

/* ---- counter sections ---- */

/* Columns of seat_load_stock. */
enum { STOCK_SECTION, STOCK_FACTS, STOCK_LEFT, STOCK_CLAIM, STOCK_HOLD };

/* Whether a hold of a section of which so much is left is taken in; a claim is
 * its own. */
static bool
take_places(struct load *l, struct hold_record *h, char claim, int64_t left)
{
	h->status = claim == SEAT_PAYMENT_PENDING ? HOLD_PAYING : HOLD_HELD;
	return claim != SEAT_AVAILABLE
	    || (h->ends_ms > l->ctx->now_ms && (int64_t)h->n_seats <= left);
}

/* The places promised in the section of rows from i on; *end: the row after
 * them. */
static int64_t
read_section(struct load *l, const struct db_rows *rows, size_t i, size_t *end)
{
	int64_t section = db_get_i64(rows, i, STOCK_SECTION);
	int64_t left = db_get_i64(rows, i, STOCK_LEFT), promised = 0;
	struct hold hold = { .epoch = 0 };

	for (;
	     i < rows->n_rows && db_get_i64(rows, i, STOCK_SECTION) == section;
	     i++) {
		enum hold_status was;
		bool is_one;

		if (db_is_null(rows, i, STOCK_HOLD))
			continue;
		is_one = hold_journal_read(&l->ctx->arena, rows, i, STOCK_HOLD,
		    &hold);
		was = hold.is.status;
		if (is_one
		    && take_places(l, &hold.is,
			db_cell(rows, i, STOCK_CLAIM).p[0], left - promised)) {
			promised += (int64_t)hold.is.n_seats;
			take_in(l, &hold.is, was, db_cell(rows, i, STOCK_HOLD));
		} else {
			l->lost[l->n_lost++] = db_cell(rows, i, STOCK_HOLD);
		}
	}
	*end = i;
	return promised;
}

static int
read_stock(struct load *l)
{
	struct arena *a = &l->ctx->arena;
	struct db_rows rows;
	int r;

	r = run_running(l, &sql_seat_load_stock, &rows);
	if (r != 0)
		return r;
	l->stock = ARENA_ARRAY(a, 2 * rows.n_rows + 1, struct span);
	for (size_t i = 0, end; i < rows.n_rows; i = end) {
		int64_t promised = read_section(l, &rows, i, &end);
		struct span facts = db_cell(&rows, i, STOCK_FACTS);

		l->stock[l->n_stock++] = db_cell(&rows, i, STOCK_SECTION);
		l->stock[l->n_stock++] = span_str(arena_printf(a, "%.*s %lld",
		    (int)facts.len, facts.p, (long long)promised));
	}
	return 0;
}

static int
write_tokens(struct load *l, const struct sql *sql, const struct span *tokens,
    size_t n)
{
	struct arena *a = &l->ctx->arena;
	const struct db_param param = db_texts(a, tokens, n);

	if (n == 0)
		return 0;
	return db_sure(db_run(l->ctx->primary, a, sql, 1, &param, NULL));
}

/* Or the next load would find them running, and perhaps their seats free. */
static int
write_lost(struct load *l)
{
	return write_tokens(l, &sql_seat_load_lost, l->lost, l->n_lost);
}

/* What ended their payments may have been in the log that is lost. */
static int
write_unpaid(struct load *l)
{
	return write_tokens(l, &sql_seat_load_unpaid, l->unpaid, l->n_unpaid);
}

/* ---- writing Redis ---- */

/* returns: 0; LOAD_E_OVERTAKEN when the script says something else than ok;
 * < 0 a fault */
static int
run_script(struct load *l, const struct script *script, size_t n_args,
    const struct span *args)
{
	struct kv_reply reply;
	int r = seat_script(l->ctx, l->performance, l->epoch, script, n_args,
	    args, &reply);

	if (r < 0)
		return r;
	return seat_said(&reply, "ok") ? 0 : LOAD_E_OVERTAKEN;
}

/* And what the map is made for, which no terms change. */
#define PLAN_ARGS 4
static int
begin_map(struct load *l)
{
	struct ctx *ctx = l->ctx;
	const struct span plan[PLAN_ARGS] = { SPAN_LIT("plan"),
		seat_number(ctx, l->terms.hall_revision_id), SPAN_LIT("seats"),
		seat_number(ctx, l->terms.seat_count) };
	struct span args[1 + SEAT_TERMS_ARGS + PLAN_ARGS];

	args[0] = l->mark;
	seat_terms_args(ctx, &l->terms, args + 1);
	memcpy(args + 1 + SEAT_TERMS_ARGS, plan, sizeof(plan));
	return run_script(l, &script_seat_begin, ARRAY_LEN(args), args);
}

/* Send what was gathered; letters and stock go with the first. */
static int
flush(struct load *l)
{
	size_t count = (size_t)l->terms.seat_count, n = 0;
	bool first = !l->letters_sent;
	size_t n_stock = first ? l->n_stock : 0;
	struct span *args = ARENA_ARRAY(&l->ctx->arena,
	    5 + l->n_fields + n_stock + l->n_due, struct span);
	int r;

	args[n++] = l->mark;
	args[n++] = first ? (struct span){ l->letters, count } : SPAN_LIT("");
	args[n++] = first ? (struct span){ (const char *)l->marks, 4 * count }
			  : SPAN_LIT("");
	args[n++] = seat_number(l->ctx, (int64_t)l->n_fields);
	args[n++] = seat_number(l->ctx, (int64_t)n_stock);
	memcpy(args + n, l->fields, l->n_fields * sizeof(*args));
	n += l->n_fields;
	if (n_stock > 0)
		memcpy(args + n, l->stock, n_stock * sizeof(*args));
	n += n_stock;
	memcpy(args + n, l->due, l->n_due * sizeof(*args));
	n += l->n_due;
	r = run_script(l, &script_seat_fill, n, args);
	l->letters_sent = true;
	l->n_fields = l->n_due = 0;
	return r;
}

static int
add_field(struct load *l, struct span name, struct span value)
{
	int r = 0;

	if (l->n_fields + l->n_due + 4 > FILL_MAX)
		r = flush(l);
	l->fields[l->n_fields++] = name;
	l->fields[l->n_fields++] = value;
	return r;
}

static int
add_hold(struct load *l, const struct hold_record *h)
{
	int r = add_field(l, hold_token_bytes(&h->token),
	    hold_record_text(&l->ctx->arena, h));

	if (h->status == HOLD_HELD) {
		l->due[l->n_due++] = seat_number(l->ctx, h->ends_ms);
		l->due[l->n_due++] = hold_token_bytes(&h->token);
	}
	return r;
}

/* One user's counts: the next of the bought, of the holds, or of both. */
static int
add_user(struct load *l, size_t *seat, size_t *hold)
{
	struct arena *a = &l->ctx->arena;
	int64_t user = INT64_MAX, n_bought = 0, n_held = 0;
	struct strbuf tokens;

	if (*seat < l->n_bought)
		user = l->bought[*seat];
	if (*hold < l->n_holds)
		user = MIN(user, l->holds[*hold].user);
	for (; *seat < l->n_bought && l->bought[*seat] == user; (*seat)++)
		n_bought++;
	/* Ten thousands of them at once: no more than they mostly need. */
	strbuf_init(&tokens, a, HOLD_RANDOM_LEN + 1);
	for (; *hold < l->n_holds && l->holds[*hold].user == user; (*hold)++) {
		strbuf_span(&tokens, hold_token_bytes(&l->holds[*hold].token));
		n_held += (int64_t)l->holds[*hold].n_seats;
	}
	return add_field(l, span_str(arena_printf(a, "u%lld", (long long)user)),
	    hold_user_text(a,
		&(struct hold_user){ .held = n_held,
		    .bought = n_bought,
		    .tokens = strbuf_get(&tokens) }));
}

static int
by_user(const void *a, const void *b)
{
	const struct hold_record *x = a, *y = b;

	return (x->user > y->user) - (x->user < y->user);
}

static int
write_map(struct load *l)
{
	size_t seat = 0, hold = 0;
	int r = 0;

	l->fields = ARENA_ARRAY(&l->ctx->arena, FILL_MAX + 4, struct span);
	l->due = ARENA_ARRAY(&l->ctx->arena, FILL_MAX + 4, struct span);
	qsort(l->holds, l->n_holds, sizeof(l->holds[0]), by_user);
	for (size_t i = 0; i < l->n_holds && r == 0; i++)
		r = add_hold(l, &l->holds[i]);
	while ((seat < l->n_bought || hold < l->n_holds) && r == 0)
		r = add_user(l, &seat, &hold);
	return r == 0 ? flush(l) : r;
}

/* The worker's jobs look there; losing it costs nothing but with the maps. */
static int
note_loaded(struct load *l)
{
	const struct span add[] = { SPAN_LIT("SADD"),
		epoch_loaded_key(l->ctx, l->epoch),
		seat_number(l->ctx, l->performance) };
	struct kv_reply reply;

	return kv_command(l->ctx->kv, &l->ctx->arena, 3, add, &reply);
}

static int
open_map(struct load *l)
{
	const struct span args[] = { l->mark, seat_number(l->ctx, l->now_ms) };

	return run_script(l, &script_seat_live, ARRAY_LEN(args), args);
}

/* Whether the transaction, and with it the locks, is still ours. */
static int
still_locked(struct ctx *ctx, int64_t epoch, bool *yes, int64_t *now_ms)
{
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_seat_load_epoch, 0, NULL, &rows);
	*yes = r == 0 && db_get_i64(&rows, 0, 0) == epoch;
	if (r == 0)
		*now_ms = db_get_i64(&rows, 0, 1);
	return r;
}

int
seat_load_lock(struct ctx *ctx, int64_t performance, int64_t epoch, bool *ours,
    int64_t *now_ms)
{
	const struct db_param param = db_i64(&ctx->arena, performance);
	int r = db_read_primary(ctx, &sql_seat_load_lock, 1, &param, NULL);

	/* Others load, or somebody raises the epoch, and it takes him long. */
	if (r == DB_F_TIMEOUT)
		return KV_F_LOADING;
	return r == 0 ? still_locked(ctx, epoch, ours, now_ms) : r;
}

/* What of the map is here already. */
static int
look_first(struct load *l)
{
	struct kv_reply reply;
	int r;

	r = kv_command(l->ctx->kv, &l->ctx->arena, 3,
	    (struct span[]){ SPAN_LIT("HGET"),
		seat_key(l->ctx, l->performance, l->epoch, KEY_META),
		SPAN_LIT("s") },
	    &reply);
	if (r < 0 || reply.type != KV_STR)
		return r;
	if (span_eq_str(reply.str, "live"))
		return LOAD_E_OVERTAKEN;
	if (span_eq_str(reply.str, "dead"))
		return LOAD_E_DEAD;
	if (span_eq_str(reply.str, "retired") && !l->drained)
		return LOAD_E_UNDRAINED;
	return 0;
}

/* returns: 0; a load_outcome; < 0 a fault */
static int
load_locked(struct load *l)
{
	bool ours;
	int r;

	r = seat_load_lock(l->ctx, l->performance, l->epoch, &ours, &l->now_ms);
	if (r != 0 || !ours)
		return r != 0 ? r : LOAD_E_OVERTAKEN;
	r = look_first(l);
	if (r == 0)
		r = begin_map(l);
	if (r == 0)
		r = read_claims(l);
	if (r == 0)
		r = read_owners(l);
	if (r == 0)
		r = read_holds(l);
	if (r == 0)
		r = read_stock(l);
	if (r == 0)
		r = write_lost(l);
	if (r == 0)
		r = write_unpaid(l);
	if (r == 0 && l->terms.queue_mode != QUEUE_OFF)
		r = queue_load(l->ctx, &l->terms, l->epoch);
	FAULT_POINT("load.before_write");
	if (r == 0)
		r = write_map(l);
	if (r == 0)
		r = note_loaded(l);
	if (r == 0)
		r = still_locked(l->ctx, l->epoch, &ours, &l->now_ms);
	FAULT_POINT("load.before_live");
	if (r == 0 && ours)
		r = open_map(l);
	FAULT_POINT("load.after_live");
	return r;
}

/* returns: 0; SEAT_E_NONE; a load_outcome; < 0 on a fault */
static int
load_once(struct ctx *ctx, int64_t performance, bool drained, int64_t *epoch)
{
	struct load l = { .ctx = ctx,
		.performance = performance,
		.drained = drained };
	uint8_t mark[8];
	int r;

	r = terms_bare(ctx, performance, &l.terms);
	if (r < 0)
		return r;
	if (r == TERMS_E_NONE || l.terms.status == PERFORMANCE_DRAFT)
		return SEAT_E_NONE;
	r = epoch_get(ctx, &l.epoch);
	if (r < 0)
		return r;
	*epoch = l.epoch;
	rand_bytes(mark, sizeof(mark));
	l.mark = span_str(crypto_hex(&ctx->arena, mark, sizeof(mark)));
	r = db_begin(ctx->primary);
	if (r < 0)
		return r;
	r = load_locked(&l);
	if (r == 0)
		r = db_commit(ctx->primary);
	else
		db_rollback(ctx->primary);
	if (r == 0)
		LOG(INFO, "map-loaded", LINT("performance", performance),
		    LINT("epoch", l.epoch), LINT("holds", l.n_holds),
		    LINT("lost", l.n_lost));
	return r;
}

/* retired: the caller retired the map just now, so its log is to be journaled,
 * and no look is needed to find that out. */
static int
load_from(struct ctx *ctx, int64_t performance, bool retired)
{
	int64_t epoch = 0;
	int r = retired ? epoch_get(ctx, &epoch)
			: load_once(ctx, performance, false, &epoch);

	if (r == LOAD_E_UNDRAINED || (r == 0 && retired)) {
		r = journal_drain(ctx, epoch, &performance, 1);
		FAULT_POINT("load.after_drain");
		if (r == 0)
			r = load_once(ctx, performance, true, &epoch);
	}
	if (r == LOAD_E_DEAD)
		r = seat_recovery(ctx)->raise(ctx, epoch,
		    "a raise was left half way");
	return r == LOAD_E_OVERTAKEN || r == LOAD_E_UNDRAINED ? SEAT_OK : r;
}

int
seat_load(struct ctx *ctx, int64_t performance)
{
	return load_from(ctx, performance, false);
}

int
seat_reload(struct ctx *ctx, int64_t performance)
{
	bool retired;
	int r = seat_retire(ctx, performance, 0, &retired);

	return r < 0 ? r : load_from(ctx, performance, retired);
}
