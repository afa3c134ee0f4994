/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener - a service's one listening socket
 *
 * With several descriptors from systemd only their names tell which is ours;
 * taking the first would serve one pool's requests in another's processes,
 * so without a name we refuse to start.
 *
 * Layer: base.  Uses: log, span.
 */
#include "base/listener.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SYSTEMD_FIRST_FD 3
#define BACKLOG 1024

static int
failed(const char *what, const char *path, int error)
{
	LOG(ERROR, "listen-failed", LSTR("what", what), LSTR("path", path),
	    LSTR("error", strerror(error)));
	return -error;
}

static bool
is_listening(int fd)
{
	int yes = 0;
	socklen_t len = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0
	    && yes != 0;
}

static int
prepare(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0
	    || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return failed("fcntl", NULL, errno);
	return 0;
}

/* ---- from systemd ---- */

/* A variable of the environment as a number; 0 when absent or none. */
static int64_t
env_number(const char *name)
{
	int64_t n;

	return span_to_i64(span_str(getenv(name)), &n) ? n : 0;
}

/* Which of n names ("a:b:c") is name; -1 none. */
static int
name_index(const char *names, const char *name, int64_t n)
{
	struct span rest = span_str(names);

	for (int i = 0; i < n && span_is(rest); i++) {
		if (span_eq_str(span_cut(&rest, ':'), name))
			return i;
	}
	return -1;
}

static int
choose(const char *pool, int64_t n, int *fd)
{
	int i = n == 1 ? 0 : name_index(getenv("LISTEN_FDNAMES"), pool, n);

	if (i < 0) {
		LOG(ERROR, "listen-failed",
		    LSTR("what",
			"LISTEN_FDS has several descriptors and "
			"LISTEN_FDNAMES does not name this pool"),
		    LSTR("pool", pool), LINT("descriptors", n));
		return -EINVAL;
	}
	*fd = SYSTEMD_FIRST_FD + i;
	if (!is_listening(*fd))
		return failed("LISTEN_FDS is no listening socket", NULL,
		    ENOTSOCK);
	return 0;
}

/* *found: whether systemd has descriptors for us; < 0: and they are refused. */
static int
take_systemd(const char *pool, struct listener *out, bool *found)
{
	int64_t n = env_number("LISTEN_FDS");
	int r = 0;

	*found = n > 0 && env_number("LISTEN_PID") == getpid();
	if (*found) {
		out->origin = LISTENER_SYSTEMD;
		r = choose(pool, n, &out->fd);
	}
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDNAMES");
	return r;
}

/* ---- our own ---- */

static int
connect_to(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) < 0)
		r = -errno;
	close(fd);
	return r;
}

/* A socket file stays behind a killed process. Only when nobody answers on
 * it may it go. */
static int
clear_stale(const struct sockaddr_un *addr)
{
	struct stat st;
	int r;

	if (lstat(addr->sun_path, &st) < 0)
		return errno == ENOENT ? 0
				       : failed("lstat", addr->sun_path, errno);
	if (!S_ISSOCK(st.st_mode))
		return failed("not a socket", addr->sun_path, EEXIST);
	r = connect_to(addr);
	if (r != -ECONNREFUSED)
		return failed("somebody serves this path", addr->sun_path,
		    r == 0 ? EADDRINUSE : -r);
	if (unlink(addr->sun_path) < 0)
		return failed("unlink", addr->sun_path, errno);
	return 0;
}

static int
give_to_group(const char *path, const char *group)
{
	struct group *gr;

	if (group[0] == '\0')
		return 0;
	errno = 0;
	gr = getgrnam(group);
	if (gr == NULL)
		return failed("socket_group is unknown", path,
		    errno != 0 ? errno : ENOENT);
	if (chown(path, (uid_t)-1, gr->gr_gid) < 0)
		return failed("chown", path, errno);
	return 0;
}

/* Nobody but owner and group may connect, from the first moment on. */
static int
bind_private(int fd, const struct sockaddr_un *addr, const char *group)
{
	mode_t before = umask(0117);
	int r = 0;

	if (bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) < 0)
		r = failed("bind", addr->sun_path, errno);
	umask(before);
	if (r == 0)
		r = give_to_group(addr->sun_path, group);
	if (r == 0 && listen(fd, BACKLOG) < 0)
		r = failed("listen", addr->sun_path, errno);
	return r;
}

/* -1 where there is nothing. */
static int64_t
inode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? (int64_t)st.st_ino : -1;
}

static int
take_own(const char *path, const char *group, struct listener *out)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int r;

	if (path[0] == '\0' || strlen(path) >= sizeof(addr.sun_path))
		return failed("no socket path that fits", path, EINVAL);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	snprintf(out->path, sizeof(out->path), "%s", path);
	out->origin = LISTENER_BOUND;
	r = clear_stale(&addr);
	if (r < 0)
		return r;
	out->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (out->fd < 0)
		return failed("socket", path, errno);
	r = bind_private(out->fd, &addr, group);
	out->inode = inode_of(path);
	return r;
}

int
listener_take(const char *pool, const char *path, const char *group,
    struct listener *out)
{
	bool found;
	int r;

	*out = (struct listener){ .fd = -1 };
	r = take_systemd(pool, out, &found);
	if (!found && is_listening(STDIN_FILENO)) {
		out->fd = STDIN_FILENO;
		out->origin = LISTENER_STDIN;
		found = true;
	}
	if (!found)
		r = take_own(path, group, out);
	return r < 0 ? r : prepare(out->fd);
}

void
listener_close(struct listener *l)
{
	if (l->fd < 0)
		return;
	/* Another process may have taken the path over meanwhile. */
	if (l->origin == LISTENER_BOUND && inode_of(l->path) == l->inode)
		unlink(l->path);
	close(l->fd);
	l->fd = -1;
}
