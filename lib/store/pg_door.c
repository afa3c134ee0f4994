/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pg_door - one connection to PostgreSQL; the door to libpq
 *
 * libpq runs non-blocking, and the one poll(2) is in wait_for: a dead host
 * holds nobody longer than the deadline.
 *
 * Layer: store.  Uses: base, db (rows and parameters).
 */
#include "store/pg_door.h"

#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define PARAMS_MAX 64
#define COPY_CHUNK ((size_t)KIB(64))

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
		if (*p == '\n' || *p == '\t')
			*p = ' ';
}

/* --- the connection ---------------------------------------------------- */

bool
pg_dsn_ok(const char *dsn, char *error, size_t error_len)
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
 * sysadmin wrote on purpose. Warnings must come: see on_notice. */
static void
session_options(const struct pg_target *target, char *out, size_t out_len)
{
	char own[512];

	dsn_value(target->dsn, "options", own, sizeof(own));
	snprintf(out, out_len,
	    "-c statement_timeout=%d -c lock_timeout=%d "
	    "-c idle_in_transaction_session_timeout=%d -c timezone=UTC "
	    "-c bytea_output=hex -c client_min_messages=warning %s",
	    (int)target->statement_ms, (int)target->lock_ms,
	    (int)target->idle_ms, own);
}

/* Item i of a list with commas; the last one stands for all behind it. */
static void
list_item(char *list, int i, const char **out)
{
	char *rest = list, *item = list;

	for (int k = 0; k <= i && rest != NULL; k++)
		item = strsep(&rest, ",");
	*out = list[0] == '\0' && item == list ? NULL : item;
}

int
pg_n_hosts(const char *dsn)
{
	static const char *const keywords[] = { "host", "hostaddr" };
	char list[1024];
	int n = 1;

	for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
		int n_here = 1;

		dsn_value(dsn, keywords[i], list, sizeof(list));
		for (const char *p = list; *p != '\0'; p++)
			n_here += *p == ',';
		n = MAX(n, n_here);
	}
	return n;
}

/* Where one host of several is wanted; libpq takes NULL for "as above". */
struct one_host {
	char hosts[1024], addresses[1024], ports[256];
	const char *host, *address, *port;
};

static void
choose_host(const struct pg_target *target, struct one_host *out)
{
	out->host = out->address = out->port = NULL;
	if (target->host < 0)
		return;
	dsn_value(target->dsn, "host", out->hosts, sizeof(out->hosts));
	dsn_value(target->dsn, "hostaddr", out->addresses,
	    sizeof(out->addresses));
	dsn_value(target->dsn, "port", out->ports, sizeof(out->ports));
	list_item(out->hosts, target->host, &out->host);
	list_item(out->addresses, target->host, &out->address);
	list_item(out->ports, target->host, &out->port);
}

static PGconn *
dial(const struct pg_target *target)
{
	char connect_s[24], options[1024];
	struct one_host one;

	choose_host(target, &one);
	snprintf(connect_s, sizeof(connect_s), "%d", (int)target->connect_s);
	session_options(target, options, sizeof(options));
	/* A later row wins over an earlier one, and dbname stands for all
	 * that the DSN says: above it is what the DSN may change. */
	const char *const rows[][2] = {
		{ "target_session_attrs", target->session },
		{ "fallback_application_name", program_invocation_short_name },
		{ "connect_timeout", connect_s },
		{ "tcp_user_timeout", "5000" },
		{ "keepalives_idle", "10" },
		{ "keepalives_interval", "5" },
		{ "keepalives_count", "3" },
		{ "dbname", target->dsn },
		{ "host", one.host },
		{ "hostaddr", one.address },
		{ "port", one.port },
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
	struct pg *pg = arg;
	const char *from = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
	char text[256];

	if (from != NULL && strcmp(from, "SyncRepWaitForLSN") == 0)
		pg->unreplicated = true;
	one_line(text, sizeof(text),
	    PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY));
	LOG(DEBUG, "postgresql-notice", LSTR("text", text));
}

int
pg_open(struct pg *pg, const struct pg_target *target, char *why,
    size_t why_len)
{
	*pg = (struct pg){
		.conn = dial(target),
		.prepares = target->prepares,
	};
	if (pg->conn == NULL)
		abort();
	if (PQstatus(pg->conn) == CONNECTION_OK
	    && PQsetnonblocking(pg->conn, 1) == 0) {
		PQsetNoticeReceiver(pg->conn, on_notice, pg);
		pg->used_us = clock_mono_us();
		return 0;
	}
	pg_error(pg, why, why_len);
	pg_close(pg);
	return DB_F_UNREACHABLE;
}

