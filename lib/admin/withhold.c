/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * withhold - seats that the operator keeps out of the sale
 *
 * Keeping: a script lets no buyer in any more, then the claims decide. Whoever
 * dies in between leaves a letter without a claim, which reconcile takes away.
 * Giving back: the claims go, then Redis is told; whoever dies in between
 * leaves the same. Whatever is refused is judged by what stands now, the
 * claims before Redis, and letters that no claim bears out are set right on
 * the way, or taken over by whoever asks for just that move.
 *
 * Layer: domain.  Uses: base, store, catalog, seat, hold.
 */
#include "admin/withhold.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "catalog/terms.h"
#include "hold/hold_script.h"
#include "seat/epoch.h"
#include "seat/seat_map.h"
#include "seat/seat_set.h"
#include "seat/seat_state.h"
#include "seat/seat_terms.h"
#include "store/read.h"

#include <assert.h>

#define TRIES 8
/* Again from the start: the epoch moved, or what stood in the way went. */
#define AGAIN 1000
/* Redis has all seats where they should go, but nobody has claimed them. */
#define UNCLAIMED 1001

SQL(withhold_keep,
    "SELECT withhold_keep($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
SQL(withhold_free, "SELECT withhold_free($1, $2, $3, $4, $5, $6, $7, $8, $9)");
SQL(withhold_claims,
    "SELECT seat_no, state, mark FROM seat_claim"
    " WHERE performance_id = $1 AND seat_no = ANY ($2::int[])"
    "  AND NOT (state = 'H' AND expires_at <= clock_timestamp())"
    " ORDER BY seat_no");

const struct withhold_verb withhold_verbs[] = {
	{ "block", "seats.block", SEAT_AVAILABLE, SEAT_BLOCKED },
	{ "unblock", "seats.unblock", SEAT_BLOCKED, SEAT_AVAILABLE },
	{ "disable", "seats.disable", SEAT_AVAILABLE, SEAT_DISABLED },
	{ "enable", "seats.enable", SEAT_DISABLED, SEAT_AVAILABLE },
	{ 0 },
};

const struct withhold_verb *
withhold_verb_find(struct span name)
{
	for (const struct withhold_verb *v = withhold_verbs; v->name != NULL;
	     v++)
		if (span_eq_str(name, v->name))
			return v;
	return NULL;
}

/* One seat: as Redis has it, and as it really is. */
struct place {
	int64_t seat_no;
	char letter, real;
	int32_t mark, real_mark;
};

struct move {
	struct ctx *ctx;
	const struct withhold_ask *ask;
	struct withhold_result *out;
	int64_t *seats;       /* sorted */
	struct place *places; /* in their order */
	size_t n;
	int64_t epoch; /* places were read under it */
	size_t n_set;  /* seats that set_right set */
};

/* ---- Redis ---- */

static void
write_places(struct move *m, char letter, int32_t mark)
{
	for (size_t i = 0; i < m->n; i++)
		m->places[i] = (struct place){ .seat_no = m->seats[i],
			.letter = letter,
			.mark = mark };
}

static void
read_places(struct move *m, struct span letters, struct span marks)
{
	for (size_t i = 0; i < m->n; i++) {
		int64_t mark = 0;

		if (!span_to_i64(span_cut(&marks, ','), &mark))
			mark = 0;
		m->places[i] = (struct place){ .seat_no = m->seats[i],
			.letter = letters.p[i],
			.mark = (int32_t)mark };
	}
}

static bool
promised(char letter)
{
	return letter == SEAT_HOLD || letter == SEAT_PAYMENT_PENDING;
}

/* Seats for which Redis says something else than what is real; promises are
 * for those who know the hold, also one that Redis was not told of: its seats
 * are free until then. */
static int
set_right(struct move *m)
{
	struct seat_setting *seats = ARENA_ARRAY(&m->ctx->arena, m->n,
	    struct seat_setting);
	struct seat_set set = { .performance = m->ask->performance,
		.epoch = m->epoch,
		.seats = seats };
	int r;

	for (size_t i = 0; i < m->n; i++) {
		const struct place *p = &m->places[i];
		bool unmirrored = p->real == SEAT_HOLD;
		char to = unmirrored ? SEAT_AVAILABLE : p->real;
		int32_t to_mark = unmirrored ? p->mark : p->real_mark;

		if (!promised(p->letter)
		    && (p->letter != to || p->mark != to_mark))
			seats[set.n_seats++] = (struct seat_setting){
				p->seat_no, p->letter, to, p->mark, to_mark
			};
	}
	r = seat_set(m->ctx, &set);
	m->n_set = set.n_set;
	if (set.n_seats > 0)
		m->out->version = set.version;
	return r;
}

/* All seats are free: tell Redis, where they still are as in the places. The
 * fact stands, so a fault is only logged. */
static void
tell_free(struct move *m)
{
	for (size_t i = 0; i < m->n; i++) {
		m->places[i].real = SEAT_AVAILABLE;
		m->places[i].real_mark = m->places[i].mark;
	}
	if (set_right(m) == 0)
		return;
	m->out->version = SPAN_NONE;
	LOG(WARN, "mirror-late", LINT("performance", m->ask->performance));
}

/* The map's plan has no such seats: this worker and the map meet, and the plan
 * that both have then decides.
 * returns: AGAIN, SEAT, NONE; < 0 a fault */
static int
follow(struct move *m)
{
	const struct terms *terms;
	int r = seat_follow(m->ctx, m->ask->performance, &terms);

	if (r != 0)
		return r < 0 ? r : WITHHOLD_E_NONE;
	return hold_want_sort(terms, m->seats, m->n) ? AGAIN : WITHHOLD_E_SEAT;
}

/* to is the letter, '\0' only to look; mark is written with it. The places
 * are as Redis has them then.
 * returns: OK, TAKEN, NONE, SEAT, AGAIN; < 0 a fault */
static int
run_script(struct move *m, char to, int32_t mark)
{
	struct ctx *ctx = m->ctx;
	struct seat_call call = { .performance = m->ask->performance,
		.script = &script_withhold_keep };
	bool taken;
	int r;

	seat_arg(&call, seat_now(ctx));
	hold_arg_journal(ctx, &call);
	seat_arg(&call, hold_numbers(&ctx->arena, m->seats, m->n));
	seat_arg(&call, (struct span){ &to, to == '\0' ? 0 : 1 });
	seat_arg(&call, seat_number(ctx, mark));
	r = seat_call(ctx, &call);
	if (r != 0)
		return r < 0 ? r : WITHHOLD_E_NONE;
	m->epoch = call.epoch;
	if (seat_said(&call.reply, "seat")) {
		r = hold_keep_expired(ctx, &call, 1);
		return r < 0 ? r : follow(m);
	}
	m->out->version = seat_version(ctx, call.epoch,
	    seat_reply(&call.reply, 1));
	taken = seat_said(&call.reply, "taken");
	if (!taken && !seat_said(&call.reply, "ok"))
		return hold_nonsense(ctx, &call);
	if (taken && seat_reply(&call.reply, 2).len != m->n)
		return hold_nonsense(ctx, &call);
	if (taken)
		read_places(m, seat_reply(&call.reply, 2),
		    seat_reply(&call.reply, 3));
	else
		write_places(m, to, mark);
	r = hold_keep_expired(ctx, &call, taken ? 4 : 2);
	if (r < 0 && !taken)
		tell_free(m);
	return r == 0 && taken ? WITHHOLD_E_TAKEN : r;
}

/* ---- what was refused ---- */

/* Facts as they are claimed; without a claim only a promise is believed. */
static int
find_real(struct move *m)
{
	struct arena *a = &m->ctx->arena;
	const struct db_param params[] = { db_i64(a, m->ask->performance),
		db_i64s(a, m->seats, m->n) };
	struct db_rows rows;
	size_t row = 0;
	int r;

	r = db_read_primary(m->ctx, &sql_withhold_claims, 2, params, &rows);
	for (size_t i = 0; r == 0 && i < m->n; i++) {
		struct place *p = &m->places[i];

		p->real = promised(p->letter) ? p->letter : SEAT_AVAILABLE;
		p->real_mark = p->mark;
		if (row == rows.n_rows
		    || db_get_i64(&rows, row, 0) != p->seat_no)
			continue;
		p->real = db_cell(&rows, row, 1).p[0];
		p->real_mark = (int32_t)db_get_i64(&rows, row, 2);
		row++;
	}
	return r;
}

static bool
all_real(const struct move *m, char letter)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->places[i].real != letter)
			return false;
	return true;
}

