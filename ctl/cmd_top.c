/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_top - boxofficectl top
 *
 * What the programs of this machine do, from their metrics: no store is asked,
 * so it can be looked at while they are away. Two looks make a picture: what
 * counts is shown by the second, what is so as it is.
 *
 * Layer: ctl.  Uses: base.
 */
#include "ctl/ctl.h"

#include "base/clock.h"
#include "base/metrics_look.h"

#include <getopt.h>
#include <poll.h>
#include <unistd.h>

#define SECONDS_MAX 3600
#define NAMES_MAX 64

struct picture {
	struct metrics_look before, after;
};

/* ---- counting ---- */

static double
rate_of(const struct picture *p, const char *name, const char *label,
    const char *other)
{
	return (metrics_look_sum(&p->after, name, label, other)
		   - metrics_look_sum(&p->before, name, label, other))
	    * 1e6 / (double)(p->after.at_us - p->before.at_us);
}

/* How many were seen within a bucket's bound between the two looks. */
static int64_t
within(struct ctl *ctl, const struct picture *p, const char *name,
    const char *label, size_t bucket)
{
	struct arena *a = &ctl->ctx.arena;

	return metrics_look_bucket(a, &p->after, name, label, bucket)
	    - metrics_look_bucket(a, &p->before, name, label, bucket);
}

/* The upper bound of the bucket where so many in a hundred are, in ms: 0 where
 * nothing was, -1 above all bounds. */
static double
percentile_ms(struct ctl *ctl, const struct picture *p, const char *name,
    const char *label, int share)
{
	int64_t all = within(ctl, p, name, label, metric_n_buckets);

	if (all <= 0)
		return 0;
	for (size_t i = 0; i < metric_n_buckets; i++)
		if (within(ctl, p, name, label, i) * 100 >= all * share)
			return (double)metric_buckets_us[i] / 1e3;
	return -1;
}

/* ---- showing ---- */

enum how { HOW_RATE, HOW_NOW, HOW_P50, HOW_P99 };

struct column {
	const char *title, *metric;
	const char *label; /* beside the row's, or NULL */
	enum how how;
};

/* A table has a row for each value that a label of its first column has. */
struct table {
	const char *label;
	const struct column *columns;
	size_t n;
};

static const struct column pool_columns[] = {
	{ "requests/s", "boxoffice_requests_total", NULL, HOW_RATE },
	{ "4xx/s", "boxoffice_requests_total", "code=\"4xx\"", HOW_RATE },
	{ "5xx/s", "boxoffice_requests_total", "code=\"5xx\"", HOW_RATE },
	{ "p50 ms", "boxoffice_request_duration_seconds", NULL, HOW_P50 },
	{ "p99 ms", "boxoffice_request_duration_seconds", NULL, HOW_P99 },
	{ "workers", "boxoffice_workers", NULL, HOW_NOW },
	{ "conns", "boxoffice_connections", NULL, HOW_NOW },
	{ "died", "boxoffice_workers_died_total", NULL, HOW_NOW },
};

static const struct column store_columns[] = {
	{ "away", "boxoffice_store_away", NULL, HOW_NOW },
	{ "went away", "boxoffice_store_away_total", NULL, HOW_NOW },
};

static const struct column job_columns[] = {
	{ "rounds/s", "boxoffice_job_rounds_total", NULL, HOW_RATE },
	{ "done/s", "boxoffice_job_done_total", NULL, HOW_RATE },
	{ "faults/s", "boxoffice_job_faults_total", NULL, HOW_RATE },
	{ "p99 ms", "boxoffice_job_duration_seconds", NULL, HOW_P99 },
};

static const struct table tables[] = {
	{ "pool", pool_columns, ARRAY_LEN(pool_columns) },
	{ "store", store_columns, ARRAY_LEN(store_columns) },
	{ "job", job_columns, ARRAY_LEN(job_columns) },
};

/* What is one number. */
static const struct column numbers[] = {
	{ "users within five minutes", "boxoffice_users_seen", NULL, HOW_NOW },
	{ "holds that run", "boxoffice_holds_running", NULL, HOW_NOW },
	{ "waiting in lines", "boxoffice_queue_waiting", NULL, HOW_NOW },
	{ "buying out of lines", "boxoffice_queue_buying", NULL, HOW_NOW },
	{ "readers of changes", "boxoffice_feed_readers", NULL, HOW_NOW },
	{ "connections to the primary", "boxoffice_database_connections", NULL,
	    HOW_NOW },
	{ "replica behind, s", "boxoffice_replica_lag_seconds", NULL, HOW_NOW },
	{ "oldest message, s", "boxoffice_outbox_age_seconds", NULL, HOW_NOW },
	{ "oldest unresolved payment, s",
	    "boxoffice_payment_unresolved_age_seconds", NULL, HOW_NOW },
	{ "violations of invariants", "boxoffice_audit_violations", NULL,
	    HOW_NOW },
};

