/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * db - the PostgreSQL client: what to do with a connection
 *
 * pg_door speaks to the server; here is decided what an answer, or none,
 * means to the caller, and when asking again is safe.
 *
 * Layer: store.  Uses: base, breaker, pg_door.
 */
#include "store/db.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "store/db_own.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

/* A connection unused for so long is looked at before it is used. */
#define IDLE_US 100000
/* An attempt to connect that failed so late was a time-out. */
#define LATE_US INT64_C(1000000)

const struct sql db_sql_begin = { "begin",
	"BEGIN ISOLATION LEVEL READ COMMITTED" };
const struct sql db_sql_commit = { "commit", "COMMIT" };

static const char *const role_names[] = {
	[DB_PRIMARY] = "primary",
	[DB_REPLICA] = "replica",
};
static const char *const role_sessions[] = {
	[DB_PRIMARY] = "read-write",
	[DB_REPLICA] = "prefer-standby",
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
	struct db *db = mem_zget(sizeof(*db));

	db->set = set;
	db->role = role;
	db->breaker = &db->own;
	db->known = &db->own_known;
	db->choice = &db->own_choice;
	return db;
}

void
db_share(struct db *db, struct breaker *breaker, struct primary_known *known)
{
	db->breaker = breaker;
	db->known = known;
}

void
db_share_choice(struct db *db, struct replica_choice *choice)
{
	db->choice = choice;
}

static void
hang_up(struct db *db)
{
	pg_close(&db->pg);
	db->in_tx = db->spoiled = false;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	hang_up(db);
	free(db);
}

/* What was found out about the server before says nothing about this one. */
void
db_drop(struct db *db)
{
	hang_up(db);
	db->waited = false;
	replica_forget(db);
	(void)breaker_answered(db->breaker);
}

static void
failed(struct db *db)
{
	int64_t now_us = clock_mono_us();

	if (db->waited ? breaker_silent(db->breaker, now_us)
		       : breaker_failed(db->breaker, now_us))
		LOG(WARN, "postgresql-away",
		    LSTR("role", role_names[db->role]));
}

static void
answered(struct db *db)
{
	if (breaker_answered(db->breaker))
		LOG(WARN, "postgresql-back",
		    LSTR("role", role_names[db->role]));
}

int
db_said(struct span said, const struct db_word *words, size_t n, int otherwise)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq_str(said, words[i].word))
			return words[i].outcome;
	return otherwise;
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

bool
db_dsn_ok(const char *dsn, char *error, size_t error_len)
{
	return pg_dsn_ok(dsn, error, error_len);
}

/* --- connecting -------------------------------------------------------- */

static bool
goes_past_pooler(const struct db *db)
{
	return db->direct && db->set->direct_dsn[0] != '\0';
}

static const char *
dsn_of(const struct db *db)
{
	if (goes_past_pooler(db))
		return db->set->direct_dsn;
	return db->role == DB_REPLICA && db->set->replica_dsn[0] != '\0'
	    ? db->set->replica_dsn
	    : db->set->primary_dsn;
}

/* Text without parameters. */
static int
simple(struct db *db, const char *text, struct pg_answer *answer)
{
	int r = pg_send_text(&db->pg, text);

	return r == 0 ? pg_answer(&db->pg, answer) : r;
}

static int
listen_now(struct db *db)
{
	struct pg_answer answer;
	int r;

	pg_start(&db->pg, db_wait_ms(db));
	r = simple(db, "LISTEN boxoffice", &answer);
	if (r != 0)
		return db_lost(db, r, false);
	r = db_verdict(db, &answer, "listen");
	pg_answer_free(&answer);
	return r;
}

int64_t
db_wait_ms(const struct db *db)
{
	return db->set->db_statement_ms + DB_GRACE_MS;
}

struct pg_target
db_target(const struct db *db)
{
	return (struct pg_target){
		.dsn = dsn_of(db),
		.host = -1,
		.session = role_sessions[db->role],
		.prepares = db->set->db_prepared || goes_past_pooler(db),
		.connect_s = db->set->db_connect_s,
		.statement_ms = db->set->db_statement_ms,
		.lock_ms = db->set->db_lock_ms,
		.idle_ms = db->set->worker_deadline_ms,
	};
}