/* By a move that died before its claims, or has not come to them yet. */
static bool
unclaimed(const struct move *m)
{
	char to = m->ask->verb->to;

	for (size_t i = 0; i < m->n; i++)
		if (m->places[i].letter != to)
			return false;
	return to != SEAT_AVAILABLE && all_real(m, SEAT_AVAILABLE);
}

static void
find_conflicts(struct move *m)
{
	struct hold_conflicts *out = &m->out->conflicts;

	out->seats = ARENA_ARRAY(&m->ctx->arena, m->n, struct seat_change);
	out->n = 0;
	for (size_t i = 0; i < m->n; i++)
		if (m->places[i].real != m->ask->verb->from)
			out->seats[out->n++] = (struct seat_change){
				m->places[i].seat_no, m->places[i].real
			};
}

/* returns: OK when all seats are where they should go, TAKEN, AGAIN,
 * UNCLAIMED; < 0 a fault */
static int
judge(struct move *m)
{
	int r = find_real(m);

	if (r < 0)
		return r;
	if (unclaimed(m))
		return UNCLAIMED;
	r = set_right(m);
	if (r < 0)
		return r;
	m->out->n_moved = 0;
	if (all_real(m, m->ask->verb->to))
		return WITHHOLD_OK;
	find_conflicts(m);
	return m->out->conflicts.n > 0 ? WITHHOLD_E_TAKEN : AGAIN;
}

