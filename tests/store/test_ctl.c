/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_ctl - the verbs of boxofficectl as an operator types them
 *
 * The program is run by the shell; its standard output, standard error and
 * exit status are what is looked at.
 *
 * Layer: tests.  Uses: account, wallet.
 */
#include "account/token.h"
#include "store/keys.h"
#include "tests/support/shell.h"
#include "tests/support/world.h"
#include "wallet/wallet.h"

#include <pty.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REHEARSAL_KEY "rehearsal:cmVoZWFyc2FsLWtleS1vZi10aGlydHktdHdvLWJ5dGVz"

static void
once(void)
{
	servers_start(SERVERS_REDIS | SERVERS_PG);
	setenv("BOXOFFICE_SQL_DIR", "/nonexistent", 0);
	world_open();
	shell_open(&ctx);
	write_conf("conf", "key_rehearsal = " REHEARSAL_KEY "\n");
	write_conf("live.conf", "");
	world_close();
}

static void
remove_all(void)
{
	servers_stop();
	shell_close();
}

static void
given_a_ctx(void)
{
	world_open();
	strcpy(ctx.set.token_key_rehearsal, REHEARSAL_KEY);
}

static bool
can_log_in(const char *login, const char *password)
{
	struct account account;

	return account_login(&ctx, span_str(login), span_str(password),
		   &account)
	    == ACCOUNT_OK;
}

static int64_t
count_users(const char *like)
{
	return world_number(arena_printf(&ctx.arena,
	    "SELECT count(*) FROM users WHERE login_fold LIKE '%s'", like));
}

/* ---- the program ---- */

START_TEST(what_is_no_verb_gets_the_help_and_status_2)
{
	static const char *const lines[] = { "$CTL", "$CTL nonsense",
		"$CTL user", "$CTL user remove x", "$CTL users add x",
		"$CTL --nonsense", "$CTL -x status" };

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		ck_assert_msg(shell_run("%s", lines[i]) == 2, "%s", lines[i]);
		ck_assert_str_eq(out, "");
		ck_assert_ptr_nonnull(strstr(err, "usage: boxofficectl"));
	}
}
END_TEST

START_TEST(a_wrong_use_of_a_verb_shows_its_usage)
{
	static const char *const lines[] = { "$CTL migrate x",
		"$CTL check-config x", "$CTL status x", "$CTL token",
		"$CTL token a b", "$CTL token a --nonsense",
		"$CTL wallet credit a", "$CTL wallet credit a 1 2",
		"$CTL user add", "$CTL user add a b",
		"$CTL user add a --password secret", "$CTL user add a --many 3",
		"$CTL user add --many 3", "$CTL user add --prefix p",
		"$CTL user add a --prefix p", "$CTL user add a --credit 5",
		"$CTL user add --many 3 --prefix p --admin",
		"$CTL user add --many 3 --prefix p --role USER",
		"$CTL user add a --role root", "$CTL capacity 1 1 5",
		"$CTL capacity 1 x 5 --reason x",
		"$CTL capacity 1 1 100001 --reason x", "$CTL seats block 1 1",
		"$CTL seats block 1 --reason x",
		"$CTL seats block x 1 --reason x",
		"$CTL seats unblock 1 1 2 --reason x", "$CTL audit x",
		"$CTL audit --nonsense", "$CTL audit --history",
		"$CTL audit --only I99", "$CTL audit --only I1,,I2",
		"$CTL audit --only I24" };

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		ck_assert_msg(shell_run("%s", lines[i]) == 2, "%s", lines[i]);
		ck_assert_str_eq(out, "");
		ck_assert_ptr_nonnull(strstr(err, "usage: "));
	}
}
END_TEST

START_TEST(a_word_that_is_no_verb_is_named)
{
	ck_assert_int_eq(shell_run("$CTL nonsense"), 2);
	ck_assert_ptr_nonnull(strstr(err, "no verb \"nonsense\""));
	ck_assert_int_eq(shell_run("$CTL user remove x"), 2);
	ck_assert_ptr_nonnull(strstr(err, "no verb \"user remove\""));
	ck_assert_int_eq(shell_run("$CTL user"), 2);
	ck_assert_ptr_nonnull(strstr(err, "\"user\" is followed by"));
}
END_TEST

START_TEST(each_verb_tells_its_use_when_asked)
{
	static const char *const verbs[] = { "audit", "capacity",
		"check-config", "load", "performances", "seats block",
		"user add", "user disable" };

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		ck_assert_msg(shell_run("$CTL %s --help", verbs[i]) == 0, "%s",
		    verbs[i]);
		ck_assert_ptr_nonnull(strstr(out, verbs[i]));
		ck_assert_str_eq(err, "");
	}
}
END_TEST

START_TEST(a_disabled_user_has_no_session_and_no_login_until_enabled)
{
	int64_t user;

	ck_assert_int_eq(shell_run("echo sunflower1 | $CTL user add ended "
				   "--password-file -"),
	    0);
	user = world_number("SELECT id FROM users WHERE login_id = 'ended'");
	ck_assert_int_eq(db_sure(db_run(ctx.primary, &ctx.arena,
			     world_sql(arena_printf(&ctx.arena,
				 "INSERT INTO refresh_family (user_id) "
				 "VALUES (%lld)",
				 (long long)user)),
			     0, NULL, NULL)),
	    0);
	ck_assert(can_log_in("ended", "sunflower1"));
	ck_assert_int_eq(shell_run("$CTL user disable ENDED "
				   "--reason 'stolen'"),
	    0);
	ck_assert(!can_log_in("ended", "sunflower1"));
	ck_assert_int_eq(
	    world_number(arena_printf(&ctx.arena,
		"SELECT "
		"count(*) FROM refresh_family WHERE user_id = %lld AND "
		"revoked_at IS NULL",
		(long long)user)),
	    0);
	ck_assert_int_eq(shell_run("$CTL user list"), 0);
	ck_assert_ptr_nonnull(strstr(out, "ended USER disabled"));
	ck_assert_int_eq(shell_run("echo sunflower2 | $CTL user password ended "
				   "--password-file -"),
	    0);
	ck_assert(!can_log_in("ended", "sunflower2"));
	ck_assert_int_eq(shell_run("$CTL user enable ended --reason found"), 0);
	ck_assert(can_log_in("ended", "sunflower2"));
	ck_assert(!can_log_in("ended", "sunflower1"));
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM audit_log WHERE "
		"action = 'user.disable' AND reason = 'stolen' AND user_id IS NULL "
		"AND detail->'before'->>'disabled' = 'false' "
		"AND detail->'after'->>'disabled' = 'true'"),
	    1);
	ck_assert_int_eq(shell_run("$CTL user disable nobody-here --reason x"),
	    1);
	ck_assert_int_eq(shell_run("$CTL user disable ended"), 2);
}
END_TEST

START_TEST(a_role_is_given_but_the_last_administrator_keeps_his)
{
	world_user("riser");
	ck_assert_int_eq(shell_run("$CTL user role riser STAFF --reason hired"),
	    0);
	ck_assert_int_eq(shell_run("$CTL user role riser ADMIN --reason rose"),
	    0);
	ck_assert_int_eq(shell_run("$CTL user list"), 0);
	ck_assert_ptr_nonnull(strstr(out, "riser ADMIN enabled"));
	world_number(
	    "WITH u AS (UPDATE users SET role = 'USER' WHERE role ="
	    " 'ADMIN' AND login_id <> 'riser' RETURNING 1) SELECT count(*)"
	    " FROM u");
	ck_assert_int_eq(shell_run("$CTL user role riser USER --reason x"), 1);
	ck_assert_ptr_nonnull(strstr(err, "last ADMIN"));
	ck_assert_int_eq(shell_run("$CTL user disable riser --reason x"), 1);
	ck_assert_int_eq(shell_run("$CTL user role riser ROOT --reason x"), 2);
	ck_assert_int_eq(shell_run("$CTL user role riser ADMIN --reason ' '"),
	    1);
}
END_TEST

START_TEST(help_and_version_are_told_when_asked_for)
{
	ck_assert_int_eq(shell_run("$CTL --help"), 0);
	ck_assert_ptr_nonnull(strstr(out, "wallet credit"));
	ck_assert_int_eq(shell_run("$CTL --version"), 0);
	ck_assert_str_eq(out, "boxofficectl " PACKAGE_VERSION "\n");
}
END_TEST

START_TEST(output_that_cannot_be_written_is_a_fault)
{
	world_user("fuller");
	ck_assert_int_eq(shell_run("$CTL token fuller >/dev/full"), 3);
	ck_assert_int_eq(shell_run("$CTL status >/dev/full"), 3);
	ck_assert_int_eq(shell_run("$CTL user add --many 3 --prefix fuller- "
				   ">/dev/full"),
	    3);
}
END_TEST

/* ---- configuration and schema ---- */

START_TEST(a_good_configuration_is_called_good)
{
	ck_assert_int_eq(shell_run("$CTL check-config"), 0);
	ck_assert_str_eq(out,
	    arena_printf(&ctx.arena, "%s: good\n", in_folder("conf")));
}
END_TEST

START_TEST(a_bad_configuration_is_named_with_file_and_line)
{
	write_file("bad.conf", "[redis]\n\nnonsense = 1\n");
	ck_assert_int_eq(
	    shell_run("$BUILDDIR/boxofficectl --config %s check-config",
		in_folder("bad.conf")),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "bad.conf:3: "));
	/* and no verb runs with it */
	ck_assert_int_eq(shell_run("$BUILDDIR/boxofficectl --config %s status",
			     in_folder("bad.conf")),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "bad.conf:3: "));
	ck_assert_int_ne(
	    shell_run("$BUILDDIR/boxofficectl --config %s check-config",
		in_folder("missing.conf")),
	    0);
	ck_assert_ptr_nonnull(strstr(err, "missing.conf"));
}
END_TEST

