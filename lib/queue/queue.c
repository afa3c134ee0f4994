/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue - the line in front of a performance: who joins it, and who leaves
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "queue/queue.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "catalog/terms.h"
#include "queue/queue_admit.h"
#include "queue/queue_load.h"
#include "queue/queue_seen.h"
#include "queue/queue_visit.h"
#include "seat/seat_script.h"
#include "store/read.h"

/* To reserve numbers, on the way. */
#define TRIES 4

SQL(queue_leave,
    "UPDATE queue_pass SET ended_at = clock_timestamp(), ended_by = 'left'"
    " WHERE performance_id = $1 AND user_id = $2 AND ended_at IS NULL");
SQL(queue_living,
    "SELECT performance_id, seq FROM queue_pass"
    " WHERE user_id = $1 AND ended_at IS NULL");

/* ---- join ---- */

/* Who was told that somebody else had reserved some asks again, and then does
 * so in any case: whoever it was may be dead. */
static int
reserve(struct queue_visit *v, int64_t known, bool *insist)
{
	bool done;
	int r = queue_reserve(v->ctx, v->terms->performance, v->epoch,
	    *insist ? -1 : known, &done);

	*insist = !done;
	return r;
}

/* only: '1', or ''. returns: OK 'full' was not said; CLOSED; < 0 a fault */
static int
take_place(struct queue_visit *v, struct span only)
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
		r = queue_visit_ask(v, &script_queue_join, ARRAY_LEN(args),
		    args);
		FAULT_POINT("queue.after_join");
		if (r != 0 || !seat_said(&v->reply, "full"))
			return r;
		r = reserve(v, queue_visit_number(&v->reply, 1), &insist);
		if (r < 0)
			return r;
	}
	LOG(WARN, "queue-full", LINT("performance", v->terms->performance));
	return KV_F_LOADING;
}

/* Nobody else waits: a run of his own. Where it does not come to anything, he
 * waits for the next. */
static void
go_in(struct queue_visit *v, struct queue_stand *s)
{
	size_t n = 0;

	v->run_fault = queue_admit(v->ctx, v->terms, &n);
	if (v->run_fault == 0 && n > 0 && queue_visit_look(v, s, "") == 0
	    && seat_said(&v->reply, "admitted"))
		queue_visit_stand(v, s);
}

/* He was given a place, and not told how many are in front: they are many. */
static int
count_ahead(struct queue_visit *v, struct queue_stand *s)
{
	const struct queue_snapshot *now = queue_visit_now(v);
	int r;

	if (now != NULL && now->epoch == s->ticket.epoch) {
		s->ahead = queue_snapshot_ahead(now, s->ticket.seq);
		return 0;
	}
	r = queue_visit_look(v, s, "");
	if (r == 0
	    && (seat_said(&v->reply, "waiting")
		|| seat_said(&v->reply, "admitted")))
		queue_visit_stand(v, s);
	return r;
}

static int
joined(struct queue_visit *v, struct queue_stand *s)
{
	bool first = seat_reply(&v->reply, 4).len > 0;
	bool again = seat_reply(&v->reply, 5).len > 0;

	if (seat_said(&v->reply, "off")) {
		queue_visit_off(v, s);
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
		return queue_visit_lobby(v, s);
	}
	queue_visit_stand(v, s);
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
	struct queue_visit v = { .ctx = ctx, .user = user };
	int r = queue_visit_begin(&v, performance);

	*out = (struct queue_stand){ .ticket = { performance, 0, 0,
					 ctx->now_ms } };
	if (r != QUEUE_OK)
		return r;
	if (v.terms->queue_mode == QUEUE_OFF) {
		queue_visit_off(&v, out);
		out->again = true;
	} else {
		r = take_place(&v, SPAN_LIT(""));
		if (r == QUEUE_OK)
			r = joined(&v, out);
	}
	if (r != QUEUE_OK)
		return r;
	queue_visit_tell(&v, out);
	return QUEUE_OK;
}

/* Who is not let in after all, since somebody was before him, keeps the place
 * that he has then. */
int
queue_enter(struct ctx *ctx, int64_t user, const struct terms *terms)
{
	struct queue_visit v = { .ctx = ctx, .user = user, .terms = terms };
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

/* ---- leave ---- */

/* Redis first: it may just be about to admit him, and then there is a row to
 * be ended. in: seq his number, 0: none */
static int
leave(struct ctx *ctx, int64_t user, int64_t performance, int64_t seq)
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
	queue_seen_forget(ctx,
	    &(struct queue_ticket){ performance, call.epoch, seq });
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
	struct queue_visit v = { .ctx = ctx, .user = user };
	int r;

	if (!queue_ticket_read(ctx, user, performance, text, &ticket))
		return QUEUE_E_TICKET;
	r = queue_visit_begin(&v, performance);
	if (r == QUEUE_E_CLOSED
	    || (r == QUEUE_OK && v.terms->queue_mode == QUEUE_OFF))
		return QUEUE_OK;
	return r == QUEUE_OK ? leave(ctx, user, performance, ticket.seq) : r;
}

int
queue_leave_all(struct ctx *ctx, int64_t user)
{
	const struct db_param param = db_i64(&ctx->arena, user);
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_queue_living, 1, &param, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		r = leave(ctx, user, db_get_i64(&rows, i, 0),
		    db_get_i64(&rows, i, 1));
	return MIN(r, 0);
}
