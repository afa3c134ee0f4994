/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_sweep - whatever dies at whatever point, one answer and one effect
 *
 * One life of holds and purchases is lived by a process that ends, or meets
 * a fault, at a crash point. Another process goes on with the step that was
 * not answered, as a client does who asks again with the same key. Then money,
 * seats, letters, marks and the audit must be as if nothing had happened.
 *
 * There are two such lives: of purchases by wallet, and, in sweep_card.c, of
 * payments and moves by card.
 *
 * Layer: tests.  Uses: fcgi-app, account, audit, hold, seat, house, sweep,
 * teller.
 */
#define SUITE_TIMEOUT_S 1200 /* one test is many lives */

#include "base/clock.h"
#include "base/fault.h"
#include "hold/hold_expire.h"
#include "hold/hold_pay.h"
#include "journal/journal.h"
#include "recovery/hold_reconcile.h"
#include "reservation/transfer.h"
#include "seat/epoch.h"
#include "seat/seat_stock.h"
#include "tests/store/sweep.h"
#include "tests/support/audited.h"
#include "tests/support/house.h"
#include "tests/support/race.h"
#include "tests/support/teller.h"
#include "tests/support/wire.h"
#include "wallet/wallet.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef FAULTS

#define API "/api/v1"
#define HOUR_MS 3600000
/* A client gives up so long after a step was not answered. */
#define PATIENCE_MS 120000
/* Hits of one point that are tried. All of those behind the doors are: to die
 * before a call is to die after the one before it. */
#define HITS_MAX SWEEP_HITS_MAX
#define DOOR_HITS_MAX 40
#define FAILS_EACH 40
#define AUDIT_EACH 10
/* How the first worker ends, when all was answered; a failed assertion is
 * another status. */
#define NOT_HIT 0
#define HIT 100
#define CRASHED 137

/* ---- the points ---- */

/* Holds are journaled in sync or behind: a first hit is tried both ways, the
 * others by turns, and all of them both ways where SWEEP=whole. */
static const struct point points[] = {
	{ "abandon.before_script", HITS_MAX },
	{ "abandon.after_script", HITS_MAX },
	{ "admit.before_rows", HITS_MAX, true },
	{ "admit.after_rows", HITS_MAX, true },
	{ "admit.after_script", HITS_MAX, true },
	{ "cancel.before_commit", HITS_MAX },
	{ "cancel.after_commit", HITS_MAX },
	{ "cancel.before_mirror", HITS_MAX },
	{ "cancel.after_mirror", HITS_MAX },
	{ "change.before_script", HITS_MAX },
	{ "change.after_script", HITS_MAX },
	{ "combine.before_take", HITS_MAX },
	{ "combine.before_work", HITS_MAX },
	{ "combine.after_work", HITS_MAX },
	{ "db.before_send", HITS_MAX },
	{ "db.after_answer", DOOR_HITS_MAX },
	{ "db.commit", HITS_MAX },
	{ "db.committed", HITS_MAX },
	{ "dispatch.before_handler", HITS_MAX },
	{ "dispatch.after_handler", HITS_MAX },
	{ "dispatch.before_answer", HITS_MAX },
	{ "drop.before_script", HITS_MAX },
	{ "drop.after_script", HITS_MAX },
	{ "expire.before_script", HITS_MAX },
	{ "expire.after_script", HITS_MAX },
	{ "extend.before_script", HITS_MAX },
	{ "extend.after_script", HITS_MAX },
	{ "hold.before_script", HITS_MAX },
	{ "hold.after_script", HITS_MAX },
	{ "hold.after_journal", HITS_MAX },
	{ "idem.before_keep", HITS_MAX },
	{ "idem.after_keep", HITS_MAX },
	{ "journal.before_write", HITS_MAX },
	{ "journal.after_write", HITS_MAX },
	{ "keyed.before_keep", HITS_MAX },
	{ "kv.before_send", HITS_MAX },
	{ "kv.after_answer", DOOR_HITS_MAX },
	{ "kv.before_queue", HITS_MAX },
	{ "kv.after_queue", HITS_MAX },
	{ "load.before_write", HITS_MAX },
	{ "load.before_live", HITS_MAX },
	{ "load.after_live", HITS_MAX },
	{ "move.before_script", HITS_MAX },
	{ "move.after_script", HITS_MAX },
	{ "move.before_commit", HITS_MAX },
	{ "move.after_commit", HITS_MAX },
	{ "move.after_mirror", HITS_MAX },
	{ "pay.before_script", HITS_MAX },
	{ "pay.after_script", HITS_MAX },
	{ "pay.before_commit", HITS_MAX },
	{ "pay.after_commit", HITS_MAX },
	{ "pay.before_mirror", HITS_MAX },
	{ "pay.after_mirror", HITS_MAX },
	{ "follow.after_read", HITS_MAX },
	{ "follow.after_settle", HITS_MAX },
	{ "follow.after_hint", HITS_MAX },
	{ "queue.before_join", HITS_MAX, true },
	{ "queue.after_join", HITS_MAX, true },
	{ "queue.after_read", HITS_MAX, true },
	{ "reconcile.after_redis", HITS_MAX },
	{ "reconcile.after_claims", HITS_MAX },
	{ "reconcile.before_set", HITS_MAX },
	{ "reconcile.after_set", HITS_MAX },
	{ "script.before", HITS_MAX },
	{ "transfer.after_count", HITS_MAX },
	{ "transfer.before_commit", HITS_MAX },
	{ "transfer.after_commit", HITS_MAX },
	{ "transfer.after_mirror", HITS_MAX },
	{ "unpay.before_script", HITS_MAX },
	{ "unpay.after_script", HITS_MAX },
};