/* Open, and who it is; on a fault why says what libpq does. */
static int
open_and_ask(struct db *db, struct pg *pg, const struct pg_target *target,
    struct primary_id *id, char *why, size_t why_len)
{
	int r = pg_open(pg, target, why, why_len);

	if (r != 0)
		return r;
	r = pg_identify(pg, db_wait_ms(db), id);
	if (r != 0) {
		snprintf(why, why_len, "it does not say who it is");
		pg_close(pg);
	}
	return r;
}

/* The servers of the DSN that accept writes. */
struct look {
	int n_writable;
	int newest;           /* which host of the DSN; -1: none */
	struct primary_id id; /* of that one */
	bool twice;           /* another is as new and not the same */
	char why[512];        /* why one did not answer */
};

static void
look_at(struct db *db, struct pg_target *target, int host, struct look *look)
{
	struct primary_id id;
	struct pg pg;

	target->host = host;
	if (open_and_ask(db, &pg, target, &id, look->why, sizeof(look->why))
	    != 0)
		return;
	pg_close(&pg);
	if (id.timeline == 0
	    || (look->newest >= 0 && id.started_us == look->id.started_us))
		return;
	look->n_writable++;
	if (look->newest >= 0 && id.timeline < look->id.timeline)
		return;
	look->twice = look->newest >= 0 && id.timeline == look->id.timeline;
	look->newest = host;
	look->id = id;
}

static struct look
look_around(struct db *db)
{
	struct look look = { .newest = -1 };
	struct pg_target target = db_target(db);
	int n = pg_n_hosts(target.dsn);

	target.session = role_sessions[DB_PRIMARY];
	for (int host = 0; host < n; host++)
		look_at(db, &target, host, &look);
	atomic_store(&db->known->n_writable, look.n_writable);
	if (look.n_writable > 1)
		LOG(ERROR, "postgresql-split-brain",
		    LINT("writable", look.n_writable),
		    LINT("newest_timeline", look.id.timeline));
	return look;
}

/* libpq takes the first that accepts writes, we the newest: so each server is
 * asked where there are several. */
static int
choose_primary(struct db *db, struct pg_target *target, char *why,
    size_t why_len)
{
	struct look look;

	if (db->role != DB_PRIMARY)
		return 0;
	if (pg_n_hosts(target->dsn) == 1) {
		atomic_store(&db->known->n_writable, 1);
		return 0;
	}
	look = look_around(db);
	target->host = look.newest;
	if (look.newest >= 0 && !look.twice)
		return 0;
	snprintf(why, why_len, "%s",
	    look.twice ? "two servers of one timeline accept writes"
		       : look.why);
	return DB_F_UNREACHABLE;
}

static int
believe(struct db *db)
{
	if (primary_meet(db->known, &db->id))
		return 0;
	LOG(ERROR, "postgresql-not-believed",
	    LSTR("role", role_names[db->role]), LINT("system", db->id.system),
	    LINT("timeline", db->id.timeline),
	    LINT("known_system", atomic_load(&db->known->system)),
	    LINT("known_timeline", atomic_load(&db->known->timeline)));
	db_disbelieve(db);
	return DB_F_UNREACHABLE;
}

/* A standby that gives no connection is left for another at once. */
static int
open_chosen(struct db *db, struct pg_target *target, char *why, size_t why_len)
{
	int r;

	if (db->role == DB_REPLICA)
		target->host = replica_host(db);
	r = open_and_ask(db, &db->pg, target, &db->id, why, why_len);
	if (r == 0 || db->role == DB_PRIMARY || target->host < 0)
		return r;
	replica_lost(db, target->host);
	target->host = replica_host(db);
	return open_and_ask(db, &db->pg, target, &db->id, why, why_len);
}

static int
connect_now(struct db *db)
{
	struct pg_target target = db_target(db);
	char why[512] = "no server accepts writes";
	int64_t began_us = clock_mono_us();
	int r = DB_F_UNREACHABLE;

	if (FAULT_FAIL("db.connect"))
		snprintf(why, sizeof(why), "refused by a test");
	else
		r = choose_primary(db, &target, why, sizeof(why));
	if (r == 0)
		r = open_chosen(db, &target, why, sizeof(why));
	if (r == 0) {
		db->host = target.host;
		db->generation++;
		r = believe(db);
		return r == 0 && db->listens ? listen_now(db) : r;
	}
	LOG(ERROR, "postgresql-unreachable", LSTR("role", role_names[db->role]),
	    LSTR("reason", why));
	db->waited = clock_mono_us() - began_us >= LATE_US;
	failed(db);
	return DB_F_UNREACHABLE;
}

