/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world - a ctx on the program's private servers, and users to act with
 *
 * Tests of a program share one database, so each names its users after
 * itself: no test sees another's rows.
 *
 * Layer: tests.  Uses: store, account.
 */
#ifndef SUPPORT_WORLD_H
#define SUPPORT_WORLD_H

#include "account/account.h"
#include "base/fault.h"
#include "recovery/recovery.h"
#include "store/ctx.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ctx ctx;

/* Small enough that a hash costs next to nothing. */
#define WORLD_ARGON2_KIB 64

static inline void
world_open(void)
{
	struct settings set;

	servers_settings(&set);
	set.argon2_memory_kib = WORLD_ARGON2_KIB;
	set.argon2_passes = 1;
	ctx_open(&ctx, &set);
	recovery_give(&ctx);
}

static inline void
world_close(void)
{
	ctx_close(&ctx);
}

/* A statement made up by a test; each has a place of its own, since what is
 * prepared is known by its address. */
static inline const struct sql *
world_sql(const char *text)
{
	static struct {
		struct sql sql;
		char name[32], text[1024];
	} made[64];
	static size_t n;
	size_t i = n++;

	ck_assert_uint_lt(i, ARRAY_LEN(made));
	snprintf(made[i].name, sizeof(made[i].name), "world_%zu", i);
	snprintf(made[i].text, sizeof(made[i].text), "%s", text);
	made[i].sql = (struct sql){ made[i].name, made[i].text };
	return &made[i].sql;
}

/* A number that the primary answers. */
static inline int64_t
world_number(const char *text)
{
	struct db_rows rows;

	ck_assert_int_eq(db_run(ctx.primary, &ctx.arena, world_sql(text), 0,
	    NULL, &rows), 0);
	ck_assert_uint_eq(rows.n_rows, 1);
	return db_get_i64(&rows, 0, 0);
}

/* A user with this login id, the password "password" and an empty wallet. */
static inline int64_t
world_user(const char *login)
{
	const struct account_new who = {
		.login_id = span_str(login),
		.password = SPAN_LIT("password"),
		.name = span_str(login),
		.email = SPAN_LIT("someone@example.org"),
	};
	struct account account;

	ck_assert_int_eq(account_signup(&ctx, &who, &account), ACCOUNT_OK);
	return account.id;
}

#ifdef FAULTS
/* A process of its own does work, and must die at the point. */
static inline void
world_crash(const char *point, void (*work)(void))
{
	pid_t pid = fork();
	char faults[96];
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		snprintf(faults, sizeof(faults), "crash:%s:1", point);
		setenv("BOXOFFICE_FAULTS", faults, 1);
		fault_reset();
		world_open();
		work();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 137,
	    "%s was not reached", point);
}
#endif

#endif
