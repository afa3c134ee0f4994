/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move - a model of a reservation that moves between two seats, and of a buyer
 * who wants either
 *
 * A step is one script in Redis or one transaction in PostgreSQL. Whoever does
 * several of them may go on arbitrarily late, or never (goto died). A move is paid
 * at once, or its payment's end is known later (CARD); the reservation may be given
 * back at any time; what is told of a payment may be told twice.
 *
 * The laws, by the names of the variables below:
 *   sits            a reservation that was not given back has its seat, and no
 *                   other; one that was has none
 *   one_owner       no claim is written over somebody else's
 *   promise_stands  no script takes a seat from a hold that runs, or from a
 *                   payment on its way
 *   paid_once       what was captured for a move moved it, once, or is given back
 *   rests_in_truth  when nothing is left to do the map says what PostgreSQL says,
 *                   and no payment is without an end
 * Mutants, each of which must break the law that run.sh names with it:
 *   M_APART    the old seat is given up before the new one is claimed
 *   M_EARLY    it is, when the payment for the new one begins
 *   M_TWICE    what is told of a payment twice moves twice
 *   M_STALE    a payment moves what became something else meanwhile
 * A law that nothing can break is none: the probes V_* must "fail".
 *
 * Simplified: epochs and rebuilds, what a mirror compares, and what providers do
 * are seat.pml's and card.pml's; the buyer of the other seat pays at once.
 */
#define NOBODY 2
#define ANN 0			/* who moves */
#define BOB 1
#ifndef MOVES
#define MOVES 2
#endif

mtype = { A, H, P, R };
mtype = { NONE, SENT, CAPTURED, FAILED, LATE };

/* Always 0; an assertion names its law so that Spin tells which one broke. */
hidden byte sits, one_owner, promise_stands, paid_once, rests_in_truth, probe;

/* PostgreSQL, by seat */
mtype claim[2] = A;
byte claim_of[2] = NOBODY;
byte has;			/* the reservation's seat */
byte moves;			/* how often it was moved */
bool given_back;
mtype pay = NONE;		/* the last payment for a move */
byte pays_to, pays_moves;	/* where to, and of how many before */
byte n_captured, n_paid_moves, n_back;

/* Redis, by seat */
mtype seat[2] = A;
byte mark[2] = NOBODY;
bool bob_runs;			/* his hold */
byte bob_at;

#define FREE(s)		(claim[s] == A)

inline set_claim(s, state, u)
{
	assert(one_owner || claim[s] == A || claim_of[s] == u);
	claim[s] = state;
	claim_of[s] = u
}

inline drop_claim(s)
{
	claim[s] = A;
	claim_of[s] = NOBODY
}

/* The only state in between is inside a transaction. */
#define seated(s)	(claim[s] == R && claim_of[s] == ANN)
#define right		(given_back -> !seated(0) && !seated(1) : \
    seated(has) && !seated(1 - has))

inline touch(s, u)
{
	assert(promise_stands || mark[s] == u || mark[s] == NOBODY ||
	    !(seat[s] == H && bob_runs && bob_at == s && mark[s] == BOB) &&
	    !(seat[s] == P && claim[s] == P && claim_of[s] == mark[s]))
}

/* ---- the one who moves ---- */

inline release_move()
{
	if
	:: claim[pays_to] == P && claim_of[pays_to] == ANN -> drop_claim(pays_to)
	:: else -> skip
	fi
}

#ifdef M_STALE
#define stands		(claim[pays_to] == P)
#else
#define stands		(moves == pays_moves && !given_back && \
    claim[pays_to] == P && claim_of[pays_to] == ANN)
#endif

#ifdef M_TWICE
#define may_end		(pay != NONE)
#else
#define may_end		(pay == SENT)
#endif

inline confirm()
{
	d_step {
		may_end ->
		n_captured = n_captured + (pay == SENT);
		if
#ifdef M_TWICE
		:: pay == CAPTURED && n_paid_moves < 3 ->
			n_paid_moves++
#endif
		:: pay != CAPTURED && stands ->
			set_claim(pays_to, R, ANN);
			if
			:: claim[1 - pays_to] == R &&
			    claim_of[1 - pays_to] == ANN ->
				drop_claim(1 - pays_to)
			:: else -> skip
			fi;
			has = pays_to;
			moves++;
			n_paid_moves++;
			pay = CAPTURED;
#ifdef V_MOVED
			assert(probe)
#endif
		:: pay != CAPTURED && !stands ->
			release_move();
			pay = LATE;
			n_back++;
#ifdef V_LATE
			assert(probe)
#endif
		fi;
		assert(sits || right);
		assert(paid_once || n_captured == n_paid_moves + n_back)
	}
}

inline decline()
{
	d_step { pay == SENT -> release_move(); pay = FAILED }
}

