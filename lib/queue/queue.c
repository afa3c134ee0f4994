/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue - the line in front of a performance
 *
 * Most who ask wait far from the front, or have just asked the line
 * (queue_seen.h): their ticket and what the last run published
 * (queue_snapshot.h) is all that is needed. Others ask the line in Redis, and
 * so does everybody once whose ticket is of another epoch: where
 * that does not know him, his number counts again, unless PostgreSQL has a row
 * that it is spent.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "queue/queue.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "catalog/terms.h"
#include "queue/queue_admit.h"
#include "queue/queue_load.h"
#include "queue/queue_seen.h"
#include "queue/queue_snapshot.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "seat/seat_terms.h"
#include "store/read.h"

#include <string.h>

/* To begin a line, or to reserve numbers, on the way. */
#define TRIES 4

SQL(queue_row,
    "SELECT EXISTS (SELECT FROM queue_passes($1, $3) AS l WHERE l.seq = $2)"
    " FROM queue_pass WHERE performance_id = $1 AND seq = $2");
SQL(queue_claim,
    "UPDATE queue_pass SET joined_at = $3, claimed_at = $4"
    " WHERE performance_id = $1 AND seq = $2 AND claimed_at IS NULL");
SQL(queue_leave,
    "UPDATE queue_pass SET ended_at = clock_timestamp(), ended_by = 'left'"
    " WHERE performance_id = $1 AND user_id = $2 AND ended_at IS NULL");
SQL(queue_living,
    "SELECT performance_id FROM queue_pass"
    " WHERE user_id = $1 AND ended_at IS NULL");

/* One user at one line. */
struct visit {
	struct ctx *ctx;
	int64_t user;
	const struct terms *terms;
	int64_t epoch; /* of the last script */
	int run_fault; /* < 0: of the run that he began */
	struct queue_snapshot now;
	enum { UNREAD, THERE, MISSING } is_now;
	struct kv_reply reply;
};

/* ---- what is told ---- */

/* Near the front every two seconds, then ever less often. Everybody comes at
 * another moment. */
static int64_t
poll_after(const struct queue_stand *s)
{
	int64_t s10 = 20;

	if (s->state == QUEUE_IN_LOBBY)
		return QUEUE_POLL_MAX_S / 2
		    + (int64_t)rand_below(QUEUE_POLL_MAX_S / 2 + 1);
	if (s->state != QUEUE_WAITING)
		return 5;
	if (!s->near)
		s10 = MIN(250, 50 + s->ahead / 40);
	return MIN(QUEUE_POLL_MAX_S,
	    (s10 + (int64_t)rand_below((uint64_t)s10 / 5 + 1) + 5) / 10);
}

/* A range, since nobody knows who leaves and how fast others buy. */
static void
tell_eta(struct queue_stand *s, const struct queue_snapshot *now)
{
	int64_t s_left;

	if (now->status == QUEUE_PAUSED)
		s->why = QUEUE_WHY_PAUSED;
	else if (now->calm && !lobby_waits(now->lobby))
		s->why = QUEUE_WHY_RECOVERING;
	s->likely_sold_out = now->sold_milli > 0
	    && s->ahead > now->left * 1000 / now->sold_milli;
	s->eta_known = now->rate_milli > 0 && now->status == QUEUE_OPEN;
	if (!s->eta_known)
		return;
	s_left = s->ahead * 60 * 1000 / now->rate_milli;
	s->eta_min_s = s_left * 7 / 10;
	s->eta_max_s = s_left * 3 / 2 + 5;
}

/* Who came too late for a lobby stands behind all who are in it. */
static void
tell_place(struct queue_stand *s, const struct queue_snapshot *now)
{
	int64_t place = s->ticket.seq - now->base;

	s->total = now->waiting + now->gathered;
	if (s->state == QUEUE_WAITING)
		s->ahead += now->gathered;
	if (now->lobby == LOBBY_DRAWN && s->ticket.in_lobby && place > 0
	    && place <= LOBBY_NUMBERS)
		s->lobby_place = place;
}

/* The line as its last run published it, read once; NULL: there is none. */
static const struct queue_snapshot *
snapshot(struct visit *v)
{
	if (v->is_now == UNREAD)
		v->is_now =
		    queue_snapshot(v->ctx, v->terms->performance, &v->now) == 0
		    ? THERE
		    : MISSING;
	return v->is_now == THERE ? &v->now : NULL;
}

