/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * db - the PostgreSQL client; the door to libpq
 *
 * Every wait for the server has a deadline: libpq runs non-blocking and the
 * one poll(2) is in wait_for. What a lost connection means depends on what
 * had been sent, so each caller of exchange decides that, not exchange.
 *
 * Layer: store.  Uses: base, backoff.
 */
#include "store/db.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/backoff.h"

#include <assert.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define PREPARED_MAX 1024	/* a power of two; far fewer statements exist */
#define PARAMS_MAX 64
#define STEPS_MAX 32
#define COPY_CHUNK KIB(64)
#define IDLE_US 100000		/* unused for longer: looked at before use */

struct db {
	const struct settings *set;
	enum db_role role;
	PGconn *conn;			/* NULL: not connected */
	struct backoff backoff;
	int64_t used_us;		/* last answer, monotonic */
	int64_t deadline_us;		/* of the exchange under way; 0: none */
	bool in_tx;
	bool unreplicated;		/* committed, but not at its standby */
	bool spoiled;			/* to be dropped after this exchange */
	char constraint[128];
	char sqlstate[6];
	/* What this connection has prepared: a hash set with open addressing,
	 * keyed by address. */
	const struct sql *prepared[PREPARED_MAX];
	size_t n_prepared;
};

SQL(begin, "BEGIN ISOLATION LEVEL READ COMMITTED");
SQL(commit, "COMMIT");

static const char *const role_names[] = {
	[DB_PRIMARY] = "primary",
	[DB_REPLICA] = "replica",
};

/* Made by the linker; weak, since a program may have no statements. */
extern const struct sql *const __start_sql_rows[] __attribute__((weak));
extern const struct sql *const __stop_sql_rows[] __attribute__((weak));

const struct sql *const *
db_sql_all(size_t *n)
{
	*n = (size_t)(__stop_sql_rows - __start_sql_rows);
	return __start_sql_rows;
}

struct db *
db_open(const struct settings *set, enum db_role role)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL)
		abort();
	db->set = set;
	db->role = role;
	return db;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	db_drop(db);
	free(db);
}

static void
hang_up(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
	db->in_tx = db->spoiled = false;
	memset(db->prepared, 0, sizeof(db->prepared));
	db->n_prepared = 0;
}

void
db_drop(struct db *db)
{
	hang_up(db);
	backoff_forget(&db->backoff);
}

const char *
db_constraint(const struct db *db)
{
	return db->constraint;
}

const char *
db_sqlstate(const struct db *db)
{
	return db->sqlstate;
}

/* --- connecting -------------------------------------------------------- */

/* libpq's texts end in a newline and may have several lines. */
static void
one_line(char *out, size_t out_len, const char *text)
{
	size_t len;

	snprintf(out, out_len, "%s", text == NULL ? "" : text);
	len = strlen(out);
	while (len > 0 && out[len - 1] == '\n')
		out[--len] = '\0';
	for (char *p = out; *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
}

bool
db_dsn_ok(const char *dsn, char *error, size_t error_len)
{
	char *why = NULL;
	PQconninfoOption *options;

	options = PQconninfoParse(dsn, &why);
	if (options == NULL)
		one_line(error, error_len, why);
	PQconninfoFree(options);
	PQfreemem(why);
	return options != NULL;
}

/* The value the DSN itself gives to a keyword, "" if none. */
static void
dsn_value(const char *dsn, const char *keyword, char *out, size_t out_len)
{
	PQconninfoOption *options = PQconninfoParse(dsn, NULL);

	out[0] = '\0';
	for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL;
	     o++)
		if (strcmp(o->keyword, keyword) == 0 && o->val != NULL)
			snprintf(out, out_len, "%s", o->val);
	PQconninfoFree(options);
}

/* Server settings of the session: ours first, then the DSN's own, which the
 * sysadmin wrote on purpose. */
static void
session_options(const struct db *db, const char *dsn, char *out,
    size_t out_len)
{
	char own[512];

	dsn_value(dsn, "options", own, sizeof(own));
	snprintf(out, out_len, "-c statement_timeout=%d -c lock_timeout=%d "
	    "-c idle_in_transaction_session_timeout=%d -c timezone=UTC "
	    "-c bytea_output=hex -c client_min_messages=warning %s", (int)db->set->db_statement_ms,
	    (int)db->set->db_lock_ms, (int)db->set->worker_deadline_ms, own);
}

