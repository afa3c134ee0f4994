/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_feed - what readers are told, without servers
 *
 * Layer: tests.  Uses: feedd.
 */
#include "feedd/ask.h"
#include "feedd/performance.h"
#include "feedd/tally.h"

#include "base/clock.h"
#include "base/strbuf.h"
#include "tests/support/suite.h"

#include <inttypes.h>
#include <stdio.h>

static struct arena arena;
static struct ring ring;
static struct performance *p;
static struct performance_shared shared;
static struct reader readers[3];

static void
setup(void)
{
	arena_init(&arena, KIB(64 * 1024));
	p = performance_open(7);
	p->log.epoch = 4;
	p->log.live = true;
	p->log.closes_ms = INT64_MAX;
	shared = (struct performance_shared){ .arena = &arena,
		.pause = text_event(&arena, "pause"),
		.end = text_event(&arena, "end"),
		.comment = text_of(SPAN_LIT(":\n\n")),
		.beat_us = 1000 };
}

static void
teardown(void)
{
	performance_close(p);
	text_drop(shared.pause);
	text_drop(shared.end);
	text_drop(shared.comment);
	ring_fini(&ring);
	arena_fini(&arena);
}

/* An entry "H5,6" with this id. */
static bool
add(struct ring *r, int64_t ms, const char *change)
{
	struct log_entry entry = { .id = { ms, 0 }, .seats = SPAN_NONE };

	if (change[0] == RING_SECTION)
		ck_assert_int_eq(sscanf(change, "#%" SCNd64 ":%" SCNd64,
				     &entry.section_no, &entry.left),
		    2);
	else if (change[0] != '\0') {
		entry.letter = change[0];
		entry.seats = span_str(change + 1);
	}
	return ring_add(r, &entry);
}

/* "A1 H5 H6", what came after. */
static const char *
since(const struct ring *r, int64_t ms)
{
	struct ring_change *changes;
	const char *text = "";
	size_t n;

	ring_since(r, &arena, (struct log_id){ ms, 0 }, &changes, &n);
	for (size_t i = 0; i < n; i++)
		text = arena_printf(&arena, "%s%s%c%lld", text,
		    i == 0 ? "" : " ", changes[i].letter,
		    (long long)changes[i].no);
	return text;
}

/* ---- the ring ---- */

START_TEST(of_a_seat_only_the_newest_change_is_told)
{
	ring_reset(&ring, (struct log_id){ 10, 0 });
	ck_assert(add(&ring, 11, "H5,6"));
	ck_assert(add(&ring, 12, ""));
	ck_assert(add(&ring, 13, "A6,2"));
	ck_assert(add(&ring, 14, "H2"));
	ck_assert_str_eq(since(&ring, 10), "A6 H2 H5");
	ck_assert_str_eq(since(&ring, 11), "A6 H2");
	ck_assert_str_eq(since(&ring, 12), "A6 H2");
	ck_assert_str_eq(since(&ring, 13), "H2");
	ck_assert_str_eq(since(&ring, 14), "");
	ck_assert_str_eq(since(&ring, 99), "");
}
END_TEST

START_TEST(a_section_is_no_seat_of_the_same_number)
{
	struct ring_change *changes;
	struct text *text;
	size_t n;

	ring_reset(&ring, (struct log_id){ 10, 0 });
	ck_assert(add(&ring, 11, "#5:340"));
	ck_assert(add(&ring, 12, "R5,6"));
	ck_assert(add(&ring, 13, "#12:7"));
	ck_assert(add(&ring, 14, "#5:338"));
	ck_assert(add(&ring, 15, "A6"));
	ring_since(&ring, &arena, (struct log_id){ 10, 0 }, &changes, &n);
	text = text_seats(&arena, SPAN_LIT("1-15-0"), changes, n);
	ck_assert_str_eq(
	    arena_str(&arena, (struct span){ text->bytes, text->len }),
	    "id: 1-15-0\nevent: seats\ndata: {\"A\":[6],"
	    "\"R\":[5],\"sections\":{\"5\":338,\"12\":7}}\n\n");
	text_drop(text);
}
END_TEST

