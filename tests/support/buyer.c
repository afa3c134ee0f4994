/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buyer - what buyers do in a test, said shortly
 *
 * Layer: tests.  Uses: hold, reservation, house.
 */
#include "tests/support/buyer.h"

#include "base/fault.h"

struct hold hold;
struct purchase_result bought;
struct idem asked;

struct span
buyer_token(struct span token)
{
	static char kept[32][64];
	static int n;
	char *p = kept[n++ % 32];

	ck_assert_uint_lt(token.len, sizeof(kept[0]));
	memcpy(p, token.p, token.len);
	return (struct span){ p, token.len };
}

int
place_by(int64_t user, const char *seats)
{
	struct hold_conflicts conflicts;
	struct hold_want want = { .user = user,
		.performance = house.performance };
	struct span rest = span_str(seats);
	int64_t numbers[HOLD_SEATS_MAX];
	int r;

	while (span_is(rest))
		ck_assert(span_to_i64(span_cut(&rest, ' '),
		    &numbers[want.n_seats++]));
	want.seats = numbers;
	r = hold_place(&house.ctx, &want, &hold, &conflicts);
	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}

int
place(const char *name, const char *seats)
{
	return place_by(house_user(name), seats);
}

int
begin_to_pay(const char *name)
{
	struct hold paying;

	return hold_pay(&house.ctx, house_user(name), hold.token, &paying);
}

int
drop(const char *name, struct span token)
{
	struct span number;

	return hold_drop(&house.ctx, house_user(name), token, &number);
}

int
find(const char *name, struct span token)
{
	struct hold found;

	return hold_find(&house.ctx, house_user(name), token, &found);
}

struct span
buyer_answer(struct ctx *ctx, void *arg, const struct reservation *r,
    const struct payment *p)
{
	(void)arg;
	(void)p;
	return span_str(arena_printf(&ctx->arena, "%.*s %c", (int)r->number.len,
	    r->number.p, PAYMENT_ID_MARK));
}

int
pay_by(const struct payment_method *method, const char *name, struct span token,
    const char *key)
{
	const struct purchase ask = { .user = house_user(name),
		.token = token,
		.idem = &asked,
		.answer = buyer_answer,
		.method = method,
		.declined = SPAN_LIT("declined"),
		.lost = SPAN_LIT("lost") };

	idem_init(&house.ctx, &asked, ask.user, "POST /api/v1/payments",
	    span_str(key), (struct span[]){ token, span_str(method->name) }, 2);
	return purchase_make(&house.ctx, &ask, &bought);
}

int
pay_key(const char *name, struct span token, const char *key)
{
	return pay_by(payment_method_find(SPAN_LIT("wallet")), name, token,
	    key);
}

int
pay(const char *name)
{
	return pay_key(name, hold.token, "key-1");
}

size_t
reconcile(void)
{
	size_t n = 0;

	house_round();
	ck_assert_int_eq(hold_reconcile_map(&house.ctx, house.performance, &n),
	    0);
	return n;
}

char
letter(int seat)
{
	return house_map()[seat - 1];
}

void
buyer_behind(void)
{
	house_redis("SET bo:job:journal-keeps-up 1");
	journal_look_again(&house.ctx);
}

void
buyer_alone(void)
{
	house_redis("DEL bo:job:journal-keeps-up");
	journal_look_again(&house.ctx);
}

int64_t
journaled(const char *status)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM holds WHERE"
	    " performance_id = $1 AND status = '%s'",
	    status);
	return house_count(sql, house.performance);
}

#ifdef FAULTS
pid_t
buyer_fork(const char *faults, void (*work)(void))
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		setenv("BOXOFFICE_FAULTS", faults, 1);
		fault_reset();
		house_fork();
		work();
		_exit(0);
	}
	return pid;
}

int
buyer_wait(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

void
buyer_crash(const char *faults, void (*work)(void))
{
	ck_assert_msg(buyer_wait(buyer_fork(faults, work)) == 137,
	    "%s was not reached", faults);
}

void
buyer_await(struct sleeper *s, const char *point)
{
	char reached[80];

	snprintf(reached, sizeof(reached), "%s.reached", s->path[s->at]);
	while (access(reached, F_OK) != 0) {
		ck_assert_msg(waitpid(s->pid, NULL, WNOHANG) == 0,
		    "%s was not reached", point);
		usleep(2000);
	}
	unlink(reached);
}

void
buyer_let_go(struct sleeper *s)
{
	char go[80];
	FILE *file;

	snprintf(go, sizeof(go), "%s.go", s->path[s->at]);
	file = fopen(go, "w");
	ck_assert(file != NULL);
	fclose(file);
}

void
buyer_sleep_twice(struct sleeper *s, const char *point, const char *next,
    void (*work)(void))
{
	static int n;
	char faults[320];
	int len;

	*s = (struct sleeper){ .at = 0 };
	for (int i = 0; i < 2; i++) {
		char go[80];

		snprintf(s->path[i], sizeof(s->path[i]), "/tmp/bo-pause-%d-%d",
		    (int)getpid(), n++);
		/* Of a sleeper that was killed, by a process of this number. */
		snprintf(go, sizeof(go), "%s.go", s->path[i]);
		unlink(go);
	}
	len = snprintf(faults, sizeof(faults), "pause:%s:1:%s", point,
	    s->path[0]);
	if (next != NULL)
		snprintf(faults + len, sizeof(faults) - (size_t)len,
		    ",pause:%s:%d:%s", next, strcmp(next, point) == 0 ? 2 : 1,
		    s->path[1]);
	s->pid = buyer_fork(faults, work);
	buyer_await(s, point);
}

void
buyer_sleep(struct sleeper *s, const char *point, void (*work)(void))
{
	buyer_sleep_twice(s, point, NULL, work);
}

void
buyer_stir(struct sleeper *s, const char *next)
{
	buyer_let_go(s);
	s->at++;
	buyer_await(s, next);
}

int
buyer_wake(struct sleeper *s)
{
	char go[80];
	int status;

	buyer_let_go(s);
	status = buyer_wait(s->pid);
	for (int i = 0; i <= s->at; i++) {
		snprintf(go, sizeof(go), "%s.go", s->path[i]);
		unlink(go);
	}
	return status;
}

#endif

int
place_on_lawn(const char *name, int64_t quantity)
{
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance,
		.section_no = 2,
		.quantity = quantity };
	struct hold_conflicts conflicts;
	int r = hold_place(&house.ctx, &want, &hold, &conflicts);

	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}