static PGconn *
dial(const struct db *db)
{
	const char *dsn = db->set->primary_dsn;
	char connect_s[24], options[1024];

	if (db->role == DB_REPLICA && db->set->replica_dsn[0] != '\0')
		dsn = db->set->replica_dsn;
	snprintf(connect_s, sizeof(connect_s), "%d",
	    (int)db->set->db_connect_s);
	session_options(db, dsn, options, sizeof(options));
	/* A later row wins over an earlier one, and dbname stands for all
	 * that the DSN says: above it is what the DSN may change. */
	const char *const rows[][2] = {
		{ "target_session_attrs", db->role == DB_PRIMARY
		    ? "read-write" : "prefer-standby" },
		{ "fallback_application_name", program_invocation_short_name },
		{ "connect_timeout", connect_s },
		{ "tcp_user_timeout", "5000" },
		{ "keepalives_idle", "10" },
		{ "keepalives_interval", "5" },
		{ "keepalives_count", "3" },
		{ "dbname", dsn },
		{ "client_encoding", "UTF8" },
		{ "options", options },
		{ NULL, NULL },
	};
	const char *keywords[ARRAY_LEN(rows)], *values[ARRAY_LEN(rows)];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		keywords[i] = rows[i][0];
		values[i] = rows[i][1];
	}
	return PQconnectdbParams(keywords, values, 1);
}

/* A commit whose wait for its synchronous standby was broken off comes back
 * as done, with a warning by this function of the server. */
static void
on_notice(void *arg, const PGresult *notice)
{
	struct db *db = arg;
	const char *from = PQresultErrorField(notice,
	    PG_DIAG_SOURCE_FUNCTION);
	char text[256];

	if (from != NULL && strcmp(from, "SyncRepWaitForLSN") == 0)
		db->unreplicated = true;
	one_line(text, sizeof(text), PQresultErrorField(notice,
	    PG_DIAG_MESSAGE_PRIMARY));
	LOG(DEBUG, "postgresql-notice", LSTR("text", text));
}

static int
connect_now(struct db *db)
{
	char why[512];

	if (backoff_waits(&db->backoff))
		return DB_F_UNREACHABLE;
	db->conn = dial(db);
	if (db->conn == NULL)
		abort();
	if (PQstatus(db->conn) == CONNECTION_OK &&
	    PQsetnonblocking(db->conn, 1) == 0) {
		PQsetNoticeReceiver(db->conn, on_notice, db);
		backoff_forget(&db->backoff);
		db->used_us = clock_mono_us();
		return 0;
	}
	one_line(why, sizeof(why), PQerrorMessage(db->conn));
	LOG(ERROR, "postgresql-unreachable",
	    LSTR("role", role_names[db->role]), LSTR("reason", why));
	hang_up(db);
	backoff_failed(&db->backoff);
	return DB_F_UNREACHABLE;
}

/* A server that shut down has said so and closed: the first look takes in
 * what it said, the second finds the end. A connection it still keeps has
 * nothing to read. */
static bool
gone_while_idle(struct db *db)
{
	if (clock_mono_us() - db->used_us < IDLE_US)
		return false;
	for (int i = 0; i < 2; i++) {
		if (!PQconsumeInput(db->conn))
			return true;
		(void)PQisBusy(db->conn);	/* reads it */
	}
	return PQstatus(db->conn) != CONNECTION_OK;
}

static int
ready(struct db *db)
{
	if (db->in_tx)
		return 0;
	if (db->conn != NULL && gone_while_idle(db)) {
		LOG(INFO, "postgresql-connection-ended",
		    LSTR("role", role_names[db->role]));
		hang_up(db);
	}
	return db->conn != NULL ? 0 : connect_now(db);
}

/* --- one exchange ------------------------------------------------------ */

static void
start_clock(struct db *db)
{
	db->deadline_us = clock_mono_us() +
	    (db->set->db_statement_ms + DB_GRACE_MS) * 1000;
}