START_TEST(an_entry_that_was_read_before_is_not_taken_twice)
{
	ring_reset(&ring, (struct log_id){ 10, 0 });
	ck_assert(!add(&ring, 10, "H1"));
	ck_assert(add(&ring, 11, "H1"));
	ck_assert(!add(&ring, 11, "A1"));
	ck_assert_str_eq(since(&ring, 10), "H1");
}
END_TEST

START_TEST(a_version_is_known_only_as_an_entry_or_the_base)
{
	ring_reset(&ring, (struct log_id){ 10, 0 });
	ck_assert(add(&ring, 11, "H1"));
	ck_assert(add(&ring, 13, "H2"));
	ck_assert(ring_has(&ring, (struct log_id){ 10, 0 }));
	ck_assert(ring_has(&ring, (struct log_id){ 11, 0 }));
	ck_assert(ring_has(&ring, (struct log_id){ 13, 0 }));
	ck_assert(!ring_has(&ring, (struct log_id){ 9, 0 }));
	ck_assert(!ring_has(&ring, (struct log_id){ 12, 0 }));
	ck_assert(!ring_has(&ring, (struct log_id){ 11, 1 }));
	ck_assert(!ring_has(&ring, (struct log_id){ 14, 0 }));
}
END_TEST

/* Whatever goes, what is still reached is told in full. */
START_TEST(a_full_ring_forgets_its_older_half)
{
	const char *seat;
	int64_t last = 3 * RING_ENTRIES_MAX;

	ring_reset(&ring, (struct log_id){ 1, 0 });
	for (int64_t ms = 2; ms <= last; ms++) {
		seat = arena_printf(&arena, "H%lld", (long long)ms);
		ck_assert(add(&ring, ms, seat));
		ck_assert_uint_le(ring.n_entries, RING_ENTRIES_MAX);
	}
	ck_assert(!ring_reaches(&ring, (struct log_id){ 1, 0 }));
	ck_assert(ring_reaches(&ring, ring.base));
	ck_assert_uint_ge(ring.n_entries, RING_ENTRIES_MAX / 2);
	ck_assert_int_eq(ring.base.ms + (int64_t)ring.n_entries, last);
	ck_assert_str_eq(since(&ring, last - 2),
	    arena_printf(&arena, "H%lld H%lld", (long long)last - 1,
		(long long)last));
}
END_TEST

START_TEST(changes_are_bounded_as_entries_are)
{
	struct strbuf b;

	strbuf_init(&b, &arena, 0);
	strbuf_str(&b, "H1");
	for (int i = 2; i <= RING_CHANGES_MAX / 4; i++)
		strbuf_printf(&b, ",%d", i);
	ring_reset(&ring, (struct log_id){ 1, 0 });
	for (int64_t ms = 2; ms < 20; ms++) {
		ck_assert(add(&ring, ms, arena_str(&arena, strbuf_get(&b))));
		ck_assert_uint_le(ring.n_changes, RING_CHANGES_MAX);
		ck_assert(ring_has(&ring, (struct log_id){ ms, 0 }));
	}
	for (int i = 0; i < RING_CHANGES_MAX; i++)
		strbuf_printf(&b, ",%d", 100000 + i);
	ck_assert(add(&ring, 20, arena_str(&arena, strbuf_get(&b))));
	ck_assert(!ring_reaches(&ring, (struct log_id){ 19, 0 }));
	ck_assert(ring_has(&ring, (struct log_id){ 20, 0 }));
	ck_assert_uint_eq(ring.n_changes, 0);
}
END_TEST

/* ---- what a reader is told next ---- */

static int64_t now_us = 1000000;

static void
join(int i, int64_t place, bool reached)
{
	performance_join(p, &readers[i], (struct log_id){ place, 0 }, reached);
	readers[i].told_us = now_us;
}

