/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * db - the PostgreSQL client
 *
 * One connection for one role (primary or replica), opened when first needed
 * and again after a fault. While the breaker (breaker.h) is open, calls fail
 * at once. Statements live in tables at the top of their
 * modules, each row a constant SQL text with a name; a statement is prepared
 * on a connection at its first use there. Parameters and results go in text
 * format but for bytea. Rows are copied into the arena and the PGresult freed
 * before a call returns.
 *
 * Layer: store.  Uses: base, breaker.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/arena.h"
#include "base/log.h"
#include "store/breaker.h"
#include "store/copy.h"
#include "store/primary.h"
#include "store/replica.h"
#include "store/settings.h"

struct db;

enum db_role { DB_PRIMARY, DB_REPLICA };

/*
 * A statement: name unique over the program, text with $1..
 *
 * Modules write theirs at the top of their .c file:
 *
 *	SQL(user_find,
 *	    "SELECT id, role FROM users WHERE login_fold = $1");
 *
 * which makes the constant sql_user_find for db_run and its like, and lists
 * it in the linker's section sql_rows, so that db_sql_all sees every
 * statement of the program without a list that could be forgotten. A
 * connection knows what it has prepared by address: a statement lives as
 * long as the program.
 */
struct sql {
	const char *name;
	const char *text;
};

#define SQL(id, words) \
	static const struct sql sql_##id = { #id, words }; \
	static const struct sql *const sql_row_##id \
	    __attribute__((used, section("sql_rows"))) = &sql_##id

/* All statements linked into this program, in no order. *n: how many. */
const struct sql *const *db_sql_all(size_t *n);

/* Outcomes a caller must handle. */
enum db_outcome {
	DB_OK = 0,
	DB_E_CONSTRAINT, /* unique, foreign key, check or a trigger's
	                  * refusal: db_constraint() names it */
	DB_E_CONFLICT,   /* deadlock or serialization (twice, where
	                  * db asks again): nothing was kept */
};

/* Fault codes beside -errno. After any fault inside a transaction it is
 * rolled back (or the connection dropped); after an outcome other than DB_OK
 * it can only be rolled back, and the caller does that. */
#define DB_F_UNREACHABLE \
	(-1101)                /* no connection, or not tried since it \
	                        * has just not answered others; \
	                        * nothing was done */
#define DB_F_STATEMENT (-1102) /* the statement failed: logged */
#define DB_F_TIMEOUT (-1103)   /* lock or statement time-out */
#define DB_F_UNKNOWN \
	(-1104) /* a COMMIT was sent and its outcome \
	         * is not known: look it up. Also a \
	         * commit that was made but may be \
	         * missing on its synchronous standby */
#define DB_F_READONLY \
	(-1105) /* the primary became a standby; \
	         * reconnects next time */

/* A parameter, made by the functions below. */
struct db_param {
	const char *text; /* NULL is SQL NULL */
	int len;          /* used when binary */
	bool binary;      /* bytea as it is */
};

struct db_rows {
	size_t n_rows, n_cols;
	struct span *cells; /* row-major; NULL is SPAN_NONE; each cell is
	                     * NUL-terminated */
	int64_t n_affected; /* of INSERT, UPDATE, DELETE */
};

/* The server ends a statement after db_statement_ms; a server that does not
 * answer is given up so much later. */
#define DB_GRACE_MS 1000

/* set is read at each (re)connect and must stay valid. Connects lazily. */
struct db *db_open(const struct settings *set, enum db_role role);
void db_close(struct db *db);
/* Share a breaker with others who ask the same server; it lives longer. A
 * client on its own has its own. */
void db_share(struct db *db, struct breaker *breaker,
    struct primary_known *known);
/* The same for which of several standbys is read (replica.h). */
void db_share_choice(struct db *db, struct replica_choice *choice);

/* From now on past a pooler, where the settings name a way (direct_dsn), for
 * what needs a session of its own: of the primary, not inside a transaction. */
void db_direct(struct db *db);

/*
 * Who answers: of the last connection that was made, and a number that grows
 * with each. A connection to a server that is not believed (primary.h) is not
 * made: that is DB_F_UNREACHABLE, logged as postgresql-not-believed. One that
 * was kept ends before its next use when the tree has met a newer primary.
 */
const struct primary_id *db_identity(const struct db *db);
uint64_t db_generation(const struct db *db);
/* Which host of the DSN that is, as it is written there; "" without a
 * connection. */
const char *db_host(const struct db *db);
/* What it leads to is not believed any more: hang up, as if it were away. */
void db_disbelieve(struct db *db);
/*
 * Ask each server of the primary's DSN whether it accepts writes. Takes up to
 * connect_s for each that does not answer.
 *
 * returns: how many do; they are also kept in primary_known
 */
int db_count_writable(struct db *db);
/* Forget the connection and what the breaker knows; the next call opens one (a
 * DSN changed). */
void db_drop(struct db *db);
/* A new request begins: a transaction that the one before left open, which
 * is a mistake of the program, is logged and rolled back; and a server that
 * the one before waited for until a time-out is asked again. Within a request
 * it is not: calls are DB_F_UNREACHABLE at once. */
void db_round(struct db *db);
/* Whether libpq understands dsn ("" too: it says nothing); why not goes to
 * error. Nothing is connected. */
bool db_dsn_ok(const char *dsn, char *error, size_t error_len) MUST_CHECK;

