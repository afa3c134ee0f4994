/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upgrade - the program replaced while it serves
 *
 * An exec that succeeds leaves nothing of the old program to fall back on,
 * so the new one is tried out first in a child: is it there, does it load,
 * does it accept the settings as they are now.
 *
 * Layer: fcgi-app.  Uses: listener, slots.
 */
#include "fcgi-app/upgrade.h"

#include "base/fault.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* "<fd> <origin> <inode> <n> <pid>... <path>" */
#define VARIABLE "BOXOFFICE_INHERITANCE"
#define ARGS_MAX 64
/* Each number at most this long, with its space. */
#define NUMBER_LEN 24

static struct {
	char self[4096];
	char **argv;
} how;

void
upgrade_remember(char **argv)
{
	ssize_t n = readlink("/proc/self/exe", how.self, sizeof(how.self) - 1);

	how.self[MAX(n, 0)] = '\0';
	how.argv = argv;
}

/* ---- the child that tries ---- */

/* Whatever it says goes to said: with -t it speaks to people, and who cannot
 * load it speaks for it. */
static void
try_out(int said)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char *args[ARGS_MAX + 2];
	sigset_t none;
	int n = 0;

	while (how.argv[n] != NULL && n < ARGS_MAX) {
		args[n] = how.argv[n];
		n++;
	}
	args[n++] = (char[]){ "-t" };
	args[n] = NULL;
	if (nowhere >= 0)
		dup2(nowhere, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(how.self, args);
	dprintf(STDERR_FILENO, "%s: %s\n", how.self, strerror(errno));
	_exit(EXIT_FAILURE);
}

/* All of it, though only what fits is kept. */
static struct span
hear_out(int fd, char *room, size_t size)
{
	char waste[256];
	size_t len = 0;
	ssize_t n;

	while (len < size && (n = read(fd, room + len, size - len)) > 0)
		len += (size_t)n;
	while (read(fd, waste, sizeof(waste)) > 0)
		;
	return (struct span){ room, len };
}

/* The log has lines of JSON only, so the new program's words become one. */
static void
probe(void)
{
	char room[KIB(1)];
	int ends[2], status = -1;
	struct span said;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		LOG(ERROR, "upgrade-failed", LSTR("error", strerror(errno)));
		_exit(EXIT_FAILURE);
	}
	if (pid == 0)
		try_out(ends[1]);
	close(ends[1]);
	said = hear_out(ends[0], room, sizeof(room));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		_exit(EXIT_SUCCESS);
	LOG(ERROR, "upgrade-probe", LSTR("path", how.self),
	    LINT("wait_status", status), LSPAN("said", said));
	_exit(EXIT_FAILURE);
}

pid_t
upgrade_probe(void)
{
	pid_t pid = fork();

	if (pid < 0) {
		pid = -errno;
		LOG(ERROR, "upgrade-failed", LSTR("error", strerror(-pid)));
	}
	if (pid == 0)
		probe();
	return pid;
}

/* ---- leaving and finding ---- */

static void
write_variable(const struct inheritance *left)
{
	static char
	    text[(UPGRADE_PIDS_MAX + 4) * NUMBER_LEN + LISTENER_PATH_MAX];
	const struct listener *l = &left->listener;
	int len;

	len = snprintf(text, sizeof(text), "%d %d %lld %d", l->fd,
	    (int)l->origin, (long long)l->inode, left->n_pids);
	for (int i = 0; i < left->n_pids; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, " %d",
		    (int)left->pids[i]);
	snprintf(text + len, sizeof(text) - (size_t)len, " %s", l->path);
	setenv(VARIABLE, text, 1);
}

static void
keep_over_exec(int fd, bool keep)
{
	if (fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC) < 0)
		LOG(ERROR, "upgrade-failed", LSTR("error", strerror(errno)));
}

void
upgrade_exec(const struct inheritance *left)
{
	write_variable(left);
	keep_over_exec(left->listener.fd, true);
	if (FAULT_FAIL("upgrade.exec"))
		errno = ENOEXEC;
	else
		execv(how.self, how.argv);
	LOG(ERROR, "upgrade-failed", LSTR("path", how.self),
	    LSTR("error", strerror(errno)));
	keep_over_exec(left->listener.fd, false);
	unsetenv(VARIABLE);
}

static bool
next_number(struct span *rest, int64_t max, int64_t *out)
{
	return span_is(*rest) && span_to_i64(span_cut(rest, ' '), out)
	    && *out >= -1 && *out <= max;
}

static bool
parse_listener(struct span *rest, struct listener *out)
{
	int64_t fd, origin;

	if (!next_number(rest, INT32_MAX, &fd)
	    || !next_number(rest, LISTENER_BOUND, &origin)
	    || !next_number(rest, INT64_MAX, &out->inode))
		return false;
	out->fd = (int)fd;
	out->origin = (enum listener_origin)origin;
	return true;
}

static bool
parse(struct span text, struct inheritance *out)
{
	struct span rest = text;
	int64_t n, pid;

	if (!parse_listener(&rest, &out->listener)
	    || !next_number(&rest, UPGRADE_PIDS_MAX, &n))
		return false;
	for (int i = 0; i < n; i++) {
		if (!next_number(&rest, INT32_MAX, &pid))
			return false;
		out->pids[out->n_pids++] = (pid_t)pid;
	}
	snprintf(out->listener.path, sizeof(out->listener.path), "%.*s",
	    (int)rest.len, span_is(rest) ? rest.p : "");
	return true;
}

bool
upgrade_inherit(struct inheritance *out)
{
	const char *text = getenv(VARIABLE);
	bool found;

	*out = (struct inheritance){ .listener.fd = -1 };
	found = text != NULL && parse(span_str(text), out);
	unsetenv(VARIABLE);
	if (found)
		keep_over_exec(out->listener.fd, false);
	return found;
}
