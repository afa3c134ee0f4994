/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs - what belongs to no request, and how often it is done
 *
 * A job's function does one bounded round. Any number of boxoffice-worker
 * processes may run, so a round is safe to be run twice at once.
 *
 * Layer: worker.  Uses: store.
 */
#ifndef WORKER_JOBS_H
#define WORKER_JOBS_H

#include "store/ctx.h"

#define JOBS_MAX 32

/* A process may do only some of them: bits. */
#define JOBS_CORE 1U
#define JOBS_PAY 2U      /* they ask providers, and need their keys */
#define JOBS_MESSAGES 4U /* they send to people and other systems */

struct job {
	const char *name;
	size_t period_setting; /* offset of an int64_t ms in settings, or */
	int64_t period_ms;     /* this, where it is not 0 */
	/* One round. out: *n_done, what the round is counted by. returns: 0;
	 * > 0 there is more, and the next round is due as soon as the other
	 * jobs had theirs; < 0 on a fault, logged where it began: the next
	 * round tries again */
	int (*run)(struct ctx *ctx, size_t *n_done);
	const char *help;  /* what n_done counts */
	const char *wakes; /* the notifications that make it due at once,
	                    * as "epoch map"; NULL: none do */
	unsigned group;    /* JOBS_PAY, JOBS_MESSAGES; 0: JOBS_CORE */
};

/* THE job table; ends with a NULL name. */
extern const struct job jobs[];
/* How many there are. */
extern const int n_jobs;

/* "core", "pay", "messages" or "all"; 0 when it is none of these. */
unsigned job_groups_named(const char *name);
bool job_is_of(const struct job *job, unsigned groups);

int64_t job_period_ms(const struct job *job, const struct settings *set);

/* Whether a job is to be done at once at this notification. */
bool job_wakes(const struct job *job, const char *notification);

/* job_admit.c: the lines in front of performances move. */
int job_admit(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_audit.c: what must never be is counted, again and again. */
int job_audit(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_expiry.c: the seats of lapsed holds become free. */
int job_expiry(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_export.c: tables that operators have asked for are written. */
int job_export(struct ctx *ctx, size_t *n_done) MUST_CHECK;
int job_export_purge(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_mail.c: buyers are told by mail. */
int job_mail(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_pay.c: payments and refunds that somebody outside is asked about. */
int job_pay(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* Whether settings name every provider who must be asked yet; else it is told
 * in the log who. True where nobody can say, since the primary is away. */
bool job_pay_may_take(struct ctx *ctx, const struct settings *set);
/* Before the context is closed. What is under way ends unanswered, and is
 * asked again by the next one. */
void job_pay_close(struct ctx *ctx);
/* job_persist.c: holds of the logs go to the journal. */
int job_persist(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_purge.c: what was kept long enough goes. */
int job_purge(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_rebuild.c: maps that Redis lost come back. */
int job_rebuild(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_relay.c: what is told to others is sent and taken, and forgotten. */
int job_relay(struct ctx *ctx, size_t *n_done) MUST_CHECK;
int job_outbox_days(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_adopt.c: Redis is told of holds made while it was away. */
int job_adopt(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_reconcile.c: maps follow the facts where a mirror failed. */
int job_reconcile(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_reconcile_pay.c: what providers have is compared with what is here. */
int job_reconcile_pay(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_maps.c: maps follow their performances' terms and the end of their
 * rules; old log entries go, and maps that are not on sale. */
int job_terms(struct ctx *ctx, size_t *n_done) MUST_CHECK;
int job_rules(struct ctx *ctx, size_t *n_done) MUST_CHECK;
int job_unload(struct ctx *ctx, size_t *n_done) MUST_CHECK;
int job_log_trim(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_called_off.c: what was sold of performances that were called off goes
 * back. */
int job_called_off(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_count_logs.c: what clients told is counted. */
int job_count_logs(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_webhook.c: webhooks are told. */
int job_webhook(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_house.c: house seats for which nobody came go on sale. */
int job_house(struct ctx *ctx, size_t *n_done) MUST_CHECK;
/* job_gauges.c: what goes on in the whole system, for /metrics. */
int job_gauges(struct ctx *ctx, size_t *n_done) MUST_CHECK;

#endif