/* A life asks for memory some 1,700 times. */
static const struct failure failures[] = {
	{ "arena.get", SYNC_FIRST, 50, true },
	{ "db.answer", BOTH, 1, false },
	{ "db.commit_answer", BOTH, 1, false },
	{ "db.connect", BOTH, 1, false },
	{ "db.send", BOTH, 1, false },
	{ "kv.answer", SYNC_FIRST, 1, false },
	{ "kv.connect", BOTH, 1, false },
	{ "kv.send", BEHIND_FIRST, 1, false },
	{ "mem.get", BOTH, 1, true },
};

/* ---- the life ---- */

static int leave_unpaid(void);
static int offer_places(void);
static int accept_places(void);
static void check_wallet(void);

#define OF_LAWN(n) "{\"section_id\":2,\"quantity\":" #n "}"
#define OF_FLOOR(n) "{\"section_id\":3,\"quantity\":" #n "}"
#define THE_BEST(n) "{\"best_available\":{\"quantity\":" #n "}}"

static const struct step steps[] = {
	{ "POST", "/performances/%P/holds", ANN, PLACES, "h5", NULL, 201, NULL,
	    OF_LAWN(2) },
	{ "POST", "/payments", ANN, PLACES, "p2", NULL, 201, NULL, NULL },
	{ "POST", "/reservations/%R/cancel", ANN, PLACES, "c2", NULL, 200, NULL,
	    "{\"quantity\":1}" },
	{ "POST", "/performances/%P/holds", ANN, BOUGHT, "h1", "[1,2]", 201,
	    NULL, NULL },
	{ "PATCH", "/holds/%T", ANN, BOUGHT, NULL, "[1,2,3]", 200, NULL, NULL },
	{ "POST", "/holds/%T/extend", ANN, BOUGHT, NULL, NULL, 200, NULL,
	    NULL },
	{ "POST", "/payments", ANN, BOUGHT, "p1", NULL, 201, NULL, NULL },
	{ "POST", "/reservations/%R/cancel", ANN, BOUGHT, "c1", "[2]", 200,
	    NULL, NULL },
	{ "POST", "/reservations/%R/move", ANN, BOUGHT, "m1", NULL, 200, NULL,
	    "{\"seats\":[{\"from\":3,\"to\":4}]}" },
	{ NULL, NULL, ANN, PLACES, NULL, NULL, 0, offer_places, NULL },
	{ NULL, NULL, POOR, PLACES, NULL, NULL, 0, accept_places, NULL },
	{ "POST", "/performances/%P/holds", ANN, DROPPED, "h2", NULL, 201, NULL,
	    THE_BEST(2) },
	{ "DELETE", "/holds/%T", ANN, DROPPED, NULL, NULL, 204, NULL, NULL },
	{ "POST", "/performances/%P/holds", POOR, REFUSED, "h1", NULL, 201,
	    NULL, OF_FLOOR(1) },
	{ "POST", "/payments", POOR, REFUSED, "p1", NULL, 402, NULL, NULL },
	{ "DELETE", "/holds/%T", POOR, REFUSED, NULL, NULL, 204, NULL, NULL },
	{ "POST", "/performances/%P/holds", ANN, LAPSED, "h3", "[12]", 201,
	    NULL, NULL },
	{ "POST", "/performances/%P/holds", ANN, WAITING, "h6", NULL, 201, NULL,
	    OF_LAWN(1) },
	{ "POST", "/performances/%P/holds", ANN, LEFT, "h4", "[13]", 201, NULL,
	    NULL },
	{ NULL, NULL, ANN, LEFT, NULL, NULL, 0, leave_unpaid, NULL },
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_persist, NULL },
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_expire, NULL },
	/* Whoever holds something has his count set in the round after. */
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_set_right, NULL },
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_set_right, NULL },
	{ NULL, NULL, 0, 0, NULL, NULL, 0, sweep_persist, NULL },
};

