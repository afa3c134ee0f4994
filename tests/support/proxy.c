/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proxy - a wire between a client and a server that a test can cut
 *
 * One client at a time is all that a test of one connection needs.
 *
 * Layer: tests.  Uses: base (fault, span), check.
 */
#include "tests/support/proxy.h"

#include "base/fault.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t proxy_pid;

struct wire {
	int client, server;
	struct span text;
	enum proxy_mode mode;
	bool done;			/* the text has been seen */
};

static int
unix_socket(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void
give(int fd, const char *bytes, ssize_t len)
{
	if (write(fd, bytes, (size_t)len) != len)
		_exit(1);
}

/* The server's answer shows that it has done what it was sent. */
static void
swallow_answer(const struct wire *wire)
{
	char bytes[65536];

	if (read(wire->server, bytes, sizeof(bytes)) <= 0)
		_exit(1);
	if (wire->mode == PROXY_MUTE)
		pause();
}

/* What the client sent; false ends the connection. */
static bool
from_client(struct wire *wire, const char *bytes, ssize_t len)
{
	const char *at = wire->done ? NULL : memmem(bytes, (size_t)len,
	    wire->text.p, wire->text.len);
	bool cuts = at != NULL && wire->mode != PROXY_STALL;

	wire->done = wire->done || at != NULL;
	if (cuts && wire->mode == PROXY_CUT_BEFORE)
		return false;
	if (at != NULL && wire->mode == PROXY_STALL) {
		give(wire->server, bytes, at - bytes);
		FAULT_POINT("proxy.stall");
		len -= at - bytes;
		bytes = at;
	}
	give(wire->server, bytes, len);
	if (cuts)
		swallow_answer(wire);
	return !cuts;
}

static void
serve(struct wire *wire)
{
	struct pollfd ends[2] = {
		{ .fd = wire->client, .events = POLLIN },
		{ .fd = wire->server, .events = POLLIN },
	};
	char bytes[65536];
	ssize_t len;

	while (poll(ends, 2, -1) > 0) {
		if (ends[0].revents != 0) {
			len = read(wire->client, bytes, sizeof(bytes));
			if (len <= 0 || !from_client(wire, bytes, len))
				return;
		}
		if (ends[1].revents != 0) {
			len = read(wire->server, bytes, sizeof(bytes));
			if (len <= 0)
				return;
			give(wire->client, bytes, len);
		}
	}
}

static void
proxy_main(int listener, const char *server, struct wire *wire)
{
	struct sockaddr_un address;

	for (;;) {
		wire->client = accept(listener, NULL, NULL);
		wire->server = unix_socket(server, &address);
		if (wire->client >= 0 && connect(wire->server,
		    (struct sockaddr *)&address, sizeof(address)) == 0)
			serve(wire);
		close(wire->client);
		close(wire->server);
	}
}

static int
listen_at(const char *path)
{
	struct sockaddr_un address;
	int listener = unix_socket(path, &address);

	unlink(path);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0
	    && listen(listener, 8) == 0)
		return listener;
	perror(path);
	exit(EXIT_FAILURE);
}

/* True in the proxy's process. */
static bool
in_the_proxy(void)
{
	proxy_pid = fork();
	if (proxy_pid != 0)
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	return true;
}

void
proxy_start(const char *listen_path, const char *server, struct span text,
    enum proxy_mode mode)
{
	struct wire wire = { .text = text, .mode = mode };
	int listener = listen_at(listen_path);

	if (in_the_proxy())
		proxy_main(listener, server, &wire);
	close(listener);
}

void
proxy_refuse(const char *listen_path, int count)
{
	int listener = listen_at(listen_path);

	if (in_the_proxy())
		for (;;) {
			close(accept(listener, NULL, NULL));
			give(count, "x", 1);
		}
	close(listener);
}

void
proxy_expect(int counted, int n)
{
	struct pollfd pfd = { .fd = counted, .events = POLLIN };
	char bytes[256];
	int seen = 0;

	while (seen < n) {
		ssize_t got;

		ck_assert_int_eq(poll(&pfd, 1, 60000), 1);
		got = read(counted, bytes, sizeof(bytes));
		ck_assert_int_gt(got, 0);
		seen += (int)got;
	}
	ck_assert_int_eq(seen, n);
}

void
proxy_stop(void)
{
	if (proxy_pid <= 0)
		return;
	kill(proxy_pid, SIGKILL);
	waitpid(proxy_pid, NULL, 0);
	proxy_pid = 0;
}
