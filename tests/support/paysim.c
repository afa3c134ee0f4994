/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paysim - tests/paysim as a test's own provider, what it is told, and what it
 * has done
 *
 * Layer: tests.  Uses: outside, check.
 */
#include "tests/support/paysim.h"

#include "base/clock.h"
#include "outside/outside.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_US (60 * INT64_C(1000000))

struct paysim paysim;

/* ---- the program ---- */

static FILE *
open_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", paysim.dir, name);
	return fopen(path, "r");
}

bool
paysim_file(const char *name, char *to, size_t size)
{
	FILE *f = open_file(name);
	size_t n;

	if (f == NULL)
		return false;
	n = fread(to, 1, size - 1, f);
	to[n] = '\0';
	fclose(f);
	return n > 0;
}

pid_t
paysim_run(const char *program, const char *first, const char *second,
    const char *third, const char *name, char *to, size_t size)
{
	const int64_t until_us = clock_mono_us() + DEADLINE_US;
	const char *src = getenv("SRCDIR");
	char path[512];
	pid_t parent = getpid(), pid;

	snprintf(path, sizeof(path), "%s/%s", src != NULL ? src : "..",
	    program);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			execl("/usr/bin/python3", "python3", path, first,
			    second, third, (char *)NULL);
		_exit(127);
	}
	while (!paysim_file(name, to, size) && clock_mono_us() < until_us)
		usleep(10000);
	ck_assert_msg(to[0] != '\0', "%s does not listen", program);
	return pid;
}

void
paysim_start(void)
{
	strcpy(paysim.dir, "/tmp/boxoffice-paysim-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(paysim.dir));
	paysim.pid = paysim_run("tests/paysim/paysim.py", "--dir", paysim.dir,
	    NULL, "address", paysim.address, sizeof(paysim.address));
}

void
paysim_stop(void)
{
	char command[96];

	kill(paysim.pid, SIGKILL);
	waitpid(paysim.pid, NULL, 0);
	snprintf(command, sizeof(command), "rm -r %s", paysim.dir);
	ck_assert_int_eq(system(command), 0);
}

void
paysim_settings(struct settings *set)
{
	snprintf(set->stripe_url, sizeof(set->stripe_url), "%s",
	    paysim.address);
	snprintf(set->stripe_ca_file, sizeof(set->stripe_ca_file), "%s/tls.crt",
	    paysim.dir);
	strcpy(set->stripe_key, "sk_test_paysim");
	strcpy(set->stripe_webhook_secret, "whsec_test");
}

/* ---- commands, and the journal ---- */

static int n_heard, heard_status;

static void
hear(void *kept, const struct outside_answer *answer)
{
	(void)kept;
	ck_assert_int_eq(answer->said, OUTSIDE_ANSWERED);
	n_heard++;
	heard_status = answer->status;
}

void
paysim_ask(struct ctx *ctx, const struct outside_request *request)
{
	int before = n_heard;

	ck_assert_int_eq(outside_request(ctx->outside, request,
			     &(struct outside_then){ hear, NULL, 0 }),
	    OUTSIDE_OK);
	while (n_heard == before)
		outside_run(ctx->outside, 1000);
	ck_assert_int_eq(heard_status, 200);
}

void
paysim_tell(struct ctx *ctx, const char *method, const char *path,
    struct span body)
{
	const struct outside_request request = { .method = method,
		.url = span_str(arena_printf(&ctx->arena, "%s/_sim/%s",
		    paysim.address, path)),
		.body = body,
		.ca_file = ctx->set.stripe_ca_file };

	paysim_ask(ctx, &request);
}

void
paysim_fault(struct ctx *ctx, const char *how)
{
	paysim_tell(ctx, "POST", "fault", span_str(how));
}

int
paysim_noted(const char *said, struct span about)
{
	FILE *f = open_file("journal.jsonl");
	char line[4096], what[64], other[128];
	int n = 0;

	ck_assert_ptr_nonnull(f);
	snprintf(what, sizeof(what), "\"what\": \"%s\"", said);
	snprintf(other, sizeof(other), "%.*s", (int)about.len,
	    about.len > 0 ? about.p : "");
	while (fgets(line, sizeof(line), f) != NULL)
		n += strstr(line, what) != NULL && strstr(line, other) != NULL;
	fclose(f);
	return n;
}
