/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_feed - whoever follows a performance ends with the map that all see,
 * whatever is lost on the way
 *
 * A follower here does as a browser's page: it keeps the stream, reads the map
 * when it is told to, applies what is newer than that, and comes again with the
 * last id that it was given. With each id it was given its map has to be what
 * the log says, entry by entry.
 *
 * FOLLOWERS and LOSSES in the environment make them more than a suite has time
 * for; by hand: FOLLOWERS=1000 LOSSES=40.
 *
 * Layer: tests.  Uses: feedd, hold, recovery, house.
 */
#include "feedd/run.h"
#include "feedd/text.h"

#include "base/clock.h"
#include "recovery/epoch_raise.h"
#include "recovery/seat_load.h"
#include "recovery/seat_unload.h"
#include "seat/seat_map.h"
#include "store/keys.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#define DEADLINE_US INT64_C(30000000)
#define VERSION_LEN 64

/* ---- the program ---- */

static struct settings set;
static pid_t feedd;
static char path[sizeof(set.feed_socket)];

static void forget_followers(void);

static void
start_feedd(void)
{
	unlink(path);
	feedd = fork();
	ck_assert_int_ge(feedd, 0);
	if (feedd > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_DFL);
	forget_followers();
	_exit(run("/nonexistent", &set));
}

static int connect_feed(void);
static void say(int fd, const char *text);

/* It hears signals by then. */
static void
await_feedd(void)
{
	int fd = connect_feed();
	char got;

	say(fd, "GET / HTTP/1.1\r\n\r\n");
	ck_assert_int_eq(recv(fd, &got, 1, 0), 1);
	close(fd);
}

static void
stop_feedd(int number, int status)
{
	int got;

	await_feedd();
	ck_assert_int_eq(kill(feedd, number), 0);
	ck_assert_int_eq(waitpid(feedd, &got, 0), feedd);
	ck_assert_int_eq(WIFEXITED(got) ? WEXITSTATUS(got) : -1, status);
}

static void
open_feed(void)
{
	house_open();
	set = house.ctx.set;
	snprintf(path, sizeof(path), "/tmp/bo-feed-%d.sock", (int)getpid());
	memcpy(set.feed_socket, path, sizeof(path));
	set.socket_group[0] = '\0';
	set.runtime_dir[0] = '\0';
	set.feed_heartbeat_s = 1;
	set.feed_slow_s = 1;
	set.drain_s = 1;
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	start_feedd();
}

static void
close_feed(void)
{
	kill(feedd, SIGKILL);
	unlink(path);
	house_close();
}

/* ---- a connection ---- */

static int
try_connect(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(addr.sun_path, path, sizeof(addr.sun_path));
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
connect_feed(void)
{
	int64_t end_us = clock_mono_us() + DEADLINE_US;
	int fd = try_connect(), status = 0;

	while (fd < 0) {
		ck_assert_msg(waitpid(feedd, &status, WNOHANG) == 0,
		    "boxoffice-feedd has left: %#x", (unsigned)status);
		ck_assert_msg(clock_mono_us() < end_us, "nobody listens");
		usleep(1000);
		fd = try_connect();
	}
	return fd;
}

static void
say(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL),
	    (ssize_t)strlen(text));
}

/* ---- a follower ---- */

struct follower {
	int fd;        /* -1: not connected */
	bool answered; /* the head of the answer is read */
	bool paused, ended;
	char got[8192];
	size_t n_got;
	char letters[HOUSE_SEATS + 1];
	char at[VERSION_LEN]; /* of the map with what was applied */
	char last_id[VERSION_LEN];
	int n_resyncs, n_seats, n_pauses, status;
};

static struct follower *followers;
static int n_followers;

/* What the log says: the map of each of its entries, the newest last. */
static struct known {
	int64_t epoch;
	struct log_id id;
	char letters[HOUSE_SEATS + 1];
} * known;
static size_t n_known;

static struct seat_map
read_map(void)
{
	struct seat_map map;

	ck_assert_int_eq(
	    seat_map_read(&house.ctx, house.performance, SPAN_NONE, &map), 0);
	ck_assert(map.whole);
	ck_assert_uint_eq(map.letters.len, HOUSE_SEATS);
	return map;
}

