/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card - a model of one seat, two payments for it by card, who asks the
 * provider, and the provider
 *
 * A step is one transaction in PostgreSQL, or what the provider does at once.
 * Two processes do the job: who takes a payment owns it, until the other does.
 * Between two steps either may go on arbitrarily late, or never (goto died). A
 * call may come late, or not at all, and nobody waits for its answer for ever; an
 * answer is what the provider had at some time since the call. What a call asks
 * for by one name is done once.
 *
 * The laws, by the names of the variables below:
 *   payer_keeps_claim  a payment on its way finds its claim when it ends, so
 *                      nobody who paid is refunded against their will
 *   own_money          nothing is bought with what somebody else was charged
 *   rests_in_truth     when nothing is left to do, each payment has its end;
 *                      what was captured is a seat, was given back, or is an
 *                      alarm where nothing is known of it; and what was not is
 *                      none of these
 *
 * run.sh checks several configurations:
 *   RESTORE   the second payment may be forgotten, as by a dump that is older
 *             than it, and a third one has its id
 *   FALSE     the provider may take money after he accepted that it is given up,
 *             and tells of it; payer_keeps_claim is not checked
 *   NORECON   no list of the provider is ever read, which is for FALSE
 * Mutants, each of which must break the law that run.sh names with it:
 *   M_REF      a payment's name outside is its row's id
 *   M_NOPHASE  the call that takes the money is made before that is committed
 *   M_GO       it is made without asking whether the payment was given up
 *   M_OWNER    it is made by one who slept, and somebody else works on it
 *   M_RELEASE  the seat is given back before the provider has accepted that it
 *              is given up
 *   M_EVENT    an event is accepted before it is written
 *   M_UNASKED  it is forgotten what was told while somebody worked on it
 *   M_DEAF     an event is accepted and makes nobody look
 *   M_NORECON  lists are not read
 * A law that nothing can break is none: the probes V_* must "fail".
 *
 * Simplified: the seats of Redis, the buyer's key and the phase "ended" are
 * seat.pml's; a refund is asked for until it is done, and accepted at once; keys
 * never grow too old, since looking is always allowed; the deadline is any time.
 * Programs are stopped while a database is restored. With FALSE or RESTORE one
 * process does the job, and what the provider tells is looked at with FALSE alone.
 */
#define N 2			/* rows of payments */
#ifdef RESTORE
#define NAMES 3
#else
#define NAMES 2
#endif
#define NOBODY N
#ifdef FALSE
#define STRICT 0
#else
#define STRICT 1
#endif

mtype = { NONE, SENT, CANCELING, CAPTURED, CANCELED, LATE };	/* payments */
mtype = { MADE, ASKING, BUYER, LOOK };				/* phases */
/* At the provider, NONE and CANCELED among them. */
mtype = { CREATED, ACTION, REFUSED, TAKEN, BACK };

/* Always 0; an assertion names its law so that Spin tells which one broke. */
hidden byte payer_keeps_claim, own_money, rests_in_truth, probe;

/* PostgreSQL, by row */
byte claim = NOBODY;
mtype pay[N] = NONE;
mtype phase[N] = NONE;
byte name_of[N];
byte payer[N];			/* who pays */
bool over[N];			/* its deadline is past */
bool due_back[N];
bool asked[N];			/* to be looked at, while somebody works */
byte owner[N];			/* who works on it, and may begin to ask */
bool alarm[NAMES];		/* money of which nothing is known here */

/* The provider, by name */
mtype prov[NAMES] = NONE;
byte charged[NAMES] = NOBODY;	/* whose card */
bool untold[NAMES];		/* an event that nobody has accepted */
/* Calls that he has not got yet. */
bool create[NAMES], take[NAMES], give_up[NAMES];

byte n_at_work;
bool restored;

#define EACH(step)	step(0) :: step(1)
#if NAMES > 2
#define EACH_NAME(step)	step(0) :: step(1) :: step(2)
#else
#define EACH_NAME(step)	step(0) :: step(1)
#endif
#define is_of(u, n)	(pay[u] != NONE && name_of[u] == n)
#define is_known(n)	(is_of(0, n) || is_of(1, n))
#define waits(u)	(pay[u] == SENT || pay[u] == CANCELING)

/* ---- transactions ---- */

/* The third buyer comes after a restore alone, and has the second's id again. */
#ifdef M_REF
#define new_name(u)	u
#else
#define new_name(u)	(restored -> 2 : u)
#endif

inline intent(u)
{
	d_step {
		/* Which of the two comes first is all the same. */
		pay[u] == NONE && claim == NOBODY &&
		    (u == 0 || pay[0] != NONE || restored) ->
		claim = u;
		pay[u] = SENT;
		phase[u] = MADE;
		payer[u] = (restored && u == 1 -> 2 : u);
		name_of[u] = (u == 1 -> new_name(1) : 0);
		over[u] = false
	}
}