void
pg_close(struct pg *pg)
{
	PQfinish(pg->conn);
	*pg = (struct pg){ 0 };
}

/* A server that shut down has said so and closed: the first look takes in
 * what it said, the second finds the end. A connection it still keeps has
 * nothing to read. */
bool
pg_is_gone(struct pg *pg)
{
	for (int i = 0; i < 2; i++) {
		if (!PQconsumeInput(pg->conn))
			return true;
		(void)PQisBusy(pg->conn); /* reads it */
	}
	return PQstatus(pg->conn) != CONNECTION_OK;
}

const char *
pg_host(const struct pg *pg)
{
	return PQhost(pg->conn);
}

int
pg_socket(const struct pg *pg)
{
	return PQsocket(pg->conn);
}

int
pg_notified(struct pg *pg, char *out, size_t out_len)
{
	PGnotify *notice;

	if (!PQconsumeInput(pg->conn))
		return DB_F_UNREACHABLE;
	notice = PQnotifies(pg->conn);
	if (notice == NULL)
		return 0;
	one_line(out, out_len, notice->extra);
	PQfreemem(notice);
	return 1;
}

void
pg_error(const struct pg *pg, char *out, size_t out_len)
{
	one_line(out, out_len, PQerrorMessage(pg->conn));
}

void
pg_start(struct pg *pg, int64_t wait_ms)
{
	pg->deadline_us = wait_ms == 0 ? 0 : clock_mono_us() + wait_ms * 1000;
	pg->unreplicated = false;
}

/* --- waiting ----------------------------------------------------------- */

/* Until the socket is ready for events. */
static int
wait_for(const struct pg *pg, short events)
{
	struct pollfd p = { .fd = PQsocket(pg->conn), .events = events };
	int64_t left_ms = -1;
	int n;

	do {
		if (pg->deadline_us != 0)
			left_ms = MAX(0,
			    (pg->deadline_us - clock_mono_us() + 999) / 1000);
		n = poll(&p, 1, (int)left_ms);
	} while (n < 0 && errno == EINTR);
	return n > 0 ? 0 : DB_F_TIMEOUT;
}

/* Send what libpq still keeps. It must go on reading meanwhile, or a server
 * that waits for us to read would never read from us. */
static int
flush(struct pg *pg)
{
	int r;

	while ((r = PQflush(pg->conn)) > 0) {
		r = wait_for(pg, POLLIN | POLLOUT);
		if (r != 0)
			return r;
		if (!PQconsumeInput(pg->conn))
			return DB_F_UNREACHABLE;
	}
	return r < 0 ? DB_F_UNREACHABLE : 0;
}

/* The next result; NULL ends those of one command. */
static int
next_result(struct pg *pg, PGresult **out)
{
	int r = flush(pg);

	*out = NULL;
	while (r == 0 && PQisBusy(pg->conn)) {
		r = wait_for(pg, POLLIN);
		if (r == 0 && !PQconsumeInput(pg->conn))
			r = DB_F_UNREACHABLE;
	}
	if (r != 0)
		return r;
	*out = PQgetResult(pg->conn);
	if (PQstatus(pg->conn) == CONNECTION_OK)
		return 0;
	PQclear(*out);
	*out = NULL;
	return DB_F_UNREACHABLE;
}

/* --- sending ----------------------------------------------------------- */

static int
sent(int ok)
{
	return ok ? 0 : DB_F_UNREACHABLE;
}

int
pg_send_text(struct pg *pg, const char *text)
{
	return sent(PQsendQuery(pg->conn, text));
}

int
pg_send_prepare(struct pg *pg, const struct sql *sql)
{
	return sent(PQsendPrepare(pg->conn, sql->name, sql->text, 0, NULL));
}

int
pg_send_execute(struct pg *pg, const struct sql *sql, int n_params,
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
	if (!pg->prepares)
		return sent(PQsendQueryParams(pg->conn, sql->text, n_params,
		    NULL, values, lens, formats, 0));
	return sent(PQsendQueryPrepared(pg->conn, sql->name, n_params, values,
	    lens, formats, 0));
}

