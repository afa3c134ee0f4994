/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load - keep N HTTP connections busy for some seconds and say how it went
 *
 * A closed loop over loopback TCP without TLS: each connection asks again as
 * soon as its answer is complete, or, with --rate, as it is time. Prints one
 * line of JSON. Bounded in time by
 * --seconds and in count by --units.
 */
#include "config.h" /* strcasestr */

#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* One counter a microsecond up to 64, then 32 an octave. */
enum { N_BUCKETS = 64 * 27 };

struct run {
	struct load load;
	const struct scenario *scenario;
	struct sockaddr_in to;
	int epoll_fd;
	int64_t start_us, end_us;
	int64_t units, n_begun; /* at most so many (0: any number) */
	int64_t rate, n_asked;  /* requests a second (0: as fast as it goes) */
	int64_t n_requests;
	int64_t buckets[N_BUCKETS];
};

static int64_t
mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

void
load_wrong(struct load *load, int status, const char *body)
{
	if (load->n_wrong++ == 0)
		snprintf(load->wrong, sizeof(load->wrong), "%d %.400s", status,
		    body);
}

static int
bucket_of(int64_t us)
{
	int octave = us < 64 ? 0 : 63 - __builtin_clzll((uint64_t)us) - 5;
	int64_t sub = octave == 0 ? us : us >> (octave - 1);
	int index = octave == 0 ? (int)us
				: octave * 32 + 32 + (int)(sub - 64) / 2;

	return index < N_BUCKETS ? index : N_BUCKETS - 1;
}

static int64_t
bucket_us(int index)
{
	int octave = (index - 32) / 32, sub = (index - 32) % 32;

	if (index < 64)
		return index;
	return (int64_t)(64 + 2 * sub) << (octave - 1);
}

static int64_t
percentile(const struct run *run, double share)
{
	int64_t want = (int64_t)((double)run->n_requests * share), seen = 0;
	int i;

	for (i = 0; i < N_BUCKETS; i++) {
		seen += run->buckets[i];
		if (seen > want)
			return bucket_us(i);
	}
	return 0;
}

static void
open_conn(struct run *run, struct conn *conn)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET,
		.data.ptr = conn };
	int one = 1;

	conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (conn->fd < 0)
		die("socket");
	setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(conn->fd, (struct sockaddr *)&run->to, sizeof(run->to)) != 0
	    && errno != EINPROGRESS)
		die("connect");
	if (epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, conn->fd, &event) != 0)
		die("epoll_ctl");
	conn->in_len = conn->out_len = conn->out_done = 0;
}

static void
push(struct conn *conn)
{
	ssize_t n;

	while (conn->out_done < conn->out_len) {
		n = write(conn->fd, conn->out + conn->out_done,
		    conn->out_len - conn->out_done);
		if (n < 0 && (errno == EAGAIN || errno == ENOTCONN))
			return;
		if (n < 0)
			die("write");
		conn->out_done += (size_t)n;
	}
}

static void
ask(struct run *run, struct conn *conn)
{
	conn->idle = run->rate > 0
	    && (mono_us() - run->start_us) * run->rate < run->n_asked * 1000000;
	if (conn->idle)
		return;
	if (conn->step == 0) {
		if (run->units != 0 && run->n_begun == run->units)
			return;
		run->n_begun++;
	}
	run->n_asked++;
	run->scenario->ask(&run->load, conn);
	conn->out_done = 0;
	conn->in_len = 0;
	conn->sent_us = mono_us();
	push(conn);
}

/*
 * Is the answer whole? Needs Content-Length, which the programs under test
 * always send with a body; a chunked answer ends with an empty chunk.
 */
static bool
answer_whole(struct conn *conn, int *status, char **body)
{
	char *end, *length;

	conn->in[conn->in_len] = '\0';
	end = strstr(conn->in, "\r\n\r\n");
	if (end == NULL)
		return false;
	*status = atoi(conn->in + sizeof("HTTP/1.1 ") - 1);
	*body = end + 4;
	if (*status == 204)
		return true;
	*end = '\0';
	length = strcasestr(conn->in, "\r\nContent-Length:");
	*end = '\r';
	if (length != NULL)
		return conn->in_len >= (size_t)(*body - conn->in)
		    + strtoul(length + 17, NULL, 10);
	return conn->in_len >= 5
	    && memcmp(conn->in + conn->in_len - 5, "0\r\n\r\n", 5) == 0;
}

static void
take(struct run *run, struct conn *conn, int status, const char *body)
{
	run->n_requests++;
	run->buckets[bucket_of(mono_us() - conn->sent_us)]++;
	run->scenario->got(&run->load, conn, status, body);
}

static bool
go_on(const struct run *run)
{
	return mono_us() < run->end_us
	    && (run->units == 0 || run->load.n_done < run->units);
}

static void
pull(struct run *run, struct conn *conn)
{
	char *body;
	int status;
	ssize_t n;

	for (;;) {
		n = read(conn->fd, conn->in + conn->in_len,
		    ANSWER_MAX - 1 - conn->in_len);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			/* The server ended a kept connection: nginx does so
			 * after keepalive_requests. Nothing was in flight if
			 * nothing of an answer came. */
			close(conn->fd);
			open_conn(run, conn);
			ask(run, conn);
			return;
		}
		conn->in_len += (size_t)n;
		if (!answer_whole(conn, &status, &body))
			continue;
		take(run, conn, status, body);
		if (!go_on(run))
			return;
		ask(run, conn);
	}
}

