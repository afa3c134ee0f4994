/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed - many readers of the feed at once, and how late they hear of a change
 *
 * Usage: feed SOCKET|PORT READERS SECONDS PERFORMANCE...
 *
 * A socket is boxoffice-feedd's, a port that of a web server on loopback, with
 * TLS. Readers are spread over the performances. A change's time is its log id,
 * by Redis's clock, which is this machine's. Of an event that merges several,
 * the newest is as old as its id says, and the oldest is younger than the id
 * that the reader had before: both are told, the second not of a reader's first
 * event, since his first id may be of long ago.
 *
 * Says "ready" when all of them were told where they stand; from then on it
 * counts, for so many seconds. Prints one line of JSON.
 *
 * Layer: tests.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/ssl.h>
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
#define READY_MS 120000

struct reader {
	int fd;
	SSL *tls;          /* NULL: without */
	int64_t before_ms; /* of the id he had; 0: none yet */
	int n_events;
	size_t n;
	char text[2048]; /* what is not read yet */
};

static int64_t newest[BUCKETS], oldest[BUCKETS];
static int64_t n_events, n_merged, n_resyncs, n_ended, n_placed;
static SSL_CTX *tls;

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
connect_socket(struct reader *r, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	r->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	while (r->fd >= 0
	    && connect(r->fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		if (errno != EAGAIN)
			die("connect");
}

static void
connect_tls(struct reader *r, int port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	r->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(r->fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		die("connect");
	r->tls = SSL_new(tls);
	if (r->tls == NULL || SSL_set_fd(r->tls, r->fd) != 1
	    || SSL_connect(r->tls) != 1)
		die("TLS");
}

/* HTTP/1.0: a web server cuts the stream into no chunks. */
static void
open_reader(struct reader *r, const char *where, const char *performance)
{
	char request[256];
	int len = snprintf(request, sizeof(request),
	    "GET /api/v1/performances/%s/feed HTTP/1.0\r\nHost: bench\r\n\r\n",
	    performance);

	if (where[0] == '/')
		connect_socket(r, where);
	else
		connect_tls(r, atoi(where));
	if (r->fd < 0
	    || (r->tls != NULL ? SSL_write(r->tls, request, len)
			       : (int)write(r->fd, request, (size_t)len))
		!= len)
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
		if (r->n_events++ > 0) {
			n_merged++;
			count(oldest, at_ms - r->before_ms);
		}
	}
	n_placed += r->before_ms == 0;
	r->before_ms = ms;
}

/* returns: bytes; 0: nothing is there now; < 0: he was closed */
static int
receive(struct reader *r, char *room, size_t size)
{
	int got = r->tls != NULL ? SSL_read(r->tls, room, (int)size)
				 : (int)recv(r->fd, room, size, 0);

	if (got > 0)
		return got;
	if (r->tls != NULL)
		return SSL_get_error(r->tls, got) == SSL_ERROR_WANT_READ ? 0
									 : -1;
	return got < 0 && errno == EAGAIN ? 0 : -1;
}

/* All that is there. returns: 0 when he was closed */
static int
read_some(struct reader *r)
{
	int got = receive(r, r->text + r->n, sizeof(r->text) - 1 - r->n);
	int64_t at_ms = now_ms();
	char *begin = r->text, *end;

	if (got <= 0)
		return got == 0;
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
	return r->tls != NULL && SSL_pending(r->tls) > 0 ? read_some(r) : 1;
}

static void
listen_to_all(int epoll, int64_t end_ms, int64_t n_to_place)
{
	struct epoll_event ready[256];
	int some;

	while (now_ms() < end_ms && n_placed < n_to_place) {
		some = epoll_wait(epoll, ready, 256, 100);
		for (int i = 0; i < some; i++) {
			struct reader *r = ready[i].data.ptr;

			if (read_some(r))
				continue;
			n_ended++;
			close(r->fd);
		}
	}
}

static int64_t
percentile(const int64_t *buckets, int64_t n, int percent)
{
	int64_t sum = 0;
	int ms = 0;

	for (; ms < BUCKETS - 1; ms++) {
		sum += buckets[ms];
		if (sum * 100 >= n * percent)
			break;
	}
	return ms;
}

int
main(int argc, char **argv)
{
	struct rlimit limit;
	struct epoll_event event;
	struct reader *readers;
	int n, epoll = epoll_create1(0);

	if (argc < 5)
		return 2;
	n = atoi(argv[2]);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	tls = SSL_CTX_new(TLS_client_method());
	readers = calloc((size_t)n, sizeof(*readers));
	if (readers == NULL)
		die("memory");
	for (int i = 0; i < n; i++) {
		open_reader(&readers[i], argv[1], argv[4 + i % (argc - 4)]);
		event = (struct epoll_event){ .events = EPOLLIN,
			.data.ptr = &readers[i] };
		epoll_ctl(epoll, EPOLL_CTL_ADD, readers[i].fd, &event);
	}
	listen_to_all(epoll, now_ms() + READY_MS, n);
	fprintf(stderr, "ready\n");
	listen_to_all(epoll, now_ms() + 1000 * atoll(argv[3]), INT64_MAX);
	printf("{\"readers\":%" PRId64 ",\"events\":%" PRId64
	       ",\"resyncs\":%" PRId64 ",\"ended\":%" PRId64
	       ",\"newest_p50_ms\":%" PRId64 ",\"newest_p99_ms\":%" PRId64
	       ",\"oldest_p99_ms\":%" PRId64 "}\n",
	    n_placed, n_events, n_resyncs, n_ended,
	    percentile(newest, n_events, 50), percentile(newest, n_events, 99),
	    percentile(oldest, n_merged, 99));
	return 0;
}
