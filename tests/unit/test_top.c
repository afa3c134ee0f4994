/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_top - boxofficectl top: what goes on, from the metrics of this machine
 *
 * Layer: tests.  Uses: base.
 */
#include "base/clock.h"
#include "base/metrics.h"
#include "tests/support/suite.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUESTS, ERRORS, TIMES, WORKERS, AWAY, ROUNDS, USERS };

static const struct metric_row rows[] = {
	[REQUESTS] = { "boxoffice_requests_total", "pool=\"api\",code=\"2xx\"",
	    METRIC_COUNTER, "" },
	[ERRORS] = { "boxoffice_requests_total", "pool=\"api\",code=\"5xx\"",
	    METRIC_COUNTER, "" },
	[TIMES] = { "boxoffice_request_duration_seconds", "pool=\"api\"",
	    METRIC_HISTOGRAM, "" },
	[WORKERS] = { "boxoffice_workers", "pool=\"api\"", METRIC_GAUGE, "" },
	[AWAY] = { "boxoffice_store_away", "pool=\"api\",store=\"redis\"",
	    METRIC_GAUGE, "" },
	[ROUNDS] = { "boxoffice_job_rounds_total", "job=\"persist\"",
	    METRIC_COUNTER, "" },
	[USERS] = { "boxoffice_users_seen", "", METRIC_GAUGE, "" },
	{ NULL },
};

static char folder[] = "/tmp/bo-top-XXXXXX";
static char out[8192];
static struct metrics *metrics;
static pid_t busy;

static void
setup(void)
{
	char path[64];
	FILE *conf;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/conf", folder);
	conf = fopen(path, "w");
	ck_assert_ptr_nonnull(conf);
	fprintf(conf,
	    "[general]\nruntime_dir = %s\n[token]\n"
	    "key = k1:dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHQ\n",
	    folder);
	ck_assert_int_eq(fclose(conf), 0);
}

static void
teardown(void)
{
	char command[64];

	metrics_close(metrics);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

/* A pool that answers four requests in 2 ms for each that fails in 40, until it
 * is killed: counters have to grow while they are looked at. */
static void
given_a_pool_that_serves(void)
{
	ck_assert_int_eq(metrics_open(rows, 2, folder, "fcgi", &metrics), 0);
	metrics_use_slot(metrics, 0);
	metrics_set(metrics, WORKERS, 3);
	metrics_set(metrics, AWAY, 1);
	metrics_set(metrics, USERS, 4711);
	busy = fork();
	ck_assert_int_ne(busy, -1);
	if (busy != 0)
		return;
	metrics_use_slot(metrics, 1);
	for (;;) {
		metrics_add(metrics, ROUNDS, 1);
		for (int i = 0; i < 5; i++) {
			metrics_add(metrics, i < 4 ? REQUESTS : ERRORS, 1);
			metrics_observe_us(metrics, TIMES,
			    i < 4 ? 2000 : 40000);
		}
		poll(NULL, 0, 1);
	}
}

static int
top(const char *more)
{
	char command[256];
	size_t n;
	FILE *p;

	snprintf(command, sizeof(command),
	    "%s/boxofficectl --config %s/conf top %s 2>&1", getenv("BUILDDIR"),
	    folder, more);
	p = popen(command, "r");
	ck_assert_ptr_nonnull(p);
	n = fread(out, 1, sizeof(out) - 1, p);
	out[n] = '\0';
	return WEXITSTATUS(pclose(p));
}

/* The numbers behind a row's name. */
static int
read_row(const char *name, double v[5])
{
	const char *row = strstr(out, name);

	ck_assert_msg(row != NULL, "no %s in %s", name, out);
	return sscanf(row + strlen(name), "%lf %lf %lf %lf %lf", &v[0], &v[1],
	    &v[2], &v[3], &v[4]);
}

START_TEST(what_counts_is_shown_by_the_second_and_times_by_their_buckets)
{
	double v[5];

	given_a_pool_that_serves();
	ck_assert_int_eq(top("--seconds 1 --rounds 1"), 0);
	kill(busy, SIGKILL);
	ck_assert_int_eq(waitpid(busy, NULL, 0), busy);
	ck_assert_int_eq(read_row("\napi ", v), 5);
	ck_assert(v[0] > 0 && v[1] == 0 && v[2] > 0 && v[2] < v[0]);
	ck_assert(v[3] == 2.5 && v[4] == 50);
	ck_assert_int_ge(read_row("\nredis ", v), 1);
	ck_assert(v[0] == 1);
	ck_assert_int_ge(read_row("\npersist ", v), 1);
	ck_assert(v[0] > 0);
	ck_assert_int_ge(read_row("\nusers within five minutes ", v), 1);
	ck_assert(v[0] == 4711);
}
END_TEST

START_TEST(where_nothing_is_told_that_is_said)
{
	ck_assert_int_eq(top("--seconds 1"), 1);
	ck_assert_ptr_nonnull(strstr(out, "no program of this machine"));
}
END_TEST

START_TEST(nonsense_is_refused)
{
	ck_assert_int_eq(top("--seconds 0"), 2);
	ck_assert_int_eq(top("--seconds 3601"), 2);
	ck_assert_int_eq(top("--rounds x"), 2);
	ck_assert_int_eq(top("all"), 2);
	ck_assert_ptr_nonnull(strstr(out, "usage: boxofficectl"));
}
END_TEST

SUITE("top")
{
	FIXTURE(setup, teardown);
	TEST(what_counts_is_shown_by_the_second_and_times_by_their_buckets);
	TEST(where_nothing_is_told_that_is_said);
	TEST(nonsense_is_refused);
}
