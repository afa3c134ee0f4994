/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * db_pipeline - a whole transaction in one round trip
 *
 * What must be prepared first, BEGIN, the steps and COMMIT are sent together.
 * The server skips all that follows a refusal, so COMMIT too, and the
 * transaction is left failed: it is rolled back with a second round trip.
 *
 * Layer: store.  Uses: base, pg_door.
 */
#include "base/fault.h"
#include "store/db_own.h"

#include <assert.h>

#define STEPS_MAX 32

struct pipeline {
	const struct sql *fresh[STEPS_MAX + 2]; /* not prepared yet */
	size_t n_fresh;
	struct db_step *steps;
	size_t n_steps;
	int *failed;
	int refusal; /* the first; 0: none */
};

static void
need(struct db *db, struct pipeline *p, const struct sql *sql)
{
	if (pg_is_prepared(&db->pg, sql))
		return;
	for (size_t i = 0; i < p->n_fresh; i++)
		if (p->fresh[i] == sql)
			return;
	p->fresh[p->n_fresh++] = sql;
}

static void
need_all(struct db *db, struct pipeline *p)
{
	p->n_fresh = 0;
	need(db, p, &db_sql_begin);
	for (size_t i = 0; i < p->n_steps; i++)
		need(db, p, p->steps[i].sql);
	need(db, p, &db_sql_commit);
}

static int
send_all(struct pg *pg, const struct pipeline *p)
{
	int r = pg_pipeline_begin(pg);

	for (size_t i = 0; r == 0 && i < p->n_fresh; i++)
		r = pg_send_prepare(pg, p->fresh[i]);
	if (r == 0)
		r = pg_send_execute(pg, &db_sql_begin, 0, NULL);
	for (size_t i = 0; r == 0 && i < p->n_steps; i++)
		r = pg_send_execute(pg, p->steps[i].sql, p->steps[i].n_params,
		    p->steps[i].params);
	if (r == 0)
		r = pg_send_execute(pg, &db_sql_commit, 0, NULL);
	return r == 0 ? pg_pipeline_send(pg) : r;
}

static int
prepared(struct db *db, const struct sql *sql, const struct pg_answer *answer)
{
	int r = db_verdict(db, answer, sql->name);

	if (r == 0)
		pg_set_prepared(&db->pg, sql);
	return r;
}

static int
begun(struct db *db, const struct pg_answer *answer)
{
	int r = db_verdict(db, answer, db_sql_begin.name);

	db->in_tx = r == 0;
	return r;
}

static int
stepped(struct db *db, struct arena *a, struct pipeline *p, size_t i,
    const struct pg_answer *answer)
{
	int r = db_verdict(db, answer, p->steps[i].sql->name);

	if (r == 0)
		pg_answer_rows(answer, a, &p->steps[i].rows);
	else
		*p->failed = (int)i;
	return r;
}

/* Refused or not, the transaction is over. */
static int
committed(struct db *db, const struct pg_answer *answer)
{
	db->in_tx = false;
	return db_commit_verdict(db, answer);
}

/* The answers stand in the order in which send_all sent. */
static int
take(struct db *db, struct arena *a, struct pipeline *p, size_t at,
    const struct pg_answer *answer)
{
	size_t first = p->n_fresh + 1;

	if (at < p->n_fresh)
		return prepared(db, p->fresh[at], answer);
	if (at < first)
		return begun(db, answer);
	if (at < first + p->n_steps)
		return stepped(db, a, p, at - first, answer);
	return committed(db, answer);
}

static int
receive_all(struct db *db, struct arena *a, struct pipeline *p)
{
	size_t n = p->n_fresh + p->n_steps + 2;
	struct pg_answer answer;
	int r;

	for (size_t at = 0; at < n; at++) {
		r = pg_pipeline_answer(&db->pg, &answer);
		if (r != 0)
			return r;
		if (p->refusal == 0)
			p->refusal = take(db, a, p, at, &answer);
		pg_answer_free(&answer);
	}
	return pg_pipeline_end(&db->pg);
}

static int
run_once(struct db *db, struct arena *a, struct pipeline *p)
{
	int r = db_ready(db);

	if (r != 0)
		return r;
	p->refusal = 0;
	*p->failed = -1;
	need_all(db, p);
	FAULT_POINT("db.commit");
	r = send_all(&db->pg, p);
	if (r == 0)
		r = receive_all(db, a, p);
	FAULT_POINT("db.committed");
	if (p->refusal == 0 && FAULT_FAIL("db.commit_answer"))
		r = DB_F_UNREACHABLE;
	if (r != 0)
		r = db_lost(db, r, p->refusal == 0);
	if (p->refusal == 0)
		return r;
	db_rollback(db);
	return db_settle(db, p->refusal);
}

int
db_pipeline(struct db *db, struct arena *a, struct db_step *steps, size_t n,
    int *failed)
{
	struct pipeline p = {
		.steps = steps,
		.n_steps = n,
		.failed = failed,
	};
	int r;

	assert(n > 0 && n <= STEPS_MAX && !db->in_tx);
	r = run_once(db, a, &p);
	if (r == DB_E_CONFLICT) {
		db_step_aside();
		r = run_once(db, a, &p);
	}
	return r;
}