#define MAIL \
	"[mail]\nurl = smtp://localhost\nfrom = a@b.example\n" \
	"[general]\npublic_url = https://tickets.example\n"

START_TEST(templates_of_mails_are_checked)
{
	const char *own = arena_printf(&ctx.arena, "%s/own", folder);

	write_conf("mail.conf",
	    arena_printf(&ctx.arena, MAIL "[mail]\ntemplates = %s\n", own));
	ck_assert_int_eq(
	    shell_run("rm -rf %s; cp -r ${SRCDIR:-..}/conf/mail %s", own, own),
	    0);
	ck_assert_int_eq(shell_run("${CTL%%%%conf}mail.conf check-config"), 0);
	ck_assert_int_eq(
	    shell_run("sed -i 's/{{link}}/{{lnik}}/' %s/lost.en", own), 0);
	ck_assert_int_eq(shell_run("${CTL%%%%conf}mail.conf check-config"), 1);
	ck_assert_ptr_nonnull(strstr(err, "own/lost.en: a {{..}} stands for"));
	write_conf("mail.conf", "[mail]\nurl = smtp://localhost\n");
	ck_assert_int_eq(shell_run("${CTL%%%%conf}mail.conf check-config"), 1);
	ck_assert_ptr_nonnull(strstr(err, "from must be set"));
	write_conf("mail.conf", "[mail]\nurl = http://localhost\n");
	ck_assert_int_eq(shell_run("${CTL%%%%conf}mail.conf check-config"), 1);
}
END_TEST

START_TEST(a_mistake_over_two_settings_is_named_where_it_was_made)
{
	ck_assert_int_eq(mkdir(in_folder("d"), 0700), 0);
	ck_assert_int_eq(mkdir(in_folder("d/conf.d"), 0700), 0);
	write_conf("d/two.conf", "[sale]\nhold_hard_seconds = 600\n");
	write_file("d/conf.d/50-long.conf", "[sale]\nhold_seconds = 700\n");
	ck_assert_int_eq(
	    shell_run("$BUILDDIR/boxofficectl --config %s check-config",
		in_folder("d/two.conf")),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "conf.d/50-long.conf:2: [sale]"));
	/* what is set nowhere has no line */
	write_file("bare.conf", "");
	ck_assert_int_eq(
	    shell_run("$BUILDDIR/boxofficectl --config %s check-config",
		in_folder("bare.conf")),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "bare.conf: [token] key is not"));
}
END_TEST

/* ---- check-config --online ---- */

/* The good configuration with other stores, and more at its end. */
static void
write_online_conf(const char *primary, const char *redis_more, const char *more)
{
	const struct settings *set = &ctx.set;

	write_file("online.conf",
	    arena_printf(&ctx.arena,
		"[redis]\nsocket = %s\n%s"
		"[postgresql]\nprimary_dsn = %s\nreplica_dsn = %s\n"
		"[token]\nkey = %s\n[general]\n%s",
		set->redis_socket, redis_more, primary, primary, set->token_key,
		more));
}

static int
run_online(void)
{
	return shell_run(
	    "BOXOFFICE_SQL_DIR=$SRCDIR/sql $BUILDDIR/boxofficectl "
	    "--config %s check-config --online",
	    in_folder("online.conf"));
}

#define QUIET "runtime_dir =\n[fcgi]\nsocket_group =\n"

/* The rights are those of the file that operators are given. */
static void
given_the_shipped_redis_user(const char *less)
{
	ck_assert_int_eq(
	    shell_run(
		"words=$(sed -n 's/^user boxoffice on "
		">CHANGE-ME //p' $SRCDIR/conf/redis/boxoffice.acl) && "
		"redis-cli -s %s ACL SETUSER shipped reset on '>pw' $words %s",
		ctx.set.redis_socket, less),
	    0);
	ck_assert_str_eq(out, "OK\n");
}
#define SHIPPED "user = shipped\npassword = pw\n"

START_TEST(the_limits_in_force_are_shown)
{
	write_conf("limits.conf",
	    "[limits]\npay = 6/60 burst 2\nlogin = off\n");
	ck_assert_int_eq(
	    shell_run("$CTL --config '%s' limits", in_folder("limits.conf")),
	    0);
	ck_assert_ptr_nonnull(
	    strstr(out, "\npay      user     6/60 s         2      each pool"));
	ck_assert_ptr_nonnull(
	    strstr(out, "\nlogin    address  off            -      Redis"));
	ck_assert_ptr_nonnull(
	    strstr(out, "\npoll     user     300/60 s       100    each pool"));
	ck_assert_int_eq(shell_run("$CTL limits pay"), 2);
	write_conf("limits.conf", "[limits]\npay = often\n");
	ck_assert_int_eq(
	    shell_run("$CTL --config '%s' limits", in_folder("limits.conf")),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "limits.conf:"));
	ck_assert_ptr_nonnull(strstr(err, "[limits] pay must be like 60/60"));
}
END_TEST

START_TEST(what_the_settings_name_is_asked_for_when_wanted)
{
	given_the_shipped_redis_user("");
	write_online_conf(ctx.set.primary_dsn, SHIPPED,
	    "public_url = https://a.example\nruntime_dir = /tmp\n");
	ck_assert_int_eq(run_online(), 0);
	ck_assert_str_eq(err, "");
	ck_assert_ptr_nonnull(strstr(out, "\nok public_url: https://a"));
	ck_assert_ptr_nonnull(strstr(out, "\nok runtime_dir: /tmp"));
	ck_assert_ptr_nonnull(strstr(out, "\nok socket_group: www-data"));
	ck_assert_ptr_nonnull(strstr(out, "\nok primary: PostgreSQL "));
	ck_assert_ptr_nonnull(strstr(out, "\nok replica: PostgreSQL "));
	ck_assert_ptr_nonnull(strstr(out, "\nok redis: run id "));
	ck_assert_ptr_null(strstr(out, "not ok"));
	ck_assert_int_eq(shell_run("$CTL check-config --online x"), 2);
	ck_assert_int_eq(shell_run("$CTL check-config --offline"), 2);
}
END_TEST

START_TEST(what_the_host_has_not_is_told_with_a_remedy)
{
	write_online_conf(ctx.set.primary_dsn, "",
	    arena_printf(&ctx.arena,
		"runtime_dir = %s\n[fcgi]\nsocket_group = no-such-group\n",
		in_folder("nowhere")));
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out, "not ok runtime_dir: "));
	ck_assert_ptr_nonnull(strstr(out, "systemd-tmpfiles"));
	ck_assert_ptr_nonnull(strstr(out,
	    "not ok socket_group: there is no "
	    "group no-such-group"));
	ck_assert_ptr_nonnull(strstr(out, "\nok redis"));
	write_online_conf(ctx.set.primary_dsn, "",
	    arena_printf(&ctx.arena, "runtime_dir = %s\n", in_folder("conf")));
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out, "is no folder"));
}
END_TEST

START_TEST(what_the_redis_user_may_not_run_is_named)
{
	given_the_shipped_redis_user("-zadd '-script|kill'");
	write_online_conf(ctx.set.primary_dsn, SHIPPED, QUIET);
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out,
	    "not ok redis: the user may not "
	    "run SCRIPT KILL ZADD; "));
	given_the_shipped_redis_user("resetkeys '~other:*'");
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out, " GET "));
	given_the_shipped_redis_user("-multi");
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out, "may not run MULTI"));
	write_online_conf(ctx.set.primary_dsn,
	    "user = shipped\npassword = wrong\n", QUIET);
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out, "does not let us in"));
	ck_assert_ptr_nonnull(strstr(out, "\nok primary"));
}
END_TEST

START_TEST(asking_for_rights_runs_nothing_in_redis)
{
	struct span exists[] = { SPAN_LIT("EXISTS"),
		key_job(&ctx.arena, "check-config") };
	struct kv_reply reply;

	write_online_conf(ctx.set.primary_dsn, "", QUIET);
	ck_assert_int_eq(run_online(), 0);
	ck_assert_int_eq(kv_command(ctx.kv, &ctx.arena, 2, exists, &reply), 0);
	ck_assert_int_eq(reply.i64, 0);
}
END_TEST

