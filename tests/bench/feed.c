/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed - many readers of the feed at once, and how late they hear of a change
 *
 * Usage: feed SOCKET READERS SECONDS PERFORMANCE...
 *
 * Readers are spread over the performances. A change's time is its log id, by
 * Redis's clock, which is this machine's. Of an event that merges several, the
 * newest is as old as its id says, and the oldest is younger than the id that
 * the reader had before: both are told.
 *
 * Prints one line of JSON.
 *
 * Layer: tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BUCKETS 60000 /* ms */

struct reader {
	int fd;
	int64_t before_ms; /* of the id he had */
	size_t n;
	char text[2048]; /* what is not read yet */
};

static int64_t newest[BUCKETS], oldest[BUCKETS], n_events, n_resyncs, n_ended;

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
open_reader(struct reader *r, const char *path, const char *performance)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char request[256];
	int len;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	r->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	while (r->fd >= 0
	    && connect(r->fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		if (errno != EAGAIN)
			die("connect");
	len = snprintf(request, sizeof(request),
	    "GET /api/v1/performances/%s/feed HTTP/1.1\r\n\r\n", performance);
	if (r->fd < 0 || write(r->fd, request, (size_t)len) != len)
		die("request");
	fcntl(r->fd, F_SETFL, O_NONBLOCK);
}

static void
count(int64_t *buckets, int64_t ms)
{
	buckets[ms < 0 ? 0 : ms >= BUCKETS ? BUCKETS - 1 : ms]++;
}

static void
take(struct reader *r, const char *event, int64_t at_ms)
{
	const char *id = strstr(event, "id: ");
	int64_t epoch, ms;

	if (strstr(event, "event: resync") != NULL)
		n_resyncs++;
	if (id == NULL
	    || sscanf(id, "id: %" SCNd64 "-%" SCNd64, &epoch, &ms) != 2)
		return;
	if (strstr(event, "event: seats") != NULL) {
		n_events++;
		count(newest, at_ms - ms);
		count(oldest, at_ms - r->before_ms);
	}
	r->before_ms = ms;
}

/* returns: 0 when he was closed */
static int
read_some(struct reader *r)
{
	ssize_t got = recv(r->fd, r->text + r->n, sizeof(r->text) - 1 - r->n,
	    0);
	int64_t at_ms = now_ms();
	char *begin = r->text, *end;

	if (got <= 0)
		return got < 0 && errno == EAGAIN;
	r->n += (size_t)got;
	r->text[r->n] = '\0';
	while ((end = strstr(begin, "\n\n")) != NULL) {
		*end = '\0';
		take(r, begin, at_ms);
		begin = end + 2;
	}
	r->n -= (size_t)(begin - r->text);
	memmove(r->text, begin, r->n);
	/* A text longer than this is none that is measured here. */
	if (r->n == sizeof(r->text) - 1)
		r->n = 0;
	return 1;
}

static int64_t
percentile(const int64_t *buckets, int percent)
{
	int64_t sum = 0;
	int ms = 0;

	for (; ms < BUCKETS - 1; ms++) {
		sum += buckets[ms];
		if (sum * 100 >= n_events * percent)
			break;
	}
	return ms;
}

int
main(int argc, char **argv)
{
	struct rlimit limit = { 65536, 65536 };
	struct epoll_event event, ready[256];
	struct reader *readers;
	int n, epoll = epoll_create1(0);
	int64_t end_ms;

	if (argc < 5)
		return 2;
	n = atoi(argv[2]);
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	readers = calloc((size_t)n, sizeof(*readers));
	if (readers == NULL)
		die("memory");
	for (int i = 0; i < n; i++) {
		open_reader(&readers[i], argv[1], argv[4 + i % (argc - 4)]);
		event = (struct epoll_event){ .events = EPOLLIN,
			.data.ptr = &readers[i] };
		epoll_ctl(epoll, EPOLL_CTL_ADD, readers[i].fd, &event);
	}
	fprintf(stderr, "%d readers\n", n);
	end_ms = now_ms() + 1000 * atoll(argv[3]);
	while (now_ms() < end_ms) {
		int some = epoll_wait(epoll, ready, 256, 100);

		for (int i = 0; i < some; i++) {
			struct reader *r = ready[i].data.ptr;

			if (read_some(r))
				continue;
			n_ended++;
			close(r->fd);
		}
	}
	printf("{\"readers\":%d,\"events\":%" PRId64 ",\"resyncs\":%" PRId64
	       ",\"ended\":%" PRId64 ",\"newest_p50_ms\":%" PRId64
	       ",\"newest_p99_ms\":%" PRId64 ",\"oldest_p99_ms\":%" PRId64
	       "}\n",
	    n, n_events, n_resyncs, n_ended, percentile(newest, 50),
	    percentile(newest, 99), percentile(oldest, 99));
	return 0;
}
