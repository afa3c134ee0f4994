/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_now - see load_now.h
 *
 * No file of /proc is read: the units of the programs hide all but processes
 * there.
 *
 * Layer: domain.
 */
#include "admin/load_now.h"

#include "base/clock.h"
#include "base/metrics_look.h"
#include "base/seqlock.h"

#include <sched.h>
#include <sys/sysinfo.h>

/* The shortest span that says something of a pool. */
#define SPAN_US INT64_C(5000000)

const char *const load_names[LOAD_N] = {
	[LOAD_API] = "api",
	[LOAD_PAY] = "pay",
	[LOAD_HOLDS] = "holds",
	[LOAD_CPU] = "cpu",
	[LOAD_REDIS] = "redis",
	[LOAD_PRIMARY] = "primary",
};

SQL(load_ping, "SELECT 1");

static double
share(double part, double whole)
{
	if (part <= 0)
		return 0;
	return part < whole ? part / whole : 1;
}

/* ---- the pools ---- */

static int64_t
busy_us(const struct metrics_look *look, const char *pool)
{
	return (int64_t)(1e6
	    * metrics_look_sum(look, "boxoffice_request_duration_seconds_sum",
		pool, NULL));
}

/* A program that began anew counts from nothing: that is no time. */
static double
pool_share(const struct metrics_look *look, const char *pool, int64_t spent_us,
    int64_t span_us)
{
	return share((double)spent_us,
	    (double)span_us
		* metrics_look_sum(look, "boxoffice_workers", pool, NULL));
}

static void
look_at_pools(const struct metrics_look *look, struct load_mark *mark,
    struct load_now *out)
{
	static const char api[] = "pool=\"api\"", pay[] = "pool=\"pay\"";
	struct load_mark now = { look->at_us, busy_us(look, api),
		busy_us(look, pay) };
	int64_t span_us = mark->at_us == 0 ? 0 : now.at_us - mark->at_us;

	if (span_us > 0) {
		out->of[LOAD_API] = pool_share(look, api,
		    now.api_us - mark->api_us, span_us);
		out->of[LOAD_PAY] = pool_share(look, pay,
		    now.pay_us - mark->pay_us, span_us);
	}
	out->seconds = (double)span_us / 1e6;
	*mark = now;
}

/* ---- the machine and the stores ---- */

static double
cpu_share(void)
{
	struct sysinfo info;
	cpu_set_t set;

	if (sysinfo(&info) < 0 || sched_getaffinity(0, sizeof(set), &set) < 0)
		return 0;
	return share((double)info.loads[0] / (1 << SI_LOAD_SHIFT),
	    CPU_COUNT(&set));
}

static double
redis_share(struct ctx *ctx)
{
	int64_t began_us = clock_mono_us();

	if (kv_probe(ctx->kv) != 0)
		return 1;
	return share((double)(clock_mono_us() - began_us),
	    (double)(ctx->set.redis_command_ms * US_PER_MS));
}

static double
primary_share(struct ctx *ctx)
{
	int64_t began_us = clock_mono_us();

	if (db_run(ctx->primary, &ctx->arena, &sql_load_ping, 0, NULL, NULL)
	    != DB_OK)
		return 1;
	return share((double)(clock_mono_us() - began_us),
	    (double)(ctx->set.db_statement_ms * US_PER_MS));
}

int
load_now(struct ctx *ctx, struct load_mark *mark, struct load_now *out)
{
	struct metrics_look look;
	int r;

	*out = (struct load_now){ .most = LOAD_API };
	r = metrics_look(&ctx->arena, ctx->set.runtime_dir, &look);
	if (r < 0)
		return r;
	look_at_pools(&look, mark, out);
	out->of[LOAD_HOLDS] = share(metrics_look_sum(&look,
					"boxoffice_database_holds",
					"pool=\"api\"", NULL),
	    (double)ctx->set.database_holds);
	out->of[LOAD_CPU] = cpu_share();
	out->of[LOAD_REDIS] = redis_share(ctx);
	out->of[LOAD_PRIMARY] = primary_share(ctx);
	for (int i = 0; i < LOAD_N; i++)
		if (out->of[i] > out->of[out->most])
			out->most = (enum load_source)i;
	return 0;
}

/* ---- against what others looked at ---- */

#define MARK_WORDS (sizeof(struct load_mark) / sizeof(uint64_t))

/* The last look, and one at least SPAN_US before it. */
struct marks {
	struct seqlock lock;
	seqlock_word words[2][MARK_WORDS];
};

SHARED_PART(marks, struct marks, NULL);

/* Zeros where nobody has looked, or somebody writes. */
static void
read_marks(const struct marks *m, struct load_mark out[2])
{
	unsigned number;

	memset(out, 0, 2 * sizeof(*out));
	if (!seqlock_look(&m->lock, &number))
		return;
	for (int i = 0; i < 2; i++)
		seqlock_load((uint64_t *)&out[i], m->words[i], MARK_WORDS);
	if (!seqlock_is_same(&m->lock, number))
		memset(out, 0, 2 * sizeof(*out));
}

static void
write_marks(struct marks *m, const struct load_mark in[2])
{
	if (!seqlock_take(&m->lock))
		return;
	for (int i = 0; i < 2; i++)
		seqlock_store(m->words[i], (const uint64_t *)&in[i],
		    MARK_WORDS);
	seqlock_give(&m->lock);
}

int
load_lately(struct ctx *ctx, struct load_now *out)
{
	struct marks *m = shared_part(ctx->shared, &marks);
	struct load_mark kept[2], now;
	bool old_enough;
	int r;

	read_marks(m, kept);
	old_enough = clock_mono_us() - kept[1].at_us >= SPAN_US;
	now = kept[old_enough || kept[0].at_us == 0];
	r = load_now(ctx, &now, out);
	if (r == 0 && old_enough)
		write_marks(m, (struct load_mark[]){ kept[1], now });
	return r;
}