#define PAID 3000
#define REFUSED_SEAT 25 /* the first of the floor */

/* What must be 0 when the life is over. */
static const char *const wrongs[] = {
	"SELECT abs(count(*) - 2) FROM reservations"
	" WHERE performance_id = $1",
	"SELECT abs(count(*) - 1) FROM payments"
	" WHERE performance_id = $1 AND amount = 3000"
	"  AND refunded = 1000",
	"SELECT abs(count(*) - 1) FROM payments"
	" WHERE performance_id = $1 AND amount = 2000"
	"  AND refunded = 1000",
	"SELECT count(*) - 2 FROM payments WHERE performance_id = $1",
	"SELECT abs(taken - 1) + abs(kept - 1) FROM section_stock"
	" WHERE performance_id = $1",
	"SELECT abs(sum(quantity) - 1) FROM section_claim"
	" WHERE performance_id = $1 AND state = 'R'",
	"SELECT abs(count(*) - 2) FROM seat_claim"
	" WHERE performance_id = $1 AND state = 'R'",
	"SELECT count(*) - 2 FROM seat_claim"
	" WHERE performance_id = $1",
	"SELECT abs(count(*) - 1) FROM reservation_transfers"
	" WHERE performance_id = $1",
	"SELECT count(*) FROM holds WHERE performance_id = $1"
	" AND status IN ('held', 'paying')",
	"SELECT abs(count(*) - 2) FROM holds"
	" WHERE performance_id = $1 AND status = 'paid'",
	NULL,
};

static const struct story sale = { .steps = steps,
	.n_steps = ARRAY_LEN(steps),
	.terms = "moves = 'class', transfers = 'on'",
	.map =
	    "RAARAAAAAAAAAAAAAAAAAAAA"
	    "AAA",
	.left_of_lawn = 9,
	.wrongs = wrongs,
	.check = check_wallet };

/* That is lived. */
static const struct story *story = &sale;

static struct life *life;

/* Lives that were not audited yet. */
static int64_t ended[AUDIT_EACH];
static size_t n_ended;

static int64_t users[N_BUYERS];
static char *access_tokens[N_BUYERS];