/* What it is drawn by is told to whoever asks; he is in it all the same where
 * that cannot be read. */
static void
tell_lobby(struct visit *v, struct queue_stand *s)
{
	s->opens_ms = v->terms->sales_open_ms;
	if (queue_lobby_get(v->ctx, v->terms->performance, &s->lobby) != 0)
		s->lobby = NULL;
}

static void
tell(struct visit *v, struct queue_stand *s)
{
	bool waits = s->state == QUEUE_WAITING || s->state == QUEUE_IN_LOBBY;
	const struct queue_snapshot *now = waits || s->ticket.in_lobby
	    ? snapshot(v)
	    : NULL;

	if (now != NULL)
		tell_place(s, now);
	if (now != NULL && s->state == QUEUE_WAITING)
		tell_eta(s, now);
	s->total = MAX(s->total, s->ahead + 1);
	if (s->state == QUEUE_IN_LOBBY)
		tell_lobby(v, s);
	s->poll_after_s = poll_after(s);
}

/* ---- asking the line ---- */

static int
ask(struct visit *v, const struct script *script, size_t n_args,
    const struct span *args)
{
	struct seat_call call = { .performance = v->terms->performance,
		.script = script };
	int r;

	for (size_t i = 0; i < n_args; i++)
		seat_arg(&call, args[i]);
	r = seat_call(v->ctx, &call);
	v->reply = call.reply;
	v->epoch = call.epoch;
	return r > 0 ? QUEUE_E_NONE : r;
}

/* The same; a line that is not begun begins. */
static int
ask_line(struct visit *v, const struct script *script, size_t n_args,
    const struct span *args)
{
	int r = 0;

	for (int i = 0; i < TRIES; i++) {
		r = ask(v, script, n_args, args);
		if (r != 0 || !seat_said(&v->reply, "none"))
			return r;
		r = queue_load(v->ctx, v->terms, v->epoch);
		if (r < 0)
			return r;
	}
	return KV_F_LOADING;
}

/* He has come for his pass: known after a loss, and for the report. Of no use
 * to him just now, so no fault of it is his. */
static void
note_claim(struct visit *v, const struct queue_ticket *t)
{
	struct arena *a = &v->ctx->arena;
	const struct db_param params[] = { db_i64(a, t->performance),
		db_i64(a, t->seq), db_time(a, t->joined_ms),
		db_time(a, v->ctx->now_ms) };

	if (db_run(v->ctx->primary, a, &sql_queue_claim, 4, params, NULL) != 0)
		LOG(WARN, "queue-claim-not-noted",
		    LINT("performance", t->performance),
		    LINT("number", t->seq));
}

static int64_t
number_at(const struct kv_reply *reply, size_t n)
{
	int64_t i;

	return span_to_i64(seat_reply(reply, n), &i) ? i : 0;
}

/* 'lobby'. returns: 0; < 0 a fault */
static int
take_lobby(struct visit *v, struct queue_stand *s)
{
	struct span id = seat_reply(&v->reply, 1);
	struct queue_ticket *t = &s->ticket;

	if (id.len != LOBBY_ID_LEN)
		return kv_nonsense(v->ctx->kv, "lobby");
	s->state = QUEUE_IN_LOBBY;
	s->renewed = !t->in_lobby || t->epoch != v->epoch || t->seq != 0
	    || memcmp(t->lobby_id, id.p, LOBBY_ID_LEN) != 0;
	t->epoch = v->epoch;
	t->seq = 0;
	t->in_lobby = true;
	memcpy(t->lobby_id, id.p, LOBBY_ID_LEN);
	return 0;
}

/* 'waiting' and 'admitted' alike. */
static void
take_stand(struct visit *v, struct queue_stand *s)
{
	const struct kv_reply *reply = &v->reply;
	int64_t seq = number_at(reply, 1);

	s->near = true;
	s->renewed = s->ticket.seq != seq || s->ticket.epoch != v->epoch;
	s->ticket.seq = seq;
	s->ticket.epoch = v->epoch;
	if (seat_said(reply, "admitted")) {
		s->state = QUEUE_ADMITTED;
		s->pass_ends_ms = number_at(reply, 2);
		s->ahead = 0;
		if (seat_reply(reply, 3).len > 0)
			note_claim(v, &s->ticket);
		return;
	}
	s->state = QUEUE_WAITING;
	s->ahead = number_at(reply, 2);
	s->near = seat_reply(reply, 3).len > 0;
	if (s->near)
		queue_seen_note(v->ctx, &s->ticket);
}