/* A new exchange: nothing refused yet. */
static void
start(struct db *db)
{
	start_clock(db);
	db->constraint[0] = db->sqlstate[0] = '\0';
	db->unreplicated = false;
}

/* Until the socket is ready for events: 0, or DB_F_TIMEOUT. */
static int
wait_for(struct db *db, short events)
{
	struct pollfd p = { .fd = PQsocket(db->conn), .events = events };
	int64_t left_ms = -1;
	int n;

	do {
		if (db->deadline_us != 0)
			left_ms = MAX(0, (db->deadline_us - clock_mono_us() +
			    999) / 1000);
		n = poll(&p, 1, (int)left_ms);
	} while (n < 0 && errno == EINTR);
	return n > 0 ? 0 : DB_F_TIMEOUT;
}

/* Send what libpq still keeps. It must go on reading meanwhile, or a server
 * that waits for us to read would never read from us. */
static int
flush(struct db *db)
{
	int r;

	while ((r = PQflush(db->conn)) > 0) {
		r = wait_for(db, POLLIN | POLLOUT);
		if (r != 0)
			return r;
		if (!PQconsumeInput(db->conn))
			return DB_F_UNREACHABLE;
	}
	return r < 0 ? DB_F_UNREACHABLE : 0;
}

/* The next result; NULL ends those of one command. */
static int
next_result(struct db *db, PGresult **out)
{
	int r = flush(db);

	while (r == 0 && PQisBusy(db->conn)) {
		r = wait_for(db, POLLIN);
		if (r == 0 && !PQconsumeInput(db->conn))
			r = DB_F_UNREACHABLE;
	}
	if (r != 0)
		return r;
	*out = PQgetResult(db->conn);
	return PQstatus(db->conn) == CONNECTION_OK ? 0 : DB_F_UNREACHABLE;
}

static bool
is_error(const PGresult *result)
{
	return PQresultStatus(result) == PGRES_FATAL_ERROR;
}

/*
 * All results of what was sent, up to the end, which is the proof that a
 * lone statement has been committed: its own result comes before that. The
 * first result is kept, *out may be it already, or the first error.
 */
static int
last_word(struct db *db, PGresult **out)
{
	PGresult *result = NULL;
	int r;

	while ((r = next_result(db, &result)) == 0 && result != NULL) {
		if (*out == NULL || (is_error(result) && !is_error(*out))) {
			PQclear(*out);
			*out = result;
		} else {
			PQclear(result);
		}
		result = NULL;
	}
	PQclear(result);
	if (r != 0) {
		PQclear(*out);
		*out = NULL;
		return r;
	}
	db->used_us = clock_mono_us();
	return *out != NULL ? 0 : DB_F_UNREACHABLE;
}

/* The connection broke, or the server did not answer in time. Once something
 * that commits was sent, nobody knows whether it did. */
static int
lost(struct db *db, int why, bool may_have_committed)
{
	char text[256];

	one_line(text, sizeof(text), why == DB_F_TIMEOUT
	    ? "no answer within the statement time-out"
	    : PQerrorMessage(db->conn));
	LOG(ERROR, "postgresql-connection-lost",
	    LSTR("role", role_names[db->role]),
	    LBOOL("outcome_known", !may_have_committed),
	    LSTR("reason", text));
	hang_up(db);
	return may_have_committed ? DB_F_UNKNOWN : why;
}

/* --- what a result means ----------------------------------------------- */

static void
keep_refusal(struct db *db, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *name = PQresultErrorField(result,
	    PG_DIAG_CONSTRAINT_NAME);

	if (name == NULL)
		name = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	snprintf(db->sqlstate, sizeof(db->sqlstate), "%s",
	    state == NULL ? "" : state);
	one_line(db->constraint, sizeof(db->constraint), name);
}

/* What each SQLSTATE, or class of them, means to us; the first that fits.
 * Source: PostgreSQL 15 documentation, appendix A. */