static void
print_cell(struct ctl *ctl, const struct picture *p, const struct column *c,
    const char *label)
{
	double ms;

	switch (c->how) {
	case HOW_RATE:
		printf(" %10.1f", rate_of(p, c->metric, label, c->label));
		break;
	case HOW_NOW:
		printf(" %10.0f",
		    metrics_look_sum(&p->after, c->metric, label, c->label));
		break;
	case HOW_P50:
	case HOW_P99:
		ms = percentile_ms(ctl, p, c->metric, label,
		    c->how == HOW_P50 ? 50 : 99);
		if (ms < 0)
			printf(" %10s", "longer");
		else
			printf(" %10g", ms);
		break;
	}
}

/* The values of a label, each once, as name="value". out: NAMES_MAX at most. */
static size_t
find_names(struct ctl *ctl, const struct metrics_look *look,
    const struct table *table, const char *out[NAMES_MAX])
{
	const char *begin = arena_printf(&ctl->ctx.arena, "%s=\"",
	    table->label);
	size_t n = 0, i;

	for (size_t s = 0; s < look->n && n < NAMES_MAX; s++) {
		const struct metrics_sample *sample = &look->samples[s];
		struct span found;
		const char *name;

		if (!span_eq_str(sample->name, table->columns[0].metric)
		    || !metrics_has_label(sample, begin))
			continue;
		found.p = memmem(sample->labels.p, sample->labels.len, begin,
		    strlen(begin));
		found.len = sample->labels.len
		    - (size_t)(found.p - sample->labels.p);
		span_cut(&found, '"');
		name = arena_printf(&ctl->ctx.arena, "%s%s\"", begin,
		    arena_str(&ctl->ctx.arena, span_cut(&found, '"')));
		for (i = 0; i < n && strcmp(out[i], name) != 0; i++)
			;
		if (i == n)
			out[n++] = name;
	}
	return n;
}

static void
print_table(struct ctl *ctl, const struct picture *p, const struct table *table)
{
	const char *names[NAMES_MAX];
	size_t n = find_names(ctl, &p->after, table, names);
	size_t skip = strlen(table->label) + 2;

	printf("%-16s", table->label);
	for (size_t c = 0; c < table->n; c++)
		printf(" %10s", table->columns[c].title);
	printf("\n");
	for (size_t i = 0; i < n; i++) {
		printf("%-16.*s", (int)(strlen(names[i]) - skip - 1),
		    names[i] + skip);
		for (size_t c = 0; c < table->n; c++)
			print_cell(ctl, p, &table->columns[c], names[i]);
		printf("\n");
	}
	printf("\n");
}

static void
print_picture(struct ctl *ctl, const struct picture *p)
{
	if (isatty(STDOUT_FILENO))
		printf("\033[H\033[2J");
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		print_table(ctl, p, &tables[i]);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		printf("%-32s", numbers[i].title);
		print_cell(ctl, p, &numbers[i], NULL);
		printf("\n");
	}
}

/* ---- the verb ---- */

struct args {
	int64_t seconds, rounds; /* 0 rounds: until interrupted */
};

static bool
read_args(int argc, char **argv, struct args *out)
{
	static const struct option options[] = {
		{ "rounds", required_argument, NULL, 'r' },
		{ "seconds", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		int64_t *value = c == 'r' ? &out->rounds : &out->seconds;

		if (c == '?' || !span_to_i64(span_str(optarg), value)
		    || *value < 1)
			return false;
	}
	return optind == argc && out->seconds <= SECONDS_MAX;
}

static int
show_once(struct ctl *ctl, int64_t seconds)
{
	const char *folder = ctl->ctx.set.runtime_dir;
	struct arena *a = &ctl->ctx.arena;
	struct picture picture, *p = &picture;
	int r;

	r = metrics_look(a, folder, &p->before);
	if (r == 0) {
		poll(NULL, 0, (int)(seconds * MS_PER_S));
		r = metrics_look(a, folder, &p->after);
	}
	if (r < 0)
		return ctl_refuse("the metrics in %s cannot be read: %s",
		    folder, strerror(-r));
	if (p->after.n == 0)
		return ctl_refuse(
		    "no program of this machine shows metrics "
		    "that this user may read");
	print_picture(ctl, p);
	return ctl_flush();
}

int
cmd_top(struct ctl *ctl, int argc, char **argv)
{
	struct args args = { .seconds = 2,
		.rounds = isatty(STDOUT_FILENO) ? 0 : 1 };
	int r = CTL_OK;

	if (!read_args(argc, argv, &args))
		return ctl_usage(ctl);
	for (int64_t i = 0;
	     r == CTL_OK && (args.rounds == 0 || i < args.rounds); i++) {
		ctx_round(&ctl->ctx);
		r = show_once(ctl, args.seconds);
	}
	return r;
}