static struct known *
know(int64_t epoch, struct log_id id)
{
	struct known *k;

	known = realloc(known, (n_known + 1) * sizeof(*known));
	ck_assert_ptr_nonnull(known);
	k = &known[n_known++];
	*k = n_known > 1 ? known[n_known - 2] : (struct known){ .epoch = 0 };
	k->epoch = epoch;
	k->id = id;
	return k;
}

/* The next entry, and the map it makes of the one before. */
static void
know_entry(int64_t epoch, const struct kv_reply *reply)
{
	struct log_entry entry;
	struct seat_change change;
	struct known *k;

	ck_assert(log_entry_read(reply, &entry));
	if (log_id_compare(entry.id, known[n_known - 1].id) <= 0)
		return;
	k = know(epoch, entry.id);
	while (log_entry_next(&entry, &change))
		k->letters[change.seat_no - 1] = change.letter;
}

static void
read_log(int64_t epoch, struct kv_reply *out)
{
	struct arena *a = &house.ctx.arena;

	kv_queue(house.ctx.kv, 4,
	    (struct span[]){ SPAN_LIT("XRANGE"),
		key_perf(a, house.performance, epoch, KEY_LOG),
		span_str(arena_printf(a, "%lld-%lld",
		    (long long)known[n_known - 1].id.ms,
		    (long long)known[n_known - 1].id.seq)),
		SPAN_LIT("+") });
	ck_assert_int_eq(kv_run(house.ctx.kv, a, 1, out), 0);
	ck_assert_int_eq(out->type, KV_ARRAY);
}

/* Read on in the log; where it is of another epoch it begins with a map. */
static void
note(void)
{
	struct seat_map map = read_map();
	struct kv_reply entries;
	int64_t epoch;
	struct log_id id;

	ck_assert(text_read_version(map.version, &epoch, &id));
	if (map.epoch == 0)
		return;
	if (n_known == 0 || known[n_known - 1].epoch != epoch) {
		memcpy(know(epoch, id)->letters, map.letters.p, HOUSE_SEATS);
		return;
	}
	read_log(epoch, &entries);
	for (size_t i = 0; i < entries.n; i++)
		know_entry(epoch, &entries.items[i]);
}

static const struct known *
find_known(int64_t epoch, struct log_id id)
{
	for (size_t i = n_known; i > 0; i--)
		if (known[i - 1].epoch == epoch
		    && log_id_compare(known[i - 1].id, id) == 0)
			return &known[i - 1];
	return NULL;
}

static void
check_known(const struct follower *f)
{
	const struct known *k;
	int64_t epoch;
	struct log_id id;

	ck_assert(text_read_version(span_str(f->at), &epoch, &id));
	k = find_known(epoch, id);
	if (k == NULL) {
		note();
		k = find_known(epoch, id);
	}
	ck_assert_msg(k != NULL, "no entry of the log is %s", f->at);
	ck_assert_str_eq(k->letters, f->letters);
}

/* Not older than what the stream goes on from. */
static void
take_map(struct follower *f)
{
	struct seat_map map = read_map();

	ck_assert(!seat_version_newer(span_str(f->last_id), map.version));
	memcpy(f->letters, map.letters.p, HOUSE_SEATS);
	snprintf(f->at, sizeof(f->at), "%.*s", (int)map.version.len,
	    map.version.p);
	f->paused = false;
}

/* "A":[1,2],"H":[7]} */
static void
apply(struct follower *f, const char *data)
{
	char letter = '?';

	while (*data != '\0') {
		if (*data == '"') {
			letter = data[1];
			data += 3;
		} else if (*data >= '0' && *data <= '9') {
			long seat = strtol(data, (char **)&data, 10);

			ck_assert(seat >= 1 && seat <= HOUSE_SEATS);
			f->letters[seat - 1] = letter;
		} else {
			data++;
		}
	}
}

static void
take_seats(struct follower *f, const char *id, const char *data)
{
	f->n_seats++;
	if (!seat_version_newer(span_str(id), span_str(f->at)))
		return;
	apply(f, data);
	snprintf(f->at, sizeof(f->at), "%s", id);
	check_known(f);
}