static const char *
uri_of(const struct step *s)
{
	struct arena *a = &house.ctx.arena;
	struct span rest = span_str(s->uri), head = span_cut(&rest, '%');

	if (!span_is(rest))
		return arena_printf(a, API "%s", s->uri);
	if (rest.p[0] == 'P')
		return arena_printf(a, API "%.*s%lld%s", (int)head.len, head.p,
		    (long long)house.performance, rest.p + 1);
	return arena_printf(a, API "%.*s%s%s", (int)head.len, head.p,
	    rest.p[0] == 'R' ? life->numbers[s->hold] : life->tokens[s->hold],
	    rest.p + 1);
}

static bool
is_payment(const struct step *s)
{
	return s->uri != NULL && strcmp(s->uri, "/payments") == 0;
}

static const char *
payment_of(int of)
{
	return arena_printf(&house.ctx.arena,
	    "{\"hold_token\":\"%s\","
	    "\"method\":\"%s\"}",
	    life->tokens[of], of == CARD ? "card" : "wallet");
}

static const char *
json_of(const struct step *s)
{
	if (s->seats != NULL)
		return arena_printf(&house.ctx.arena, "{\"seat_ids\":%s}",
		    s->seats);
	return is_payment(s) ? payment_of(s->hold) : s->body;
}

static int
ask_step(const struct step *s)
{
	return ask_key(s->method, uri_of(s), access_tokens[s->buyer], s->key,
	    json_of(s));
}

static void
keep_number(const struct step *s, const struct json *reservation)
{
	const struct json *number = json_get(reservation, "number");

	snprintf(life->numbers[s->hold], sizeof(life->numbers[0]), "%.*s",
	    (int)number->str.len, number->str.p);
}

static void
take_note(const struct step *s)
{
	struct note *note = &life->notes[s - story->steps];

	ck_assert_uint_lt(call.res.body.len, SWEEP_BODY_MAX);
	note->status = call.res.status;
	note->len = call.res.body.len;
	if (note->len > 0)
		memcpy(note->body, call.res.body.p, note->len);
	if (s->status == 201 && !is_payment(s))
		snprintf(life->tokens[s->hold], sizeof(life->tokens[0]), "%s",
		    text("hold_token"));
	if (s->status == 201 && is_payment(s))
		keep_number(s, json_get(body, "reservation"));
}

/* One request or round; whether it was answered for good. */
static bool
try_step(const struct step *s)
{
	int status;

	house_round();
	if (s->work != NULL && s->work() < 0)
		return false;
	if (s->uri == NULL)
		return true;
	status = ask_step(s);
	if (status == 502 || status == 503
	    || (status == 202 && s->status != 202))
		return false;
	ck_assert_msg(status == s->status, "step %d: %d %.*s",
	    (int)(s - story->steps), status, (int)call.res.body.len,
	    call.res.body.p);
	take_note(s);
	return true;
}

/* From the first step that was not answered to before the end. */
static void
live(size_t end)
{
	int64_t until_us = clock_mono_us() + PATIENCE_MS * 1000;

	while (life->n_done < end) {
		if (try_step(&story->steps[life->n_done]))
			life->n_done++;
		else if (clock_mono_us() < until_us)
			usleep(2000);
		else
			ck_abort_msg("step %zu was never answered",
			    life->n_done);
	}
}

/* A handler that dies when the seats are P. */
static int
leave_unpaid(void)
{
	struct hold paying;

	return hold_pay(&house.ctx, users[ANN], span_str(life->tokens[LEFT]),
	    &paying);
}

/* ---- what is left of the lawn goes to another user ---- */

static int
offer_places(void)
{
	struct offer offer;
	int r = offer_make(&house.ctx, users[ANN],
	    span_str(life->numbers[PLACES]), 0, &offer);

	ck_assert_int_le(r, OFFER_OK);
	if (r == OFFER_OK)
		memcpy(life->offered, offer.token.p, OFFER_TOKEN_LEN);
	return r;
}

