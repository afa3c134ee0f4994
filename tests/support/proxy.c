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
	bool done; /* the text has been seen */
	/* PROXY_ANSWER: replies before the one that is answered */
	size_t n_before;
	struct span instead;
	bool answered;
};

static int
unix_socket(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* returns: whether the other end is there still */
static bool
give(int fd, const char *bytes, ssize_t len)
{
	return write(fd, bytes, (size_t)len) == len;
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
	const char *at = wire->done
	    ? NULL
	    : memmem(bytes, (size_t)len, wire->text.p, wire->text.len);
	bool cuts = at != NULL && wire->mode != PROXY_STALL
	    && wire->mode != PROXY_ANSWER;

	wire->done = wire->done || at != NULL;
	if (cuts && wire->mode == PROXY_CUT_BEFORE)
		return false;
	if (at != NULL && wire->mode == PROXY_STALL) {
		if (!give(wire->server, bytes, at - bytes))
			return false;
		FAULT_POINT("proxy.stall");
		len -= at - bytes;
		bytes = at;
	}
	if (!give(wire->server, bytes, len))
		return false;
	if (cuts)
		swallow_answer(wire);
	return !cuts;
}

/* In one piece: who reads the one has the other. */
static bool
give_both(int fd, struct span first, struct span second)
{
	char bytes[2 * 65536];

	memcpy(bytes, first.p, first.len);
	memcpy(bytes + first.len, second.p, second.len);
	return give(fd, bytes, (ssize_t)(first.len + second.len));
}

/* The length of the RESP2 value at bytes; 0: it is not all there. */
static size_t
reply_len(const char *bytes, size_t len)
{
	const char *end = memmem(bytes, len, "\r\n", 2);
	size_t head;
	long n;

	if (end == NULL)
		return 0;
	head = (size_t)(end - bytes) + 2;
	n = strtol(bytes + 1, NULL, 10);
	if (bytes[0] == '$' && n >= 0)
		return head + (size_t)n + 2 <= len ? head + (size_t)n + 2 : 0;
	for (; bytes[0] == '*' && n > 0; n--) {
		size_t element = reply_len(bytes + head, len - head);

		if (element == 0)
			return 0;
		head += element;
	}
	return head;
}

/* What the server sent after the text; false ends the connection. A reply of a
 * test is small and comes in one piece, or the proxy ends. */
static bool
answer_one(struct wire *wire, const char *bytes, size_t len)
{
	size_t at = 0, n;

	for (; wire->n_before > 0 && at < len; wire->n_before--) {
		n = reply_len(bytes + at, len - at);
		if (n == 0)
			_exit(1);
		at += n;
	}
	if (!give(wire->client, bytes, (ssize_t)at))
		return false;
	if (at == len)
		return true;
	n = reply_len(bytes + at, len - at);
	if (n == 0)
		_exit(1);
	wire->answered = true;
	if (!span_is(wire->instead))
		return false;
	return give_both(wire->client, wire->instead,
	    (struct span){ bytes + at + n, len - at - n });
}

/* What the server sent; false ends the connection. */
static bool
from_server(struct wire *wire, const char *bytes, ssize_t len)
{
	if (wire->mode == PROXY_ANSWER && wire->done && !wire->answered)
		return answer_one(wire, bytes, (size_t)len);
	return give(wire->client, bytes, len);
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
			if (len <= 0 || !from_server(wire, bytes, len))
				return;
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
		if (wire->client >= 0
		    && connect(wire->server, (struct sockaddr *)&address,
			   sizeof(address))
			== 0)
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

static void
start(const char *listen_path, const char *server, struct wire *wire)
{
	int listener = listen_at(listen_path);

	if (in_the_proxy())
		proxy_main(listener, server, wire);
	close(listener);
}

void
proxy_start(const char *listen_path, const char *server, struct span text,
    enum proxy_mode mode)
{
	struct wire wire = { .text = text, .mode = mode };

	start(listen_path, server, &wire);
}

void
proxy_answer(const char *listen_path, const char *server, struct span text,
    size_t n, struct span instead)
{
	struct wire wire = { .text = text,
		.mode = PROXY_ANSWER,
		.n_before = n,
		.instead = instead };

	start(listen_path, server, &wire);
}

void
proxy_refuse(const char *listen_path, int count)
{
	int listener = listen_at(listen_path);

	if (in_the_proxy())
		for (;;) {
			close(accept(listener, NULL, NULL));
			if (!give(count, "x", 1))
				_exit(1);
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
