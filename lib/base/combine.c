/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * combine - what several processes want done at once, one does for all
 *
 * A cell's state has its phase in the low bits. Who moves which:
 *
 *	IDLE -> ASKED		the owner
 *	ASKED -> IDLE		the owner, tired of waiting
 *	ASKED -> ASKED		whoever ends his work, to call the owner: the
 *				number above the phase changes, so a sleep that
 *				has not begun yet does not begin
 *	ASKED -> TAKEN		the one at work
 *	TAKEN -> LEFT		the owner, tired of waiting
 *	TAKEN -> DONE, ALONE	the one at work; who reaped him: ALONE
 *	LEFT -> IDLE		the one at work; the owner, when nobody is
 *	DONE, ALONE -> IDLE	the owner
 * For an owner who is dead, whoever reaped him does what he would have.
 *
 * The bytes of a cell are its owner's in IDLE, and nobody else's business but
 * of the one at work in TAKEN and LEFT. All atomics are sequentially
 * consistent, and one place needs it: who asks writes ASKED and then looks for
 * one at work; who ends his work says so and then looks for ASKED. One of the
 * two sees the other.
 *
 * Layer: base.
 */
#include "base/combine.h"

#include "base/clock.h"
#include "base/fault.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum phase { IDLE, ASKED, TAKEN, LEFT, DONE, ALONE };

#define PHASE_MASK 7u
#define CALL (PHASE_MASK + 1)

/* Who was called and died calls nobody: the others look for themselves. */
#define LOOK_US 10000

static enum phase
phase_of(unsigned state)
{
	return (enum phase)(state & PHASE_MASK);
}

/* ---- sleep and wake ---- */

/* Until it is another state, at most us. Source: futex(2); not private, since
 * the memory is that of several processes. */
static void
sleep_on(atomic_uint *state, unsigned value, int64_t us)
{
	const struct timespec most = { us / 1000000, us % 1000000 * 1000 };

	syscall(SYS_futex, state, FUTEX_WAIT, value, &most, NULL, 0);
}

