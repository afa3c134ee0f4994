/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * house - a hall, a performance and some buyers, made anew for each test
 *
 * 24 seats in three rows of eight, all of them 1,000 but row C, which costs
 * 2,500. The performance is on sale and sells 8 seats a user. Buyers have
 * 100,000 in their wallets. Tests speak of seats by number, of buyers by a
 * short name; a name is a new user in each test.
 *
 * Layer: tests.  Uses: base, store, catalog, hold.
 */
#ifndef SUPPORT_HOUSE_H
#define SUPPORT_HOUSE_H

#include "store/ctx.h"

#define HOUSE_SEATS 24
#define HOUSE_WALLET 100000

struct house {
	struct ctx ctx;
	int64_t performance;
};

/* The fixture's: opens a context and makes a performance. */
extern struct house house;

/* For FIXTURE_ONCE: both servers, or those of servers.h. */
void house_start(void);
void house_start_with(unsigned servers);
/* For FIXTURE: house is open, its map not yet loaded. */
void house_open(void);
void house_close(void);
/* Another performance and other buyers, in the context that is open. */
void house_renew(void);

/* A buyer's user id. */
int64_t house_user(const char *name);
/* How that user logs in. Memory: the context's arena. */
const char *house_login(const char *name);
/* Another process of the same test: its own connections. */
void house_fork(void);
/* Stores as they are opened by a worker that just began. */
void house_reopen(void);

/* The database is dumped, something happens, and what was dumped is all that is
 * left; Redis is empty. Until one comes back to what was there before the test
 * ends. */
void house_go_back(void (*meanwhile)(void));
void house_come_back(void);

/* One number of the database. sql has at most one parameter, $1 = n. */
int64_t house_count(const char *sql, int64_t n);
/* A statement without result. */
void house_run(const char *sql);
/* What an operator changes by loading a file: "status = 'closed'". The map is
 * told by house_tell, as the worker's job does it. */
void house_change(const char *what);
/* The next price list: all seats cost amount in a currency. */
void house_reprice(int64_t amount, const char *currency);
void house_tell(void);
/* Its price list has three ticket types: adult, the default; youth, for which
 * the first class costs 700 and the second 1,800, no more than two, with proof;
 * senior, 500 and 1,200, two or more. Nobody knew the list before. */
void house_types(void);
/* This process learns the terms that the performance has now. */
void house_terms(void);
/* A command to Redis, words between blanks; its answer as text. */
const char *house_redis(const char *words);
/* The letters of the map as everybody sees it. */
const char *house_map(void);
/* The performance gets a new revision of its hall, of 1..30 seats, all of them
 * 1,000; nobody is told. */
void house_plan(int n_seats);
/* The same with a slot section: ten seats as before, and behind them section 2,
 * of n_places at 2,500, numbers 11 and on. */
void house_standing(int n_places);
/* The same with a counter section: the seats that it begins with, and section 2
 * of capacity places at 1,000. */
void house_lawn(int capacity);
/* The same with both: those seats and that lawn, and section 3 of n_places that
 * nobody picks, at 1,000, numbers HOUSE_SEATS + 1 and on. */
void house_all_kinds(int capacity, int n_places);
/* No seats to pick: section 1 of 50 counted places at 1,000, and section 2 of
 * n_places that nobody picks, at 2,500, numbers 1 and on. */
void house_floor(int n_places);
/* The same with rows of neighbours, numbered one after the other. All cost
 * 1,000, but those of row 3, 2,500, whose first two are for wheelchairs. */
void house_rows(int n_rows, int n_each);
/* No seats at all, and two counter sections. */
void house_meadow(int capacity);
/* A new request: time is read anew. Memory is kept for the test. */
void house_round(void);

#endif
