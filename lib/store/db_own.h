/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * db_own - what the files of db share and nobody else sees
 *
 * Layer: store.  Uses: base, breaker, pg_door.
 */
#ifndef STORE_DB_OWN_H
#define STORE_DB_OWN_H

#include "store/breaker.h"
#include "store/pg_door.h"
#include "store/replica.h"

struct db {
	const struct settings *set;
	enum db_role role;
	struct pg pg;
	struct breaker *breaker; /* shared, or own */
	struct breaker own;
	struct primary_known *known; /* shared, or own_known */
	struct primary_known own_known;
	struct replica_choice *choice; /* shared, or own_choice */
	struct replica_choice own_choice;
	int host;             /* of the DSN's hosts that is connected to */
	struct primary_id id; /* who the connection leads to */
	uint64_t generation;  /* grows with each connection */
	bool in_tx;
	bool direct; /* past a pooler */
	bool listens;
	bool spoiled; /* to be dropped after this exchange */
	bool waited;  /* for nothing, in this round */
	char constraint[128];
	char sqlstate[6];
};

extern const struct sql db_sql_begin, db_sql_commit;

/* Where its role's DSN leads to, any of its hosts. */
struct pg_target db_target(const struct db *db);
/* How long an answer is waited for. */
int64_t db_wait_ms(const struct db *db);
/* Connected, as far as one can tell without asking, and a new exchange
 * begun. 0 or DB_F_UNREACHABLE. */
int db_ready(struct db *db) MUST_CHECK;
/* The connection broke, or the server did not answer in time: what that
 * means, logged. Once something that commits was sent, nobody knows. */
int db_lost(struct db *db, int why, bool may_have_committed);
/* 0, or what the refusal in answer means; faults are logged. what is the
 * statement's name. */
int db_verdict(struct db *db, const struct pg_answer *answer, const char *what);
/* The same for an answer to COMMIT. */
int db_commit_verdict(struct db *db, const struct pg_answer *answer);
/* The end of an exchange that came to r: a fault ends its transaction, and
 * a spoiled connection is dropped. Returns r. */
int db_settle(struct db *db, int r);
/* Between a deadlock and the second attempt. */
void db_step_aside(void);

#endif
