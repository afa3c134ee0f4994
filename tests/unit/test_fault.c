/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/fault.h"
#include "base/span.h"
#include "tests/support/suite.h"

#ifdef FAULTS

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CRASHED 137

static char folder[] = "/tmp/bo-fault-XXXXXX";

static void
given_a_folder(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void
remove_it(void)
{
	static const char *const names[] = { "trace", "p.reached", "p.go" };
	char path[100];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void
given_the_plan(const char *plan)
{
	setenv("BOXOFFICE_FAULTS", plan, 1);
	fault_reset();
}

/* The exit status of a child that hits each of the names in turn. */
static int
status_after(const char *names)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct span rest = span_str(names);
		char name[64];

		while (span_is(rest)) {
			struct span one = span_cut(&rest, ' ');

			snprintf(name, sizeof(name), "%.*s", (int)one.len,
			    one.p);
			FAULT_POINT(name);
		}
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(without_a_plan_nothing_happens)
{
	unsetenv("BOXOFFICE_FAULTS");
	fault_reset();
	FAULT_POINT("hold.after_script");
	ck_assert(!FAULT_FAIL("kv.connect"));
}
END_TEST

START_TEST(hits_of_what_the_plan_names_are_counted)
{
	given_the_plan("fail:kv.connect:2");
	FAULT_POINT("hold.after_script");
	for (int i = 1; i <= 3; i++)
		ck_assert_int_eq(FAULT_FAIL("kv.connect"), i == 2);
	ck_assert_int_eq(fault_hits("kv.connect"), 3);
	ck_assert_int_eq(fault_hits("hold.after_script"), 0);
}
END_TEST

START_TEST(the_environment_is_read_at_the_first_hit)
{
	setenv("BOXOFFICE_FAULTS", "fail:kv.connect:1", 1);
	ck_assert(FAULT_FAIL("kv.connect"));
}
END_TEST

START_TEST(a_crash_comes_at_the_hit_it_names)
{
	given_the_plan("crash:hold.after_script:2");
	ck_assert_int_eq(status_after("hold.after_script"), 0);
	ck_assert_int_eq(status_after("hold.after_script hold.after_script"),
	    CRASHED);
	ck_assert_int_eq(status_after("hold.after hold.after_script"), 0);
}
END_TEST

START_TEST(each_process_counts_its_own_hits)
{
	given_the_plan("crash:a.b:2");
	FAULT_POINT("a.b");
	ck_assert_int_eq(status_after("a.b"), 0);
	ck_assert_int_eq(status_after("a.b a.b"), CRASHED);
}
END_TEST

START_TEST(a_failure_comes_once_and_at_its_hit)
{
	given_the_plan("fail:db.query:2");
	ck_assert(!FAULT_FAIL("db.query"));
	ck_assert(!FAULT_FAIL("db.other"));
	ck_assert(FAULT_FAIL("db.query"));
	ck_assert(!FAULT_FAIL("db.query"));
}
END_TEST

START_TEST(a_star_fails_every_time)
{
	given_the_plan("fail:db.query:*");
	for (int i = 0; i < 5; i++)
		ck_assert(FAULT_FAIL("db.query"));
}
END_TEST

START_TEST(a_plan_may_have_several_rules)
{
	given_the_plan("fail:a.b:1,fail:a.b:3,crash:c.d:1");
	ck_assert(FAULT_FAIL("a.b"));
	ck_assert(!FAULT_FAIL("a.b"));
	ck_assert(FAULT_FAIL("a.b"));
	ck_assert_int_eq(status_after("c.d"), CRASHED);
}
END_TEST

START_TEST(a_reset_forgets_all_counts)
{
	given_the_plan("fail:a.b:2");
	ck_assert(!FAULT_FAIL("a.b"));
	fault_reset();
	ck_assert(!FAULT_FAIL("a.b"));
	ck_assert(FAULT_FAIL("a.b"));
}
END_TEST

START_TEST(a_paused_process_says_so_and_waits_for_go)
{
	char plan[100], reached[100], go[100];
	int status;
	pid_t pid;

	snprintf(plan, sizeof(plan), "pause:a.b:1:%s/p", folder);
	snprintf(reached, sizeof(reached), "%s/p.reached", folder);
	snprintf(go, sizeof(go), "%s/p.go", folder);
	given_the_plan(plan);
	pid = fork();
	if (pid == 0) {
		FAULT_POINT("a.b");
		_exit(access(go, F_OK) == 0 ? 7 : 8);
	}
	while (access(reached, F_OK) != 0)
		ck_assert_int_eq(waitpid(pid, &status, WNOHANG), 0);
	ck_assert_int_eq(waitpid(pid, &status, WNOHANG), 0);
	fclose(fopen(go, "w"));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 7);
}
END_TEST

START_TEST(the_trace_has_a_line_for_every_hit)
{
	char path[100], text[100] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/trace", folder);
	setenv("BOXOFFICE_FAULT_TRACE", path, 1);
	given_the_plan("crash:e.f:1");
	FAULT_POINT("a.b");
	ck_assert(!FAULT_FAIL("c.d"));
	ck_assert_int_eq(status_after("a.b e.f g.h"), CRASHED);
	file = fopen(path, "r");
	ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, file), 0);
	fclose(file);
	ck_assert_str_eq(text, "a.b\nc.d\na.b\ne.f\n");
}
END_TEST

static const char *const bad_plans[] = {
	"crash",
	"crash:a.b",
	"crash:a.b:",
	"crash:a.b:0",
	"crash:a.b:-1",
	"crash:a.b:*",
	"crash:a.b:1:x",
	"crash::1",
	"boom:a.b:1",
	"pause:a.b:1",
	"pause:a.b:1:",
	"fail:a.b:one",
	"fail:a.b:1,,",
};

START_TEST(a_plan_that_cannot_be_read_aborts)
{
	given_the_plan(bad_plans[_i]);
}
END_TEST

SUITE("fault")
{
	FIXTURE(given_a_folder, remove_it);
	TEST(without_a_plan_nothing_happens);
	TEST(hits_of_what_the_plan_names_are_counted);
	TEST(the_environment_is_read_at_the_first_hit);
	TEST(a_crash_comes_at_the_hit_it_names);
	TEST(each_process_counts_its_own_hits);
	TEST(a_failure_comes_once_and_at_its_hit);
	TEST(a_star_fails_every_time);
	TEST(a_plan_may_have_several_rules);
	TEST(a_reset_forgets_all_counts);
	TEST(a_paused_process_says_so_and_waits_for_go);
	TEST(the_trace_has_a_line_for_every_hit);
	TEST_LOOP_ABORTS(a_plan_that_cannot_be_read_aborts,
	    ARRAY_LEN(bad_plans));
}

#else

START_TEST(faults_cost_nothing_and_do_nothing_here)
{
	setenv("BOXOFFICE_FAULTS", "crash:a.b:1,fail:a.b:*", 1);
	FAULT_POINT("a.b");
	ck_assert(!FAULT_FAIL("a.b"));
}
END_TEST

SUITE("fault")
{
	TEST(faults_cost_nothing_and_do_nothing_here);
}

#endif