START_TEST(a_database_that_is_away_old_or_forbidden_is_told)
{
	const char *watcher = arena_printf(&ctx.arena, "%s user=watcher",
	    ctx.set.primary_dsn);

	write_online_conf("host=/nonexistent dbname=x", "", QUIET);
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out,
	    "not ok primary: no server that "
	    "takes writes"));
	ck_assert_ptr_nonnull(strstr(out, "not ok replica: no server can"));
	ck_assert_ptr_nonnull(strstr(err, "postgresql-unreachable"));

	write_online_conf(ctx.set.primary_dsn, "", QUIET);
	ck_assert_int_eq(
	    shell_run("mkdir %s && touch %s/9999_later.sql && "
		      "BOXOFFICE_SQL_DIR=%s $BUILDDIR/boxofficectl --config %s "
		      "check-config --online",
		in_folder("sql"), in_folder("sql"), in_folder("sql"),
		in_folder("online.conf")),
	    1);
	ck_assert_ptr_nonnull(strstr(out,
	    "is older than the programs' 9999; "
	    "run boxofficectl migrate"));
	ck_assert_int_eq(
	    shell_run(
		"cd %s && rm 9999* && "
		"cp -r --no-preserve=mode $SRCDIR/sql/. . && "
		"echo >>functions/holds.sql && BOXOFFICE_SQL_DIR=. "
		"$BUILDDIR/boxofficectl --config %s check-config --online",
		in_folder("sql"), in_folder("online.conf")),
	    1);
	ck_assert_ptr_nonnull(strstr(out,
	    "not ok primary: "
	    "functions/holds.sql is not what the database has; run "
	    "boxofficectl migrate"));

	ck_assert_int_eq(
	    db_exec_script(ctx.primary, &ctx.arena,
		"DROP ROLE IF EXISTS watcher; CREATE ROLE watcher LOGIN"),
	    0);
	write_online_conf(watcher, "", QUIET);
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out,
	    "not ok primary: user watcher may "
	    "not read and write "));
	ck_assert_ptr_nonnull(strstr(out,
	    "not ok replica: user watcher may "
	    "not read "));
	ck_assert_int_eq(
	    db_exec_script(ctx.primary, &ctx.arena,
		"GRANT SELECT ON ALL TABLES IN SCHEMA public TO watcher"),
	    0);
	ck_assert_int_eq(run_online(), 1);
	ck_assert_ptr_nonnull(strstr(out, "not ok primary: "));
	ck_assert_ptr_nonnull(strstr(out, "\nok replica: "));
	ck_assert_int_eq(db_exec_script(ctx.primary, &ctx.arena,
			     "DROP OWNED BY watcher; DROP ROLE watcher"),
	    0);
}
END_TEST

START_TEST(migrating_twice_applies_nothing_the_second_time)
{
	int64_t n = world_number("SELECT count(*) FROM schema_migration");

	ck_assert_int_eq(
	    shell_run("BOXOFFICE_SQL_DIR=$SRCDIR/sql $CTL migrate"), 0);
	ck_assert_str_eq(err, "");
	ck_assert_int_eq(atoll(out),
	    world_number("SELECT max(version) FROM schema_migration"));
	ck_assert_int_eq(world_number("SELECT count(*) FROM schema_migration"),
	    n);
}
END_TEST

START_TEST(a_folder_without_migrations_is_refused)
{
	ck_assert_int_eq(
	    shell_run("BOXOFFICE_SQL_DIR=/nonexistent $CTL migrate"), 1);
	ck_assert_ptr_nonnull(strstr(err, "/nonexistent"));
}
END_TEST

/* ---- user add ---- */

START_TEST(a_user_is_added_with_a_password_from_standard_input)
{
	ck_assert_int_eq(shell_run("printf 'open sesame\\nmore' | "
				   "$CTL user add Alibaba --password-file -"),
	    0);
	ck_assert_ptr_nonnull(strstr(out, " Alibaba\n"));
	ck_assert(can_log_in("alibaba", "open sesame"));
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM users WHERE"
		" login_fold = 'alibaba' AND role = 'USER' AND name = 'Alibaba'"
		" AND email = ''"),
	    1);
}
END_TEST

START_TEST(an_administrator_is_added_with_a_password_from_a_file)
{
	write_file("password", "open sesame\r\n");
	ck_assert_int_eq(
	    shell_run("$CTL user add --admin boss --name 'The Boss' "
		      "--email boss@example.org --password-file %s",
		in_folder("password")),
	    0);
	ck_assert(can_log_in("boss", "open sesame"));
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM users WHERE"
		" login_fold = 'boss' AND role = 'ADMIN' AND name = 'The Boss'"
		" AND email = 'boss@example.org'"),
	    1);
}
END_TEST

START_TEST(a_user_is_added_with_a_role)
{
	ck_assert_int_eq(shell_run("echo password | $CTL user add scanner "
				   "--role GATE --password-file -"),
	    0);
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM users WHERE"
			 " login_fold = 'scanner' AND role = 'GATE'"),
	    1);
}
END_TEST

START_TEST(what_makes_no_user_is_refused_with_a_reason)
{
	static const struct {
		const char *line, *reason;
	} cases[] = {
		{ "echo password | $CTL user add Refused --password-file -",
		    "taken" },
		{ "echo short | $CTL user add refuse2 --password-file -",
		    "8 to 256" },
		{ "$CTL user add refuse2 --password-file - </dev/null",
		    "no password" },
		{ "echo password | $CTL user add 'a b' --password-file -",
		    "login id" },
		{ "echo password | $CTL user add refuse2 --email x "
		  "--password-file -",
		    "email" },
		{ "echo password | $CTL user add refuse2 --name ' ' "
		  "--password-file -",
		    "name" },
		{ "$CTL user add refuse2 --password-file /nonexistent",
		    "/nonexistent" },
		{ "head -c 2000 /dev/zero | tr '\\0' x | $CTL user add "
		  "refuse2 --password-file -",
		    "too long" },
	};

	world_user("refused");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ck_assert_msg(shell_run("%s", cases[i].line) == 1, "%s",
		    cases[i].line);
		ck_assert_str_eq(out, "");
		ck_assert_msg(strstr(err, cases[i].reason) != NULL, "%s: %s",
		    cases[i].line, err);
	}
	ck_assert_int_eq(count_users("refuse2"), 0);
}
END_TEST

START_TEST(without_a_terminal_a_password_file_is_asked_for)
{
	ck_assert_int_eq(shell_run("setsid -w $CTL user add nontty </dev/null"),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "--password-file"));
}
END_TEST

/* Read from the terminal until text has come. */
static void
expect(int tty, const char *text)
{
	char seen[1024];
	size_t n = 0;

	do {
		ck_assert_uint_lt(n, sizeof(seen) - 1);
		ck_assert_int_eq(read(tty, seen + n, 1), 1);
		seen[++n] = '\0';
		ck_assert_ptr_null(strstr(seen, "sesame"));
	} while (strstr(seen, text) == NULL);
}

/* Type two lines at the two prompts. returns: the exit status */
static int
type_twice(const char *login, const char *first, const char *second)
{
	int tty, status;
	char rest[256];
	pid_t pid = forkpty(&tty, NULL, NULL, NULL);

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		execl(arena_printf(&ctx.arena, "%s/boxofficectl",
			  getenv("BUILDDIR")),
		    "boxofficectl", "--config", in_folder("conf"), "user",
		    "add", login, NULL);
		_exit(127);
	}
	expect(tty, "Password: ");
	ck_assert_int_gt(write(tty, first, strlen(first)), 0);
	expect(tty, "Again: ");
	ck_assert_int_gt(write(tty, second, strlen(second)), 0);
	while (read(tty, rest, sizeof(rest)) > 0)
		;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	close(tty);
	return WEXITSTATUS(status);
}

START_TEST(the_terminal_is_asked_twice_and_shows_nothing)
{
	ck_assert_int_eq(type_twice("typed", "open sesame\n", "open sesame\n"),
	    0);
	ck_assert(can_log_in("typed", "open sesame"));
	ck_assert_int_eq(
	    type_twice("mistyped", "open sesame\n", "open sesamy\n"), 1);
	ck_assert_int_eq(count_users("mistyped"), 0);
}
END_TEST

/* ---- user add --many ---- */

START_TEST(many_users_come_out_as_id_login_token_and_nothing_else)
{
	char *line, *rest = out;
	struct token token;
	struct wallet wallet;
	int n = 0;

	ck_assert_int_eq(shell_run("$CTL user add --many 300 --prefix Many- "
				   "--credit 5000"),
	    0);
	ck_assert_str_eq(err, "");
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		struct span tail = span_str(line);
		struct span id = span_cut(&tail, ' ');
		struct span login = span_cut(&tail, ' ');
		int64_t user;

		n++;
		ck_assert(span_to_i64(id, &user));
		ck_assert(
		    span_eq_str(login, arena_printf(&ctx.arena, "Many-%d", n)));
		ck_assert_int_eq(token_verify(&ctx, tail, &token), TOKEN_OK);
		ck_assert_int_eq(token.user, user);
		ck_assert_int_eq(token.role, ROLE_USER);
		ck_assert_int_gt(token.expires_ms, ctx.now_ms + 86000 * 1000);
		ck_assert_int_eq(wallet_get(&ctx, user, &wallet), WALLET_OK);
		ck_assert_int_eq(wallet.balance_minor, 5000);
	}
	ck_assert_int_eq(n, 300);
}
END_TEST

START_TEST(many_users_again_are_other_users)
{
	ck_assert_int_eq(shell_run("$CTL user add --many 2 --prefix more"), 0);
	ck_assert_ptr_nonnull(strstr(out, " more1 "));
	ck_assert_int_eq(shell_run("$CTL user add --many 2 --prefix more"), 0);
	ck_assert_ptr_null(strstr(out, " more1 "));
	ck_assert_ptr_nonnull(strstr(out, " more3 "));
	ck_assert_int_eq(count_users("more%"), 4);
}
END_TEST

START_TEST(without_a_rehearsal_key_there_are_no_rehearsals)
{
	world_user("realist");
	ck_assert_int_eq(
	    shell_run("$CTL_LIVE user add --many 2 --prefix live-"), 1);
	ck_assert_str_eq(out, "");
	ck_assert_ptr_nonnull(strstr(err, "key_rehearsal"));
	ck_assert_int_eq(count_users("live-%"), 0);
	ck_assert_int_eq(shell_run("$CTL_LIVE token realist --rehearsal"), 1);
	ck_assert_ptr_nonnull(strstr(err, "key_rehearsal"));
	ck_assert_int_eq(shell_run("$CTL_LIVE token realist"), 0);
}
END_TEST

