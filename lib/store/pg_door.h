/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pg_door - one connection to PostgreSQL; the door to libpq
 *
 * Sends, waits with a deadline, and hands over what came back. What a lost
 * connection or a refusal means depends on what had been sent: that is db's
 * work. Everything here that returns int returns 0, DB_F_TIMEOUT when the
 * deadline passed, or DB_F_UNREACHABLE when the connection broke; after
 * either the connection can only be closed.
 *
 * Layer: store.  Uses: base, db (rows and parameters).
 */
#ifndef STORE_PG_DOOR_H
#define STORE_PG_DOOR_H

#include "store/db.h"
#include "store/primary.h"

/* Many more than statements exist; a power of two. */
#define PG_PREPARED_MAX 1024

struct pg_conn; /* libpq's own */
struct pg_result;

struct pg {
	struct pg_conn *conn; /* NULL: not connected */
	int64_t deadline_us;  /* monotonic; 0: none */
	int64_t used_us;      /* when it last answered, monotonic */
	bool unreplicated;    /* a commit was not awaited at its
	                       * standby, since pg_start */
	bool prepares;        /* else the set below stays empty */
	/* What this connection has prepared: a hash set with open addressing,
	 * keyed by address. */
	const struct sql *prepared[PG_PREPARED_MAX];
	size_t n_prepared;
};

/* What came of one command. The texts live until pg_answer_free. */
struct pg_answer {
	struct pg_result *result; /* NULL: nothing came */
	bool ok, skipped;         /* skipped: behind a refusal */
	const char *tag;          /* "COMMIT", "INSERT 0 1" */
	const char *sqlstate;     /* the rest "" where ok */
	const char *constraint;   /* its name, else the message */
};

/* Everything a connection begins with. */
struct pg_target {
	const char *dsn;
	int host;            /* 0..: of the DSN's hosts only that
	                      * one; -1: the first that fits */
	const char *session; /* "read-write", where dsn is silent */
	bool prepares;       /* statements, by name: not for a pooler
	                      * that gives each transaction another
	                      * session */
	int64_t connect_s, statement_ms, lock_ms, idle_ms;
};

/* --- the connection ---------------------------------------------------- */

/* out: why  on DB_F_UNREACHABLE: one line of libpq's. Bounded by connect_s
 * for each host of the DSN, not by the deadline. */
int pg_open(struct pg *pg, const struct pg_target *target, char *why,
    size_t why_len) MUST_CHECK;
void pg_close(struct pg *pg);
/* How many hosts the DSN names, at least 1. */
int pg_n_hosts(const char *dsn);
/* Who the server is, asked within wait_ms. */
int pg_identify(struct pg *pg, int64_t wait_ms,
    struct primary_id *out) MUST_CHECK;
/* How far a standby has come: bytes of a timeline's log that it has replayed;
 * -1: it is no standby. A promotion begins the next timeline, so a place in it
 * is further than any of those before. */
struct pg_place {
	int64_t timeline, bytes;
};

/* Asked within wait_ms. out: written on 0. */
int pg_replayed(struct pg *pg, int64_t wait_ms,
    struct pg_place *out) MUST_CHECK;
/* Whether the server has ended a connection that was idle. */
bool pg_is_gone(struct pg *pg);
/* The host it leads to: a name, an address, or the folder of a socket. */
const char *pg_host(const struct pg *pg);
/* The socket, for somebody else's poll. */
int pg_socket(const struct pg *pg);
/* The next notification that has come: 1 and its text; 0 none; < 0 the
 * connection has ended. */
int pg_notified(struct pg *pg, char *out, size_t out_len) MUST_CHECK;
/* What libpq says of a broken connection, on one line. */
void pg_error(const struct pg *pg, char *out, size_t out_len);
/* A new exchange, which must be over in wait_ms; 0 waits for ever. */
void pg_start(struct pg *pg, int64_t wait_ms);
bool pg_dsn_ok(const char *dsn, char *error, size_t error_len) MUST_CHECK;

/* --- sending ----------------------------------------------------------- */

/* Any number of statements, without parameters. */
int pg_send_text(struct pg *pg, const char *text) MUST_CHECK;
int pg_send_prepare(struct pg *pg, const struct sql *sql) MUST_CHECK;
int pg_send_execute(struct pg *pg, const struct sql *sql, int n_params,
    const struct db_param *params) MUST_CHECK;
/* Whether pg_send_execute needs no pg_send_prepare before it: always so on a
 * connection that prepares nothing, where it sends the text. */
bool pg_is_prepared(struct pg *pg, const struct sql *sql);
/* A pg_send_prepare was answered with ok. */
void pg_set_prepared(struct pg *pg, const struct sql *sql);

/* --- answers ----------------------------------------------------------- */

/*
 * All that comes of one pg_send_*, up to the end of the exchange: the proof
 * that a lone statement has been committed. Of several results the first, or
 * the first refusal.
 *
 * out:     answer  on 0
 */
int pg_answer(struct pg *pg, struct pg_answer *answer) MUST_CHECK;
void pg_answer_free(struct pg_answer *answer);
/* The rows in one piece of a, with a NUL behind each cell. */
void pg_answer_rows(const struct pg_answer *answer, struct arena *a,
    struct db_rows *out);
/* The server's whole message, on one line. */
void pg_answer_reason(const struct pg_answer *answer, char *out,
    size_t out_len);

/* COPY ... FROM STDIN with its data, and what came of it. */
int pg_copy(struct pg *pg, const char *copy_sql, struct span data,
    struct pg_answer *answer) MUST_CHECK;

/* --- pipelines --------------------------------------------------------- */

/* Between these, pg_send_prepare and pg_send_execute only queue; then
 * pg_pipeline_answer once for each of them, in order; then the end. */
int pg_pipeline_begin(struct pg *pg) MUST_CHECK;
int pg_pipeline_send(struct pg *pg) MUST_CHECK;
int pg_pipeline_answer(struct pg *pg, struct pg_answer *answer) MUST_CHECK;
int pg_pipeline_end(struct pg *pg) MUST_CHECK;

#endif
