/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scenarios - the rows of the bench as requests
 *
 * Units are numbered: unit k is the pair of seats 2(k/P)+1, 2(k/P)+2 of
 * performance k mod P, asked for by user k mod U. So no two units of a run
 * want the same seat, and no user meets a performance too often.
 */
#include "tests/bench/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
finish(struct conn *conn, int len)
{
	if (len < 0 || len >= REQUEST_MAX)
		abort();
	conn->out_len = (size_t)len;
}

static void
get(struct conn *conn, const char *path)
{
	finish(conn,
	    snprintf(conn->out, REQUEST_MAX,
		"GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", path));
}

static void
post(struct conn *conn, const char *path, const char *token, const char *key,
    const char *body)
{
	char key_line[96] = "";

	if (key != NULL)
		snprintf(key_line, sizeof(key_line), "Idempotency-Key: %s\r\n",
		    key);
	finish(conn,
	    snprintf(conn->out, REQUEST_MAX,
		"POST %s HTTP/1.1\r\nHost: bench\r\n"
		"Authorization: Bearer %s\r\n"
		"Content-Type: application/json\r\n%s"
		"Content-Length: %zu\r\n\r\n%s",
		path, token, key_line, strlen(body), body));
}

static const char *
token_of(const struct load *load, int64_t number)
{
	return load->tokens[number % load->n_tokens];
}

static int64_t
performance_of(const struct load *load, int64_t number)
{
	return load->first_performance + number % load->n_performances;
}

static void
done_if(struct load *load, bool right, int status, const char *body)
{
	load->n_done++;
	if (!right)
		load_wrong(load, status, body);
}

static void
hello_ask(struct load *load, struct conn *conn)
{
	(void)load;
	get(conn, "/hello");
}

static void
ok_got(struct load *load, struct conn *conn, int status, const char *body)
{
	(void)conn;
	done_if(load, status == 200, status, body);
}

static void
map_ask(struct load *load, struct conn *conn, int64_t performance)
{
	char path[128];

	(void)load;
	snprintf(path, sizeof(path), "/api/v1/performances/%" PRId64 "/seats",
	    performance);
	get(conn, path);
}

static void
map_spread_ask(struct load *load, struct conn *conn)
{
	/* 7919 is prime to the number of performances: all are visited, no
	 * two neighbours one after the other. */
	map_ask(load, conn, performance_of(load, load->next++ * 7919));
}

static void
sections_ask(struct load *load, struct conn *conn)
{
	char path[128];

	snprintf(path, sizeof(path),
	    "/api/v1/performances/%" PRId64 "/sections",
	    load->first_performance);
	get(conn, path);
}

static void
shows_ask(struct load *load, struct conn *conn)
{
	(void)load;
	get(conn, "/api/v1/shows?limit=20");
}

/* The id that is given is a show's. */
static void
dates_ask(struct load *load, struct conn *conn)
{
	char path[128];

	snprintf(path, sizeof(path), "/api/v1/shows/%" PRId64 "/dates",
	    load->first_performance);
	get(conn, path);
}

static void
map_one_ask(struct load *load, struct conn *conn)
{
	map_ask(load, conn, load->first_performance);
}

static void
hold_seats(struct load *load, struct conn *conn, int64_t number,
    const char *token)
{
	char path[128], body[128];
	int64_t pair = number / load->n_performances;

	snprintf(path, sizeof(path), "/api/v1/performances/%" PRId64 "/holds",
	    performance_of(load, number));
	snprintf(body, sizeof(body), "{\"seat_ids\":[%" PRId64 ",%" PRId64 "]}",
	    pair * 2 + 1, pair * 2 + 2);
	post(conn, path, token, NULL, body);
}

/* Two places or seats of whichever are free. */
static void
hold_any(struct load *load, struct conn *conn, const char *body)
{
	char path[128];

	conn->number = load->next++;
	snprintf(path, sizeof(path), "/api/v1/performances/%" PRId64 "/holds",
	    performance_of(load, conn->number));
	post(conn, path, token_of(load, conn->number), NULL, body);
}

static void
hold_section_ask(struct load *load, struct conn *conn)
{
	hold_any(load, conn, "{\"section_id\":1,\"quantity\":2}");
}

static void
hold_best_ask(struct load *load, struct conn *conn)
{
	hold_any(load, conn, "{\"best_available\":{\"quantity\":2}}");
}