/* Where sql is in the set, or would be. */
static const struct sql **
prepared_place(struct pg *pg, const struct sql *sql)
{
	size_t i = ((uintptr_t)sql / sizeof(*sql)) % PG_PREPARED_MAX;

	while (pg->prepared[i] != NULL && pg->prepared[i] != sql)
		i = (i + 1) % PG_PREPARED_MAX;
	return &pg->prepared[i];
}

bool
pg_is_prepared(struct pg *pg, const struct sql *sql)
{
	return !pg->prepares || *prepared_place(pg, sql) != NULL;
}

/* One place stays free: that is where prepared_place ends its search. */
void
pg_set_prepared(struct pg *pg, const struct sql *sql)
{
	assert(pg->n_prepared < PG_PREPARED_MAX - 1);
	*prepared_place(pg, sql) = sql;
	pg->n_prepared++;
}

/* --- answers ----------------------------------------------------------- */

static const char *
field(const PGresult *result, int which)
{
	const char *text = PQresultErrorField(result, which);

	return text == NULL ? "" : text;
}

static struct pg_answer
answer_of(PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	struct pg_answer answer = {
		.result = result,
		.ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK,
		.skipped = status == PGRES_PIPELINE_ABORTED,
		.tag = PQcmdStatus(result),
		.sqlstate = field(result, PG_DIAG_SQLSTATE),
		.constraint = field(result, PG_DIAG_CONSTRAINT_NAME),
	};

	if (answer.constraint[0] == '\0')
		answer.constraint = field(result, PG_DIAG_MESSAGE_PRIMARY);
	return answer;
}

void
pg_answer_free(struct pg_answer *answer)
{
	PQclear(answer->result);
	*answer = (struct pg_answer){ 0 };
}

void
pg_answer_reason(const struct pg_answer *answer, char *out, size_t out_len)
{
	one_line(out, out_len, PQresultErrorMessage(answer->result));
}

/* The rest of an exchange, of which kept is the first result or NULL. */
static int
last_word(struct pg *pg, PGresult *kept, struct pg_answer *answer)
{
	PGresult *result;
	int r;

	while ((r = next_result(pg, &result)) == 0 && result != NULL) {
		assert(PQresultStatus(result) != PGRES_COPY_IN
		    && PQresultStatus(result) != PGRES_COPY_OUT);
		if (kept == NULL
		    || (PQresultStatus(result) == PGRES_FATAL_ERROR
			&& PQresultStatus(kept) != PGRES_FATAL_ERROR)) {
			PQclear(kept);
			kept = result;
		} else {
			PQclear(result);
		}
	}
	if (r != 0 || kept == NULL) {
		PQclear(kept);
		return r != 0 ? r : DB_F_UNREACHABLE;
	}
	pg->used_us = clock_mono_us();
	*answer = answer_of(kept);
	return 0;
}

int
pg_answer(struct pg *pg, struct pg_answer *answer)
{
	return last_word(pg, NULL, answer);
}

/* The timeline is that of the segment it writes to: what the control file says
 * of it is as old as the last checkpoint. */
#define IDENTITY \
	"SELECT s.system_identifier, CASE WHEN pg_is_in_recovery()" \
	" THEN 0 ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))" \
	"::bit(32)::bigint END, (extract(epoch FROM" \
	" pg_postmaster_start_time()) * 1000000)::bigint FROM pg_control_system() s"

/* Of what was replayed no function tells the timeline. The control file has
 * that of the last restartpoint, and of the last page that was written: anybody
 * may ask, but after a promotion it is late until the next restartpoint. The
 * receiver knows the one that it follows at once, but tells it to
 * pg_read_all_stats alone, and NULL to others. */
#define REPLAYED \
	"SELECT greatest(c.timeline_id, r.min_recovery_end_timeline," \
	" (SELECT w.received_tli FROM pg_stat_wal_receiver AS w))," \
	" CASE WHEN pg_is_in_recovery()" \
	" THEN (pg_last_wal_replay_lsn() - '0/0')::bigint ELSE -1 END" \
	" FROM pg_control_checkpoint() AS c, pg_control_recovery() AS r"

static int64_t
number(const struct pg_answer *answer, int col)
{
	return strtoll(PQgetvalue(answer->result, 0, col), NULL, 10);
}