/* The text without its end; "" where there is none. */
static const char *
next(int i)
{
	struct text *t = performance_next(p, &shared, &readers[i], now_us);
	const char *text;

	if (t == NULL)
		return "";
	ck_assert_uint_ge(t->len, 2);
	ck_assert_int_eq(memcmp(t->bytes + t->len - 2, "\n\n", 2), 0);
	text = arena_dup(&arena, t->bytes, t->len - 2);
	text_drop(t);
	return text;
}

START_TEST(a_reader_is_told_what_came_after_his_place)
{
	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	ck_assert(add(&p->log.ring, 11, "H5,6"));
	performance_looked(p, true, now_us);
	join(0, 10, true);
	join(1, 11, true);
	ck_assert_str_eq(next(0),
	    "id: 4-11-0\nevent: seats\ndata: {\"H\":[5,6]}");
	ck_assert_str_eq(next(0), "");
	ck_assert_str_eq(next(1), "");
	ck_assert(add(&p->log.ring, 12, "A5"));
	ck_assert(add(&p->log.ring, 13, "P6"));
	ck_assert(performance_has_news(p));
	ck_assert_str_eq(next(1),
	    "id: 4-13-0\nevent: seats\ndata: {\"A\":[5],\"P\":[6]}");
}
END_TEST

START_TEST(those_at_one_place_share_one_text)
{
	struct text *a, *b;

	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	ck_assert(add(&p->log.ring, 11, "H5"));
	join(0, 10, true);
	join(1, 10, true);
	a = performance_next(p, &shared, &readers[0], now_us);
	b = performance_next(p, &shared, &readers[1], now_us);
	ck_assert_ptr_eq(a, b);
	ck_assert_uint_eq(a->refs, 3);
	text_drop(a);
	text_drop(b);
}
END_TEST

START_TEST(more_places_than_texts_are_kept_are_told_all_the_same)
{
	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	for (int64_t ms = 11; ms < 60; ms++)
		ck_assert(add(&p->log.ring, ms, "H5"));
	for (int k = 0; k < 2; k++)
		for (int64_t ms = 10; ms < 59; ms++) {
			readers[0].turn = p->turn;
			readers[0].place = (struct log_id){ ms, 0 };
			ck_assert_str_eq(next(0),
			    "id: 4-59-0\nevent: seats"
			    "\ndata: {\"H\":[5]}");
		}
}
END_TEST

START_TEST(what_changes_no_seat_moves_the_version_with_the_heartbeat)
{
	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	join(0, 10, true);
	ck_assert(add(&p->log.ring, 12, ""));
	ck_assert_str_eq(next(0), "");
	now_us += shared.beat_us;
	ck_assert_str_eq(next(0), "id: 4-12-0");
	ck_assert_str_eq(next(0), "");
}
END_TEST

START_TEST(who_knows_more_than_was_read_keeps_his_version)
{
	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	join(0, 14, true);
	now_us += shared.beat_us;
	ck_assert_str_eq(next(0), ":");
	ck_assert(add(&p->log.ring, 14, "H1"));
	ck_assert_str_eq(next(0), "");
	ck_assert(add(&p->log.ring, 15, "H2"));
	ck_assert_str_eq(next(0),
	    "id: 4-15-0\nevent: seats\ndata: {\"H\":[2]}");
}
END_TEST

static void
no_version(void)
{
	join(0, 0, false);
}

static void
out_of_the_ring(void)
{
	join(0, 9, true);
}

static void
a_log_begun_anew(void)
{
	join(0, 10, true);
	p->log.broken = true;
	performance_looked(p, true, now_us);
}

static void (*const losses[])(void) = {
	no_version,
	out_of_the_ring,
	a_log_begun_anew,
};

START_TEST(who_cannot_go_on_reads_the_map_anew)
{
	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	ck_assert(add(&p->log.ring, 11, "H5"));
	losses[_i]();
	ck_assert_str_eq(next(0),
	    "id: 4-11-0\nevent: resync\ndata: {\"within_ms\":2}");
	ck_assert_str_eq(next(0), "");
	ck_assert(add(&p->log.ring, 12, "A5"));
	ck_assert_str_eq(next(0),
	    "id: 4-12-0\nevent: seats\ndata: {\"A\":[5]}");
}
END_TEST