static int
accept_places(void)
{
	const struct transfer ask = { .to = users[POOR],
		.token = span_str(life->offered) };
	struct span number;
	int r = transfer_make(&house.ctx, &ask, &number);

	ck_assert_int_le(r, OFFER_OK);
	return r;
}

int
sweep_persist(void)
{
	size_t n;

	return journal_round(&house.ctx, &n);
}

/* All that was not paid is over by then. */
static void
go_on_an_hour(void)
{
	clock_fake(-1);
	clock_fake(clock_ms() + HOUR_MS);
	house_round();
}

int
sweep_expire(void)
{
	size_t n;

	go_on_an_hour();
	return hold_expire_round(&house.ctx, &n);
}

int
sweep_set_right(void)
{
	size_t n = 0;

	go_on_an_hour();
	return hold_reconcile_map(&house.ctx, house.performance, &n);
}

/* ---- what must be then ---- */

/* Whoever asks for something else with a key buys nothing. */
static void
check_mismatch(const struct step *s)
{
	house_round();
	ck_assert_int_eq(ask_key(s->method, uri_of(s), access_tokens[s->buyer],
			     s->key, payment_of(LAPSED)),
	    422);
}

/* Whoever asks again is told the same, to the byte; but 202 was not the last
 * word. */
static void
check_answers(void)
{
	for (size_t i = 0; i < story->n_steps; i++) {
		const struct step *s = &story->steps[i];
		const struct note *note = &life->notes[i];

		if (s->key == NULL || s->key[0] == 'h' || s->status == 202)
			continue;
		house_round();
		ck_assert_int_eq(ask_step(s), note->status);
		ck_assert_msg(call.res.body.len == note->len
			&& memcmp(call.res.body.p, note->body, note->len) == 0,
		    "step %zu: once %.*s, then %.*s", i, (int)note->len,
		    note->body, (int)call.res.body.len, call.res.body.p);
		if (is_payment(s))
			check_mismatch(s);
	}
}

static void
check_rows(void)
{
	static const char ledger[] =
	    "SELECT count(*) FROM wallets AS w WHERE user_id = $1 AND"
	    " balance <> (SELECT coalesce(sum(amount), 0) FROM ledger"
	    "  WHERE user_id = w.user_id)";

	for (const char *const *w = story->wrongs; *w != NULL; w++)
		ck_assert_msg(house_count(*w, house.performance) == 0, "%s",
		    *w);
	for (int i = 0; i < N_BUYERS; i++)
		ck_assert_msg(house_count(ledger, users[i]) == 0, "%s", ledger);
	story->check();
}

static void
check_wallet(void)
{
	ck_assert_int_eq(house_count("SELECT balance FROM wallets"
				     " WHERE user_id = $1",
			     users[ANN]),
	    HOUSE_WALLET - PAID);
}

static void
check_map(void)
{
	struct section_change *left;
	size_t n = 0;

	ck_assert_str_eq(house_map(), story->map);
	ck_assert_int_eq(
	    seat_stock_left(&house.ctx, house.performance, &left, &n), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(left->left, story->left_of_lawn);
	n = 0;
	ck_assert_int_eq(hold_reconcile_map(&house.ctx, house.performance, &n),
	    0);
	ck_assert_msg(n == 0, "letters, marks or counts are not the claims'");
}

/* ---- runs ---- */

/* However slow this machine is: where holds are journaled is no accident. */
static void
persist_keeps_up(void)
{
	house_redis("SET bo:job:journal-keeps-up 1");
	journal_look_again(&house.ctx);
}

/* As a new worker has it, but with the counters the routes count in. */
static void
be_new(void)
{
	struct metrics *metrics = house.ctx.metrics;
	struct settings set = house.ctx.set;

	house_fork();
	house.ctx.metrics = metrics;
	house.ctx.set = set;
}

static void
make_buyers(void)
{
	char sql[128];

	users[ANN] = house_user("ann");
	users[POOR] = house_count(
	    "INSERT INTO users (login_id, login_fold,"
	    " name, email) VALUES ('poor-' || $1::text, 'poor-' || $1::text,"
	    " 'p', 'p@example.org') RETURNING id",
	    house.performance);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO wallets (user_id, balance)"
	    " VALUES (%lld, 0)",
	    (long long)users[POOR]);
	house_run(sql);
	for (int i = 0; i < N_BUYERS; i++)
		access_tokens[i] = wire_token(users[i], ROLE_USER);
}