#ifdef M_UNASKED
#define was_asked(u)	false
#else
#define was_asked(u)	asked[u]
#endif

inline unclaim(u)
{
	if
	:: claim == u -> claim = NOBODY
	:: else -> skip
	fi
}

inline confirm(u)
{
	if
	:: pay[u] == CAPTURED || pay[u] == LATE -> skip
	:: claim == u && waits(u) ->
		pay[u] = CAPTURED;
		assert(own_money || charged[name_of[u]] == payer[u]);
#ifdef V_SOLD
		assert(probe);
#endif
	:: else ->
		assert(payer_keeps_claim || !STRICT);
		pay[u] = LATE;
		due_back[u] = true;
		unclaim(u)
	fi;
	phase[u] = NONE
}

inline end_payment(u)
{
	pay[u] = CANCELED;
	phase[u] = (was_asked(u) -> LOOK : NONE);
	unclaim(u)
}

inline decline(u)
{
	if
	:: waits(u) -> end_payment(u)
	:: else -> phase[u] = (phase[u] == LOOK && !was_asked(u) -> NONE :
	    phase[u])
	fi
}

/* The buyer, or an operator, gives up. */
inline stop(u)
{
	d_step {
		pay[u] == SENT ->
		if
		:: phase[u] == MADE -> end_payment(u)
		:: else -> pay[u] = CANCELING
		fi
	}
}

/* ---- the job ---- */

#ifdef M_GO
#define may_go(u)	true
#elif defined M_OWNER
#define may_go(u)	(pay[u] == SENT && phase[u] != NONE)
#else
#define may_go(u)	(pay[u] == SENT && phase[u] != NONE && owner[u] == _pid)
#endif

#define works(u)	(phase[u] != NONE || \
    due_back[u] && prov[name_of[u]] == TAKEN)

proctype Job()
{
	byte u, n;

end:	if
	:: atomic { works(0) -> u = 0 }
	:: atomic { works(1) -> u = 1 }
	fi;
	atomic {
		n = name_of[u];
		n_at_work++;
		owner[u] = _pid;
		asked[u] = false;
		if
		:: due_back[u] -> goto back
		:: !due_back[u] && phase[u] == NONE -> goto died
		:: !due_back[u] && phase[u] == MADE && over[u] -> goto no
		:: !due_back[u] && phase[u] == MADE && !over[u] -> goto make
		:: !due_back[u] && phase[u] == LOOK -> goto look
		:: !due_back[u] && (phase[u] == ASKING || phase[u] == BUYER) ->
			if
			:: pay[u] == CANCELING -> goto cancel
			:: pay[u] != CANCELING && over[u] -> goto giveup
			:: pay[u] != CANCELING && !over[u] && phase[u] == ASKING
			    -> goto go
			:: pay[u] != CANCELING && !over[u] && phase[u] == BUYER
			    -> goto look
			fi
		fi
	};

make:	atomic {
		create[n] = true;
		charged[n] = (charged[n] == NOBODY -> payer[u] : charged[n])
	};
	if
	:: prov[n] != NONE
	:: goto died
	fi;

	/* To die between commit and call is to lose the call. */
go:	atomic {
#ifndef M_NOPHASE
		if
		:: may_go(u) -> phase[u] = ASKING
		:: else -> goto died
		fi;
#endif
		take[n] = true
	};
#ifdef M_NOPHASE
	atomic {
		if
		:: may_go(u) -> phase[u] = ASKING
		:: true -> goto died
		fi
	};
#endif

	/* What is answered is acted on some time later. */
look:	atomic {
		if
		:: goto died
		:: prov[n] == TAKEN || prov[n] == BACK -> goto yes
		:: prov[n] == REFUSED -> goto giveup
		:: prov[n] == CANCELED -> goto no
		:: prov[n] == ACTION -> goto bank
		fi
	};
bank:	atomic {
		if
		:: pay[u] == SENT && phase[u] == ASKING && owner[u] == _pid ->
			phase[u] = BUYER
		:: else -> skip
		fi;
		goto died
	};

giveup:	atomic {
#ifdef M_RELEASE
		if
		:: waits(u) -> end_payment(u)
		:: else -> skip
		fi;
		give_up[n] = true;
		goto died;
#endif
		if
		:: pay[u] == SENT -> pay[u] = CANCELING
		:: else -> skip
		fi
	};
cancel:	atomic { give_up[n] = true };
	atomic {
		if
		:: goto died
		:: prov[n] == TAKEN || prov[n] == BACK -> goto yes
		:: prov[n] == CANCELED -> goto no
		fi
	};

yes:	atomic { confirm(u); goto died };
no:	atomic { decline(u); goto died };
back:	atomic {
		if
		:: prov[n] == TAKEN -> prov[n] = BACK
		:: else -> skip
		fi;
		due_back[u] = false;
#ifdef V_BACK
		assert(probe)
#endif
	};
died:	atomic { n_at_work--; u = 0; n = 0; goto end }
}