static void
take_event(struct follower *f, char *text)
{
	char id[VERSION_LEN] = "", name[16] = "";
	const char *data = "";
	char *line, *save = NULL;

	for (line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "id: %63s", id) == 1)
			snprintf(f->last_id, sizeof(f->last_id), "%s", id);
		(void)sscanf(line, "event: %15s", name);
		if (strncmp(line, "data: ", 6) == 0)
			data = line + 6;
	}
	if (strcmp(name, "seats") == 0) {
		take_seats(f, id, data);
	} else if (strcmp(name, "resync") == 0) {
		f->n_resyncs++;
		take_map(f);
	} else if (strcmp(name, "pause") == 0) {
		f->n_pauses++;
		f->paused = true;
	} else if (strcmp(name, "end") == 0) {
		f->ended = true;
	}
}

static void
hang_up(struct follower *f)
{
	close(f->fd);
	f->fd = -1;
}

static void
call(struct follower *f)
{
	char *request = arena_printf(&house.ctx.arena,
	    "GET /api/v1/performances/%lld/feed%s%s HTTP/1.1\r\n%s%s%s\r\n",
	    (long long)house.performance, f->at[0] != '\0' ? "?since=" : "",
	    f->at, f->last_id[0] != '\0' ? "Last-Event-ID: " : "", f->last_id,
	    f->last_id[0] != '\0' ? "\r\n" : "");

	f->fd = connect_feed();
	f->answered = false;
	f->n_got = 0;
	say(f->fd, request);
}

static void
take_answer(struct follower *f)
{
	char *end = strstr(f->got, "\r\n\r\n");

	if (end == NULL)
		return;
	ck_assert_int_eq(sscanf(f->got, "HTTP/1.1 %d", &f->status), 1);
	end += 4;
	f->n_got -= (size_t)(end - f->got);
	memmove(f->got, end, f->n_got + 1);
	f->answered = true;
	if (f->status == 200)
		f->paused = false;
}

static void
take_events(struct follower *f)
{
	char *end;

	while ((end = strstr(f->got, "\n\n")) != NULL) {
		*end = '\0';
		take_event(f, f->got);
		f->n_got -= (size_t)(end + 2 - f->got);
		memmove(f->got, end + 2, f->n_got + 1);
	}
}

/* All that is there; who was hung up on comes again, who was refused does so
 * at once here. */
static void
listen_to(struct follower *f)
{
	ssize_t n;

	if (f->fd < 0)
		call(f);
	while ((n = recv(f->fd, f->got + f->n_got,
		    sizeof(f->got) - 1 - f->n_got, MSG_DONTWAIT))
	    > 0) {
		f->n_got += (size_t)n;
		f->got[f->n_got] = '\0';
		if (!f->answered)
			take_answer(f);
		if (f->answered && f->status == 200)
			take_events(f);
	}
	if (n == 0 || (n < 0 && errno != EAGAIN))
		hang_up(f);
}

/* The environment's, or so many. */
static int
count_of(const char *name, int usually)
{
	const char *text = getenv(name);

	return text != NULL ? atoi(text) : usually;
}

static void
forget_followers(void)
{
	for (int i = 0; i < n_followers; i++)
		if (followers[i].fd >= 0)
			close(followers[i].fd);
}

static void
given_followers(void)
{
	n_followers = count_of("FOLLOWERS", 40);
	followers = calloc((size_t)n_followers, sizeof(*followers));
	ck_assert_ptr_nonnull(followers);
	for (int i = 0; i < n_followers; i++) {
		followers[i].fd = -1;
		listen_to(&followers[i]);
	}
}

static bool
agrees(const struct follower *f, const char *map)
{
	return f->fd >= 0 && f->answered && f->status == 200 && !f->paused
	    && strcmp(f->letters, map) == 0;
}

static void
all_agree(void)
{
	int64_t end_us = clock_mono_us() + DEADLINE_US;
	int n;

	do {
		const char *map = house_map();

		n = 0;
		for (int i = 0; i < n_followers; i++) {
			listen_to(&followers[i]);
			n += agrees(&followers[i], map);
		}
		ck_assert_msg(clock_mono_us() < end_us,
		    "%d of %d agree: "
		    "%s and %s at %s",
		    n, n_followers, followers[0].letters, map, followers[0].at);
		house_round();
		usleep(2000);
	} while (n < n_followers);
}

static int
n_resyncs(void)
{
	int n = 0;

	for (int i = 0; i < n_followers; i++)
		n += followers[i].n_resyncs;
	return n;
}