/* line: holds need passes, which they get where nobody waits. */
static void
begin_life(bool behind, bool line)
{
	clock_fake(-1);
	arena_reset(&house.ctx.arena);
	house.ctx.set.hold_durability = behind ? HOLDS_BEHIND : HOLDS_SYNC;
	persist_keeps_up();
	ck_assert_int_eq(db_begin(house.ctx.primary), 0);
	house_renew();
	house_all_kinds(10, 3);
	house_change(story->terms);
	if (line)
		house_change("queue_mode = 'auto', queue_active_limit = 2");
	make_buyers();
	ck_assert_int_eq(db_commit(house.ctx.primary), 0);
	if (story->begin != NULL)
		story->begin();
	*life = (struct life){ .n_done = 0 };
}

/* For FIXTURE: the lives of a test are lived one after the other. */
static void
open_lives(void)
{
	struct settings *set = &house.ctx.set;

	house_open();
	/* No call takes too long, however slow this machine is. */
	set->redis_connect_ms = set->redis_command_ms = PATIENCE_MS;
	set->db_statement_ms = set->db_lock_ms = PATIENCE_MS;
	set->pay_card = 1;
	house_reopen();
	teller_open();
	wire_open(&house.ctx);
	life = race_memory(sizeof(*life));
}

static void
close_lives(void)
{
	munmap(life, sizeof(*life));
	wire_close();
	teller_close();
	house_close();
}

struct plan {
	const char *kind, *name; /* NULL: all goes well */
	int n;                   /* the hit it happens at */
	bool aborts;             /* the process */
	bool behind;             /* so are holds journaled */
	bool line;
};

static const char *
plan_text(const struct plan *plan)
{
	static char text[96];

	if (plan->name != NULL)
		snprintf(text, sizeof(text), "%s:%s:%d", plan->kind, plan->name,
		    plan->n);
	return text;
}

static bool
is_crash(const struct plan *plan)
{
	return plan->kind != NULL && strcmp(plan->kind, "crash") == 0;
}

/* The first worker: whether it came by the point so often that the fault
 * happened. */
static bool
live_with(const struct plan *plan)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		/* Who gets no memory says so and aborts. */
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		setenv("BOXOFFICE_FAULTS", plan_text(plan), 1);
		fault_reset();
		be_new();
		live(story->n_steps);
		_exit(plan->name != NULL && fault_hits(plan->name) >= plan->n
			? HIT
			: NOT_HIT);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (plan->aborts && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
		return true;
	ck_assert_msg(WIFEXITED(status)
		&& (WEXITSTATUS(status) == NOT_HIT
		    || WEXITSTATUS(status) == (is_crash(plan) ? CRASHED : HIT)),
	    "the first worker ended by %d", status);
	return WEXITSTATUS(status) != NOT_HIT;
}

static size_t
first_round(void)
{
	size_t i = 0;

	while (story->steps[i].work != sweep_persist)
		i++;
	return i;
}

/* The second worker, for which nothing goes wrong. */
static void
live_on(void)
{
	persist_keeps_up();
	live(first_round());
	check_answers();
	live(story->n_steps);
	check_rows();
	check_map();
	/* As long as his token is good. */
	clock_fake(-1);
	check_answers();
}

static void
change_loaded(const char *verb, int64_t performance)
{
	struct ctx *ctx = &house.ctx;

	house_redis(arena_printf(&ctx->arena, "%s %s %lld", verb,
	    epoch_loaded_key(ctx, epoch_last(ctx)).p, (long long)performance));
}