/* Nobody waits for anything. */
static void
take_off(const struct visit *v, struct queue_stand *s)
{
	s->state = QUEUE_ADMITTED;
	s->renewed = s->ticket.seq != 0;
	s->ticket = (struct queue_ticket){ v->terms->performance, v->epoch, 0,
		v->ctx->now_ms };
}

/* Terms of a performance that is on sale, or about to be. returns: OK, NONE,
 * CLOSED; < 0 a fault */
static int
begin(struct visit *v, int64_t performance)
{
	int r = terms_get(v->ctx, performance, &v->terms);

	if (r != 0)
		return r < 0 ? r : QUEUE_E_NONE;
	return seat_is_wanted(v->terms, v->ctx->now_ms) ? QUEUE_OK
							: QUEUE_E_CLOSED;
}

/* ---- join ---- */

/* Who was told that somebody else had reserved some asks again, and then does
 * so in any case: whoever it was may be dead. */
static int
reserve(struct visit *v, int64_t known, bool *insist)
{
	bool done;
	int r = queue_reserve(v->ctx, v->terms->performance, v->epoch,
	    *insist ? -1 : known, &done);

	*insist = !done;
	return r;
}

/* only: '1', or ''. returns: OK 'full' was not said; CLOSED; < 0 a fault */
static int
take_place(struct visit *v, struct span only)
{
	char id[LOBBY_ID_LEN];
	const struct span args[] = { seat_now(v->ctx),
		seat_number(v->ctx, v->user), { id, sizeof(id) },
		seat_number(v->ctx, LOBBY_MAX), only };
	bool insist = false;
	int r;

	if (v->ctx->now_ms >= v->terms->sales_close_ms)
		return QUEUE_E_CLOSED;
	rand_bytes(id, sizeof(id));
	for (int i = 0; i < TRIES; i++) {
		FAULT_POINT("queue.before_join");
		r = ask_line(v, &script_queue_join, ARRAY_LEN(args), args);
		FAULT_POINT("queue.after_join");
		if (r != 0 || !seat_said(&v->reply, "full"))
			return r;
		r = reserve(v, number_at(&v->reply, 1), &insist);
		if (r < 0)
			return r;
	}
	LOG(WARN, "queue-full", LINT("performance", v->terms->performance));
	return KV_F_LOADING;
}

static int
look(struct visit *v, struct queue_stand *s, const char *back)
{
	const struct span args[] = { seat_now(v->ctx),
		seat_number(v->ctx, v->user),
		seat_number(v->ctx, s->ticket.seq), span_str(back),
		{ (const char *)s->ticket.lobby_id,
		    s->ticket.in_lobby ? LOBBY_ID_LEN : 0 } };

	return ask_line(v, &script_queue_poll, ARRAY_LEN(args), args);
}

/* Nobody else waits: a run of his own. Where it does not come to anything, he
 * waits for the next. */
static void
go_in(struct visit *v, struct queue_stand *s)
{
	size_t n = 0;

	v->run_fault = queue_admit(v->ctx, v->terms, &n);
	if (v->run_fault == 0 && n > 0 && look(v, s, "") == 0
	    && seat_said(&v->reply, "admitted"))
		take_stand(v, s);
}

/* He was given a place, and not told how many are in front: they are many. */
static int
count_ahead(struct visit *v, struct queue_stand *s)
{
	const struct queue_snapshot *now = snapshot(v);
	int r;

	if (now != NULL && now->epoch == s->ticket.epoch) {
		s->ahead = queue_snapshot_ahead(now, s->ticket.seq);
		return 0;
	}
	r = look(v, s, "");
	if (r == 0
	    && (seat_said(&v->reply, "waiting")
		|| seat_said(&v->reply, "admitted")))
		take_stand(v, s);
	return r;
}