/* ---- the facts ---- */

static void
audit_params(struct move *m, struct db_param out[AUDIT_N_PARAMS])
{
	struct arena *a = &m->ctx->arena;

	audit_log_params(a, &m->ask->by, span_str(m->ask->verb->action),
	    span_str(arena_printf(a, "performance %lld",
		(long long)m->ask->performance)),
	    out);
}

/* What became of the claims, when they could not be made at all. */
static int
claim_refused(struct move *m, int r)
{
	const char *name = db_constraint(m->ctx->primary);

	if (r == DB_E_CONSTRAINT && strcmp(name, "withheld_seats") == 0)
		return WITHHOLD_E_TAKEN;
	if (r == DB_E_CONSTRAINT)
		LOG(ERROR, "move-refused", LSTR("constraint", name));
	return db_sure(r);
}

/* returns: OK, TAKEN, AGAIN; < 0 a fault */
static int
claim(struct move *m, int32_t mark)
{
	const char state[] = { m->ask->verb->to, '\0' };
	struct arena *a = &m->ctx->arena;
	struct db_param params[5 + AUDIT_N_PARAMS] = {
		db_i64(a, m->ask->performance), db_i64s(a, m->seats, m->n),
		db_str(state), db_i64(a, mark), db_i64(a, m->epoch)
	};
	struct db_rows rows;
	int r;

	audit_params(m, params + 5);
	r = db_run(m->ctx->primary, a, &sql_withhold_keep, ARRAY_LEN(params),
	    params, &rows);
	if (r != 0)
		return claim_refused(m, r);
	return span_eq_str(db_cell(&rows, 0, 0), "kept") ? WITHHOLD_OK : AGAIN;
}

/* ---- the moves ---- */

/* Seats that another move left unclaimed become this one's: under a new mark,
 * since whoever knows the old one may still be about to free them.
 * returns: UNCLAIMED, AGAIN; < 0 a fault */
static int
take_over(struct move *m, int32_t mark)
{
	char to = m->ask->verb->to;
	int r;

	for (size_t i = 0; i < m->n; i++) {
		m->places[i].real = to;
		m->places[i].real_mark = mark;
	}
	r = set_right(m);
	if (r < 0)
		return r;
	write_places(m, to, mark);
	return m->n_set == m->n ? UNCLAIMED : AGAIN;
}