/* One row of numbers. */
static int
ask_numbers(struct pg *pg, int64_t wait_ms, const char *text, int n,
    int64_t *out)
{
	struct pg_answer answer;
	int r;

	pg_start(pg, wait_ms);
	r = pg_send_text(pg, text);
	if (r == 0)
		r = pg_answer(pg, &answer);
	if (r != 0)
		return r;
	if (!answer.ok)
		r = DB_F_UNREACHABLE;
	for (int i = 0; r == 0 && i < n; i++)
		out[i] = number(&answer, i);
	pg_answer_free(&answer);
	return r;
}

int
pg_identify(struct pg *pg, int64_t wait_ms, struct primary_id *out)
{
	int64_t n[3];
	int r = ask_numbers(pg, wait_ms, IDENTITY, 3, n);

	if (r == 0)
		*out = (struct primary_id){ n[0], n[1], n[2] };
	return r;
}

int
pg_replayed(struct pg *pg, int64_t wait_ms, struct pg_place *out)
{
	int64_t n[2];
	int r = ask_numbers(pg, wait_ms, REPLAYED, 2, n);

	if (r == 0)
		*out = (struct pg_place){ n[0], n[1] };
	return r;
}

void
pg_answer_rows(const struct pg_answer *answer, struct arena *a,
    struct db_rows *out)
{
	PGresult *result = answer->result;
	int n_rows = PQntuples(result), n_cols = PQnfields(result);
	size_t total = 1;
	struct span *cell;
	char *p;

	for (int row = 0; row < n_rows; row++)
		for (int col = 0; col < n_cols; col++)
			total += (size_t)PQgetlength(result, row, col) + 1;
	p = arena_alloc(a, total);
	*out = (struct db_rows){
		.n_rows = (size_t)n_rows,
		.n_cols = (size_t)n_cols,
		.cells = ARENA_ARRAY(a, (size_t)(n_rows * n_cols + 1),
		    struct span),
		.n_affected = strtoll(PQcmdTuples(result), NULL, 10),
	};
	cell = out->cells;
	for (int row = 0; row < n_rows; row++)
		for (int col = 0; col < n_cols; col++, cell++) {
			size_t len = (size_t)PQgetlength(result, row, col);

			if (PQgetisnull(result, row, col))
				continue;
			memcpy(p, PQgetvalue(result, row, col), len + 1);
			*cell = (struct span){ p, len };
			p += len + 1;
		}
}

/* Chunk by chunk, each sent before the next, or libpq would keep them all. */
static int
copy_send(struct pg *pg, struct span data)
{
	int r = 0;

	for (size_t at = 0; r == 0 && at < data.len; at += COPY_CHUNK) {
		size_t len = MIN(data.len - at, COPY_CHUNK);

		r = sent(PQputCopyData(pg->conn, data.p + at, (int)len) == 1);
		if (r == 0)
			r = flush(pg);
	}
	if (r == 0)
		r = sent(PQputCopyEnd(pg->conn, NULL) == 1);
	return r;
}

int
pg_copy(struct pg *pg, const char *copy_sql, struct span data,
    struct pg_answer *answer)
{
	PGresult *result = NULL;
	int r = pg_send_text(pg, copy_sql);

	if (r == 0)
		r = next_result(pg, &result);
	if (r == 0 && PQresultStatus(result) == PGRES_COPY_IN) {
		PQclear(result);
		result = NULL;
		r = copy_send(pg, data);
	}
	return r == 0 ? last_word(pg, result, answer) : r;
}

/* --- pipelines --------------------------------------------------------- */

int
pg_pipeline_begin(struct pg *pg)
{
	return sent(PQenterPipelineMode(pg->conn));
}

int
pg_pipeline_send(struct pg *pg)
{
	return sent(PQpipelineSync(pg->conn));
}

/* One command's result, and the NULL that ends it. */
int
pg_pipeline_answer(struct pg *pg, struct pg_answer *answer)
{
	PGresult *result = NULL, *end = NULL;
	int r = next_result(pg, &result);

	if (r == 0 && result != NULL)
		r = next_result(pg, &end);
	if (r == 0 && result != NULL && end == NULL) {
		*answer = answer_of(result);
		return 0;
	}
	PQclear(result);
	PQclear(end);
	return r != 0 ? r : DB_F_UNREACHABLE; /* not as libpq promises */
}

int
pg_pipeline_end(struct pg *pg)
{
	PGresult *result;
	int r = next_result(pg, &result);

	if (r != 0)
		return r;
	assert(PQresultStatus(result) == PGRES_PIPELINE_SYNC);
	PQclear(result);
	pg->used_us = clock_mono_us();
	return sent(PQexitPipelineMode(pg->conn));
}