/* What is told of the payment: by any process, at any time. */
proctype Job()
{
end:	do
	:: confirm()
	:: decline()
	od
}

inline untake(s)
{
	atomic {
		if
		:: seat[s] == P && mark[s] == ANN -> seat[s] = A
		:: else -> skip
		fi
	}
}

proctype Mover()
{
	byte from, to, at;

end:	atomic {
		!given_back && moves < MOVES ->
		from = has;
		to = 1 - has;
		at = moves
	};
	atomic {			/* hold_take */
		if
		:: seat[to] == A -> touch(to, ANN); seat[to] = P; mark[to] = ANN
		:: seat[to] == P && mark[to] == ANN
		:: else -> goto died
		fi
	};
	if
	:: goto died
#ifdef CARD
	:: atomic {			/* intent */
		if
		:: given_back || moves != at || pay == SENT -> goto refused
		:: !given_back && moves == at && pay != SENT ->
			if
			:: FREE(to) ->
				set_claim(to, P, ANN);
#ifdef M_EARLY
				drop_claim(from);
#endif
				pay = SENT;
				pays_to = to;
				pays_moves = at;
				assert(sits || right);
				goto died
			:: !FREE(to) -> goto refused
			fi
		fi
	   }
#else
#ifdef M_APART
	:: d_step {
		!given_back && moves == at && FREE(to) -> drop_claim(from);
		assert(sits || right)
	   }
#else
	:: atomic {			/* at once */
		if
		:: given_back || moves != at || !FREE(to) -> goto refused
		:: !given_back && moves == at && FREE(to) ->
			set_claim(to, R, ANN);
			drop_claim(from);
			has = to;
			moves++;
			assert(sits || right);
			goto died
		fi
	   }
#endif
#endif
	fi;
refused: untake(to);
died:	atomic { from = 0; to = 0; at = 0; goto end }
}

/* ---- what else becomes of it ---- */

proctype Owner()
{
end:	d_step {
		!given_back ->
		given_back = true;
		drop_claim(has);
		assert(sits || right)
	}
}

/* Facts come to the map, late or never: each makes its own move. */
inline mirror(s)
{
	d_step {
		claim[s] == R && claim_of[s] == mark[s] && seat[s] == P ->
		seat[s] = R
	}
}

inline mirror_gone(s)
{
	d_step {
		claim[s] != R && mark[s] == ANN && seat[s] == R &&
		    claim_of[s] != ANN ->
		seat[s] = A
	}
}

/* Letter and mark as PostgreSQL has them; a P or H that nobody is behind any
 * more is free. */
inline reconcile(s)
{
	d_step {
		if
		:: claim[s] != A && (seat[s] != claim[s] ||
		    mark[s] != claim_of[s]) ->
			seat[s] = claim[s];
			mark[s] = claim_of[s]
		:: claim[s] == A && seat[s] != A &&
		    !(mark[s] == BOB && bob_runs && bob_at == s) ->
			seat[s] = A
		fi
	}
}

proctype Map()
{
end:	do
	:: mirror(0)
	:: mirror(1)
	:: mirror_gone(0)
	:: mirror_gone(1)
	:: reconcile(0)
	:: reconcile(1)
	od
}

/* ---- the other buyer ---- */

inline place(s)
{
	d_step {
		!bob_runs && bob_at == NOBODY && seat[s] == A ->
		touch(s, BOB);
		seat[s] = H;
		mark[s] = BOB;
		bob_runs = true;
		bob_at = s
	}
}

inline buy(s)
{
	d_step {
		bob_runs && bob_at == s ->
		bob_runs = false;
		if
		:: FREE(s) ->
			set_claim(s, R, BOB);
#ifdef V_RESOLD
			assert(probe || moves == 0)
#endif
		:: else -> skip
		fi
	}
}

proctype Buyer()
{
end:	do
	:: place(0)
	:: place(1)
	:: buy(0)
	:: buy(1)
	:: d_step { bob_runs -> bob_runs = false }	/* it lapses */
	od
}

/* ---- when nothing is left to do ---- */

inline rest(s)
{
	assert(rests_in_truth || seat[s] == claim[s]);
	assert(rests_in_truth || claim[s] == A || mark[s] == claim_of[s]);
	assert(rests_in_truth || claim[s] != P)
}

proctype Rest()
{
end:	timeout;
	d_step {
		rest(0);
		rest(1);
		assert(rests_in_truth || pay != SENT);
		assert(sits || right)
	}
}

init
{
	atomic {
		claim[0] = R;
		claim_of[0] = ANN;
		seat[0] = R;
		mark[0] = ANN;
		bob_at = NOBODY;
		run Mover();
		run Mover();
#ifdef CARD
		run Job();
#endif
		run Owner();
		run Map();
		run Buyer();
		run Rest()
	}
}