START_TEST(while_redis_is_lost_readers_are_told_once_and_kept)
{
	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	join(0, 10, true);
	performance_looked(p, false, now_us);
	ck_assert_str_eq(next(0), "event: pause\ndata: {}");
	ck_assert_str_eq(next(0), "");
	now_us += shared.beat_us;
	ck_assert_str_eq(next(0), ":");
	performance_looked(p, true, now_us);
	ck_assert_str_eq(next(0),
	    "id: 4-10-0\nevent: resync\ndata: {\"within_ms\":2}");
}
END_TEST

START_TEST(a_map_that_is_away_for_a_moment_pauses_nobody)
{
	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	join(0, 10, true);
	performance_looked(p, true, now_us);
	p->log.live = false;
	performance_looked(p, true, now_us + 999999);
	ck_assert(!performance_has_news(p) || !p->paused);
	ck_assert(!p->paused);
	performance_looked(p, true, now_us + 1000000);
	ck_assert(p->paused);
}
END_TEST

START_TEST(a_sale_that_is_over_ends_the_stream)
{
	ring_reset(&p->log.ring, (struct log_id){ 10, 0 });
	join(0, 10, true);
	p->log.closes_ms = clock_ms() - 1;
	performance_looked(p, true, now_us);
	ck_assert_str_eq(next(0), "event: end\ndata: {}");
	ck_assert(readers[0].closing);
}
END_TEST

/* ---- requests ---- */

#define LINE "GET /t/api/v1/performances/7/feed"

static struct ask ask;

/* "" where it is a reader's; else the status. */
static const char *
read_ask(const char *head)
{
	struct text *refusal;
	const char *text;

	if (ask_read(&arena, span_str(head), SPAN_LIT("/t"), &ask, &refusal))
		return "";
	text = arena_dup(&arena, refusal->bytes + strlen("HTTP/1.1 "), 3);
	ck_assert_ptr_nonnull(memmem(refusal->bytes, refusal->len,
	    "application/problem+json", 24));
	text_drop(refusal);
	return text;
}

START_TEST(a_request_says_who_follows_what_from_where)
{
	ck_assert_str_eq(read_ask(LINE
			     "?since=4-1-0 HTTP/1.1\r\n"
			     "host: x\r\nx-real-ip:  192.0.2.1 \r\n\r\n"),
	    "");
	ck_assert_int_eq(ask.performance, 7);
	ck_assert(span_eq_str(ask.version, "4-1-0"));
	ck_assert(span_eq_str(ask.address, "192.0.2.1"));
	ck_assert_str_eq(
	    read_ask(LINE
		"?since=4-1-0 HTTP/1.1\r\n"
		"Last-Event-ID: 4-2-0\r\nX-Request-Id: abcdefgh\r\n\r\n"),
	    "");
	ck_assert(span_eq_str(ask.version, "4-2-0"));
	ck_assert(!span_is(ask.address));
	ck_assert(span_eq_str(ask.request_id, "abcdefgh"));
	ck_assert_str_eq(read_ask(LINE " HTTP/1.1\r\n\r\n"), "");
	ck_assert(!span_is(ask.version));
}
END_TEST

static const struct {
	const char *head, *status;
} refused[] = {
	{ "POST /t/api/v1/performances/7/feed HTTP/1.1\r\n\r\n", "405" },
	{ "HEAD /t/api/v1/performances/7/feed HTTP/1.1\r\n\r\n", "405" },
	{ "GET /t/api/v1/performances/0/feed HTTP/1.1\r\n\r\n", "404" },
	{ "GET /t/api/v1/performances/x/feed HTTP/1.1\r\n\r\n", "404" },
	{ "GET /t/api/v1/performances/7/seats HTTP/1.1\r\n\r\n", "404" },
	{ "GET /api/v1/performances/7/feed HTTP/1.1\r\n\r\n", "404" },
	{ LINE "?other=1 HTTP/1.1\r\n\r\n", "400" },
	{ LINE "?since=1&since=2 HTTP/1.1\r\n\r\n", "400" },
	{ LINE "\r\n\r\n", "400" },
	{ LINE " HTTP/2\r\n\r\n", "400" },
	{ "\r\n\r\n", "400" },
	{ " \r\n: \r\n\r\n", "400" },
};