START_TEST(nonsense_about_many_is_refused)
{
	static const char *const lines[] = {
		"$CTL user add --many 0 --prefix bad-",
		"$CTL user add --many -1 --prefix bad-",
		"$CTL user add --many 1e3 --prefix bad-",
		"$CTL user add --many 1000001 --prefix bad-",
		"$CTL user add --many 99999999999999999999 --prefix bad-",
		"$CTL user add --many 2 --prefix 'bad '",
		"$CTL user add --many 2 --prefix ''",
		"$CTL user add --many 2 --prefix bad- --credit -5",
		"$CTL user add --many 2 --prefix bad- --credit 1.5",
		("$CTL user add --many 2 --prefix bad- --credit "
		 "9223372036854775807")
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		ck_assert_msg(shell_run("%s", lines[i]) == 1, "%s", lines[i]);
		ck_assert_str_eq(out, "");
		ck_assert_str_ne(err, "");
	}
	ck_assert_int_eq(count_users("bad%"), 0);
}
END_TEST

/* ---- token, wallet ---- */

START_TEST(a_token_for_a_user_is_one_line)
{
	int64_t user = world_user("bearer");
	struct token token;

	ck_assert_int_eq(shell_run("$CTL token BEARER"), 0);
	ck_assert_uint_eq(strcspn(out, "\n"), strlen(out) - 1);
	out[strlen(out) - 1] = '\0';
	ck_assert_int_eq(token_verify(&ctx, span_str(out), &token), TOKEN_OK);
	ck_assert_int_eq(token.user, user);
	ck_assert_int_eq(shell_run("$CTL token --rehearsal bearer"), 0);
	out[strlen(out) - 1] = '\0';
	ck_assert_int_eq(token_verify(&ctx, span_str(out), &token), TOKEN_OK);
	ck_assert_int_gt(token.expires_ms, ctx.now_ms + 86000 * 1000);
}
END_TEST

START_TEST(a_credit_prints_the_new_balance)
{
	world_user("rich");
	ck_assert_int_eq(shell_run("$CTL wallet credit rich 1500"), 0);
	ck_assert_str_eq(out, "1500 KRW\n");
	ck_assert_int_eq(shell_run("$CTL wallet credit Rich 500"), 0);
	ck_assert_str_eq(out, "2000 KRW\n");
}
END_TEST

START_TEST(amounts_that_are_none_are_refused)
{
	static const char *const amounts[] = { "0", "-- -5", "1.5", "1e3",
		"abc", "''", "1000000000000001", "99999999999999999999", "0x10",
		"' 5'", "1,000" };

	world_user("poor");
	for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
		ck_assert_msg(
		    shell_run("$CTL wallet credit poor %s", amounts[i]) != 0,
		    "%s", amounts[i]);
		ck_assert_str_eq(out, "");
	}
	ck_assert_int_eq(shell_run("$CTL wallet credit poor 1000000000000000"),
	    0);
	ck_assert_int_eq(shell_run("$CTL wallet credit poor 1"), 1);
	ck_assert_ptr_nonnull(strstr(err, "no balance may pass"));
}
END_TEST

START_TEST(who_does_not_exist_is_refused)
{
	ck_assert_int_eq(shell_run("$CTL token nobody-at-all"), 1);
	ck_assert_int_eq(shell_run("$CTL wallet credit nobody-at-all 5"), 1);
	ck_assert_ptr_nonnull(strstr(err, "no user nobody-at-all"));
}
END_TEST

/* ---- status ---- */

START_TEST(status_tells_what_there_is)
{
	world_user("counted");
	ck_assert_int_eq(shell_run("$CTL status"), 0);
	ck_assert_ptr_nonnull(strstr(out, "version " PACKAGE_VERSION "\n"));
	ck_assert_ptr_nonnull(strstr(out, "\nredis up, run id "));
	ck_assert_ptr_nonnull(strstr(out, "\nprimary up, PostgreSQL "));
	ck_assert_ptr_nonnull(strstr(out, ", accepts writes\n"));
	ck_assert_ptr_nonnull(strstr(out, "\nreplica up, "));
	ck_assert_ptr_nonnull(strstr(out, "\nepoch 1\n"));
	ck_assert_ptr_nonnull(strstr(out,
	    arena_printf(&ctx.arena, "\nusers %lld\n",
		(long long)count_users("%"))));
	ck_assert_ptr_nonnull(strstr(out,
	    arena_printf(&ctx.arena, "\nschema %lld, %lld migrations\n",
		(long long)world_number("SELECT max(version) FROM"
					" schema_migration"),
		(long long)world_number("SELECT count(*) FROM"
					" schema_migration"))));
}
END_TEST

START_TEST(status_says_what_is_down)
{
	servers_redis_stop();
	ck_assert_int_eq(shell_run("$CTL status"), 3);
	ck_assert_ptr_nonnull(strstr(out, "\nredis down\n"));
	ck_assert_ptr_nonnull(strstr(out, "\nprimary up, "));
	servers_redis_start();
	servers_pg_stop();
	ck_assert_int_eq(shell_run("$CTL status"), 3);
	ck_assert_ptr_nonnull(strstr(out, "\nredis up, "));
	ck_assert_ptr_nonnull(strstr(out, "\nprimary down\n"));
	ck_assert_ptr_nonnull(strstr(out, "\nreplica down\n"));
	servers_pg_start();
}
END_TEST

START_TEST(rebuild_raises_the_epoch_or_loads_one_map)
{
	int64_t before = world_number("SELECT epoch FROM sys_epoch");

	ck_assert_int_eq(shell_run("$CTL rebuild"), 0);
	ck_assert_int_gt(world_number("SELECT epoch FROM sys_epoch"), before);
	ck_assert_ptr_nonnull(strstr(out, "epoch "));
	ck_assert_ptr_nonnull(strstr(out, "performances 0"));
	ck_assert_int_eq(shell_run("$CTL rebuild 999999"), 1);
	ck_assert_ptr_nonnull(strstr(err, "999999"));
	ck_assert_int_eq(shell_run("$CTL rebuild nonsense"), 2);
	ck_assert_int_eq(shell_run("$CTL rebuild 1 2"), 2);
}
END_TEST

/* A hall of ten seats and a performance in it. returns: its id */
static int64_t
ten_seats(void)
{
	int64_t revision,
	    there = world_number(
		"SELECT coalesce(max(id), 0)"
		" FROM performances WHERE key = 'ctl'");

	if (there != 0)
		return there;
	revision = world_number(
	    "WITH v AS (INSERT INTO venues (key,"
	    " name_ko, name_en, time_zone) VALUES ('ctl', 'v', 'v',"
	    " 'Asia/Seoul') RETURNING id), h AS (INSERT INTO halls (venue_id,"
	    " key, name_ko, name_en) SELECT id, 'h', 'h', 'h' FROM v"
	    " RETURNING id), r AS (INSERT INTO hall_revisions (hall_id,"
	    " revision, plan_sha256, seat_count) SELECT id, 1, '\\x00', 10"
	    " FROM h RETURNING id), c AS (INSERT INTO price_classes"
	    " SELECT id, 1, 'c', 'c', 'c' FROM r), s AS (INSERT INTO sections"
	    " SELECT id, 1, 's', 's', 's', 'assigned', 10, 1, NULL FROM r),"
	    " p AS (INSERT INTO seats SELECT r.id, n, 1, 'A', n, 'standard',"
	    " 1, n, 0 FROM r, generate_series(1, 10) AS n)"
	    " SELECT id FROM r");

	return world_number(arena_printf(&ctx.arena,
	    "WITH s AS (INSERT INTO"
	    " shows (key, kind, status, title_ko, title_en, running_minutes)"
	    " VALUES ('ctl', 'play', 'running', 's', 's', 90) RETURNING id),"
	    " p AS (INSERT INTO performances (key, show_id, hall_revision_id,"
	    " starts_at, ends_at, sales_open_at, sales_close_at, currency)"
	    " SELECT 'ctl', id, %lld, now() + interval '7 d',"
	    " now() + interval '8 d', now(), now() + interval '7 d', 'KRW'"
	    " FROM s RETURNING id), a AS (INSERT INTO prices"
	    " SELECT id, 1, 1, 1000 FROM p) SELECT id FROM p",
	    (long long)revision));
}

/* A catalog of one performance; price: of all seats. */
static void
write_catalog(const char *currency, int price)
{
	write_file("catalog.json",
	    arena_printf(&ctx.arena,
		"{\"shows\": [{\"key\": \"w\", \"kind\": \"play\", \"title\": \"W\","
		" \"running_minutes\": 90}], \"venues\": [{\"key\": \"w\","
		" \"name\": \"W\", \"time_zone\": \"Asia/Seoul\", \"halls\": ["
		"{\"key\": \"h\", \"name\": \"H\", \"plan\": {\"price_classes\":"
		" [{\"key\": \"c\", \"name\": \"C\"}], \"sections\": [{\"key\":"
		" \"s\", \"name\": \"S\", \"price_class\": \"c\", \"rows\": ["
		"{\"from\": \"A\", \"numbers\": [1, 5]}]}]}}]}],"
		" \"performances\": [{\"key\": \"w\", \"show\": \"w\","
		" \"venue\": \"w\", \"hall\": \"h\", \"starts_on\": \"today+1\","
		" \"at\": \"19:30\", \"currency\": \"%s\", \"prices\":"
		" {\"c\": %d}}]}",
		currency, price));
}