/* ---- the provider ---- */

inline get_create(n)
{
	atomic {
		create[n] ->
		create[n] = false;
		if
		:: prov[n] == NONE -> prov[n] = CREATED
		:: skip			/* it was lost */
		fi
	}
}

inline taken(n)
{
	prov[n] = TAKEN;
#ifdef FALSE
	untold[n] = true
#endif
}

inline get_take(n)
{
	atomic {
		take[n] ->
		take[n] = false;
		if
		:: prov[n] == CREATED -> taken(n)
		:: prov[n] == CREATED -> prov[n] = REFUSED
		:: prov[n] == CREATED -> prov[n] = ACTION
		:: skip
		fi
	}
}

inline get_give_up(n)
{
	atomic {
		give_up[n] ->
		give_up[n] = false;
		if
		:: prov[n] == CREATED || prov[n] == REFUSED ||
		    prov[n] == ACTION -> prov[n] = CANCELED
		:: skip
		fi
	}
}

/* The buyer at his bank. */
inline at_bank(n)
{
	atomic {
		prov[n] == ACTION ->
		if
		:: taken(n)
		:: prov[n] = REFUSED
		fi
	}
}

#ifdef FALSE
inline break_word(n)
{
	d_step { prov[n] == CANCELED -> taken(n) }
}
#endif

proctype Provider()
{
end:	do
	:: EACH_NAME(get_create)
	:: EACH_NAME(get_take)
	:: EACH_NAME(get_give_up)
	:: EACH_NAME(at_bank)
#ifdef FALSE
	:: EACH_NAME(break_word)
#endif
	od
}

/* ---- what he tells, and what he lists ---- */

inline look_at(n)
{
	if
	:: is_of(0, n) && phase[0] == NONE -> phase[0] = LOOK
	:: is_of(1, n) && phase[1] == NONE -> phase[1] = LOOK
	:: is_of(0, n) && phase[0] != NONE -> asked[0] = true
	:: is_of(1, n) && phase[1] != NONE -> asked[1] = true
	:: else -> skip
	fi
}

inline tell(n)
{
	atomic {
		untold[n] ->
		untold[n] = false;
#ifdef M_EVENT
		if
		:: skip
		:: look_at(n)
		fi
#elif !defined M_DEAF
		look_at(n)
#endif
	}
}

#if !defined NORECON && !defined M_NORECON
inline list(n)
{
	d_step {
		prov[n] == TAKEN && !alarm[n] &&
		    (!is_known(n) ||
		    is_of(0, n) && phase[0] == NONE && pay[0] == CANCELED ||
		    is_of(1, n) && phase[1] == NONE && pay[1] == CANCELED) ->
		if
		:: !is_known(n) -> alarm[n] = true
		:: else -> look_at(n)
		fi
#ifdef V_UNKNOWN
		;
		assert(probe || !alarm[n])
#endif
	}
}
#endif

proctype Told()
{
end:	do
	:: false -> skip
#ifdef FALSE
	:: EACH_NAME(tell)
#endif
#if !defined NORECON && !defined M_NORECON
	:: EACH_NAME(list)
#endif
	od
}

/* ---- buyers, time, and what is restored ---- */

inline be_over(u)
{
	d_step { waits(u) && !over[u] -> over[u] = true }
}

proctype Buyers()
{
end:	do
	:: EACH(intent)
	:: EACH(stop)
	:: EACH(be_over)
	od
}

#ifdef RESTORE
proctype Restore()
{
end:	atomic {
		n_at_work == 0 && !restored && pay[1] != NONE && claim != 0 ->
		restored = true;
		unclaim(1);
		pay[1] = NONE;
		phase[1] = NONE;
		due_back[1] = false;
		over[1] = false;
		asked[1] = false;
		owner[1] = 0
	}
}
#endif

/* ---- when nothing is left to do ---- */

inline rest(u)
{
	assert(rests_in_truth || !waits(u));
	assert(rests_in_truth || pay[u] != CAPTURED || claim == u &&
	    prov[name_of[u]] == TAKEN);
	assert(rests_in_truth || pay[u] != CANCELED && pay[u] != LATE ||
	    prov[name_of[u]] != TAKEN)
}

inline rest_there(n)
{
	assert(rests_in_truth || prov[n] != TAKEN || is_known(n) || alarm[n])
}

proctype Rest()
{
end:	timeout;
	d_step {
#ifdef V_RESTS
		assert(probe || claim == NOBODY);
#endif
		rest(0);
		rest(1);
		rest_there(0);
		rest_there(1);
#if NAMES > 2
		rest_there(2);
#endif
		assert(rests_in_truth || claim == NOBODY ||
		    pay[claim] == CAPTURED)
	}
}

init
{
	atomic {
		run Job();
#if !defined FALSE && !defined RESTORE
		run Job();
#endif
		run Provider();
		run Told();
		run Buyers();
#ifdef RESTORE
		run Restore();
#endif
		run Rest()
	}
}