struct db_param db_i64(struct arena *a, int64_t v);
/* NONE: NULL. A text with a NUL byte, which PostgreSQL cannot keep, becomes
 * one it refuses, rather than one cut short. */
struct db_param db_text(struct arena *a, struct span v);
struct db_param db_str(const char *v); /* not copied; NULL: NULL */
struct db_param db_bool(bool v);
struct db_param db_time(struct arena *a, int64_t ms); /* timestamptz */
/* The same of a time that may be any: below 0 it is NULL. */
struct db_param db_time_or_any(struct arena *a, int64_t ms);
/* The fake clock of a test, for a statement that else reads its own: NULL. */
struct db_param db_now(struct arena *a);
struct db_param db_bytes(struct arena *a, struct span v);
struct db_param db_i64s(struct arena *a, const int64_t *v,
    size_t n); /* '{..}' */
struct db_param db_texts(struct arena *a, const struct span *v, size_t n);

/*
 * One statement, alone (its own transaction) or inside db_begin..db_commit.
 * Alone, a deadlock is retried once, and on the replica, where every
 * statement is a read, so is a lost connection.
 *
 * memory:  *out lives in a; out may be NULL
 * returns: any db_outcome; < 0 on a fault. Alone on the primary, a
 *          connection lost after sending is DB_F_UNKNOWN: it may have been
 *          a write.
 */
int db_run(struct db *db, struct arena *a, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out) MUST_CHECK;

/*
 * For a statement that nothing should refuse: hand its result through this,
 * and an outcome, which the caller has no answer to, becomes a fault. Without
 * it a DB_E_* would be taken for the outcome of the same number of the
 * caller's own module.
 */
static inline int
db_sure(int r)
{
	if (r <= 0)
		return r;
	LOG(ERROR, "statement-refused", LINT("outcome", r));
	return r == DB_E_CONFLICT ? DB_F_TIMEOUT : DB_F_STATEMENT;
}

/* What a function of the schema says, and the outcome that its caller has for
 * it. */
struct db_word {
	const char *word;
	int outcome;
};

/* The outcome of what was said; otherwise, where that is none of n words. */
int db_said(struct span said, const struct db_word *words, size_t n,
    int otherwise) MUST_CHECK;

/* Transactions, READ COMMITTED, one at a time. db_commit: DB_F_UNKNOWN when
 * the connection broke after COMMIT was sent. db_rollback never fails (it may
 * drop); without a transaction it does nothing. */
int db_begin(struct db *db) MUST_CHECK;
int db_commit(struct db *db) MUST_CHECK;
void db_rollback(struct db *db);

/*
 * A whole transaction in one round trip (pipeline mode): BEGIN, every step,
 * COMMIT. Any error rolls everything back; a deadlock is retried once, whole.
 *
 * in:      n  1..32
 * out:     steps[i].rows  on DB_OK
 *          failed         index of the step that was refused, or -1
 * returns: as db_run; DB_F_UNKNOWN when the connection broke after the
 *          pipeline was sent
 */
struct db_step {
	const struct sql *sql;
	int n_params;
	const struct db_param *params;
	struct db_rows rows;
};
int db_pipeline(struct db *db, struct arena *a, struct db_step *steps, size_t n,
    int *failed) MUST_CHECK;

/* Name of the violated constraint (or the trigger's message) and the SQLSTATE
 * of the last refusal; "" if none. */
const char *db_constraint(const struct db *db);
const char *db_sqlstate(const struct db *db);

/*
 * Notifications between processes, on one channel of the database. They are
 * hints: one may be lost with a connection, so whoever waits for them also
 * looks.
 */
#define DB_NOTIFICATION_LEN 32
/* Tell what, a word, to all who listen; inside a transaction when it commits.
 * returns: as db_run */
int db_tell(struct db *db, struct arena *a, const char *what) MUST_CHECK;
/* Hear of them from now on, on each connection that is made, which then is as
 * db_direct says. */
void db_listen(struct db *db);
/* Readable when there may be some; -1 while not connected. */
int db_socket(const struct db *db);
/* The next, if any has come; between two exchanges only. A connection that
 * turns out ended is dropped. */
bool db_heard(struct db *db, char out[DB_NOTIFICATION_LEN]);

/* Text without parameters, any number of statements, all or none, and without
 * our own deadline: migrations only. May run inside a transaction. */
int db_exec_script(struct db *db, struct arena *a, const char *text) MUST_CHECK;
/* COPY ... FROM STDIN in text format, of whole rows. May run inside a
 * transaction. */
int db_copy(struct db *db, const char *copy_sql,
    const struct copy *rows) MUST_CHECK;

/* Reading cells. A cell that is not what it should be is a programming
 * error (asserts). */
struct span db_cell(const struct db_rows *rows, size_t row, size_t col);
bool db_is_null(const struct db_rows *rows, size_t row, size_t col);
int64_t db_get_i64(const struct db_rows *rows, size_t row, size_t col);
bool db_get_bool(const struct db_rows *rows, size_t row, size_t col);
/* A timestamptz selected as (extract(epoch from t)*1000)::bigint is plain
 * db_get_i64; bytea cells: */
struct span db_get_bytes(struct arena *a, const struct db_rows *rows,
    size_t row, size_t col);
/* An int8[]/int4[] cell '{1,2}' as numbers. */
int64_t *db_get_i64s(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, size_t *n);

#endif