START_TEST(a_currency_that_nobody_can_pay_is_warned_of)
{
	const char *load = arena_printf(&ctx.arena, "$CTL load --dry-run %s",
	    in_folder("catalog.json"));

	write_catalog("EUR", 1000);
	ck_assert_int_eq(shell_run("%s", load), 0);
	ck_assert_ptr_nonnull(strstr(err,
	    "warning: performances[0].currency:"
	    " not payable in EUR"));
	write_catalog("KRW", 1000);
	ck_assert_int_eq(shell_run("%s", load), 0);
	ck_assert_ptr_null(strstr(err, "payable"));
	/* Nothing is to be paid. */
	write_catalog("EUR", 0);
	ck_assert_int_eq(shell_run("%s", load), 0);
	ck_assert_ptr_null(strstr(err, "payable"));
	write_catalog("ZZZ", 0);
	ck_assert_int_eq(shell_run("%s", load), 1);
	ck_assert_ptr_nonnull(strstr(err, "performances[0].currency"));
}
END_TEST

START_TEST(house_seats_are_kept_by_codes)
{
	long long p = ten_seats();

	ck_assert_int_eq(shell_run("$CTL house set label --letter L --colour "
				   "'#00ff7f' --owner Label --reason contract"),
	    0);
	ck_assert_int_eq(shell_run("$CTL house codes"), 0);
	ck_assert_ptr_nonnull(strstr(out, "label L #00ff7f never Label\n"));
	ck_assert_ptr_nonnull(strstr(out, "press P #1f7a8c 120 The press\n"));
	ck_assert_int_eq(
	    shell_run("$CTL seats block %lld 1-2 --code label --reason x", p),
	    0);
	ck_assert_int_eq(shell_run("$CTL house seats %lld", p), 0);
	ck_assert_str_eq(out, "label 1,2\n");
	ck_assert_int_eq(shell_run("$CTL house drop label --reason over"), 1);
	ck_assert_int_eq(shell_run("$CTL seats unblock %lld 1-2 --reason x", p),
	    0);
	ck_assert_int_eq(shell_run("$CTL house drop label --reason over"), 0);
	ck_assert_int_eq(
	    shell_run("$CTL seats block %lld 1 --code label --reason x", p), 1);
	ck_assert_int_eq(
	    shell_run("$CTL seats disable %lld 1 --code press --reason x", p),
	    2);
	ck_assert_int_eq(
	    shell_run("$CTL house set label --letter l --reason x"), 1);
	ck_assert_int_eq(shell_run("$CTL house set label --letter L"), 2);
}
END_TEST

START_TEST(figures_are_told_as_tables)
{
	ck_assert_int_eq(shell_run("$CTL sales --by day"), 0);
	ck_assert_ptr_nonnull(strstr(out, "hour,day,show_id,venue_id,"));
	ck_assert_int_eq(shell_run("$CTL statistics queues --by hour --from "
				   "2026-11-21T00:00:00Z"),
	    0);
	ck_assert_ptr_nonnull(strstr(out, ",admitted,came,bought,left,"));
	ck_assert_int_eq(shell_run("$CTL statistics client-logs"), 0);
	ck_assert_str_eq(out, "day,level,release,message,count,example\r\n");
	ck_assert_int_eq(shell_run("$CTL statistics client-logs --show 1"), 2);
	ck_assert_int_eq(shell_run("$CTL statistics queues --by type"), 2);
	ck_assert_int_eq(shell_run("$CTL statistics"), 2);
}
END_TEST

START_TEST(webhooks_are_kept_by_operators)
{
	long long id, told;

	ck_assert_int_eq(
	    shell_run("$CTL webhook add https://a.example/ --reason x"), 1);
	ck_assert_ptr_nonnull(strstr(err, "[webhook] key is not set"));
	write_conf("hooks.conf",
	    "[webhook]\n"
	    "key = hooks:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n");
	setenv("CTL_HOOKS",
	    arena_printf(&ctx.arena, "%s/boxofficectl --config %s",
		getenv("BUILDDIR"), in_folder("hooks.conf")),
	    1);
	ck_assert_int_eq(shell_run("$CTL_HOOKS webhook add https://a.example/ "
				   "--kinds payment.late --note accounts "
				   "--reason agreed"),
	    0);
	ck_assert_int_eq(sscanf(out, "%lld whsec_", &id), 1);
	ck_assert_int_eq(shell_run("$CTL_HOOKS webhook list"), 0);
	ck_assert_ptr_nonnull(strstr(out,
	    " enabled https://a.example/ 0 payment.late accounts\n"));
	ck_assert_int_eq(shell_run("$CTL_HOOKS webhook rotate %lld --keep 2 "
				   "--reason x",
			     id),
	    0);
	ck_assert_int_eq(strncmp(out, "whsec_", 6), 0);
	ck_assert_int_eq(
	    shell_run("$CTL_HOOKS webhook change %lld --kinds all --reason x",
		id),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "reservation.confirmed"));
	ck_assert_int_eq(
	    shell_run("$CTL_HOOKS webhook disable %lld --reason x", id), 0);
	told = world_number(
	    "WITH d AS (INSERT INTO deliveries (webhook_id,"
	    " event_id, kind, about, body, give_up_at, status)"
	    " SELECT max(id), gen_random_uuid(), 'payment.late',"
	    " '7', '{}', now(), 'failed' FROM webhooks"
	    " RETURNING id) SELECT id FROM d");
	ck_assert_int_eq(
	    shell_run("$CTL_HOOKS webhook deliveries %lld --status failed", id),
	    0);
	ck_assert_ptr_nonnull(strstr(out, " payment.late 7 0\n"));
	ck_assert_int_eq(shell_run("$CTL_HOOKS webhook show %lld", told), 0);
	ck_assert_ptr_nonnull(strstr(out, "kind payment.late\n"));
	ck_assert_int_eq(
	    shell_run("$CTL_HOOKS webhook replay %lld --reason x", told), 1);
	ck_assert_ptr_nonnull(strstr(err, "its webhook is disabled"));
	ck_assert_int_eq(
	    shell_run("$CTL_HOOKS webhook enable %lld --reason x", id), 0);
	ck_assert_int_eq(
	    shell_run("$CTL_HOOKS webhook replay %lld --reason x", told), 0);
	ck_assert_int_eq(shell_run("$CTL_HOOKS webhook replay 0 --reason x"),
	    2);
	ck_assert_int_eq(shell_run("$CTL_HOOKS webhook drop %lld", id), 2);
	ck_assert_int_eq(
	    shell_run("$CTL_HOOKS webhook drop %lld --reason x", id), 0);
	ck_assert_int_eq(
	    shell_run("$CTL_HOOKS webhook drop %lld --reason x", id), 1);
	ck_assert_int_eq(shell_run("$CTL_HOOKS webhook show %lld", told), 1);
}
END_TEST

START_TEST(a_performance_is_called_off_once)
{
	long long p = ten_seats();

	ck_assert_int_eq(shell_run("$CTL call-off %lld --reason rain", p), 0);
	ck_assert_str_eq(out, "called off now\nleft 0\n");
	ck_assert_int_eq(world_number("SELECT count(*) FROM performances WHERE"
				      " key = 'ctl' AND status = 'cancelled'"),
	    1);
	ck_assert_int_eq(shell_run("$CTL call-off %lld --reason rain", p), 0);
	ck_assert_str_eq(out, "called off already\nleft 0\n");
	ck_assert_int_eq(shell_run("$CTL call-off 999999 --reason x"), 1);
	ck_assert_int_eq(shell_run("$CTL call-off %lld", p), 2);
	ck_assert_int_eq(world_number("UPDATE performances SET status = 'open'"
				      " WHERE key = 'ctl' RETURNING 1"),
	    1);
}
END_TEST

START_TEST(a_section_is_closed_and_opened_by_key_or_number)
{
	long long p = ten_seats();
#define SECTION "$CTL section %lld "
#define CLOSED \
	"SELECT cardinality(closed_sections) FROM performances" \
	" WHERE key = 'ctl'"

	ck_assert_int_eq(shell_run(SECTION "s closed --reason rain", p), 0);
	ck_assert_int_eq(world_number(CLOSED), 1);
	ck_assert_int_eq(shell_run(SECTION "1 closed --reason rain", p), 0);
	ck_assert_int_eq(world_number(CLOSED), 1);
	ck_assert_int_eq(shell_run(SECTION "1 open --reason sun", p), 0);
	ck_assert_int_eq(world_number(CLOSED), 0);
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM audit_log WHERE"
		" action IN ('section.close', 'section.open') AND user_id IS NULL"
		" AND detail->>'section_id' = '1' AND detail ? 'os_user'"),
	    2);
	ck_assert_int_eq(world_number("SELECT meta_version FROM performances"
				      " WHERE key = 'ctl'"),
	    3);
	ck_assert_int_eq(shell_run(SECTION "t open --reason x", p), 1);
	ck_assert_int_eq(shell_run("$CTL section 999999 s open --reason x"), 1);
	ck_assert_int_eq(shell_run(SECTION "s shut --reason x", p), 2);
	ck_assert_int_eq(shell_run(SECTION "s open", p), 2);
}
END_TEST