START_TEST(what_is_no_reader_is_refused_with_a_problem)
{
	ck_assert_str_eq(read_ask(refused[_i].head), refused[_i].status);
}
END_TEST

START_TEST(a_head_ends_with_an_empty_line)
{
	ck_assert_uint_eq(ask_head_len("", 0), 0);
	ck_assert_uint_eq(ask_head_len("GET /\r\n\r", 8), 0);
	ck_assert_uint_eq(ask_head_len("GET /\r\n\r\nmore", 13), 9);
}
END_TEST

START_TEST(versions_are_three_numbers)
{
	static const char *const wrong[] = { "", "4", "4-1", "0-1-0", "4--1-0",
		"4-1-0-0", "a-1-0", "4-1-x", "-4-1-0" };
	struct log_id id;
	int64_t epoch;

	ck_assert(text_read_version(SPAN_LIT("4-1-2"), &epoch, &id));
	ck_assert_int_eq(epoch, 4);
	ck_assert_int_eq(id.ms, 1);
	ck_assert_int_eq(id.seq, 2);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(
		    !text_read_version(span_str(wrong[i]), &epoch, &id), "%s",
		    wrong[i]);
}
END_TEST

/* ---- addresses ---- */

START_TEST(an_address_has_so_many_and_gives_them_back)
{
	static struct tally tally;
	struct tally_entry *a, *b;

	a = tally_more(&tally, &arena, SPAN_LIT("192.0.2.1"), 2);
	b = tally_more(&tally, &arena, SPAN_LIT("::ffff:192.0.2.1"), 2);
	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_eq(a, b);
	ck_assert_ptr_null(
	    tally_more(&tally, &arena, SPAN_LIT("192.0.2.1"), 2));
	ck_assert_ptr_nonnull(
	    tally_more(&tally, &arena, SPAN_LIT("192.0.2.2"), 2));
	tally_less(&tally, a);
	a = tally_more(&tally, &arena, SPAN_LIT("192.0.2.1"), 2);
	ck_assert_ptr_nonnull(a);
	tally_less(&tally, a);
	tally_less(&tally, a);
	ck_assert_ptr_nonnull(
	    tally_more(&tally, &arena, SPAN_LIT("192.0.2.1"), 1));
}
END_TEST

SUITE("feed")
{
	FIXTURE(setup, teardown);
	TEST(of_a_seat_only_the_newest_change_is_told);
	TEST(a_section_is_no_seat_of_the_same_number);
	TEST(an_entry_that_was_read_before_is_not_taken_twice);
	TEST(a_version_is_known_only_as_an_entry_or_the_base);
	TEST(a_full_ring_forgets_its_older_half);
	TEST(changes_are_bounded_as_entries_are);
	TEST(a_reader_is_told_what_came_after_his_place);
	TEST(those_at_one_place_share_one_text);
	TEST(more_places_than_texts_are_kept_are_told_all_the_same);
	TEST(what_changes_no_seat_moves_the_version_with_the_heartbeat);
	TEST(who_knows_more_than_was_read_keeps_his_version);
	TEST_LOOP(who_cannot_go_on_reads_the_map_anew, (int)ARRAY_LEN(losses));
	TEST(while_redis_is_lost_readers_are_told_once_and_kept);
	TEST(a_map_that_is_away_for_a_moment_pauses_nobody);
	TEST(a_sale_that_is_over_ends_the_stream);
	TEST(a_request_says_who_follows_what_from_where);
	TEST_LOOP(what_is_no_reader_is_refused_with_a_problem,
	    (int)ARRAY_LEN(refused));
	TEST(a_head_ends_with_an_empty_line);
	TEST(versions_are_three_numbers);
	TEST(an_address_has_so_many_and_gives_them_back);
}