/* The audit takes longer than a life: all lives since the last one. */
static void
audit_lives(void)
{
	for (size_t i = 0; i < n_ended; i++)
		change_loaded("SADD", ended[i]);
	audited();
	for (size_t i = 0; i < n_ended; i++)
		change_loaded("SREM", ended[i]);
	n_ended = 0;
}

/* The rounds of other lives have nothing to do with this one's map. */
static void
end_life(void)
{
	change_loaded("SREM", house.performance);
	ended[n_ended++] = house.performance;
	if (n_ended == AUDIT_EACH)
		audit_lives();
}

/* One life; whether the fault happened. */
static bool
run_life(const struct plan *plan)
{
	bool hit;

	printf("# %s, %s\n", plan_text(plan), plan->behind ? "behind" : "sync");
	fflush(stdout);
	begin_life(plan->behind, plan->line);
	hit = live_with(plan);
	live_on();
	end_life();
	return hit;
}

/* SWEEP=brief: in a build that is slow, as one with sanitizers. */
static bool
swept(const char *how)
{
	const char *said = getenv("SWEEP");

	return said != NULL && strcmp(said, how) == 0;
}

static void
tell(const char *name, int n_lives)
{
	audit_lives();
	printf("# %s: %d lives\n", name, n_lives);
	fflush(stdout);
	ck_assert_msg(n_lives > 0, "%s is never hit", name);
}

START_TEST(a_life_goes_well)
{
	ck_assert(!run_life(
	    &(struct plan){ .behind = _i % 2 == 0, .line = _i >= 2 }));
	audit_lives();
}
END_TEST

/* 1, 2, 4... in sync; 1, 3, 5... behind. */
static int
to_next(const struct plan *plan)
{
	return swept("whole") || (plan->n == 1 && !plan->behind) ? 1 : 2;
}

/* The hits of a point that are tried. */
static int
die_at(const struct point *p, bool behind)
{
	int n_max = swept("brief") ? 1 : p->hits_max, n_lives = 0;
	struct plan plan = { "crash", p->name, 1, false, behind, p->line };

	while (plan.n <= n_max && run_life(&plan)) {
		n_lives++;
		plan.n += to_next(&plan);
	}
	return n_lives;
}

START_TEST(a_process_that_dies_there_changes_nothing)
{
	const struct point *p = &points[_i];
	int n_lives = die_at(p, false) + die_at(p, true);

	tell(p->name, n_lives);
}
END_TEST

START_TEST(a_process_that_dies_while_a_card_pays_changes_nothing)
{
	const struct point *p = &sweep_card_points[_i];

	story = &sweep_card;
	tell(p->name, die_at(p, true));
}
END_TEST

/* The n-th call fails, until a life passes in which there is none. */
static int
fail_each(const struct failure *f, bool behind)
{
	struct plan plan = { "fail", f->name, 1, f->aborts, behind };
	int n_lives = 0;

	while (run_life(&plan)) {
		n_lives++;
		plan.n += swept("brief")  ? FAILS_EACH
		    : f->lives == BOTH    ? to_next(&plan)
		    : plan.n < FAILS_EACH ? 1
					  : f->step;
		if (f->lives != BOTH)
			plan.behind = !plan.behind;
	}
	return n_lives;
}

START_TEST(a_call_that_fails_there_changes_nothing)
{
	const struct failure *f = &failures[_i];
	int n_lives = fail_each(f, f->lives == BEHIND_FIRST);

	if (f->lives == BOTH)
		n_lives += fail_each(f, true);
	tell(f->name, n_lives);
}
END_TEST

START_TEST(a_call_that_fails_while_a_card_pays_changes_nothing)
{
	const struct failure *f = &sweep_card_failures[_i];

	story = &sweep_card;
	tell(f->name, fail_each(f, true));
}
END_TEST

