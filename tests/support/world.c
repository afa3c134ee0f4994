/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world - a ctx on the program's private servers, and users to act with
 *
 * Layer: tests.  Uses: store, account.
 */
#include "tests/support/world.h"

#include "base/fault.h"

struct ctx ctx;

void
world_open(void)
{
	struct settings set;

	servers_settings(&set);
	set.argon2_memory_kib = WORLD_ARGON2_KIB;
	set.argon2_passes = 1;
	ctx_open(&ctx, &set);
	recovery_give(&ctx);
}

void
world_close(void)
{
	ctx_close(&ctx);
}

const struct sql *
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

int64_t
world_number(const char *text)
{
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(ctx.primary, &ctx.arena, world_sql(text), 0, NULL, &rows),
	    0);
	ck_assert_uint_eq(rows.n_rows, 1);
	return db_get_i64(&rows, 0, 0);
}

int64_t
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
void
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