/* ---- what happens to seats ---- */

static unsigned seed = 1;

static unsigned
below(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

/* Some are taken, some given back; anything may be refused. */
static void
move_seats(void)
{
	static struct span tokens[HOUSE_SEATS];
	unsigned seat = below(HOUSE_SEATS);
	char text[16];

	snprintf(text, sizeof(text), "%u", seat + 1);
	house_round();
	if (span_is(tokens[seat])) {
		(void)drop(text, tokens[seat]);
		tokens[seat] = SPAN_NONE;
	} else if (place(text, text) == HOLD_OK) {
		tokens[seat] = hold.token;
	}
	note();
}

START_TEST(followers_see_each_change_and_read_the_map_once)
{
	given_followers();
	for (int i = 0; i < 200; i++) {
		move_seats();
		listen_to(&followers[below(n_followers)]);
	}
	all_agree();
	ck_assert_int_eq(n_resyncs(), n_followers);
	ck_assert_int_gt(followers[0].n_seats, 0);
}
END_TEST

/* Also after a restart of boxoffice-feedd, whose ring is empty then. */
START_TEST(who_comes_again_goes_on_where_he_was)
{
	given_followers();
	all_agree();
	for (int i = 0; i < 300; i++) {
		struct follower *f = &followers[below(n_followers)];

		move_seats();
		if (f->fd >= 0 && f->answered && i % 3 == 0)
			hang_up(f);
		if (i == 150) {
			stop_feedd(_i == 0 ? SIGKILL : SIGTERM,
			    _i == 0 ? -1 : 0);
			start_feedd();
		}
		listen_to(&followers[below(n_followers)]);
	}
	all_agree();
	ck_assert_int_eq(n_resyncs(), n_followers);
}
END_TEST

/* What the log does not have any more cannot be gone on from. */
START_TEST(who_was_away_too_long_reads_the_map_anew)
{
	given_followers();
	all_agree();
	for (int i = 0; i < n_followers / 2; i++)
		hang_up(&followers[i]);
	stop_feedd(SIGKILL, -1);
	move_seats();
	move_seats();
	house_redis(arena_printf(&house.ctx.arena,
	    "XTRIM bo:{p%lld.%lld}:log MAXLEN 1", (long long)house.performance,
	    (long long)house_count("SELECT epoch FROM sys_epoch", 0)));
	start_feedd();
	all_agree();
	ck_assert_int_eq(n_resyncs(), 2 * n_followers);
}
END_TEST

/* ---- what is lost ---- */

static void
empty_redis(void)
{
	house_redis("FLUSHALL");
}

static void
restart_redis(void)
{
	servers_redis_stop();
	listen_to(&followers[0]);
	servers_redis_start();
	house_reopen();
}

static void
hang_redis(void)
{
	int64_t end_us = clock_mono_us() + DEADLINE_US;
	int before = followers[0].n_pauses;

	servers_redis_pause();
	while (followers[0].n_pauses == before && followers[0].status != 503) {
		ck_assert_int_lt(clock_mono_us(), end_us);
		listen_to(&followers[0]);
		usleep(2000);
	}
	servers_redis_resume();
	house_reopen();
}

static void
raise_epoch(void)
{
	ck_assert_int_eq(epoch_raise(&house.ctx,
			     house_count("SELECT epoch FROM sys_epoch", 0),
			     "test"),
	    0);
}

static void
load_anew(void)
{
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
}

static void (*const losses[])(void) = {
	empty_redis,
	restart_redis,
	hang_redis,
	raise_epoch,
	load_anew,
};

START_TEST(whatever_is_lost_followers_end_with_the_map_of_all)
{
	given_followers();
	all_agree();
	for (int i = 0; i < 40; i++)
		move_seats();
	losses[_i]();
	for (int i = 0; i < 40; i++) {
		move_seats();
		listen_to(&followers[below(n_followers)]);
	}
	all_agree();
	for (int i = 0; i < n_followers; i++)
		ck_assert_int_ge(followers[i].n_resyncs, 2);
}
END_TEST

static void
kill_feedd(void)
{
	stop_feedd(SIGKILL, -1);
	start_feedd();
}

static void
drain_feedd(void)
{
	stop_feedd(SIGTERM, 0);
	start_feedd();
}

static void
lose_something(void)
{
	unsigned i = below(ARRAY_LEN(losses) + 2);

	if (i < ARRAY_LEN(losses))
		losses[i]();
	else if (i == ARRAY_LEN(losses))
		kill_feedd();
	else
		drain_feedd();
	note();
}

/* The first listen to nothing for a while, of the others some are hung up on.
 */
static void
move_seats_among_all(void)
{
	for (int i = 0; i < 20; i++) {
		move_seats();
		for (int j = n_followers / 4; j < n_followers; j++)
			if (below(4) == 0)
				listen_to(&followers[j]);
		if (followers[n_followers - 1 - i].fd >= 0)
			hang_up(&followers[n_followers - 1 - i]);
	}
}

START_TEST(whatever_is_lost_again_and_again_no_id_lies)
{
	given_followers();
	all_agree();
	for (int i = count_of("LOSSES", 4); i > 0; i--) {
		move_seats_among_all();
		lose_something();
		move_seats_among_all();
		if (below(2) == 0)
			all_agree();
	}
	all_agree();
}
END_TEST

START_TEST(while_redis_is_away_readers_are_told_and_new_ones_refused)
{
	struct follower late = { .fd = -1 };
	int64_t end_us = clock_mono_us() + DEADLINE_US;

	given_followers();
	all_agree();
	servers_redis_stop();
	while (late.status == 0) {
		ck_assert_int_lt(clock_mono_us(), end_us);
		listen_to(&followers[0]);
		if (followers[0].n_pauses > 0)
			listen_to(&late);
		usleep(2000);
	}
	ck_assert_int_eq(followers[0].n_pauses, 1);
	ck_assert_int_eq(late.status, 503);
	servers_redis_start();
	house_reopen();
	all_agree();
}
END_TEST

/* ---- how it ends ---- */

START_TEST(a_sale_that_closes_ends_the_stream_and_nobody_comes_again)
{
	struct follower late = { .fd = -1 };
	int64_t end_us = clock_mono_us() + DEADLINE_US;

	given_followers();
	all_agree();
	house_change("sales_close_at = now() - interval '1 second'");
	house_tell();
	while (!followers[0].ended || late.status == 0) {
		ck_assert_int_lt(clock_mono_us(), end_us);
		if (!followers[0].ended)
			listen_to(&followers[0]);
		else
			listen_to(&late);
		usleep(2000);
	}
	ck_assert_int_eq(late.status, 204);
}
END_TEST

START_TEST(what_has_no_live_map_is_not_followed)
{
	struct follower f = { .fd = -1 };
	int64_t real = house.performance;

	house.performance = 999999999;
	while (f.status == 0) {
		listen_to(&f);
		usleep(2000);
	}
	house.performance = real;
	ck_assert_int_eq(f.status, 503);
}
END_TEST

/* ---- bounds ---- */

START_TEST(more_readers_than_are_allowed_are_refused)
{
	struct follower f = { .fd = -1 };

	stop_feedd(SIGTERM, 0);
	if (_i == 0)
		set.feed_readers = count_of("FOLLOWERS", 40);
	else
		set.feed_readers_per_performance = count_of("FOLLOWERS", 40);
	start_feedd();
	given_followers();
	all_agree();
	while (f.status == 0) {
		listen_to(&f);
		usleep(2000);
	}
	ck_assert_int_eq(f.status, 503);
	hang_up(&followers[0]);
	f.status = 0;
	while (f.status != 200) {
		listen_to(&f);
		usleep(2000);
	}
}
END_TEST

SUITE("feed")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_feed, close_feed);
	TEST(followers_see_each_change_and_read_the_map_once);
	TEST_LOOP(who_comes_again_goes_on_where_he_was, 2);
	TEST(who_was_away_too_long_reads_the_map_anew);
	TEST_LOOP(whatever_is_lost_followers_end_with_the_map_of_all,
	    (int)ARRAY_LEN(losses));
	TEST(whatever_is_lost_again_and_again_no_id_lies);
	TEST(while_redis_is_away_readers_are_told_and_new_ones_refused);
	TEST(a_sale_that_closes_ends_the_stream_and_nobody_comes_again);
	TEST(what_has_no_live_map_is_not_followed);
	TEST_LOOP(more_readers_than_are_allowed_are_refused, 2);
}
