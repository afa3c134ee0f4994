/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log - one JSON line per fact, to standard error
 *
 * {"at":"...Z","level":"info","program":"boxoffice-fcgi","pid":7,
 *  "fact":"worker-started", ...fields...}. Values are escaped (bad UTF-8
 * becomes U+FFFD) and cut at 1 KiB; fields for which a line of 4 KiB has no
 * more room are left out and "cut":true says so. A line is one write(2), and
 * 4 KiB is PIPE_BUF, so the lines of many processes in one pipe never mix. A
 * line that cannot be written is dropped and counted, never waited for.
 * Secrets are never passed here: log an id, not a token.
 *
 * Layer: base.  Uses: clock, escape, span, utf8.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/span.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_field {
	const char *name; /* NULL ends the list */
	enum { LOG_F_STR, LOG_F_SPAN, LOG_F_INT, LOG_F_REAL, LOG_F_BOOL } kind;
	union {
		const char *str; /* NULL is written as null */
		struct span span;
		int64_t i64;
		double real;
		bool boolean;
	} v;
};

#define LSTR(n, s) \
	{ \
		.name = (n), .kind = LOG_F_STR, .v.str = (s) \
	}
#define LSPAN(n, s) \
	{ \
		.name = (n), .kind = LOG_F_SPAN, .v.span = (s) \
	}
#define LINT(n, i) \
	{ \
		.name = (n), .kind = LOG_F_INT, .v.i64 = (int64_t)(i) \
	}
#define LREAL(n, d) \
	{ \
		.name = (n), .kind = LOG_F_REAL, .v.real = (d) \
	}
#define LBOOL(n, b) \
	{ \
		.name = (n), .kind = LOG_F_BOOL, .v.boolean = (b) \
	}

/*
 * LOG(INFO, "worker-started", LINT("slot", 3), LSTR("pool", pool));
 * The fact is kebab-case and constant; what varies goes into fields.
 */
#define LOG(level, fact, ...) \
	log_write(LOG_##level, (fact), \
	    (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ NULL } })

/* LOG at level error, then abort(3): for what no caller can mend. */
#define DIE(fact, ...) \
	log_die((fact), \
	    (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ NULL } })

/* program must stay valid; level: the least important that is written. */
void log_open(const char *program, enum log_level level);
void log_set_level(enum log_level level);
/* The request id added to every line until cleared with SPAN_NONE (copied,
 * cut at 64 bytes). */
void log_set_request(struct span request_id);
/* The same for the trace that the request belongs to, cut at 32 bytes. */
void log_set_trace(struct span trace_id);
void log_write(enum log_level level, const char *fact,
    const struct log_field *fields);
void log_die(const char *fact, const struct log_field *fields) NORETURN;
/* From here on lines of INFO and DEBUG are kept, to be written many at a time:
 * when there are many, before any other line, and by the calls below. For a
 * process that makes these often: what it kept is lost where it is killed. */
void log_keep(void);
/* Whether some are kept, those before a time of clock_mono_us. */
bool log_is_kept(int64_t before_us);
void log_flush(void);
/* What assert(3) calls is replaced by a DIE too: "assertion-failed". */
/* Lines lost since the start. */
uint64_t log_n_dropped(void);

#endif