static void
hold_ask(struct load *load, struct conn *conn)
{
	conn->number = load->next++;
	hold_seats(load, conn, conn->number, token_of(load, conn->number));
}

static void
hold_got(struct load *load, struct conn *conn, int status, const char *body)
{
	(void)conn;
	done_if(load, status == 201, status, body);
}

/* Some pair of a performance that is sold out, asked for by anybody. */
static void
hold_lose_ask(struct load *load, struct conn *conn)
{
	int64_t n_pairs = load->n_seats / 2 * load->n_performances;
	int64_t number = load->next++;

	hold_seats(load, conn, number * 7919 % n_pairs, token_of(load, number));
}

static void
hold_lose_got(struct load *load, struct conn *conn, int status,
    const char *body)
{
	(void)conn;
	done_if(load, status == 409, status, body);
}

/* A seat that no hall has: the worker looks at the terms and says so. */
static void
hold_nothing_ask(struct load *load, struct conn *conn)
{
	int64_t number = load->next++ * 7919;

	hold_seats(load, conn,
	    number % load->n_performances
		+ load->n_seats * load->n_performances,
	    token_of(load, number));
}

static void
hold_nothing_got(struct load *load, struct conn *conn, int status,
    const char *body)
{
	(void)conn;
	done_if(load, status == 422, status, body);
}

static bool
copy_string_after(const char *body, const char *name, char *out, size_t size)
{
	const char *from = strstr(body, name), *to;

	if (from == NULL)
		return false;
	from += strlen(name);
	to = strchr(from, '"');
	if (to == NULL || (size_t)(to - from) >= size)
		return false;
	memcpy(out, from, (size_t)(to - from));
	out[to - from] = '\0';
	return true;
}

/* how: the members that say by what. */
static void
pay_ask(struct load *load, struct conn *conn, const char *how)
{
	char body[256], key[96];

	snprintf(key, sizeof(key), "bench-%" PRId64 "-%" PRId64,
	    performance_of(load, conn->number), conn->number);
	snprintf(body, sizeof(body), "{\"hold_token\":\"%s\",%s}",
	    conn->hold_token, how);
	post(conn, "/api/v1/payments", token_of(load, conn->number), key, body);
}

#define BY_WALLET "\"method\":\"wallet\""
#define BY_CARD "\"method\":\"card\",\"source\":\"pm_card_visa\""

static void
sale_ask(struct load *load, struct conn *conn)
{
	if (conn->step == 0)
		hold_ask(load, conn);
	else
		pay_ask(load, conn, BY_WALLET);
}

/* Until it is said that the card will be asked. */
static void
sale_card_ask(struct load *load, struct conn *conn)
{
	if (conn->step == 0)
		hold_ask(load, conn);
	else
		pay_ask(load, conn, BY_CARD);
}

static void
sale_section_ask(struct load *load, struct conn *conn)
{
	if (conn->step == 0)
		hold_section_ask(load, conn);
	else
		pay_ask(load, conn, BY_WALLET);
}

static void
sold(struct load *load, struct conn *conn, int status, const char *body,
    int want)
{
	if (conn->step == 0 && status == 201
	    && copy_string_after(body, "\"hold_token\":\"", conn->hold_token,
		sizeof(conn->hold_token))) {
		conn->step = 1;
		return;
	}
	done_if(load, conn->step == 1 && status == want, status, body);
	conn->step = 0;
}

static void
sale_got(struct load *load, struct conn *conn, int status, const char *body)
{
	sold(load, conn, status, body, 201);
}

static void
sale_card_got(struct load *load, struct conn *conn, int status,
    const char *body)
{
	sold(load, conn, status, body, 202);
}

/* One seat is taken and given back: two changes of a map a unit. */
static void
change_ask(struct load *load, struct conn *conn)
{
	int64_t seat;

	if (conn->step == 0)
		conn->number = load->next++;
	seat = conn->number / load->n_performances % load->n_seats + 1;
	if (conn->step == 0) {
		char path[128], body[64];

		snprintf(path, sizeof(path),
		    "/api/v1/performances/%" PRId64 "/holds",
		    performance_of(load, conn->number));
		snprintf(body, sizeof(body), "{\"seat_ids\":[%" PRId64 "]}",
		    seat);
		post(conn, path, token_of(load, conn->number), NULL, body);
		return;
	}
	finish(conn,
	    snprintf(conn->out, REQUEST_MAX,
		"DELETE /api/v1/holds/%s HTTP/1.1\r\nHost: bench\r\n"
		"Authorization: Bearer %s\r\n\r\n",
		conn->hold_token, token_of(load, conn->number)));
}