static int
joined(struct visit *v, struct queue_stand *s)
{
	bool first = seat_reply(&v->reply, 4).len > 0;
	bool again = seat_reply(&v->reply, 5).len > 0;

	if (seat_said(&v->reply, "off")) {
		take_off(v, s);
		return QUEUE_OK;
	}
	if (seat_said(&v->reply, "closed"))
		return QUEUE_E_CLOSED;
	if (seat_said(&v->reply, "crowded")) {
		LOG(WARN, "queue-lobby-full",
		    LINT("performance", v->terms->performance));
		return KV_F_LOADING;
	}
	if (seat_said(&v->reply, "lobby")) {
		s->again = seat_reply(&v->reply, 2).len > 0;
		return take_lobby(v, s);
	}
	take_stand(v, s);
	s->again = s->state == QUEUE_ADMITTED || again;
	if (s->state == QUEUE_WAITING && !s->near)
		return count_ahead(v, s);
	if (s->state == QUEUE_WAITING && first)
		go_in(v, s);
	return QUEUE_OK;
}

int
queue_join(struct ctx *ctx, int64_t user, int64_t performance,
    struct queue_stand *out)
{
	struct visit v = { .ctx = ctx, .user = user };
	int r = begin(&v, performance);

	*out = (struct queue_stand){ .ticket = { performance, 0, 0,
					 ctx->now_ms } };
	if (r != QUEUE_OK)
		return r;
	if (v.terms->queue_mode == QUEUE_OFF) {
		take_off(&v, out);
		out->again = true;
	} else {
		r = take_place(&v, SPAN_LIT(""));
		if (r == QUEUE_OK)
			r = joined(&v, out);
	}
	if (r != QUEUE_OK)
		return r;
	tell(&v, out);
	return QUEUE_OK;
}

/* Who is not let in after all, since somebody was before him, keeps the place
 * that he has then. */
int
queue_enter(struct ctx *ctx, int64_t user, const struct terms *terms)
{
	struct visit v = { .ctx = ctx, .user = user, .terms = terms };
	struct queue_stand s = { .ticket = { terms->performance, 0, 0,
				     ctx->now_ms } };
	int r = take_place(&v, SPAN_LIT("1"));

	if (r == QUEUE_OK && !seat_said(&v.reply, "waits"))
		r = joined(&v, &s);
	if (r != QUEUE_OK)
		return r;
	if (s.state == QUEUE_ADMITTED)
		return QUEUE_OK;
	return v.run_fault < 0 ? v.run_fault : QUEUE_E_WAITS;
}

/* ---- poll ---- */

/* Far from the front, or not for the first time now; or in the lobby. */
static bool
take_snapshot(struct visit *v, struct queue_stand *s)
{
	const struct queue_snapshot *now = v->terms->queue_mode == QUEUE_OFF
	    ? NULL
	    : snapshot(v);
	bool is_near;

	if (now == NULL || now->epoch != s->ticket.epoch)
		return false;
	if (s->ticket.in_lobby && s->ticket.seq == 0) {
		s->state = QUEUE_IN_LOBBY;
		return lobby_waits(now->lobby);
	}
	is_near = s->ticket.seq <= now->near;
	if (is_near && !queue_seen_lately(v->ctx, &s->ticket, now))
		return false;
	s->state = QUEUE_WAITING;
	s->near = is_near;
	s->ahead = queue_snapshot_ahead(now, s->ticket.seq);
	return true;
}

/* Whether a number has a row of a pass, and whether that still lives. */
static int
find_row(struct visit *v, const struct queue_ticket *t, bool *has_row,
    bool *lives)
{
	struct arena *a = &v->ctx->arena;
	const struct db_param params[] = { db_i64(a, t->performance),
		db_i64(a, t->seq), db_time(a, v->ctx->now_ms) };
	struct db_rows rows;
	int r = db_read_primary(v->ctx, &sql_queue_row, 3, params, &rows);

	*has_row = r == 0 && rows.n_rows > 0;
	*lives = *has_row && db_get_bool(&rows, 0, 0);
	return r;
}

/* The line does not know him. Within its epoch he has left, or had his pass. In
 * a later one the line may have been lost, and then his number counts unless it
 * is spent; one with a pass that Redis has not got waits to be let in. */