static void
run_all(struct run *run, int n_conns)
{
	struct conn *conns = calloc((size_t)n_conns, sizeof(*conns));
	struct epoll_event events[64];
	int i, n;

	if (conns == NULL)
		die("calloc");
	for (i = 0; i < n_conns; i++) {
		open_conn(run, &conns[i]);
		ask(run, &conns[i]);
	}
	while (go_on(run)) {
		n = epoll_wait(run->epoll_fd, events, 64,
		    run->rate > 0 ? 1 : 100);
		for (i = 0; i < n; i++) {
			if (events[i].events & EPOLLOUT)
				push(events[i].data.ptr);
			if (events[i].events & (EPOLLIN | EPOLLHUP))
				pull(run, events[i].data.ptr);
		}
		for (i = 0; i < n_conns; i++)
			if (conns[i].idle)
				ask(run, &conns[i]);
	}
	free(conns);
}

/* Each line is the ticket of a user, in their order. */
static void
read_tickets(struct load *load, const char *path)
{
	FILE *file = fopen(path, "r");
	char ticket[TICKET_MAX];

	load->tickets = calloc((size_t)load->n_tokens, sizeof(*load->tickets));
	if (load->tickets == NULL)
		die("calloc");
	while (file != NULL && load->n_tickets < load->n_tokens
	    && fscanf(file, "%127s", ticket) == 1)
		load->tickets[load->n_tickets++] = strdup(ticket);
	if (file != NULL)
		fclose(file);
}

/* Of those who have one without a gap. */
static void
write_tickets(const struct load *load, const char *path)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		die(path);
	for (int64_t i = 0; i < load->n_tokens && load->tickets[i] != NULL; i++)
		fprintf(file, "%s\n", load->tickets[i]);
	fclose(file);
}

/* The third word of each line "login id token". */
static void
read_tokens(struct load *load, const char *path)
{
	FILE *file = fopen(path, "r");
	char token[TOKEN_MAX];
	size_t cap = 0;

	if (file == NULL)
		die(path);
	while (fscanf(file, "%*s %*s %1023s", token) == 1) {
		if ((size_t)load->n_tokens == cap) {
			cap = cap == 0 ? 1024 : cap * 2;
			load->tokens = realloc(load->tokens,
			    cap * sizeof(*load->tokens));
			if (load->tokens == NULL)
				die("realloc");
		}
		load->tokens[load->n_tokens++] = strdup(token);
	}
	fclose(file);
}

static const struct scenario *
find_scenario(const char *name)
{
	const struct scenario *s;

	for (s = scenarios; s->name != NULL; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	fprintf(stderr, "no scenario %s\n", name);
	exit(2);
}

static void
print_json_string(const char *s)
{
	putchar('"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			putchar('\\');
		putchar((unsigned char)*s < 0x20 ? ' ' : *s);
	}
	putchar('"');
}

static void
report(const struct run *run, int64_t took_us)
{
	printf("{\"units\":%" PRId64 ",\"requests\":%" PRId64
	       ",\"seconds\":%.3f,\"p50_us\":%" PRId64 ",\"p99_us\":%" PRId64
	       ",\"next\":%" PRId64 ",\"wrong\":%" PRId64 ",\"first_wrong\":",
	    run->load.n_done, run->n_requests, (double)took_us / 1e6,
	    percentile(run, 0.5), percentile(run, 0.99), run->load.next,
	    run->load.n_wrong);
	print_json_string(run->load.wrong);
	printf("}\n");
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "scenario", required_argument, NULL, 's' },
		{ "port", required_argument, NULL, 'p' },
		{ "connections", required_argument, NULL, 'c' },
		{ "seconds", required_argument, NULL, 't' },
		{ "units", required_argument, NULL, 'u' },
		{ "tokens", required_argument, NULL, 'k' },
		{ "performance", required_argument, NULL, 'f' },
		{ "performances", required_argument, NULL, 'n' },
		{ "next", required_argument, NULL, 'x' },
		{ "seats", required_argument, NULL, 'a' },
		{ "rate", required_argument, NULL, 'r' },
		{ "tickets", required_argument, NULL, 'i' },
		{ NULL, 0, NULL, 0 },
	};
	static struct run run;
	const char *tickets = NULL;
	int opt, n_conns = 32;
	double seconds = 5;

	run.to.sin_family = AF_INET;
	run.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	run.load.n_performances = run.load.first_performance = 1;
	run.load.n_seats = 2;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 's':
			run.scenario = find_scenario(optarg);
			break;
		case 'p':
			run.to.sin_port = htons((uint16_t)atoi(optarg));
			break;
		case 'c':
			n_conns = atoi(optarg);
			break;
		case 't':
			seconds = atof(optarg);
			break;
		case 'u':
			run.units = atoll(optarg);
			break;
		case 'k':
			read_tokens(&run.load, optarg);
			break;
		case 'f':
			run.load.first_performance = atoll(optarg);
			break;
		case 'n':
			run.load.n_performances = atoll(optarg);
			break;
		case 'x':
			run.load.next = atoll(optarg);
			break;
		case 'a':
			run.load.n_seats = atoll(optarg);
			break;
		case 'r':
			run.rate = atoll(optarg);
			break;
		case 'i':
			tickets = optarg;
			break;
		default:
			return 2;
		}
	}
	if (run.scenario == NULL || run.to.sin_port == 0) {
		fprintf(stderr, "usage: load --scenario NAME --port N ...\n");
		return 2;
	}
	if (tickets != NULL)
		read_tickets(&run.load, tickets);
	run.epoll_fd = epoll_create1(0);
	run.start_us = mono_us();
	run.end_us = run.start_us + (int64_t)(seconds * 1e6);
	run_all(&run, n_conns);
	report(&run, mono_us() - run.start_us);
	if (tickets != NULL)
		write_tickets(&run.load, tickets);
	return 0;
}