static void
change_got(struct load *load, struct conn *conn, int status, const char *body)
{
	if (conn->step == 0 && status == 201
	    && copy_string_after(body, "\"hold_token\":\"", conn->hold_token,
		sizeof(conn->hold_token))) {
		conn->step = 1;
		return;
	}
	done_if(load, conn->step == 1 && status == 204, status, body);
	conn->step = 0;
}

/* Each user stands in a line once; when all do, in the next. */
static void
queue_join_ask(struct load *load, struct conn *conn)
{
	char path[128];

	conn->number = load->next++;
	snprintf(path, sizeof(path), "/api/v1/performances/%" PRId64 "/queue",
	    load->first_performance + conn->number / load->n_tokens);
	post(conn, path, token_of(load, conn->number), NULL, "{}");
}

/* The first line's tickets are kept, where somebody wants them. */
static void
queue_join_got(struct load *load, struct conn *conn, int status,
    const char *body)
{
	char ticket[TICKET_MAX];
	bool right = status == 201
	    && copy_string_after(body, "\"queue_token\":\"", ticket,
		sizeof(ticket));

	if (right && load->tickets != NULL && conn->number < load->n_tokens)
		load->tickets[conn->number] = strdup(ticket);
	done_if(load, right, status, body);
}

static void
poll_as(struct load *load, struct conn *conn, int64_t user)
{
	finish(conn,
	    snprintf(conn->out, REQUEST_MAX,
		"GET /api/v1/performances/%" PRId64
		"/queue HTTP/1.1\r\nHost: bench\r\n"
		"Authorization: Bearer %s\r\nX-Queue-Token: %s\r\n\r\n",
		load->first_performance, token_of(load, user),
		load->tickets[user]));
}

/* So many stand near the front, as bench.py has it. Those who came at the same
 * time as the last of them may be near or not. */
#define N_NEAR 40000
#define FIRST_FAR (N_NEAR + 1000)
/* Near the front one asks every two seconds, and the line is asked for him once
 * in ten (queue/queue_seen.h): so many ask five times, one behind the other,
 * before others do. They all have had their turn when the first ten seconds are
 * over. */
#define N_AT_ONCE 1000
#define N_TIMES 5

static void
queue_poll_ask(struct load *load, struct conn *conn)
{
	poll_as(load, conn,
	    FIRST_FAR + load->next++ * 7919 % (load->n_tickets - FIRST_FAR));
}

static void
queue_poll_front_ask(struct load *load, struct conn *conn)
{
	int64_t at = load->next++;

	poll_as(load, conn,
	    (at / (N_AT_ONCE * N_TIMES) * N_AT_ONCE + at % N_AT_ONCE) % N_NEAR);
}

static void
queue_poll_got(struct load *load, struct conn *conn, int status,
    const char *body)
{
	(void)conn;
	done_if(load,
	    status == 200 && strstr(body, "\"state\":\"waiting\"") != NULL,
	    status, body);
}

const struct scenario scenarios[] = {
	{ "change", change_ask, change_got },
	{ "hello", hello_ask, ok_got },
	{ "map-spread", map_spread_ask, ok_got },
	{ "map-one", map_one_ask, ok_got },
	{ "sections", sections_ask, ok_got },
	{ "shows", shows_ask, ok_got },
	{ "dates", dates_ask, ok_got },
	{ "hold", hold_ask, hold_got },
	{ "hold-lose", hold_lose_ask, hold_lose_got },
	{ "hold-nothing", hold_nothing_ask, hold_nothing_got },
	{ "hold-section", hold_section_ask, hold_got },
	{ "hold-best", hold_best_ask, hold_got },
	{ "queue-join", queue_join_ask, queue_join_got },
	{ "queue-poll", queue_poll_ask, queue_poll_got },
	{ "queue-poll-front", queue_poll_front_ask, queue_poll_got },
	{ "sale", sale_ask, sale_got },
	{ "sale-card", sale_card_ask, sale_card_got },
	{ "sale-section", sale_section_ask, sale_got },
	{ NULL, NULL, NULL },
};