static const struct state_row {
	const char *prefix;
	int result;
	bool drop;		/* another connection may do better */
} state_rows[] = {
	{ "40P01", DB_E_CONFLICT, false },	/* deadlock */
	{ "40001", DB_E_CONFLICT, false },	/* serialization, recovery */
	{ "23", DB_E_CONSTRAINT, false },
	{ "P0001", DB_E_CONSTRAINT, false },	/* RAISE in a trigger */
	{ "55P03", DB_F_TIMEOUT, false },	/* lock_timeout */
	{ "57014", DB_F_TIMEOUT, false },	/* statement_timeout */
	{ "25006", DB_F_READONLY, true },	/* it is a standby now */
	{ "53", DB_F_UNREACHABLE, true },	/* out of connections, disk */
	{ "26000", DB_F_STATEMENT, true },	/* our statements are gone */
	{ "0A000", DB_F_STATEMENT, true },	/* or made for old columns */
	{ "", DB_F_STATEMENT, false },
};

/* 0, or what the refusal in result means; faults are logged here. */
static int
verdict(struct db *db, const PGresult *result, const char *what)
{
	const struct state_row *row = state_rows;
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return 0;
	keep_refusal(db, result);
	while (strncmp(db->sqlstate, row->prefix, strlen(row->prefix)) != 0)
		row++;
	if (row->result < 0) {
		char text[256];

		one_line(text, sizeof(text), PQresultErrorMessage(result));
		LOG(ERROR, "postgresql-refused", LSTR("statement", what),
		    LSTR("sqlstate", db->sqlstate), LSTR("reason", text));
	}
	db->spoiled = db->spoiled || row->drop;
	return row->result;
}

/* The end of an exchange that came to r: a fault ends its transaction. */
static int
settle(struct db *db, int r)
{
	if (db->spoiled)
		hang_up(db);
	else if (r < 0)
		db_rollback(db);
	return r;
}

/* The rows in one piece of the arena, with a NUL behind each cell. */
static void
take_rows(struct arena *a, const PGresult *result, struct db_rows *out)
{
	size_t n_cells, total = 0;
	char *p;

	out->n_rows = (size_t)PQntuples(result);
	out->n_cols = (size_t)PQnfields(result);
	out->n_affected = strtoll(PQcmdTuples((PGresult *)result), NULL, 10);
	n_cells = out->n_rows * out->n_cols;
	out->cells = ARENA_ARRAY(a, MAX(n_cells, 1), struct span);
	for (size_t i = 0; i < n_cells; i++)
		total += (size_t)PQgetlength(result, (int)(i / out->n_cols),
		    (int)(i % out->n_cols)) + 1;
	p = arena_alloc(a, MAX(total, 1));
	for (size_t i = 0; i < n_cells; i++) {
		int row = (int)(i / out->n_cols), col = (int)(i % out->n_cols);
		size_t len = (size_t)PQgetlength(result, row, col);

		if (PQgetisnull(result, row, col))
			continue;
		memcpy(p, PQgetvalue(result, row, col), len + 1);
		out->cells[i] = (struct span){ p, len };
		p += len + 1;
	}
}

/* --- prepared statements ----------------------------------------------- */

/* Where sql is in the set, or would be. */
static const struct sql **
prepared_place(struct db *db, const struct sql *sql)
{
	size_t i = ((uintptr_t)sql / sizeof(*sql)) % PREPARED_MAX;

	while (db->prepared[i] != NULL && db->prepared[i] != sql)
		i = (i + 1) % PREPARED_MAX;
	return &db->prepared[i];
}

static bool
is_prepared(struct db *db, const struct sql *sql)
{
	return *prepared_place(db, sql) != NULL;
}

/* One place stays free: that is where prepared_place ends its search. */
static void
set_prepared(struct db *db, const struct sql *sql)
{
	assert(db->n_prepared < PREPARED_MAX - 1);
	*prepared_place(db, sql) = sql;
	db->n_prepared++;
}

static int
send_prepare(struct db *db, const struct sql *sql)
{
	return PQsendPrepare(db->conn, sql->name, sql->text, 0, NULL) ? 0
	    : DB_F_UNREACHABLE;
}