static int
keep(struct move *m)
{
	int32_t mark;
	int r;

	rand_bytes(&mark, sizeof(mark));
	r = run_script(m, m->ask->verb->to, mark);
	FAULT_POINT("withhold.after_script");
	if (r == WITHHOLD_E_TAKEN) {
		r = judge(m);
		if (r == UNCLAIMED)
			r = take_over(m, mark);
		if (r != UNCLAIMED)
			return r;
	} else if (r != WITHHOLD_OK) {
		return r;
	}

	r = claim(m, mark);
	FAULT_POINT("withhold.after_claim");
	if (r == WITHHOLD_OK)
		m->out->n_moved = m->n;
	if (r == WITHHOLD_E_TAKEN) {
		r = judge(m);
		return r == UNCLAIMED ? AGAIN : r;
	}
	if (r == AGAIN)
		epoch_forget(m->ctx);
	/* Not claimed, unless that is unknown. */
	if (r != WITHHOLD_OK && r != DB_F_UNKNOWN)
		tell_free(m);
	return r;
}

/* The claims are gone; Redis has the seats under the marks of them. */
static int
freed(struct move *m, const int64_t *marks)
{
	write_places(m, m->ask->verb->from, 0);
	for (size_t i = 0; i < m->n; i++)
		m->places[i].mark = (int32_t)marks[i];
	m->out->n_moved = m->n;
	tell_free(m);
	return WITHHOLD_OK;
}

static int
free_them(struct move *m)
{
	const char state[] = { m->ask->verb->from, '\0' };
	struct arena *a = &m->ctx->arena;
	struct db_param params[3 + AUDIT_N_PARAMS] = { db_i64(a,
							   m->ask->performance),
		db_i64s(a, m->seats, m->n), db_str(state) };
	struct db_rows rows;
	size_t n;
	int r;

	/* Nothing is done while Redis cannot be told of it. */
	r = epoch_get(m->ctx, &m->epoch);
	if (r < 0)
		return r;
	audit_params(m, params + 3);
	r = db_sure(db_run(m->ctx->primary, a, &sql_withhold_free,
	    ARRAY_LEN(params), params, &rows));
	FAULT_POINT("withhold.after_free");
	if (r < 0)
		return r;
	if (!db_is_null(&rows, 0, 0))
		return freed(m, db_get_i64s(a, &rows, 0, 0, &n));
	r = run_script(m, '\0', 0);
	return r == WITHHOLD_E_TAKEN ? judge(m) : r;
}

/* The seats of ask, sorted. returns: OK, NONE, SEAT, REASON; < 0 a fault */
static int
read_ask(struct move *m)
{
	const struct withhold_ask *ask = m->ask;
	const struct terms *terms;
	int r;

	assert(seat_may_move(ask->verb->from, ask->verb->to));
	r = terms_get(m->ctx, ask->performance, &terms);
	if (r != 0)
		return r < 0 ? r : WITHHOLD_E_NONE;
	if (ask->n_seats < 1 || ask->n_seats > WITHHOLD_SEATS_MAX)
		return WITHHOLD_E_SEAT;
	m->n = ask->n_seats;
	m->seats = ARENA_ARRAY(&m->ctx->arena, m->n, int64_t);
	m->places = ARENA_ARRAY(&m->ctx->arena, m->n, struct place);
	memcpy(m->seats, ask->seats, m->n * sizeof(*m->seats));
	if (!hold_want_sort(terms, m->seats, m->n))
		return WITHHOLD_E_SEAT;
	m->out->seats = m->seats;
	return audit_reason_ok(ask->by.reason) ? WITHHOLD_OK
					       : WITHHOLD_E_REASON;
}

int
withhold_move(struct ctx *ctx, const struct withhold_ask *ask,
    struct withhold_result *out)
{
	struct move m = { .ctx = ctx, .ask = ask, .out = out };
	int r = read_ask(&m);

	if (r != 0)
		return r;
	for (int i = 0; i < TRIES; i++) {
		r = ask->verb->to == SEAT_AVAILABLE ? free_them(&m) : keep(&m);
		if (r != AGAIN)
			return r;
	}
	LOG(WARN, "move-unsettled", LINT("performance", ask->performance));
	return DB_F_TIMEOUT;
}
