/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log - one JSON line per fact, to standard error
 *
 * The line is built in one buffer on the stack: a process that is out of
 * memory can still say so.
 *
 * Layer: base.  Uses: clock, escape, span, utf8.
 */
#include "base/log.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define VALUE_MAX ((size_t)KIB(1))
#define REQUEST_MAX 64
#define TRACE_MAX 32
#define TAIL ",\"cut\":true}\n"

static const char *program = "boxoffice";
static enum log_level least = LOG_INFO;
static bool may_fill; /* standard error is a pipe or a socket */
static char request[REQUEST_MAX];
static size_t request_len;
static char trace[TRACE_MAX];
static size_t trace_len;
static uint64_t n_dropped;
static pid_t pid; /* asked once a process, not once a line */

/* Whole lines, at most as much as a pipe takes at once. */
static struct {
	bool on;
	size_t len;
	uint64_t n;
	int64_t since_us;
	char p[PIPE_BUF];
} kept;

struct line {
	char p[PIPE_BUF];
	size_t len;
	bool full; /* something did not fit */
};

static void
put(struct line *l, const char *p, size_t len)
{
	/* Room for the tail is never given away. */
	if (len > sizeof(l->p) - sizeof(TAIL) - l->len) {
		l->full = true;
		return;
	}
	memcpy(l->p + l->len, p, len);
	l->len += len;
}

static void
put_str(struct line *l, const char *s)
{
	put(l, s, strlen(s));
}

static void
put_int(struct line *l, int64_t v)
{
	char room[SPAN_DIGITS];
	struct span digits = span_of_i64(room, v);

	put(l, digits.p, digits.len);
}

static void
put_text(struct line *l, struct span s)
{
	char chunk[256];

	if (!span_is(s)) {
		put_str(l, "null");
		return;
	}
	s = utf8_cut(s, VALUE_MAX);
	put_str(l, "\"");
	while (s.len > 0)
		put(l, chunk, escape_json(chunk, sizeof(chunk), &s));
	put_str(l, "\"");
}

static void
put_real(struct line *l, double real)
{
	char digits[32];

	/* JSON has no word for the others. */
	if (isfinite(real))
		snprintf(digits, sizeof(digits), "%.9g", real);
	put_str(l, isfinite(real) ? digits : "null");
}

static void
put_value(struct line *l, const struct log_field *f)
{
	switch (f->kind) {
	case LOG_F_STR:
		put_text(l, span_str(f->v.str));
		break;
	case LOG_F_SPAN:
		put_text(l, f->v.span);
		break;
	case LOG_F_INT:
		put_int(l, f->v.i64);
		break;
	case LOG_F_REAL:
		put_real(l, f->v.real);
		break;
	case LOG_F_BOOL:
		put_str(l, f->v.boolean ? "true" : "false");
		break;
	}
}

/* Whole or not at all. */
static void
put_field(struct line *l, const struct log_field *f)
{
	size_t before = l->len;
	bool was_full = l->full;

	l->full = false;
	/* Names are constants of the program and need no escape. */
	put_str(l, ",\"");
	put_str(l, f->name);
	put_str(l, "\":");
	put_value(l, f);
	if (l->full)
		l->len = before;
	l->full = l->full || was_full;
}

/* The same for a constant of the program, which needs no escape. */
static void
put_word(struct line *l, const char *name, const char *word)
{
	put_str(l, name);
	put_str(l, word);
	put_str(l, "\"");
}

static void
put_head(struct line *l, enum log_level level, const char *fact)
{
	static const char *const words[] = { "error", "warn", "info", "debug" };
	char at[CLOCK_TEXT_SIZE];
	const struct log_field asked = LSPAN("request_id",
	    ((struct span){ request, request_len }));
	const struct log_field traced = LSPAN("trace_id",
	    ((struct span){ trace, trace_len }));

	clock_text(at, clock_ms());
	put_word(l, "{\"at\":\"", at);
	put_word(l, ",\"level\":\"", words[level]);
	put_word(l, ",\"program\":\"", program);
	put_str(l, ",\"pid\":");
	put_int(l, pid);
	put_word(l, ",\"fact\":\"", fact);
	if (request_len > 0)
		put_field(l, &asked);
	if (trace_len > 0)
		put_field(l, &traced);
}

/* Never waits: a reader of our pipe that sleeps must not stop the sale. A
 * file or a terminal knows no such flag and is simply written. */
static ssize_t
write_now(const char *p, size_t len)
{
	struct iovec whole = { (void *)(uintptr_t)p, len };
	ssize_t n;

	if (may_fill) {
		n = pwritev2(STDERR_FILENO, &whole, 1, -1, RWF_NOWAIT);
		if (n >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS))
			return n;
	}
	return write(STDERR_FILENO, p, len);
}

void
log_keep(void)
{
	kept.on = true;
}

bool
log_is_kept(int64_t before_us)
{
	return kept.len > 0 && kept.since_us < before_us;
}

void
log_flush(void)
{
	int saved = errno;

	if (kept.len > 0 && write_now(kept.p, kept.len) != (ssize_t)kept.len)
		n_dropped += kept.n;
	kept.len = 0;
	kept.n = 0;
	errno = saved;
}

static void
keep(const struct line *l)
{
	if (l->len > sizeof(kept.p) - kept.len)
		log_flush();
	if (kept.len == 0)
		kept.since_us = clock_mono_us();
	memcpy(kept.p + kept.len, l->p, l->len);
	kept.len += l->len;
	kept.n++;
}

/* What is kept is the parent's to write. */
static void
become_child(void)
{
	kept.len = 0;
	kept.n = 0;
	pid = getpid();
}

static void
know_pid(void)
{
	if (pid != 0)
		return;
	pthread_atfork(NULL, NULL, become_child);
	become_child();
}

void
log_open(const char *name, enum log_level level)
{
	struct stat st;

	know_pid();
	program = name;
	least = level;
	may_fill = fstat(STDERR_FILENO, &st) == 0
	    && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

void
log_set_level(enum log_level level)
{
	least = level;
}

void
log_set_request(struct span request_id)
{
	request_len = MIN(request_id.len, sizeof(request));
	if (request_len > 0)
		memcpy(request, request_id.p, request_len);
}

void
log_set_trace(struct span trace_id)
{
	trace_len = MIN(trace_id.len, sizeof(trace));
	if (trace_len > 0)
		memcpy(trace, trace_id.p, trace_len);
}

void
log_write(enum log_level level, const char *fact,
    const struct log_field *fields)
{
	int saved = errno;
	struct line l;

	if (level > least)
		return;
	know_pid();
	l.len = 0;
	l.full = false;
	put_head(&l, level, fact);
	for (; fields->name != NULL; fields++)
		put_field(&l, fields);
	/* put() keeps this much free. */
	l.len = (size_t)(stpcpy(l.p + l.len, l.full ? TAIL : "}\n") - l.p);
	if (kept.on && level >= LOG_INFO) {
		keep(&l);
	} else {
		log_flush();
		n_dropped += write_now(l.p, l.len) != (ssize_t)l.len;
	}
	errno = saved;
}

void
log_die(const char *fact, const struct log_field *fields)
{
	log_write(LOG_ERROR, fact, fields);
	abort();
}

/* glibc's own would write a line that is no JSON. */
void
__assert_fail(const char *assertion, const char *file, unsigned line,
    const char *function)
{
	DIE("assertion-failed", LSTR("assertion", assertion),
	    LSTR("file", file), LINT("line", line), LSTR("function", function));
}

uint64_t
log_n_dropped(void)
{
	return n_dropped;
}