START_TEST(a_line_is_opened_paused_set_and_reported)
{
	long long p = ten_seats();
#define LINE(column) \
	world_number("SELECT (queue_" column \
		     ")::int FROM performances" \
		     " WHERE key = 'ctl'")

	ck_assert_int_eq(
	    world_number("WITH u AS (UPDATE performances SET changed_by = 1"
			 " WHERE key = 'ctl' RETURNING 1)"
			 " SELECT count(*) FROM u"),
	    1);
	ck_assert_int_eq(shell_run("$CTL queue open %lld --reason x", p), 0);
	ck_assert_int_eq(LINE("mode = 'fifo'"), 1);
	ck_assert_int_eq(world_number("SELECT count(*) FROM performances WHERE"
				      " key = 'ctl' AND changed_by IS NULL"),
	    1);
	ck_assert_int_eq(shell_run("$CTL queue pause %lld --reason x", p), 0);
	ck_assert_int_eq(LINE("status = 'paused'"), 1);
	ck_assert_int_eq(
	    shell_run(
		"$CTL queue set %lld --active 7 --per-minute 60 --reason x", p),
	    0);
	ck_assert_int_eq(LINE("active_limit"), 7);
	ck_assert_int_eq(LINE("per_minute"), 60);
	ck_assert_int_eq(world_number("SELECT count(*) FROM audit_log WHERE"
				      " action = 'queue.set' AND"
				      " detail->'was'->>'queue_active_limit'"
				      " = '100'"),
	    1);
	ck_assert_int_eq(shell_run("$CTL queue resume %lld --reason x", p), 0);
	ck_assert_int_eq(LINE("status = 'open'"), 1);
	ck_assert_int_eq(shell_run("$CTL queue show %lld", p), 0);
	ck_assert_ptr_nonnull(strstr(out, "active_limit 7"));
	ck_assert_int_eq(
	    shell_run("$CTL queue set %lld --mode auto --reason x", p), 0);
	ck_assert_int_eq(LINE("mode = 'auto'"), 1);
	ck_assert_int_eq(shell_run("$CTL status"), 0);
	ck_assert_ptr_nonnull(
	    strstr(out, arena_printf(&ctx.arena, "line %lld open\n", p)));
	ck_assert_int_eq(shell_run("$CTL queue report --csv %lld", p), 0);
	ck_assert_ptr_nonnull(strstr(out, "admitted,bought,lapsed,"));
	ck_assert_int_eq(
	    shell_run("$CTL queue set %lld --active 0 --reason x", p), 1);
	ck_assert_int_eq(
	    shell_run("$CTL queue set %lld --mode maybe --reason x", p), 1);
	ck_assert_int_eq(
	    shell_run("$CTL queue set %lld --mode lobby --lobby 600"
		      " --beacon 'lottery 1199' --reason x",
		p),
	    0);
	ck_assert_int_eq(LINE("lobby_s"), 600);
	ck_assert_int_eq(shell_run("$CTL queue draw %lld --reason x", p), 1);
	ck_assert_ptr_nonnull(strstr(err, "no lobby"));
	ck_assert_int_eq(shell_run("$CTL queue draw %lld --beacon 7", p), 2);
	/* From then on people may be in it. */
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM performances,"
			 " queue_lobby_open(id) WHERE key = 'ctl'"),
	    1);
	ck_assert_int_eq(
	    shell_run("$CTL queue set %lld --mode fifo --reason x", p), 1);
	ck_assert_ptr_nonnull(strstr(err, "its lobby has opened"));
	ck_assert_int_eq(shell_run("$CTL queue draw %lld --reason x", p), 1);
	ck_assert_ptr_nonnull(strstr(err, "not published yet"));
	ck_assert_int_eq(shell_run("$CTL queue verify /dev/null"), 1);
	ck_assert_int_eq(shell_run("$CTL queue verify"), 2);
	ck_assert_int_eq(shell_run("$CTL queue set %lld --active 7", p), 2);
	ck_assert_int_eq(shell_run("$CTL queue show 999999"), 1);
	ck_assert_int_eq(shell_run("$CTL queue close %lld --reason x", p), 0);
	ck_assert_int_eq(LINE("status = 'closed'"), 1);
}
END_TEST

START_TEST(seats_are_moved_by_list_and_range)
{
	long long p = ten_seats();

	ck_assert_int_eq(shell_run("$CTL performances"), 0);
	ck_assert_ptr_nonnull(
	    strstr(out, arena_printf(&ctx.arena, "%lld ctl ctl 2", p)));
	ck_assert_ptr_nonnull(strstr(out, "Z open\n"));
	ck_assert_int_eq(
	    shell_run("$CTL seats block %lld 1,3-5 --reason 'a camera'", p), 0);
	ck_assert_str_eq(out, "moved 4\n");
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM seat_claim WHERE"
			 " state = 'B' AND seat_no IN (1, 3, 4, 5)"),
	    4);
	ck_assert_int_eq(
	    shell_run("$CTL seats disable %lld 2-3 --reason broken", p), 1);
	ck_assert_ptr_nonnull(strstr(err, "seat 3 is BLOCKED\n"));
	ck_assert_ptr_nonnull(strstr(err, "nothing was moved"));
	ck_assert_int_eq(
	    shell_run("$CTL seats unblock %lld 1 --reason done", p), 0);
	ck_assert_int_eq(
	    shell_run("$CTL seats unblock %lld 1 --reason done", p), 0);
	ck_assert_str_eq(out, "moved 0\n");
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM audit_log WHERE"
			 " action = 'seats.block' AND user_id IS NULL"
			 " AND request_id IS NULL AND reason = 'a camera'"
			 " AND detail->>'os_user' <> ''"),
	    1);
	/* By label. */
	ck_assert_int_eq(
	    shell_run("$CTL seats block %lld A-6..A-8,A-1,9 --reason x", p), 0);
	ck_assert_str_eq(out, "moved 5\n");
	ck_assert_int_eq(
	    shell_run("$CTL seats unblock %lld 1,6-9 --reason x", p), 0);
	ck_assert_str_eq(out, "moved 5\n");
	ck_assert_int_eq(shell_run("$CTL seats block %lld B-1 --reason x", p),
	    1);
	ck_assert_int_eq(
	    shell_run("$CTL seats block %lld A-1..B-2 --reason x", p), 1);
	ck_assert_int_eq(
	    shell_run("$CTL seats block %lld A-2..A-1 --reason x", p), 1);
}
END_TEST

START_TEST(seats_that_are_none_are_refused)
{
	static const char *const lists[] = { "0", "x", "1,", ",1", "3-2", "1-",
		"-1", "1-501", "1-500,501", "1;2" };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		ck_assert_msg(
		    shell_run("$CTL seats block --reason x -- 1 '%s'", lists[i])
			== 1,
		    "%s", lists[i]);
		ck_assert_ptr_nonnull(strstr(err, "not a list"));
	}
	ck_assert_int_eq(shell_run("$CTL seats block 999999 1 --reason x"), 1);
	ck_assert_ptr_nonnull(strstr(err, "999999"));
}
END_TEST

START_TEST(a_counter_section_has_the_capacity_that_is_said)
{
	long long p = 4711; /* a stock asks for no performance */

	ck_assert_int_eq(
	    shell_run("$CTL capacity %lld 1 5 --reason 'a stage'", p), 1);
	ck_assert_ptr_nonnull(strstr(err, "has no counter section 1"));
	ck_assert_int_eq(
	    world_number(arena_printf(&ctx.arena,
		"INSERT INTO"
		" section_stock VALUES (%lld, 1, 10, 4, 4) RETURNING 1",
		p)),
	    1);
	ck_assert_int_eq(
	    shell_run("$CTL capacity %lld 1 3 --reason 'a stage'", p), 1);
	ck_assert_ptr_nonnull(strstr(err, "4 places are sold or promised"));
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(shell_run("$CTL capacity %lld 1 5 --reason"
					   " 'a stage'",
				     p),
		    0);
	ck_assert_str_eq(out, "capacity 5 was 5\n");
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM audit_log WHERE"
		" action = 'section.capacity' AND reason = 'a stage'"
		" AND detail->>'capacity' = '5' AND detail->>'was' = '10'"
		" AND detail->>'section' = '1' AND detail->>'os_user' <> ''"),
	    1);
	ck_assert_int_eq(world_number("DELETE FROM section_stock RETURNING 1"),
	    1);
}
END_TEST

/* ---- audit ---- */

/* ---- messages ---- */

static void
world_run(const char *text)
{
	ck_assert_int_eq(db_sure(db_run(ctx.primary, &ctx.arena,
			     world_sql(text), 0, NULL, NULL)),
	    0);
}

/* Two that the function "refuses" has refused. returns: the first's id */
static int64_t
given_dead_letters(void)
{
	world_run(
	    "CREATE OR REPLACE FUNCTION refuses(m message) RETURNS void"
	    " LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never'; END $$");
	world_run(
	    "INSERT INTO consumers (name, kinds, apply, attempts)"
	    " VALUES ('refuser', '{x.happened}', 'refuses', 5)");
	world_run(
	    "INSERT INTO dead_letter (consumer, message, outbox_id,"
	    " attempts, error, dead_at) SELECT 'refuser',"
	    " ROW(n, gen_random_uuid(), 'x', 'thing', 'x.happened',"
	    " '{\"n\": 1}', now())::message, n, 5, 'never', now()"
	    " FROM generate_series(1, 2) AS n");
	return world_number("SELECT min(id) FROM dead_letter");
}