void
db_disbelieve(struct db *db)
{
	hang_up(db);
	failed(db);
}

const struct primary_id *
db_identity(const struct db *db)
{
	return &db->id;
}

uint64_t
db_generation(const struct db *db)
{
	return db->generation;
}

const char *
db_host(const struct db *db)
{
	return db->pg.conn != NULL ? pg_host(&db->pg) : "";
}

int
db_count_writable(struct db *db)
{
	return look_around(db).n_writable;
}

static bool
gone_while_idle(struct db *db)
{
	return clock_mono_us() - db->pg.used_us >= IDLE_US
	    && pg_is_gone(&db->pg);
}

static bool
connected(const struct db *db)
{
	return db->pg.conn != NULL;
}

/* Inside a transaction a connection that is gone is found out by asking. Who
 * has waited out one time-out would only wait out the next, and so would all
 * that stand in line behind. */
static int
connect_if_needed(struct db *db)
{
	if (db->in_tx)
		return 0;
	if (db->waited || !breaker_allows(db->breaker, clock_mono_us()))
		return DB_F_UNREACHABLE;
	if (connected(db)
	    && (!primary_is_newest(db->known, &db->id) || gone_while_idle(db)
		|| (db->role == DB_REPLICA && replica_host(db) != db->host))) {
		LOG(INFO, "postgresql-connection-ended",
		    LSTR("role", role_names[db->role]));
		hang_up(db);
	}
	return connected(db) ? 0 : connect_now(db);
}

int
db_ready(struct db *db)
{
	int r = connect_if_needed(db);

	if (r != 0)
		return r;
	pg_start(&db->pg, db_wait_ms(db));
	db->constraint[0] = db->sqlstate[0] = '\0';
	return 0;
}

/* --- what an answer means ---------------------------------------------- */

int
db_lost(struct db *db, int why, bool may_have_committed)
{
	char text[256] = "no answer within the statement time-out";

	if (why != DB_F_TIMEOUT)
		pg_error(&db->pg, text, sizeof(text));
	db->waited = why == DB_F_TIMEOUT;
	LOG(ERROR, "postgresql-connection-lost",
	    LSTR("role", role_names[db->role]),
	    LBOOL("outcome_known", !may_have_committed), LSTR("reason", text));
	hang_up(db);
	failed(db);
	return may_have_committed ? DB_F_UNKNOWN : why;
}

/* What each SQLSTATE, or class of them, means to us; the first that fits.
 * Source: PostgreSQL 15 documentation, appendix A. */
static const struct state_row {
	const char *prefix;
	int result;
	bool drop; /* another connection may do better */
} state_rows[] = {
	{ "40P01", DB_E_CONFLICT, false }, /* deadlock */
	{ "40001", DB_E_CONFLICT, false }, /* serialization, recovery */
	{ "23", DB_E_CONSTRAINT, false },
	{ "P0001", DB_E_CONSTRAINT, false }, /* RAISE in a trigger */
	{ "55P03", DB_F_TIMEOUT, false },    /* lock_timeout */
	{ "57014", DB_F_TIMEOUT, false },    /* statement_timeout */
	{ "25006", DB_F_READONLY, true },    /* it is a standby now */
	{ "53", DB_F_UNREACHABLE, true },    /* out of connections, disk */
	{ "57P", DB_F_UNREACHABLE, true },   /* it shuts down */
	{ "26000", DB_F_STATEMENT, true },   /* our statements are gone */
	{ "0A000", DB_F_STATEMENT, true },   /* or made for old columns */
	{ "", DB_F_STATEMENT, false },
};

static void
keep_refusal(struct db *db, const struct pg_answer *answer)
{
	snprintf(db->sqlstate, sizeof(db->sqlstate), "%s", answer->sqlstate);
	snprintf(db->constraint, sizeof(db->constraint), "%s",
	    answer->constraint);
}

