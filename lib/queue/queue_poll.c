/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_poll - where somebody stands
 *
 * Most who ask wait far from the front, or have just asked the line
 * (queue_seen.h): their ticket and what the last run published
 * (queue_snapshot.h) is all that is needed. Others ask the line in Redis, and
 * so does everybody once whose ticket is of another epoch: where that does not
 * know him, his number counts again, unless PostgreSQL has a row that it is
 * spent.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "queue/queue.h"

#include "catalog/terms.h"
#include "queue/queue_seen.h"
#include "queue/queue_visit.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "seat/seat_terms.h"
#include "store/read.h"

SQL(queue_row,
    "SELECT EXISTS (SELECT FROM queue_passes($1, $3) AS l WHERE l.seq = $2)"
    " FROM queue_pass WHERE performance_id = $1 AND seq = $2");

/* Far from the front, or not for the first time now; or in the lobby. */
static bool
take_snapshot(struct queue_visit *v, struct queue_stand *s)
{
	const struct queue_snapshot *now = v->terms->queue_mode == QUEUE_OFF
	    ? NULL
	    : queue_visit_now(v);
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
find_row(struct queue_visit *v, const struct queue_ticket *t, bool *has_row,
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
look_for_row(struct queue_visit *v, struct queue_stand *s)
{
	bool has_row, lives;
	int r = find_row(v, &s->ticket, &has_row, &lives);

	if (r == 0 && s->ticket.epoch < v->epoch && (lives || !has_row))
		return queue_visit_look(v, s, "here");
	s->state = has_row ? QUEUE_EXPIRED : QUEUE_LEFT;
	return r;
}

/* The same of a ticket of the lobby. He has a number once he is drawn. Where
 * the loss was noticed just now he may be back before that is read. */
static int
look_for_member(struct queue_visit *v, struct queue_stand *s)
{
	int r = 0;

	if (s->ticket.epoch < v->epoch)
		r = queue_visit_look(v, s, "behind");
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
ask_stand(struct queue_visit *v, struct queue_stand *s)
{
	int64_t epoch;
	int r = epoch_get(v->ctx, &epoch);

	if (r == 0)
		r = queue_visit_look(v, s,
		    s->ticket.epoch < epoch ? "behind" : "");
	if (r == 0 && seat_said(&v->reply, "unknown"))
		r = s->ticket.in_lobby && s->ticket.seq == 0
		    ? look_for_member(v, s)
		    : look_for_row(v, s);
	if (r != 0)
		return r;
	if (seat_said(&v->reply, "lobby"))
		return queue_visit_lobby(v, s);
	if (seat_said(&v->reply, "off"))
		queue_visit_off(v, s);
	else if (seat_said(&v->reply, "closed"))
		s->state = QUEUE_ENDED;
	else if (!seat_said(&v->reply, "unknown"))
		queue_visit_stand(v, s);
	return QUEUE_OK;
}

int
queue_poll(struct ctx *ctx, int64_t user, int64_t performance, struct span text,
    struct queue_stand *out)
{
	struct queue_visit v = { .ctx = ctx, .user = user };
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
	queue_visit_tell(&v, out);
	return QUEUE_OK;
}