START_TEST(a_life_by_card_goes_well)
{
	story = &sweep_card;
	ck_assert(!run_life(&(struct plan){ .behind = _i == 0 }));
	audit_lives();
}
END_TEST

/* ---- a refusal that Redis did not hear of ---- */

/* The step after the one that is refused gives the hold back. */
static const struct step *
refused_step(void)
{
	const struct step *s = steps;

	while (s->status != 402)
		s++;
	return s;
}

static char
refused_letter(void)
{
	return house_map()[REFUSED_SEAT - 1];
}

static int
ask_fresh(const struct step *s)
{
	house_round();
	return ask_step(s);
}

/* Refused, while no unpay comes through: the seat stays P. */
static const struct step *
given_a_deaf_redis(bool behind)
{
	const struct step *s = refused_step();

	begin_life(behind, false);
	live((size_t)(s - steps));
	setenv("BOXOFFICE_FAULTS", "fail:unpay.send:*", 1);
	fault_reset();
	ck_assert_int_eq(ask_fresh(s), 402);
	take_note(s);
	setenv("BOXOFFICE_FAULTS", "", 1);
	fault_reset();
	ck_assert_int_eq(refused_letter(), 'P');
	ck_assert_int_eq(ask_fresh(s + 1), 409);
	ck_assert_str_eq(call.res.problem, "hold-paying");
	return s;
}

START_TEST(a_refusal_that_redis_missed_is_mended_by_asking_again)
{
	const struct step *s = given_a_deaf_redis(_i == 1);

	ck_assert_int_eq(ask_fresh(s), 402);
	ck_assert_int_eq(refused_letter(), 'H');
	ck_assert_int_eq(ask_fresh(s + 1), 204);
	ck_assert_int_eq(refused_letter(), 'A');
	end_life();
	audit_lives();
}
END_TEST

START_TEST(a_refusal_that_redis_missed_is_mended_by_reconcile)
{
	const struct step *s = given_a_deaf_redis(_i == 1);

	ck_assert_int_ge(sweep_expire(), 0);
	ck_assert_int_eq(refused_letter(), 'P');
	ck_assert_int_ge(sweep_set_right(), 0);
	ck_assert_int_eq(refused_letter(), 'A');
	clock_fake(-1);
	ck_assert_int_eq(ask_fresh(s), 402);
	end_life();
	audit_lives();
}
END_TEST

START_TEST(a_refusal_that_redis_missed_keeps_nobody_from_paying)
{
	const struct step *s = given_a_deaf_redis(_i == 1);
	struct step with_money = *s;
	struct wallet wallet;

	ck_assert_int_eq(wallet_credit(&house.ctx, users[POOR], 5000, &wallet),
	    WALLET_OK);
	with_money.key = "p2";
	ck_assert_int_eq(ask_fresh(&with_money), 201);
	ck_assert_int_eq(refused_letter(), 'R');
	ck_assert_int_eq(ask_fresh(s), 402);
	end_life();
	audit_lives();
}
END_TEST

SUITE("sweep")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_lives, close_lives);
	TEST_LOOP(a_life_goes_well, 4);
	TEST_LOOP(a_life_by_card_goes_well, 2);
	TEST_LOOP(a_process_that_dies_while_a_card_pays_changes_nothing,
	    sweep_card_n_points);
	TEST_LOOP(a_call_that_fails_while_a_card_pays_changes_nothing,
	    sweep_card_n_failures);
	TEST_LOOP(a_refusal_that_redis_missed_is_mended_by_asking_again, 2);
	TEST_LOOP(a_refusal_that_redis_missed_is_mended_by_reconcile, 2);
	TEST_LOOP(a_refusal_that_redis_missed_keeps_nobody_from_paying, 2);
	TEST_LOOP(a_process_that_dies_there_changes_nothing,
	    (int)ARRAY_LEN(points));
	TEST_LOOP(a_call_that_fails_there_changes_nothing,
	    (int)ARRAY_LEN(failures));
}

#else

SUITE("sweep")
{
	(void)suite_case;
}

#endif
