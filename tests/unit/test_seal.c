/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/seal.h"

#include "tests/support/suite.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef SANITIZERS
/* What the sanitizers' leak check needs. */
static const int dumpable = 1;
#else
static const int dumpable = 0;
#endif

START_TEST(a_sealed_process_and_its_children_leave_no_core)
{
	struct rlimit core;
	int status;
	pid_t pid;

	ck_assert_int_eq(prctl(PR_GET_DUMPABLE), 1);
	seal_process();
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE), dumpable);
	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &core), 0);
	ck_assert(dumpable == 1 || core.rlim_max == 0);
	pid = fork();
	if (pid == 0)
		_exit(prctl(PR_GET_DUMPABLE));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), dumpable);
}
END_TEST

SUITE("seal")
{
	TEST(a_sealed_process_and_its_children_leave_no_core);
}
