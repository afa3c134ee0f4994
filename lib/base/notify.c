/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify - tell systemd how we are
 *
 * The protocol is one datagram, so libsystemd is not needed for it.
 *
 * Layer: base.  Uses: log, span.
 */
#include "base/notify.h"
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STATE_SIZE 1024

/* The length of the address, or 0 when path is none. */
static socklen_t
address(const char *path, struct sockaddr_un *out)
{
	size_t len = strlen(path);

	if ((path[0] != '/' && path[0] != '@') || len < 2
	    || len >= sizeof(out->sun_path))
		return 0;
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(out->sun_path, path, len);
	/* An abstract name begins with NUL and ends with its length. */
	if (path[0] == '@')
		out->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

/* 0, or the errno that kept the message from going. */
static int
send_to(const char *path, const char *state, size_t len)
{
	struct sockaddr_un to;
	socklen_t to_len = address(path, &to);
	int fd, error = 0;

	if (to_len == 0)
		return EINVAL;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	if (sendto(fd, state, len, MSG_NOSIGNAL, (struct sockaddr *)&to, to_len)
	    < 0)
		error = errno;
	close(fd);
	return error;
}

void
notify_send(const char *fmt, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	char state[STATE_SIZE];
	va_list ap;
	int len, error;

	if (path == NULL)
		return;
	va_start(ap, fmt);
	len = vsnprintf(state, sizeof(state), fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	error = send_to(path, state, MIN((size_t)len, sizeof(state) - 1));
	/* The service works without its supervisor knowing. */
	if (error != 0)
		LOG(WARN, "notify-failed", LSTR("error", strerror(error)));
}

int64_t
notify_watchdog_ms(void)
{
	struct span usec = span_str(getenv("WATCHDOG_USEC"));
	struct span pid = span_str(getenv("WATCHDOG_PID"));
	int64_t v;

	if (span_is(pid) && (!span_to_i64(pid, &v) || v != getpid()))
		return 0;
	if (!span_to_i64(usec, &v) || v <= 0)
		return 0;
	return MAX(v / 2000, 1);
}