static int
send_execute(struct db *db, const struct sql *sql, int n_params,
    const struct db_param *params)
{
	const char *values[PARAMS_MAX];
	int lens[PARAMS_MAX], formats[PARAMS_MAX];

	assert(n_params >= 0 && n_params <= PARAMS_MAX);
	for (int i = 0; i < n_params; i++) {
		values[i] = params[i].text;
		lens[i] = params[i].len;
		formats[i] = params[i].binary;
	}
	return PQsendQueryPrepared(db->conn, sql->name, n_params, values,
	    lens, formats, 0) ? 0 : DB_F_UNREACHABLE;
}

/* Preparing keeps nothing, so a connection lost here did nothing either. */
static int
prepare(struct db *db, const struct sql *sql)
{
	PGresult *result = NULL;
	int r;

	if (is_prepared(db, sql))
		return 0;
	r = send_prepare(db, sql);
	if (r == 0)
		r = last_word(db, &result);
	if (r != 0)
		return lost(db, r, false);
	r = verdict(db, result, sql->name);
	if (r == 0)
		set_prepared(db, sql);
	PQclear(result);
	return r;
}

/* --- one statement ----------------------------------------------------- */

static bool
commits_alone(const struct db *db)
{
	return !db->in_tx && db->role == DB_PRIMARY;
}

static int
execute(struct db *db, struct arena *a, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	PGresult *result = NULL;
	int r;

	r = send_execute(db, sql, n_params, params);
	if (r != 0)
		return lost(db, r, false);
	r = last_word(db, &result);
	if (r != 0)
		return lost(db, r, commits_alone(db));
	r = verdict(db, result, sql->name);
	if (r == 0 && out != NULL)
		take_rows(a, result, out);
	PQclear(result);
	return r == 0 && db->unreplicated ? DB_F_UNKNOWN : r;
}

static int
run_once(struct db *db, struct arena *a, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	int r = ready(db);

	if (r != 0)
		return r;
	start(db);
	r = prepare(db, sql);
	if (r == 0)
		r = execute(db, a, sql, n_params, params, out);
	return settle(db, r);
}

/* Whoever made us the victim gets a moment to take what we gave up; asking
 * at once, we often get it first and close the ring again. */
static void
step_aside(void)
{
	poll(NULL, 0, 2 + (int)rand_below(9));
}

int
db_run(struct db *db, struct arena *a, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	bool alone = !db->in_tx, connected = db->conn != NULL;
	int r = run_once(db, a, sql, n_params, params, out);

	if (!alone)
		return r;
	if (r == DB_E_CONFLICT)
		step_aside();
	if (r == DB_E_CONFLICT || (r == DB_F_UNREACHABLE && connected &&
	    db->role == DB_REPLICA))
		r = run_once(db, a, sql, n_params, params, out);
	return r;
}

/* --- transactions ------------------------------------------------------ */

/* Text without parameters, as one simple query. */
static int
simple(struct db *db, const char *text, PGresult **out)
{
	*out = NULL;
	if (!PQsendQuery(db->conn, text))
		return DB_F_UNREACHABLE;
	return last_word(db, out);
}

static int
begin_once(struct db *db)
{
	PGresult *result;
	int r = ready(db);

	if (r != 0)
		return r;
	start(db);
	r = simple(db, sql_begin.text, &result);
	if (r != 0)
		return lost(db, r, false);
	r = verdict(db, result, sql_begin.name);
	PQclear(result);
	db->in_tx = r == 0;
	return settle(db, r);
}

/* Nothing was done yet, so a connection that turns out dead is replaced. */
int
db_begin(struct db *db)
{
	bool connected = db->conn != NULL;
	int r;

	assert(!db->in_tx);
	r = begin_once(db);
	if (r == DB_F_UNREACHABLE && connected)
		r = begin_once(db);
	return r;
}

/* COMMIT of a transaction that failed before is answered with ROLLBACK. */
static int
commit_verdict(struct db *db, PGresult *result)
{
	int r = verdict(db, result, sql_commit.name);

	if (r == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
		LOG(ERROR, "postgresql-refused", LSTR("statement", "commit"),
		    LSTR("reason", "the transaction had failed before"));
		r = DB_F_STATEMENT;
	}
	return r == 0 && db->unreplicated ? DB_F_UNKNOWN : r;
}