static int
look_for_row(struct visit *v, struct queue_stand *s)
{
	bool has_row, lives;
	int r = find_row(v, &s->ticket, &has_row, &lives);

	if (r == 0 && s->ticket.epoch < v->epoch && (lives || !has_row))
		return look(v, s, "here");
	s->state = has_row ? QUEUE_EXPIRED : QUEUE_LEFT;
	return r;
}

/* The same of a ticket of the lobby. He has a number once he is drawn. Where
 * the loss was noticed just now he may be back before that is read. */
static int
look_for_member(struct visit *v, struct queue_stand *s)
{
	int r = 0;

	if (s->ticket.epoch < v->epoch)
		r = look(v, s, "behind");
	if (r != 0 || !seat_said(&v->reply, "unknown"))
		return r;
	r = queue_lobby_find(v->ctx, v->terms->performance, v->user,
	    &s->ticket.seq);
	if (r == 0)
		return look_for_row(v, s);
	s->state = QUEUE_LEFT;
	return MIN(r, 0);
}

static int
ask_stand(struct visit *v, struct queue_stand *s)
{
	int64_t epoch;
	int r = epoch_get(v->ctx, &epoch);

	if (r == 0)
		r = look(v, s, s->ticket.epoch < epoch ? "behind" : "");
	if (r == 0 && seat_said(&v->reply, "unknown"))
		r = s->ticket.in_lobby && s->ticket.seq == 0
		    ? look_for_member(v, s)
		    : look_for_row(v, s);
	if (r != 0)
		return r;
	if (seat_said(&v->reply, "lobby"))
		return take_lobby(v, s);
	if (seat_said(&v->reply, "off"))
		take_off(v, s);
	else if (seat_said(&v->reply, "closed"))
		s->state = QUEUE_ENDED;
	else if (!seat_said(&v->reply, "unknown"))
		take_stand(v, s);
	return QUEUE_OK;
}

int
queue_poll(struct ctx *ctx, int64_t user, int64_t performance, struct span text,
    struct queue_stand *out)
{
	struct visit v = { .ctx = ctx, .user = user };
	int r;

	*out = (struct queue_stand){ .state = QUEUE_ENDED };
	if (!queue_ticket_read(ctx, user, performance, text, &out->ticket))
		return QUEUE_E_TICKET;
	r = terms_peek(ctx, performance, &v.terms);
	if (r != 0)
		return r < 0 ? r : QUEUE_E_NONE;
	if (!seat_is_wanted(v.terms, ctx->now_ms))
		r = QUEUE_OK;
	else if (!take_snapshot(&v, out))
		r = ask_stand(&v, out);
	if (r != QUEUE_OK)
		return r;
	tell(&v, out);
	return QUEUE_OK;
}

/* ---- leave ---- */

/* Redis first: it may just be about to admit him, and then there is a row to
 * be ended. */
static int
leave(struct ctx *ctx, int64_t user, int64_t performance)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, performance),
		db_i64(a, user) };
	struct seat_call call = { .performance = performance,
		.script = &script_queue_leave,
		.frees = true };
	int r;

	seat_arg(&call, seat_number(ctx, user));
	r = seat_call(ctx, &call);
	FAULT_POINT("queue.after_leave");
	if (r != 0)
		return r < 0 ? r : QUEUE_E_NONE;
	return db_sure(
	    db_run(ctx->primary, a, &sql_queue_leave, 2, params, NULL));
}

int
queue_leave(struct ctx *ctx, int64_t user, int64_t performance,
    struct span text)
{
	struct queue_ticket ticket;
	struct visit v = { .ctx = ctx, .user = user };
	int r;

	if (!queue_ticket_read(ctx, user, performance, text, &ticket))
		return QUEUE_E_TICKET;
	r = begin(&v, performance);
	if (r == QUEUE_E_CLOSED
	    || (r == QUEUE_OK && v.terms->queue_mode == QUEUE_OFF))
		return QUEUE_OK;
	if (r == QUEUE_OK)
		r = leave(ctx, user, performance);
	queue_seen_forget(ctx, &ticket);
	return r;
}

int
queue_leave_all(struct ctx *ctx, int64_t user)
{
	const struct db_param param = db_i64(&ctx->arena, user);
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_queue_living, 1, &param, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		r = leave(ctx, user, db_get_i64(&rows, i, 0));
	return MIN(r, 0);
}