START_TEST(dead_letters_are_listed_shown_tried_and_dropped)
{
	long long id = given_dead_letters();

	ck_assert_int_eq(shell_run("$CTL dead-letter list"), 0);
	ck_assert_ptr_nonnull(strstr(out, "refuser x.happened thing 5 "));
	ck_assert_int_eq(shell_run("$CTL dead-letter show %lld", id), 0);
	ck_assert_ptr_nonnull(strstr(out, "error never\n"));
	ck_assert_ptr_nonnull(strstr(out, "payload {\"n\": 1}\n"));
	ck_assert_int_eq(
	    shell_run("$CTL dead-letter retry %lld --reason x", id), 1);
	ck_assert_ptr_nonnull(strstr(err, "refused again: never"));
	world_run(
	    "CREATE OR REPLACE FUNCTION refuses(m message) RETURNS void"
	    " LANGUAGE plpgsql AS $$ BEGIN NULL; END $$");
	ck_assert_int_eq(
	    shell_run("$CTL dead-letter retry %lld --reason x", id), 0);
	ck_assert_str_eq(out, "taken\n");
	ck_assert_int_eq(shell_run("$CTL dead-letter show %lld", id), 1);
	id = world_number("SELECT min(id) FROM dead_letter");
	ck_assert_int_eq(shell_run("$CTL dead-letter drop %lld", id), 2);
	ck_assert_int_eq(
	    shell_run("$CTL dead-letter drop %lld --reason ''", id), 1);
	ck_assert_int_eq(shell_run("$CTL dead-letter drop %lld --reason x", id),
	    0);
	ck_assert_str_eq(out, "dropped\n");
	ck_assert_int_eq(shell_run("$CTL dead-letter drop %lld --reason x", id),
	    1);
	ck_assert_int_eq(shell_run("$CTL dead-letter list"), 0);
	ck_assert_str_eq(out, "");
	ck_assert_int_eq(world_number("SELECT count(*) FROM audit_log"
				      " WHERE action LIKE 'dead-letter.%'"
				      " AND reason = 'x'"),
	    2);
	world_run("DELETE FROM consumers WHERE name = 'refuser'");
}
END_TEST

START_TEST(a_consumer_counts_anew_and_is_retired)
{
	world_run(
	    "INSERT INTO consumers (name, kinds, apply, rewind, attempts)"
	    " VALUES ('counter', '{x.happened}', 'sales_count',"
	    " 'sales_rewind', 5), ('teller', '{x.happened}',"
	    " 'sales_count', NULL, 5)");
	world_run(
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload,"
	    " done) VALUES ('x', 'thing', 'x.happened', '{}', true)");
	ck_assert_int_eq(
	    shell_run("$CTL replay counter --since "
		      "$(date -u +%%Y-%%m-%%dT%%H:00:00Z -d '-1 hour')"),
	    0);
	ck_assert_str_eq(out, "again 1\n");
	ck_assert_int_eq(shell_run("$CTL replay counter --since "
				   "2020-01-01T00:00:00Z"),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "may be forgotten"));
	ck_assert_int_eq(shell_run("$CTL replay teller --since "
				   "$(date -u +%%Y-%%m-%%dT%%H:00:00Z)"),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "cannot be taken back"));
	ck_assert_int_eq(shell_run("$CTL replay nobody --since "
				   "2020-01-01T00:00:00Z"),
	    1);
	ck_assert_int_eq(shell_run("$CTL replay counter --since yesterday"), 2);
	ck_assert_int_eq(shell_run("$CTL replay counter"), 2);
	ck_assert_int_eq(shell_run("$CTL consumer retire teller"), 0);
	ck_assert_str_eq(out, "retired\n");
	ck_assert_int_eq(shell_run("$CTL consumer retire teller"), 1);
	ck_assert_int_eq(shell_run("$CTL consumer retire"), 2);
	world_run("DELETE FROM consumers WHERE name IN ('counter', 'teller')");
	world_run("DELETE FROM outbox WHERE kind = 'x.happened'");
}
END_TEST

START_TEST(sales_are_a_table)
{
	ck_assert_int_eq(shell_run("$CTL sales"), 0);
	ck_assert_ptr_nonnull(strstr(out, "hour,day,show_id,"));
	ck_assert_int_eq(
	    shell_run("$CTL sales --by day --show 1 --venue 1 "
		      "--performance 1 --from 2026-11-20T00:00:00Z "
		      "--to 2026-11-21T00:00:00Z"),
	    0);
	ck_assert_int_eq(shell_run("$CTL sales --by week"), 2);
	ck_assert_int_eq(shell_run("$CTL sales --from yesterday"), 2);
	ck_assert_int_eq(shell_run("$CTL sales --show 0"), 2);
	ck_assert_int_eq(shell_run("$CTL sales x"), 2);
}
END_TEST

START_TEST(audit_prints_a_line_for_each_invariant)
{
	ck_assert_int_eq(shell_run("$CTL audit"), 0);
	ck_assert_str_eq(err, "");
	ck_assert_ptr_nonnull(strstr(out, "I1   ok  no seat belongs"));
	ck_assert_ptr_nonnull(strstr(out, "\nI22  ok  "));
	ck_assert_ptr_nonnull(strstr(out, "\nall hold\n"));
	ck_assert_ptr_null(strstr(out, "I11"));
	ck_assert_ptr_null(strstr(out, "I24"));
	ck_assert_int_eq(shell_run("$CTL audit --settled"), 0);
	ck_assert_ptr_nonnull(strstr(out, "\nI11  ok  "));
	ck_assert_int_eq(shell_run("$CTL audit --only I6,I9"), 0);
	ck_assert_uint_eq(strcspn(out, "\n"),
	    (size_t)(strstr(out, "\nI9 ") - out));
	ck_assert_ptr_null(strstr(out, "I1 "));
}
END_TEST

START_TEST(audit_fails_with_the_line_and_its_examples)
{
	int64_t user = world_user("unbalanced");

	ck_assert_int_eq(shell_run("$CTL wallet credit unbalanced 5"), 0);
	ck_assert_int_eq(
	    db_exec_script(ctx.primary, &ctx.arena,
		"UPDATE wallets SET balance = 6 WHERE balance = 5"),
	    0);
	ck_assert_int_eq(shell_run("$CTL audit"), 1);
	ck_assert_ptr_nonnull(strstr(out, "I1   ok  "));
	ck_assert_ptr_nonnull(strstr(out, "\nI6   FAILED 1  "));
	ck_assert_ptr_nonnull(strstr(out,
	    arena_printf(&ctx.arena, ": user %lld has 6, the lines make 5\n",
		(long long)user)));
	ck_assert_int_eq(shell_run("$CTL audit --only I1"), 0);
	ck_assert_int_eq(
	    db_exec_script(ctx.primary, &ctx.arena,
		"UPDATE wallets SET balance = 5 WHERE balance = 6"),
	    0);
	ck_assert_int_eq(shell_run("$CTL audit"), 0);
}
END_TEST

START_TEST(what_cannot_be_audited_is_not_clean)
{
	servers_redis_stop();
	ck_assert_int_eq(shell_run("$CTL audit"), 1);
	ck_assert_ptr_nonnull(strstr(out, "\nI12  NOT CHECKED  "));
	ck_assert_ptr_nonnull(strstr(out, "\nI6   ok  "));
	servers_redis_start();
	servers_pg_stop();
	ck_assert_int_eq(shell_run("$CTL audit --only I1"), 1);
	ck_assert_ptr_nonnull(strstr(out, "I1   NOT CHECKED  "));
	servers_pg_start();
	ck_assert_int_eq(shell_run("$CTL audit >/dev/full"), 3);
}
END_TEST

START_TEST(audit_reads_what_clients_were_told)
{
	write_file("history",
	    "{\"op\":\"hold\",\"status\":201}\n\n"
	    "{\"op\":\"payment\",\"status\":503,\"user\":1}\n"
	    "{\"op\":\"payment\",\"key\":\"k\",\"user\":1,"
	    "\"status\":201,\"reservation\":\"0000-0000-0000-0001\"}\n");
	ck_assert_int_eq(shell_run("$CTL audit --only I24 --history %s",
			     in_folder("history")),
	    1);
	ck_assert_ptr_nonnull(strstr(out, "I24  FAILED 1  "));
	ck_assert_ptr_nonnull(strstr(out, ": line 4: 0000-0000-0000-0001\n"));
	ck_assert_int_eq(shell_run("head -n 3 %s | $CTL audit --history -",
			     in_folder("history")),
	    0);
	ck_assert_ptr_nonnull(strstr(out, "\nI24  ok  "));
}
END_TEST

START_TEST(a_history_that_is_none_is_refused_with_its_line)
{
	write_file("history", "{}\n{\"op\":\"payment\",\"status\":200}\n");
	ck_assert_int_eq(
	    shell_run("$CTL audit --history %s", in_folder("history")), 1);
	ck_assert_str_eq(out, "");
	ck_assert_ptr_nonnull(strstr(err, "history:2: a purchase without"));
	write_file("history", "nonsense");
	ck_assert_int_eq(
	    shell_run("$CTL audit --history %s", in_folder("history")), 1);
	ck_assert_ptr_nonnull(strstr(err, "history:1: not a JSON object"));
	ck_assert_int_eq(shell_run("$CTL audit --history /nonexistent"), 1);
	ck_assert_ptr_nonnull(strstr(err, "/nonexistent"));
}
END_TEST

/* ---- what the worker audits ---- */

static pid_t
start_worker(void)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		execl(arena_printf(&ctx.arena, "%s/boxoffice-worker",
			  getenv("BUILDDIR")),
		    "boxoffice-worker", "--config", in_folder("worker.conf"),
		    NULL);
		_exit(127);
	}
	return pid;
}