static void
wake(atomic_uint *state)
{
	syscall(SYS_futex, state, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Whether state was from, and is to now. A call meanwhile is no other phase. */
static bool
move(atomic_uint *state, enum phase from, enum phase to)
{
	unsigned was = atomic_load(state);

	while (phase_of(was) == from)
		if (atomic_compare_exchange_weak(state, &was, to))
			return true;
	return false;
}

/* ---- the one at work ---- */

static bool
begin(struct combine *c, int owner)
{
	int nobody = 0;

	return atomic_compare_exchange_strong(&c->worker, &nobody, owner + 1);
}

/* One of those who ask may begin. */
static void
call_next(struct combine *c)
{
	int n = atomic_load(&c->n_cells);

	for (int i = 0; i < n; i++) {
		unsigned state = atomic_load(&c->state[i]);

		if (phase_of(state) == ASKED
		    && atomic_compare_exchange_strong(&c->state[i], &state,
			state + CALL)) {
			wake(&c->state[i]);
			return;
		}
	}
}

static void
end(struct combine *c)
{
	atomic_store(&c->late, 0);
	atomic_store(&c->worker, 0);
	call_next(c);
}

/* The owner's is the first; none, when somebody else did his just before he
 * began. */
static size_t
take(struct combine *c, int owner, int of[COMBINE_MAX],
    struct combine_item items[COMBINE_MAX])
{
	int n = atomic_load(&c->n_cells);
	size_t taken = 0;

	for (int k = 0; k < n && taken < COMBINE_MAX; k++) {
		int i = (owner + k) % n;

		if (!move(&c->state[i], ASKED, TAKEN)) {
			if (k == 0)
				return 0;
			continue;
		}
		items[taken] = (struct combine_item){
			.asked = { c->cell[i].asked, c->cell[i].len }
		};
		of[taken++] = i;
	}
	return taken;
}

static void
hand_out(struct combine *c, int i, const struct combine_item *item)
{
	atomic_uint *state = &c->state[i];

	c->cell[i].answer = item->answer;
	if (move(state, TAKEN, item->done ? DONE : ALONE))
		wake(state);
	else
		move(state, LEFT, IDLE);
}

static void
work_for_all(struct combine *c, int owner, combine_fn *work, void *arg)
{
	struct combine_item items[COMBINE_MAX];
	int of[COMBINE_MAX];
	size_t n;

	FAULT_POINT("combine.before_take");
	n = take(c, owner, of, items);
	FAULT_POINT("combine.before_work");
	if (n > 0)
		work(arg, items, n);
	FAULT_POINT("combine.after_work");
	for (size_t i = 0; i < n; i++)
		hand_out(c, of[i], &items[i]);
	end(c);
}

/* ---- those who ask ---- */

/* Whether it is asked: not of one whom others have given up, nor when he has
 * still the owner's last. */
static bool
ask(struct combine *c, int owner, struct span asked)
{
	atomic_uint *state = &c->state[owner];
	struct combine_cell *cell = &c->cell[owner];
	int n = atomic_load(&c->n_cells), worker = atomic_load(&c->worker);

	if (worker == 0)
		move(state, LEFT, IDLE);
	else if (worker == atomic_load(&c->late))
		return false;
	if (phase_of(atomic_load(state)) != IDLE)
		return false;
	memcpy(cell->asked, asked.p, asked.len);
	cell->len = asked.len;
	while (n <= owner
	    && !atomic_compare_exchange_weak(&c->n_cells, &n, owner + 1))
		;
	return move(state, IDLE, ASKED);
}

/* Whether nobody will answer any more. Who is that slow is not asked by the
 * others for now. */
static bool
give_up(struct combine *c, atomic_uint *state)
{
	if (!move(state, ASKED, IDLE) && !move(state, TAKEN, LEFT))
		return false;
	atomic_store(&c->late, atomic_load(&c->worker));
	return true;
}

/* Until it is answered. returns: DONE or ALONE, when it is IDLE again; LEFT,
 * when nobody will answer */
static enum phase
wait_for(struct combine *c, int owner, int64_t late_us, combine_fn *work,
    void *arg)
{
	atomic_uint *state = &c->state[owner];

	for (;;) {
		unsigned is = atomic_load(state);
		enum phase phase = phase_of(is);
		int64_t left_us = late_us - clock_mono_us();

		if (phase == DONE || phase == ALONE) {
			atomic_store(state, IDLE);
			return phase;
		}
		if (phase == IDLE || phase == LEFT) /* taken for dead */
			return LEFT;
		if (phase == ASKED && begin(c, owner))
			work_for_all(c, owner, work, arg);
		else if (left_us > 0)
			sleep_on(state, is, MIN(left_us, LOOK_US));
		else if (give_up(c, state))
			return LEFT;
	}
}

bool
combine_do(struct combine *c, int owner, struct span asked, int64_t patience_ms,
    combine_fn *work, void *arg, int64_t *answer)
{
	int64_t late_us = clock_mono_us() + patience_ms * US_PER_MS;

	if (owner < 0 || owner >= COMBINE_CELLS || asked.len > COMBINE_LEN
	    || !ask(c, owner, asked))
		return false;
	if (wait_for(c, owner, late_us, work, arg) != DONE)
		return false;
	*answer = c->cell[owner].answer;
	return true;
}

/* ---- the dead ---- */

/* What the dead one took, its own too. */
static void
give_back(struct combine *c)
{
	int n = atomic_load(&c->n_cells);

	for (int i = 0; i < n; i++) {
		if (move(&c->state[i], TAKEN, ALONE))
			wake(&c->state[i]);
		else
			move(&c->state[i], LEFT, IDLE);
	}
}

/* A cell whose owner is gone; whoever is at work with it may move it too.
 * returns: whether that is done */
static bool
let_go(atomic_uint *state)
{
	unsigned is = atomic_load(state);
	enum phase phase = phase_of(is);

	return phase == IDLE || phase == LEFT
	    || atomic_compare_exchange_strong(state, &is,
		phase == TAKEN ? LEFT : IDLE);
}

/* Its own cell first, or it would be the one who is called. */
void
combine_drop(struct combine *c, int owner)
{
	if (owner < 0 || owner >= COMBINE_CELLS)
		return;
	while (!let_go(&c->state[owner]))
		;
	if (atomic_load(&c->worker) == owner + 1) {
		give_back(c);
		end(c);
	}
}

int
combine_n_asked(const struct combine *c)
{
	int n = atomic_load(&c->n_cells), asked = 0;

	for (int i = 0; i < n; i++)
		asked += phase_of(atomic_load(&c->state[i])) == ASKED;
	return asked;
}