static void
log_refusal(const struct db *db, const struct pg_answer *answer,
    const char *what)
{
	char text[256];

	pg_answer_reason(answer, text, sizeof(text));
	LOG(ERROR, "postgresql-refused", LSTR("statement", what),
	    LSTR("sqlstate", db->sqlstate), LSTR("reason", text));
}

int
db_verdict(struct db *db, const struct pg_answer *answer, const char *what)
{
	const struct state_row *row = state_rows;

	if (answer->ok) {
		answered(db);
		return 0;
	}
	keep_refusal(db, answer);
	while (strncmp(db->sqlstate, row->prefix, strlen(row->prefix)) != 0)
		row++;
	if (row->result == DB_F_UNREACHABLE)
		failed(db);
	else
		answered(db);
	if (row->result < 0)
		log_refusal(db, answer, what);
	db->spoiled = db->spoiled || row->drop;
	return row->result;
}

/* COMMIT of a transaction that failed before is answered with ROLLBACK. */
int
db_commit_verdict(struct db *db, const struct pg_answer *answer)
{
	int r = db_verdict(db, answer, db_sql_commit.name);

	if (r == 0 && strcmp(answer->tag, "COMMIT") != 0) {
		LOG(ERROR, "postgresql-refused", LSTR("statement", "commit"),
		    LSTR("reason", "the transaction had failed before"));
		r = DB_F_STATEMENT;
	}
	return r == 0 && db->pg.unreplicated ? DB_F_UNKNOWN : r;
}

int
db_settle(struct db *db, int r)
{
	if (db->spoiled)
		hang_up(db);
	else if (r < 0)
		db_rollback(db);
	return r;
}

/* --- one statement ----------------------------------------------------- */

/* Preparing keeps nothing, so a connection lost here did nothing either. */
static int
prepare(struct db *db, const struct sql *sql)
{
	struct pg_answer answer;
	int r;

	if (pg_is_prepared(&db->pg, sql))
		return 0;
	r = pg_send_prepare(&db->pg, sql);
	if (r == 0)
		r = pg_answer(&db->pg, &answer);
	if (r != 0)
		return db_lost(db, r, false);
	r = db_verdict(db, &answer, sql->name);
	if (r == 0)
		pg_set_prepared(&db->pg, sql);
	pg_answer_free(&answer);
	return r;
}

static bool
commits_alone(const struct db *db)
{
	return !db->in_tx && db->role == DB_PRIMARY;
}

static int
execute(struct db *db, struct arena *a, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	struct pg_answer answer;
	int r;

	FAULT_POINT("db.before_send");
	if (FAULT_FAIL("db.send"))
		return db_lost(db, DB_F_UNREACHABLE, false);
	r = pg_send_execute(&db->pg, sql, n_params, params);
	if (r != 0)
		return db_lost(db, r, false);
	r = pg_answer(&db->pg, &answer);
	FAULT_POINT("db.after_answer");
	if (r == 0 && FAULT_FAIL("db.answer")) {
		pg_answer_free(&answer);
		r = DB_F_UNREACHABLE;
	}
	if (r != 0)
		return db_lost(db, r, commits_alone(db));
	r = db_verdict(db, &answer, sql->name);
	if (r == 0 && out != NULL)
		pg_answer_rows(&answer, a, out);
	pg_answer_free(&answer);
	return r == 0 && db->pg.unreplicated ? DB_F_UNKNOWN : r;
}

static int
run_once(struct db *db, struct arena *a, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	int r = db_ready(db);

	if (r != 0)
		return r;
	r = prepare(db, sql);
	if (r == 0)
		r = execute(db, a, sql, n_params, params, out);
	return db_settle(db, r);
}

/* Whoever made us the victim gets a moment to take what we gave up; asking
 * at once, we often get it first and close the ring again. */
void
db_step_aside(void)
{
	poll(NULL, 0, 2 + (int)rand_below(9));
}

int
db_run(struct db *db, struct arena *a, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	bool alone = !db->in_tx, was_connected = connected(db);
	int r = run_once(db, a, sql, n_params, params, out);

	if (!alone)
		return r;
	if (r == DB_E_CONFLICT)
		db_step_aside();
	if (r == DB_E_CONFLICT
	    || (r == DB_F_UNREACHABLE && was_connected
		&& db->role == DB_REPLICA))
		r = run_once(db, a, sql, n_params, params, out);
	return r;
}

/* --- transactions ------------------------------------------------------ */

