/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault - named places where a test makes things go wrong
 *
 * A plan is read from the environment once a process; a fork inherits the
 * plan but counts for itself. A plan that cannot be read aborts: a test that
 * injects nothing would pass for the wrong reason.
 *
 * Layer: base.  Uses: log, span.
 */
#include "base/fault.h"

#ifdef FAULTS

#include "base/log.h"
#include "base/span.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define N_RULES_MAX 32
#define NAME_SIZE 64
#define PATH_SIZE 200
#define CRASH_STATUS 137 /* as if by kill -9, seen through a shell */
#define EVERY 0

enum fault_kind { FAULT_CRASH, FAULT_PAUSE, FAULT_WRONG };

static struct fault_rule {
	enum fault_kind kind;
	char name[NAME_SIZE];
	int64_t at; /* the hit it happens at, or EVERY */
	int64_t n_hits;
	char path[PATH_SIZE]; /* pause: the files it speaks through */
} rules[N_RULES_MAX];
static size_t n_rules;
static pid_t owner; /* whose counts these are; 0: no plan read */

static bool
copy(char *to, size_t size, struct span s)
{
	if (s.len == 0 || s.len >= size)
		return false;
	memcpy(to, s.p, s.len);
	to[s.len] = '\0';
	return true;
}

static bool
read_kind(struct span word, enum fault_kind *out)
{
	static const char *const words[] = { "crash", "pause", "fail" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_eq_str(word, words[i])) {
			*out = (enum fault_kind)i;
			return true;
		}
	return false;
}

/* KIND:NAME:N and, for a pause, :PATH */
static bool
read_rule(struct span s, struct fault_rule *rule)
{
	struct span count;

	*rule = (struct fault_rule){ 0 };
	if (!read_kind(span_cut(&s, ':'), &rule->kind)
	    || !copy(rule->name, sizeof(rule->name), span_cut(&s, ':')))
		return false;
	count = span_cut(&s, ':');
	if (rule->kind == FAULT_WRONG && span_eq_str(count, "*"))
		rule->at = EVERY;
	else if (!span_to_i64(count, &rule->at) || rule->at < 1)
		return false;
	if (rule->kind == FAULT_PAUSE)
		return copy(rule->path, sizeof(rule->path), s);
	return !span_is(s);
}

void
fault_reset(void)
{
	struct span rest = span_str(getenv("BOXOFFICE_FAULTS"));

	owner = getpid();
	n_rules = 0;
	while (rest.len > 0) {
		struct span one = span_cut(&rest, ',');

		if (n_rules == N_RULES_MAX || !read_rule(one, &rules[n_rules]))
			DIE("bad-fault-plan", LSPAN("rule", one));
		n_rules++;
	}
}

static void
be_ready(void)
{
	if (owner == 0)
		fault_reset();
	if (owner == getpid())
		return;
	owner = getpid();
	for (size_t i = 0; i < n_rules; i++)
		rules[i].n_hits = 0;
}

/* An empty file, or one line more in it. */
static void
leave_mark(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	ssize_t len = (ssize_t)strlen(line);

	if (fd < 0 || write(fd, line, (size_t)len) != len)
		DIE("fault-mark-failed", LSTR("path", path),
		    LSTR("error", strerror(errno)));
	close(fd);
}

static void
trace(const char *name)
{
	const char *path = getenv("BOXOFFICE_FAULT_TRACE");
	char line[NAME_SIZE + 1];

	if (path == NULL)
		return;
	snprintf(line, sizeof(line), "%s\n", name);
	leave_mark(path, line);
}

static void
stand_still(const char *path)
{
	const struct timespec poll_period = { .tv_nsec = 10 * 1000 * 1000 };
	char file[PATH_SIZE + sizeof(".reached")];

	snprintf(file, sizeof(file), "%s.reached", path);
	leave_mark(file, "");
	snprintf(file, sizeof(file), "%s.go", path);
	while (access(file, F_OK) != 0)
		nanosleep(&poll_period, NULL);
}

/* Count a hit; whether it is the one the rule waits for. */
static bool
is_due(struct fault_rule *rule, const char *name)
{
	if (strcmp(rule->name, name) != 0)
		return false;
	rule->n_hits++;
	return rule->at == EVERY || rule->at == rule->n_hits;
}

void
fault_point(const char *name)
{
	be_ready();
	trace(name);
	for (size_t i = 0; i < n_rules; i++) {
		struct fault_rule *rule = &rules[i];

		if (rule->kind == FAULT_WRONG || !is_due(rule, name))
			continue;
		if (rule->kind == FAULT_CRASH)
			_exit(CRASH_STATUS);
		stand_still(rule->path);
	}
}

int64_t
fault_hits(const char *name)
{
	be_ready();
	for (size_t i = 0; i < n_rules; i++)
		if (strcmp(rules[i].name, name) == 0)
			return rules[i].n_hits;
	return 0;
}

bool
fault_fail(const char *name)
{
	bool fail = false;

	be_ready();
	trace(name);
	for (size_t i = 0; i < n_rules; i++)
		if (rules[i].kind == FAULT_WRONG && is_due(&rules[i], name))
			fail = true;
	return fail;
}

#endif
