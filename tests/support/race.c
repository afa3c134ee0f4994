/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * race - the same thing from many processes at once
 *
 * Layer: tests.  Uses: check.
 */
#include "tests/support/race.h"

void *
race_memory(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(p, MAP_FAILED);
	return p;
}

static int
race_child(const struct runner *runner, int i, int ready, int go)
{
	char byte = 0;

	runner->open(i);
	if (write(ready, &byte, 1) != 1)
		return 255;
	/* Ends when the last writer, the parent, closes its end. */
	if (read(go, &byte, 1) != 0)
		return 255;
	return runner->run(i);
}

void
race(int n, const struct runner *runner, int *results)
{
	int ready[2], go[2], status;
	pid_t pids[RACE_MAX];
	char byte;

	ck_assert_int_le(n, RACE_MAX);
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(go), 0);
	for (int i = 0; i < n; i++) {
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] == 0) {
			close(go[1]);
			_exit(race_child(runner, i, ready[1], go[0]));
		}
	}
	for (int i = 0; i < n; i++)
		ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(go[1]);
	for (int i = 0; i < n; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_msg(WIFEXITED(status), "runner %d died", i);
		results[i] = WEXITSTATUS(status);
	}
	close(go[0]);
	close(ready[0]);
	close(ready[1]);
}

int
race_count(int n, const int *results, int want)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		count += results[i] == want;
	return count;
}