static int
begin_once(struct db *db)
{
	struct pg_answer answer;
	int r = db_ready(db);

	if (r != 0)
		return r;
	r = simple(db, db_sql_begin.text, &answer);
	if (r != 0)
		return db_lost(db, r, false);
	r = db_verdict(db, &answer, db_sql_begin.name);
	pg_answer_free(&answer);
	db->in_tx = r == 0;
	return db_settle(db, r);
}

/* Nothing was done yet, so a connection that turns out dead is replaced. */
int
db_begin(struct db *db)
{
	bool was_connected = connected(db);
	int r;

	assert(!db->in_tx);
	r = begin_once(db);
	if (r == DB_F_UNREACHABLE && was_connected)
		r = begin_once(db);
	return r;
}

int
db_commit(struct db *db)
{
	struct pg_answer answer = { 0 };
	int r;

	assert(db->in_tx);
	r = db_ready(db);
	FAULT_POINT("db.commit");
	if (r == 0)
		r = simple(db, db_sql_commit.text, &answer);
	FAULT_POINT("db.committed");
	if (FAULT_FAIL("db.commit_answer"))
		r = DB_F_UNREACHABLE;
	if (r == 0) {
		db->in_tx = false; /* refused or not, it is over */
		r = db_settle(db, db_commit_verdict(db, &answer));
	} else {
		r = db_lost(db, r, true);
	}
	pg_answer_free(&answer);
	return r;
}

/* Whatever goes wrong, the server rolls back what has lost its connection.
 * db_constraint stays as it was. */
void
db_rollback(struct db *db)
{
	struct pg_answer answer = { 0 };

	if (!db->in_tx)
		return;
	pg_start(&db->pg, db_wait_ms(db));
	if (simple(db, "ROLLBACK", &answer) != 0 || !answer.ok)
		hang_up(db);
	pg_answer_free(&answer);
	db->in_tx = false;
}

void
db_round(struct db *db)
{
	db->waited = false;
	if (!db->in_tx)
		return;
	LOG(ERROR, "transaction-left-open", LSTR("role", role_names[db->role]));
	db_rollback(db);
}

/* --- notifications ----------------------------------------------------- */

SQL(db_tell, "SELECT pg_notify('boxoffice', $1)");

int
db_tell(struct db *db, struct arena *a, const char *what)
{
	const struct db_param param = db_str(what);

	return db_run(db, a, &sql_db_tell, 1, &param, NULL);
}

void
db_direct(struct db *db)
{
	assert(db->role == DB_PRIMARY && !db->in_tx);
	db->direct = true;
	hang_up(db);
}

/* The connection there is may be one that does not listen. */
void
db_listen(struct db *db)
{
	db->listens = true;
	db_direct(db);
}

int
db_socket(const struct db *db)
{
	return connected(db) ? pg_socket(&db->pg) : -1;
}

bool
db_heard(struct db *db, char out[DB_NOTIFICATION_LEN])
{
	int r = connected(db) ? pg_notified(&db->pg, out, DB_NOTIFICATION_LEN)
			      : 0;

	if (r < 0) {
		LOG(INFO, "postgresql-connection-ended",
		    LSTR("role", role_names[db->role]));
		hang_up(db);
	}
	return r > 0;
}

/* --- migrations and bulk loads ----------------------------------------- */

int
db_exec_script(struct db *db, struct arena *a, const char *text)
{
	struct pg_answer answer;
	int r = db_ready(db);

	(void)a;
	if (r != 0)
		return r;
	pg_start(&db->pg, 0);
	r = simple(db, text, &answer);
	if (r != 0)
		return db_lost(db, r, commits_alone(db));
	r = db_verdict(db, &answer, "script");
	pg_answer_free(&answer);
	return db_settle(db, r);
}

int
db_copy(struct db *db, const char *copy_sql, const struct copy *rows)
{
	struct pg_answer answer;
	int r = db_ready(db);

	assert(!rows->in_row);
	if (r != 0)
		return r;
	r = pg_copy(&db->pg, copy_sql, strbuf_get(&rows->text), &answer);
	if (r != 0)
		return db_lost(db, r, commits_alone(db));
	r = db_verdict(db, &answer, "copy");
	pg_answer_free(&answer);
	return db_settle(db, r);
}