int
db_commit(struct db *db)
{
	PGresult *result;
	int r;

	assert(db->in_tx);
	start(db);
	FAULT_POINT("db.commit");
	r = simple(db, sql_commit.text, &result);
	FAULT_POINT("db.committed");
	if (FAULT_FAIL("db.commit_answer"))
		r = DB_F_UNREACHABLE;
	if (r != 0) {
		PQclear(result);
		return lost(db, r, true);
	}
	db->in_tx = false;	/* refused or not, it is over */
	r = commit_verdict(db, result);
	PQclear(result);
	return settle(db, r);
}

/* Whatever goes wrong, the server rolls back what has lost its connection. */
void
db_rollback(struct db *db)
{
	PGresult *result = NULL;

	if (!db->in_tx)
		return;
	start_clock(db);	/* and db_constraint stays as it was */
	if (simple(db, "ROLLBACK", &result) != 0 || is_error(result))
		hang_up(db);
	PQclear(result);
	db->in_tx = false;
}

void
db_round(struct db *db)
{
	if (!db->in_tx)
		return;
	LOG(ERROR, "transaction-left-open",
	    LSTR("role", role_names[db->role]));
	db_rollback(db);
}

/* --- a transaction in one round trip ----------------------------------- */

/* What one pipeline sends: what it must prepare first, BEGIN, the steps,
 * COMMIT. */
struct pipe {
	const struct sql *fresh[STEPS_MAX + 2];
	size_t n_fresh;
	struct db_step *steps;
	size_t n_steps;
};

static void
need(struct db *db, struct pipe *pipe, const struct sql *sql)
{
	if (is_prepared(db, sql))
		return;
	for (size_t i = 0; i < pipe->n_fresh; i++)
		if (pipe->fresh[i] == sql)
			return;
	pipe->fresh[pipe->n_fresh++] = sql;
}

static int
pipe_send(struct db *db, const struct pipe *pipe)
{
	int r = PQenterPipelineMode(db->conn) ? 0 : DB_F_UNREACHABLE;

	for (size_t i = 0; r == 0 && i < pipe->n_fresh; i++)
		r = send_prepare(db, pipe->fresh[i]);
	if (r == 0)
		r = send_execute(db, &sql_begin, 0, NULL);
	for (size_t i = 0; r == 0 && i < pipe->n_steps; i++)
		r = send_execute(db, pipe->steps[i].sql,
		    pipe->steps[i].n_params, pipe->steps[i].params);
	if (r == 0)
		r = send_execute(db, &sql_commit, 0, NULL);
	if (r == 0 && !PQpipelineSync(db->conn))
		r = DB_F_UNREACHABLE;
	return r;
}

/* One command's result, with the NULL that ends it. */
static int
pipe_result(struct db *db, PGresult **out)
{
	PGresult *end = NULL;
	int r;

	*out = NULL;
	r = next_result(db, out);
	if (r == 0 && *out != NULL)
		r = next_result(db, &end);
	if (r == 0 && (*out == NULL || end != NULL))
		r = DB_F_UNREACHABLE;	/* not what libpq promises */
	PQclear(end);
	return r;
}

/* The first refusal decides; what comes behind it was skipped. */
static int
pipe_verdict(struct db *db, struct arena *a, struct pipe *pipe, size_t at,
    PGresult *result, int *failed)
{
	size_t first = pipe->n_fresh + 1;	/* behind BEGIN */
	int r;

	if (at < pipe->n_fresh) {
		r = verdict(db, result, pipe->fresh[at]->name);
		if (r == 0)
			set_prepared(db, pipe->fresh[at]);
		return r;
	}
	if (at < first)
		return verdict(db, result, sql_begin.name);
	if (at == first + pipe->n_steps)
		return commit_verdict(db, result);
	r = verdict(db, result, pipe->steps[at - first].sql->name);
	if (r == 0)
		take_rows(a, result, &pipe->steps[at - first].rows);
	else
		*failed = (int)(at - first);
	return r;
}