/* Until /metrics has the line; the suite's time-out ends it. */
static void
wait_for_metric(const char *line)
{
	for (;;) {
		struct strbuf b;

		strbuf_init(&b, &ctx.arena, 0);
		ck_assert_int_eq(metrics_render(&ctx.arena, folder, &b), 0);
		if (b.len > 0 && strstr(b.p, line) != NULL)
			return;
		arena_reset(&ctx.arena);
		usleep(20000);
	}
}

START_TEST(the_worker_audits_and_tells_it_in_the_metrics)
{
	const struct settings *set = &ctx.set;
	int status;
	pid_t pid;

	write_file("worker.conf",
	    arena_printf(&ctx.arena,
		"[general]\nruntime_dir = %s\nlog_level = error\n"
		"[redis]\nsocket = %s\n"
		"[postgresql]\nprimary_dsn = %s\nreplica_dsn = %s\n"
		"[token]\nkey = %s\n",
		folder, set->redis_socket, set->primary_dsn, set->primary_dsn,
		set->token_key));
	ck_assert_int_eq(db_exec_script(ctx.primary, &ctx.arena,
			     "ALTER TABLE ledger DISABLE TRIGGER append_only"),
	    0);
	pid = start_worker();
	wait_for_metric("boxoffice_audit_checks_total{invariant=\"I1\"} 1\n");
	wait_for_metric("boxoffice_audit_checks_total{invariant=\"I22\"} 1\n");
	wait_for_metric("boxoffice_audit_violations{invariant=\"I7\"} 1\n");
	wait_for_metric("boxoffice_audit_violations{invariant=\"I22\"} 0\n");
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(db_exec_script(ctx.primary, &ctx.arena,
			     "ALTER TABLE ledger ENABLE TRIGGER append_only"),
	    0);
}
END_TEST

START_TEST(status_of_an_empty_database_asks_for_a_migration)
{
	const char *dsn = servers_dsn("template1");

	snprintf(ctx.set.primary_dsn, sizeof(ctx.set.primary_dsn), "%s", dsn);
	write_conf("empty.conf", "");
	ck_assert_int_eq(shell_run("$BUILDDIR/boxofficectl --config %s status",
			     in_folder("empty.conf")),
	    0);
	ck_assert_ptr_nonnull(strstr(out, "boxofficectl migrate"));
}
END_TEST

START_TEST(without_the_primary_a_verb_is_a_fault)
{
	servers_pg_stop();
	ck_assert_int_eq(shell_run("$CTL token ann"), 3);
	ck_assert_int_eq(shell_run("$CTL wallet credit ann 5"), 3);
	ck_assert_int_eq(shell_run("echo password | $CTL user add stranded "
				   "--password-file -"),
	    3);
	ck_assert_int_eq(shell_run("$CTL user add --many 2 --prefix stranded"),
	    3);
	ck_assert_ptr_nonnull(strstr(err, "cannot be reached"));
	ck_assert_int_eq(
	    shell_run("BOXOFFICE_SQL_DIR=$SRCDIR/sql $CTL migrate"), 3);
	servers_pg_start();
}
END_TEST

/* ---- plans from elsewhere ---- */

static const char *const pretix_plans[] = { "theatre", "stadium", "areas" };

static void
given_a_hall(void)
{
	write_file("venue.json",
	    "{\"venues\":[{\"key\":\"pv\",\"name\":\"V\","
	    "\"time_zone\":\"Asia/Seoul\",\"halls\":"
	    "[{\"key\":\"ph\",\"name\":\"H\"}]}]}");
	ck_assert_int_eq(shell_run("$CTL load %s", in_folder("venue.json")), 0);
}

static void
assert_import(const char *file, const char *format, const char *want)
{
	ck_assert_int_eq(
	    shell_run("$CTL hall import pv ph %s --format %s", file, format),
	    0);
	ck_assert_str_eq(out, want);
}

START_TEST(a_plan_of_pretix_comes_in_and_goes_out_as_the_same_revision)
{
	static const char *const formats[] = { "pretix", "load" };

	given_a_hall();
	assert_import(arena_printf(&ctx.arena,
			  "$SRCDIR/tests/vectors/pretix_%s.json",
			  pretix_plans[_i]),
	    "pretix", "a new revision of the hall\n");
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		ck_assert_int_eq(
		    shell_run("$CTL hall export pv ph --format %s > %s",
			formats[i], in_folder("plan.json")),
		    0);
		assert_import(in_folder("plan.json"), formats[i],
		    "a revision that the hall has\n");
	}
}
END_TEST

START_TEST(an_import_that_is_refused_changes_nothing)
{
	given_a_hall();
	write_file("bad.json",
	    "{\"name\":\"n\",\"categories\":[],\"zones\":[]}");
	ck_assert_int_eq(shell_run("$CTL hall import pv ph %s --format pretix",
			     in_folder("bad.json")),
	    1);
	ck_assert_ptr_nonnull(strstr(err, "categories: this must have 1"));
	ck_assert_int_eq(
	    shell_run("$CTL hall import pv none %s", in_folder("bad.json")), 1);
	ck_assert_ptr_nonnull(strstr(err, "there is no such hall"));
	ck_assert_int_eq(shell_run("$CTL hall export pv ph --revision 99"), 1);
	ck_assert_ptr_nonnull(strstr(err, "no such revision"));
	ck_assert_int_eq(shell_run("$CTL hall export pv ph --format svg"), 2);
	ck_assert_int_eq(shell_run("$CTL hall import pv ph x --scale 0"), 2);
}
END_TEST

SUITE("ctl")
{
	FIXTURE_ONCE(once, remove_all);
	FIXTURE(given_a_ctx, world_close);
	TEST(what_is_no_verb_gets_the_help_and_status_2);
	TEST(a_wrong_use_of_a_verb_shows_its_usage);
	TEST(a_word_that_is_no_verb_is_named);
	TEST(each_verb_tells_its_use_when_asked);
	TEST(a_disabled_user_has_no_session_and_no_login_until_enabled);
	TEST(a_role_is_given_but_the_last_administrator_keeps_his);
	TEST(help_and_version_are_told_when_asked_for);
	TEST(output_that_cannot_be_written_is_a_fault);
	TEST(a_good_configuration_is_called_good);
	TEST(a_bad_configuration_is_named_with_file_and_line);
	TEST(templates_of_mails_are_checked);
	TEST(a_mistake_over_two_settings_is_named_where_it_was_made);
	TEST(the_limits_in_force_are_shown);
	TEST(what_the_settings_name_is_asked_for_when_wanted);
	TEST(what_the_host_has_not_is_told_with_a_remedy);
	TEST(what_the_redis_user_may_not_run_is_named);
	TEST(asking_for_rights_runs_nothing_in_redis);
	TEST(a_database_that_is_away_old_or_forbidden_is_told);
	TEST(migrating_twice_applies_nothing_the_second_time);
	TEST(a_folder_without_migrations_is_refused);
	TEST(a_user_is_added_with_a_password_from_standard_input);
	TEST(an_administrator_is_added_with_a_password_from_a_file);
	TEST(a_user_is_added_with_a_role);
	TEST(what_makes_no_user_is_refused_with_a_reason);
	TEST(without_a_terminal_a_password_file_is_asked_for);
	TEST(the_terminal_is_asked_twice_and_shows_nothing);
	TEST(many_users_come_out_as_id_login_token_and_nothing_else);
	TEST(many_users_again_are_other_users);
	TEST(without_a_rehearsal_key_there_are_no_rehearsals);
	TEST(nonsense_about_many_is_refused);
	TEST(a_token_for_a_user_is_one_line);
	TEST(a_credit_prints_the_new_balance);
	TEST(amounts_that_are_none_are_refused);
	TEST(who_does_not_exist_is_refused);
	TEST(status_tells_what_there_is);
	TEST(status_says_what_is_down);
	TEST(rebuild_raises_the_epoch_or_loads_one_map);
	TEST(a_currency_that_nobody_can_pay_is_warned_of);
	TEST(a_section_is_closed_and_opened_by_key_or_number);
	TEST(a_line_is_opened_paused_set_and_reported);
	TEST(seats_are_moved_by_list_and_range);
	TEST(seats_that_are_none_are_refused);
	TEST(a_counter_section_has_the_capacity_that_is_said);
	TEST(dead_letters_are_listed_shown_tried_and_dropped);
	TEST(a_consumer_counts_anew_and_is_retired);
	TEST(house_seats_are_kept_by_codes);
	TEST(figures_are_told_as_tables);
	TEST(webhooks_are_kept_by_operators);
	TEST(a_performance_is_called_off_once);
	TEST(sales_are_a_table);
	TEST(audit_prints_a_line_for_each_invariant);
	TEST(audit_fails_with_the_line_and_its_examples);
	TEST(what_cannot_be_audited_is_not_clean);
	TEST(audit_reads_what_clients_were_told);
	TEST(a_history_that_is_none_is_refused_with_its_line);
	TEST(the_worker_audits_and_tells_it_in_the_metrics);
	TEST(status_of_an_empty_database_asks_for_a_migration);
	TEST(without_the_primary_a_verb_is_a_fault);
	TEST_LOOP(a_plan_of_pretix_comes_in_and_goes_out_as_the_same_revision,
	    ARRAY_LEN(pretix_plans));
	TEST(an_import_that_is_refused_changes_nothing);
}
