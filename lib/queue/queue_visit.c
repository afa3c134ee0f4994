/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_visit - one user at one line: it is asked, and what it says
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "queue/queue_visit.h"

#include "base/log.h"
#include "base/rand.h"
#include "catalog/terms.h"
#include "queue/queue_load.h"
#include "queue/queue_seen.h"
#include "seat/seat_script.h"
#include "seat/seat_terms.h"

#include <string.h>

/* To begin a line, on the way. */
#define TRIES 4

SQL(queue_claim,
    "UPDATE queue_pass SET joined_at = $3, claimed_at = $4"
    " WHERE performance_id = $1 AND seq = $2 AND claimed_at IS NULL");

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

const struct queue_snapshot *
queue_visit_now(struct queue_visit *v)
{
	if (v->is_now == QUEUE_NOW_UNREAD)
		v->is_now =
		    queue_snapshot(v->ctx, v->terms->performance, &v->now) == 0
		    ? QUEUE_NOW_READ
		    : QUEUE_NOW_NONE;
	return v->is_now == QUEUE_NOW_READ ? &v->now : NULL;
}

/* What it is drawn by is told to whoever asks; he is in it all the same where
 * that cannot be read. */
static void
tell_lobby(struct queue_visit *v, struct queue_stand *s)
{
	s->opens_ms = v->terms->sales_open_ms;
	if (queue_lobby_get(v->ctx, v->terms->performance, &s->lobby) != 0)
		s->lobby = NULL;
}

void
queue_visit_tell(struct queue_visit *v, struct queue_stand *s)
{
	bool waits = s->state == QUEUE_WAITING || s->state == QUEUE_IN_LOBBY;
	const struct queue_snapshot *now = waits || s->ticket.in_lobby
	    ? queue_visit_now(v)
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
ask(struct queue_visit *v, const struct script *script, size_t n_args,
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

int
queue_visit_ask(struct queue_visit *v, const struct script *script,
    size_t n_args, const struct span *args)
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
note_claim(struct queue_visit *v, const struct queue_ticket *t)
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

int64_t
queue_visit_number(const struct kv_reply *reply, size_t n)
{
	int64_t i;

	return span_to_i64(seat_reply(reply, n), &i) ? i : 0;
}

int
queue_visit_lobby(struct queue_visit *v, struct queue_stand *s)
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

void
queue_visit_stand(struct queue_visit *v, struct queue_stand *s)
{
	const struct kv_reply *reply = &v->reply;
	int64_t seq = queue_visit_number(reply, 1);

	s->near = true;
	s->renewed = s->ticket.seq != seq || s->ticket.epoch != v->epoch;
	s->ticket.seq = seq;
	s->ticket.epoch = v->epoch;
	if (seat_said(reply, "admitted")) {
		s->state = QUEUE_ADMITTED;
		s->pass_ends_ms = queue_visit_number(reply, 2);
		s->ahead = 0;
		if (seat_reply(reply, 3).len > 0)
			note_claim(v, &s->ticket);
		return;
	}
	s->state = QUEUE_WAITING;
	s->ahead = queue_visit_number(reply, 2);
	s->near = seat_reply(reply, 3).len > 0;
	if (s->near)
		queue_seen_note(v->ctx, &s->ticket);
}

void
queue_visit_off(const struct queue_visit *v, struct queue_stand *s)
{
	s->state = QUEUE_ADMITTED;
	s->renewed = s->ticket.seq != 0;
	s->ticket = (struct queue_ticket){ v->terms->performance, v->epoch, 0,
		v->ctx->now_ms };
}

int
queue_visit_begin(struct queue_visit *v, int64_t performance)
{
	int r = terms_get(v->ctx, performance, &v->terms);

	if (r != 0)
		return r < 0 ? r : QUEUE_E_NONE;
	return seat_is_wanted(v->terms, v->ctx->now_ms) ? QUEUE_OK
							: QUEUE_E_CLOSED;
}

int
queue_visit_look(struct queue_visit *v, const struct queue_stand *s,
    const char *back)
{
	const struct span args[] = { seat_now(v->ctx),
		seat_number(v->ctx, v->user),
		seat_number(v->ctx, s->ticket.seq), span_str(back),
		{ (const char *)s->ticket.lobby_id,
		    s->ticket.in_lobby ? LOBBY_ID_LEN : 0 } };

	return queue_visit_ask(v, &script_queue_poll, ARRAY_LEN(args), args);
}