/* Read what pipe_send asked for. refused keeps the first refusal. */
static int
pipe_receive(struct db *db, struct arena *a, struct pipe *pipe, int *refused,
    int *failed)
{
	size_t n = pipe->n_fresh + pipe->n_steps + 2;
	PGresult *result = NULL;
	int r = 0;

	for (size_t at = 0; r == 0 && at < n; at++) {
		r = pipe_result(db, &result);
		if (r == 0 && *refused == 0) {
			*refused = pipe_verdict(db, a, pipe, at, result,
			    failed);
			if (at == pipe->n_fresh)
				db->in_tx = *refused == 0;
			else if (at == n - 1)
				db->in_tx = false;
		}
		PQclear(result);
	}
	if (r == 0)
		r = next_result(db, &result);
	if (r == 0) {
		assert(PQresultStatus(result) == PGRES_PIPELINE_SYNC);
		PQclear(result);
		db->used_us = clock_mono_us();
	}
	return r;
}

static int
pipe_once(struct db *db, struct arena *a, struct pipe *pipe, int *failed)
{
	int refused = 0, r = ready(db);

	if (r != 0)
		return r;
	start(db);
	pipe->n_fresh = 0;
	need(db, pipe, &sql_begin);
	for (size_t i = 0; i < pipe->n_steps; i++)
		need(db, pipe, pipe->steps[i].sql);
	need(db, pipe, &sql_commit);
	FAULT_POINT("db.commit");
	r = pipe_send(db, pipe);
	if (r == 0)
		r = pipe_receive(db, a, pipe, &refused, failed);
	FAULT_POINT("db.committed");
	if (refused == 0 && FAULT_FAIL("db.commit_answer"))
		r = DB_F_UNREACHABLE;
	if (r == 0 && !PQexitPipelineMode(db->conn))
		r = DB_F_UNREACHABLE;
	if (r != 0)
		r = lost(db, r, refused == 0);
	if (refused == 0)
		return r;
	db_rollback(db);
	return settle(db, refused);
}

int
db_pipeline(struct db *db, struct arena *a, struct db_step *steps, size_t n,
    int *failed)
{
	struct pipe pipe = { .steps = steps, .n_steps = n };
	int r;

	assert(n > 0 && n <= STEPS_MAX && !db->in_tx);
	*failed = -1;
	r = pipe_once(db, a, &pipe, failed);
	if (r == DB_E_CONFLICT) {
		step_aside();
		*failed = -1;
		r = pipe_once(db, a, &pipe, failed);
	}
	return r;
}

/* --- migrations and bulk loads ----------------------------------------- */

int
db_exec_script(struct db *db, struct arena *a, const char *text)
{
	PGresult *result;
	int r = ready(db);

	(void)a;
	if (r != 0)
		return r;
	start(db);
	db->deadline_us = 0;
	r = simple(db, text, &result);
	if (r != 0)
		return lost(db, r, commits_alone(db));
	r = verdict(db, result, "script");
	PQclear(result);
	return settle(db, r);
}

/* Chunk by chunk, each sent before the next, or libpq would keep them all. */
static int
copy_send(struct db *db, struct span data)
{
	int r = 0;

	for (size_t at = 0; r == 0 && at < data.len; at += COPY_CHUNK) {
		size_t len = MIN(data.len - at, (size_t)COPY_CHUNK);

		if (PQputCopyData(db->conn, data.p + at, (int)len) != 1)
			return DB_F_UNREACHABLE;
		r = flush(db);
	}
	if (r == 0 && PQputCopyEnd(db->conn, NULL) != 1)
		r = DB_F_UNREACHABLE;
	return r;
}

int
db_copy(struct db *db, const char *copy_sql, struct span data)
{
	PGresult *result = NULL;
	int r = ready(db);

	if (r != 0)
		return r;
	start(db);
	r = PQsendQuery(db->conn, copy_sql) ? next_result(db, &result)
	    : DB_F_UNREACHABLE;
	if (r == 0 && PQresultStatus(result) == PGRES_COPY_IN) {
		PQclear(result);
		result = NULL;
		r = copy_send(db, data);
	}
	if (r == 0)
		r = last_word(db, &result);
	if (r != 0)
		return lost(db, r, commits_alone(db));
	r = verdict(db, result, "copy");
	PQclear(result);
	return settle(db, r);
}
