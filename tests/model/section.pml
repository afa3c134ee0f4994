/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * section - a model of one counter section of two places, of two holds, of
 * which one wants both, and of the counts that Redis and PostgreSQL have
 *
 * A step is one script in Redis or one transaction in PostgreSQL, as in
 * seat.pml; that a map dies with its epoch, and is loaded under a lock, is
 * proved there. Here a loss of Redis is one step, and a load two: it reads, and
 * opens what it has read.
 *
 * The laws, by the names of the variables below:
 *   never_over         no more is claimed than there is
 *   taken_counts       PostgreSQL's counts are the sums of its claims
 *   promised_counts    what a live map says is promised is what its running
 *                      holds have
 *   safe_side          nothing is promised that is sold or promised already,
 *                      however late Redis is told
 *   promise_stands     so who pays for what he was promised finds it
 *   rebuild_keeps_promise  and a rebuild takes in every promise that is
 *                      journaled, unless the end of another was lost
 *   refused_rightly    nobody is refused for a claim that has lapsed
 *   mirrored_ends_claim nor for the H claim of a hold that Redis was told of
 *   rests_in_truth     when nothing is left to do, Redis says what PostgreSQL
 *                      says, and no hold, promise or claim of one is left over
 *
 * Configurations, of which run.sh checks several:
 *   EPOCHS    1: no rebuild; 2: one
 *   FLUSHES   how often Redis may be emptied; else a rebuild is asked for
 *   ROOMY     there are three places, and both holds find theirs
 *   RETRY     buyer 0 sends a second request to pay, at any time
 *   DATABASE  some workers believe Redis away
 *   KEEP      nobody gives places back
 *   ALONE     only one of the buyers, whichever, asks to pay
 * With RETRY and DATABASE places may be promised that are no more there, which
 * who pays for them is told: of two requests to pay one may end by giving back
 * what the other is about to commit, and the hold lapse before Redis is told;
 * and workers of two minds do not know of each other. So safe_side,
 * promise_stands and rebuild_keeps_promise are not checked there.
 * Mutants, each of which must break the law that run.sh names with it:
 *   M_NOROOM    a claim does not ask whether there is room
 *   M_ONEMORE   it asks for one place more than it takes
 *   M_OLDER     a mirror takes older facts for newer ones
 *   M_APART     a mirror ends the promise first, and brings the fact then
 *   M_TWICE     a mirror does not look whether the promise has ended
 *   M_FORGOTTEN a payment that lost leaves its places promised
 *   M_KEPT      what is given back is counted as kept
 *   M_NOVERSION what is given back makes no new version
 *   M_TWOREADS  a load reads the holds, and the stock some time after
 *   M_UNPAID    a load takes no places for claims of payments on their way
 *   M_DOUBLE    it takes places for them, and for their holds in the journal
 *   M_NODEADLINE reconcile gives up a payment that somebody works on
 *   M_UNASKED   an adoption does not look whether Redis knows the hold
 *   M_KEEPCLAIM an adoption keeps the claim
 *   M_LAPSED    whoever claims leaves claims that have lapsed
 * A law that nothing can break is none: the probes V_* must "fail", where what
 * the laws speak of has been reached.
 *
 * Smaller than life: a hold is made once and not changed; holds of one user,
 * limits and other sections are left out; capacity stays as it is; an adoption
 * that would have to wait is no step; with DATABASE nobody gives places back.
 * With it or RETRY, mirrors come one after the other.
 */
#define N 2
#ifdef ROOMY
#define CAPACITY 3
#else
#define CAPACITY 2
#endif
#if defined DATABASE || defined RETRY
#define STRICT	0
#else
#define STRICT	1
#endif
#define size(u)	(u == 0 -> 2 : 1)
#define NOBODY N
#ifndef EPOCHS
#define EPOCHS 1
#endif
#ifndef FLUSHES
#define FLUSHES 0
#endif

mtype = { A, H, L, P, R };			/* L: an H claim that lapsed */
mtype = { NONE, HELD, PAYING, ENDED, PAID };

/* Always 0; an assertion names its law so that Spin tells which one broke. */
hidden byte never_over, taken_counts, promised_counts, safe_side,
    promise_stands, rebuild_keeps_promise, refused_rightly,
    mirrored_ends_claim, rests_in_truth, probe;

/* PostgreSQL */
byte epoch;
mtype claim[N] = A;
byte quantity[N];		/* of the claim */
byte taken, kept, version;
mtype journal[N] = NONE;
#ifdef DATABASE
bool unmirrored[N];
bool locked[N];			/* performance and user, by an adoption */
#define unlocked(u)	(!locked[u])
#else
#define unlocked(u)	true
#endif

/* Redis */
bool live = true;
byte known_version, known_kept, promised;
mtype record[N] = NONE;
mtype log[N] = NONE;		/* newest entry not known as journaled */

bool placed[N];			/* one hold each */
bool told[N];			/* "yours", and it still is */
byte at_work[N];		/* handlers of payments, within their deadline */
byte n_flushes;
bool end_lost;			/* with Redis, so that the hold comes back */
bool loaded;			/* the map came from PostgreSQL */

#define runs(u)		(record[u] == HELD || record[u] == PAYING)
#define left_here	(known_kept + promised >= CAPACITY -> 0 : \
    CAPACITY - known_kept - promised)
#define is_fact(u)	(claim[u] == P || claim[u] == R)
/* What is his, by a fact or a promise. */
#define his(u)		(is_fact(u) -> quantity[u] : (runs(u) -> size(u) : 0))
#define promised_to(u)	(runs(u) -> size(u) : 0)
#define claimed_by(u)	(claim[u] == A -> 0 : quantity[u])
#define kept_by(u)	(claim[u] == R -> quantity[u] : 0)
#define SUM(what)	(what(0) + what(1))
#define EACH(step)	step(0) :: step(1)

inline check_counts()
{
	assert(never_over || taken <= CAPACITY);
	assert(taken_counts ||
	    taken == SUM(claimed_by) && kept == SUM(kept_by));
	assert(promised_counts || !live || promised == SUM(promised_to))
}

/* ---- PostgreSQL ---- */

#if defined M_NOROOM
#define has_room(u)	true
#elif defined M_ONEMORE
#define has_room(u)	(taken + size(u) < CAPACITY)
#elif defined M_LAPSED
#define has_room(u)	(taken + size(u) <= CAPACITY + claimed_by(u))
#else
/* Lapsed claims go first, where there is not enough. */
#define has_room(u)	(taken - SUM(lapsed) + size(u) <= \
    CAPACITY + (claim[u] == H -> size(u) : 0))
#endif
#define lapsed(u)	(claim[u] == L -> quantity[u] : 0)

inline unclaim(u)
{
	if
	:: claim[u] != A ->
		taken = taken - quantity[u];
		if
		:: claim[u] == R -> kept = kept - quantity[u]
		:: else -> skip
		fi;
		claim[u] = A;
		quantity[u] = 0
	:: else -> skip
	fi
}

inline unclaim_lapsed(u)
{
	if
	:: claim[u] == L -> unclaim(u)
	:: else -> skip
	fi
}

/* section_take and section_count. */
inline take(u, state)
{
#if defined DATABASE && !defined M_LAPSED
	if
	:: taken + size(u) > CAPACITY + claimed_by(u) ->
		unclaim_lapsed(0);
		unclaim_lapsed(1)
	:: else -> skip
	fi;
#endif
	unclaim(u);
	claim[u] = state;
	quantity[u] = size(u);
	taken = taken + size(u);
	if
	:: state == R -> kept = kept + size(u)
	:: else -> skip
	fi;
	version++;
	check_counts()
}

inline confirm(u)
{
	d_step {
		claim[u] == P && unlocked(u) ->
		claim[u] = R;
		kept = kept + quantity[u];
		version++;
		journal[u] = PAID;
		log[u] = NONE;
		told[u] = false;
		check_counts();
#ifdef V_SOLD
		assert(probe || SUM(kept_by) < CAPACITY);
#endif
#ifdef V_REBUILT
		assert(probe || !loaded || !runs(u));
#endif
	}
}

inline decline(u)
{
	d_step {
		claim[u] == P && unlocked(u) ->
		unclaim(u);
		version++;
		check_counts()
	}
}

/* One of them, or the last. */
inline cancel(u)
{
	d_step {
		claim[u] == R ->
		quantity[u]--;
		taken--;
#ifndef M_KEPT
		kept--;
#endif
		if
		:: quantity[u] == 0 -> claim[u] = A
		:: else -> skip
		fi;
#ifndef M_NOVERSION
		version++;
#endif
		check_counts()
	}
}

#ifdef DATABASE
#define stays(u)	(unmirrored[u] && log[u] == ENDED)
#else
#define stays(u)	false
#endif

inline journal_take(u)
{
	if
	:: log[u] == NONE || journal[u] == PAID || stays(u) -> skip
	:: else -> journal[u] = log[u]
	fi;
	log[u] = NONE
}

inline persist(u)
{
	d_step {
		log[u] != NONE ->
		journal_take(u)
	}
}

/* ---- Redis ---- */

inline hold_count(u)
{
	d_step {
		live && !placed[u] && left_here >= size(u) ->
		placed[u] = true;
		told[u] = true;
		record[u] = HELD;
		promised = promised + size(u);
		log[u] = HELD;
		assert(safe_side || !STRICT || SUM(his) <= CAPACITY);
		check_counts()
	}
}

inline hold_end(u)
{
	record[u] = ENDED;
	promised = promised - size(u);
	told[u] = false;
	log[u] = ENDED
}

inline hold_expire(u)
{
	d_step {
		live && record[u] == HELD ->
		hold_end(u);
		check_counts()
	}
}

#ifdef M_NODEADLINE
#define given_up(u)	true
#else
#define given_up(u)	(at_work[u] == 0)
#endif

/* Nobody is at it any more, and it left no claim. */
inline hold_abandon(u)
{
	d_step {
		live && record[u] == PAYING && !is_fact(u) && given_up(u) ->
		hold_end(u);
		check_counts()
	}
}

#ifdef DATABASE
/* It is over, wherever it was made. */
inline end_in_database(u)
{
	if
	:: journal[u] == HELD && !is_fact(u) ->
		journal[u] = ENDED;
		told[u] = false;
		log[u] = NONE;
		unmirrored[u] = true;
		if
		:: claim[u] == H || claim[u] == L -> unclaim(u); version++
		:: else -> skip
		fi
	:: else -> skip
	fi;
	check_counts()
}
#endif

/* ---- a request to pay ---- */

inline leave(u)
{
	at_work[u]--
}

inline unpay(u)
{
	d_step {
		live && record[u] == PAYING && !is_fact(u) ->
		record[u] = HELD
	}
}

inline lose(u)
{
	d_step {
		live && record[u] == PAYING ->
#ifdef M_FORGOTTEN
		record[u] = ENDED;
#else
		hold_end(u);
#endif
		told[u] = false;
		check_counts()
	}
}

/* Everything of it is journaled by then. */
inline intent_journal(u)
{
	if
	:: journal[u] == ENDED -> skip
	:: else -> journal[u] = HELD
	fi;
	if
	:: log[u] == HELD -> log[u] = NONE
	:: else -> skip
	fi
}

proctype Payer(byte u)
{
	byte e;
	bool in_database;

again:
end_pay:
	if
	:: d_step {
		live && runs(u) ->
		record[u] = PAYING;
		e = epoch;
		at_work[u]++
	   }
#ifdef DATABASE
	:: d_step {
		journal[u] == HELD ->
		in_database = true;
		e = epoch;
		at_work[u]++
	   }
#endif
	fi;
	if
	:: goto done
	:: goto back			/* the wallet is empty */
	:: atomic {
		epoch != e ->
		leave(u);
		in_database = false;
		goto again
	   }
	:: atomic {			/* intent */
		epoch == e && unlocked(u) ->
		if
		:: is_fact(u) || journal[u] == PAID -> goto done
		:: !is_fact(u) && journal[u] != PAID && has_room(u) ->
			intent_journal(u);
			if		/* by a call, or from the wallet */
			:: d_step { take(u, P) }
			:: d_step {
				take(u, R);
				journal[u] = PAID;
				told[u] = false
			   }
			fi;
			goto done
		:: !is_fact(u) && journal[u] != PAID && !has_room(u) ->
			assert(promise_stands || !STRICT || !runs(u));
			assert(refused_rightly ||
			    SUM(claimed_by) - SUM(lapsed) + size(u) >
			    CAPACITY + claimed_by(u));
#ifdef DATABASE
			assert(mirrored_ends_claim || claim[1 - u] != H ||
			    unmirrored[1 - u]);
#endif
		fi
	   }
	fi;
	if
	:: skip
	:: lose(u)
#ifdef DATABASE
	:: d_step { in_database -> end_in_database(u) }
#endif
	fi;
	goto done;
back:	if
	:: skip
	:: unpay(u)
	fi;
done:	atomic { leave(u); in_database = false; e = 0 }
}

/* ---- Redis is told ---- */

#define paid_here(u)	(claim[u] == R && runs(u))

inline end_promise()
{
	if
#ifdef M_TWICE
	:: whom < N ->
		promised = (promised > size(whom) ->
		    promised - size(whom) : 0);
		record[whom] = ENDED
#else
	:: whom < N && runs(whom) ->
		promised = promised - size(whom);
		record[whom] = ENDED
#endif
	:: else -> skip
	fi
}

/* Mirrors and reconcile: the facts are read, and come some time later, or
 * never; with them ends the promise of a hold that was paid. */
proctype Teller()
{
	byte v, k, whom = NOBODY;

end:	if
	:: d_step {
		live && known_version < version ->
		v = version;
		k = kept
	   }
	:: d_step { live && paid_here(0) -> whom = 0; v = version; k = kept }
	:: d_step { live && paid_here(1) -> whom = 1; v = version; k = kept }
	fi;
#ifdef M_APART
	if
	:: goto over
	:: atomic { live -> end_promise() }
	fi;
#endif
	if
	:: goto over
	:: d_step {
		live ->
#ifndef M_APART
		end_promise();
#endif
#ifdef M_OLDER
		if
		:: true ->
#else
		if
		:: v > known_version ->
#endif
			known_version = v;
			known_kept = k
		:: else -> skip
		fi;
		check_counts()
	   }
	fi;
over:	atomic { v = 0; k = 0; whom = NOBODY };
	goto end
}

/* ---- Redis is lost, and found ---- */

#if EPOCHS > 1
inline clear(u)
{
	record[u] = NONE;
	log[u] = NONE
}

inline lose_log(u)
{
	end_lost = end_lost || log[u] == ENDED && journal[u] == HELD;
	told[u] = told[u] && journal[u] == HELD
}

/* Emptied; or asked for, and then the log goes to the journal first. */
inline raise()
{
	d_step {
		epoch < EPOCHS - 1 ->
		if
		:: n_flushes < FLUSHES ->
			n_flushes++;
			lose_log(0);
			lose_log(1)
		:: else ->
			journal_take(0);
			journal_take(1)
		fi;
		clear(0);
		clear(1);
		epoch++;
		live = false;
		known_version = 0;
		known_kept = 0;
		promised = 0
	}
}

/* What becomes of a hold in a map that is read. */
inline read_paying(u)
{
#ifndef M_UNPAID
	if
	:: claim[u] == P ->
		record[u] = PAYING;
		promised = promised + size(u)
	:: else -> skip
	fi
#else
	skip
#endif
}

#ifdef M_DOUBLE
#define runs_there(u)	(journal[u] == HELD && claim[u] != L)
#else
#define runs_there(u)	(journal[u] == HELD && !is_fact(u) && \
    claim[u] != L)
#endif

inline read_held(u)
{
	if
	:: runs_there(u) && (claim[u] == H || left_here >= size(u)) ->
		record[u] = HELD;
		promised = promised + size(u)
	:: runs_there(u) && claim[u] != H && left_here < size(u) ->
		assert(rebuild_keeps_promise || !STRICT || !told[u] ||
		    end_lost);
		journal[u] = ENDED;
		told[u] = false
	:: else -> skip
	fi
}

inline read_stock()
{
	known_version = version;
	known_kept = kept
}

inline read_holds()
{
	read_paying(0);
	read_paying(1);
	read_held(1);
	read_held(0)
}

proctype Load()
{
	byte n = 0;

end:	do
	:: raise();
	   /* The map is written as it is read, and nobody sees it yet. */
#ifdef M_TWOREADS
	   d_step { known_kept = kept; read_holds() };
	   d_step { known_version = version }
#else
	   d_step { read_stock(); read_holds() };
#endif
	   d_step { live = true; loaded = true; check_counts() }
	od
}
#endif

/* ---- holds in PostgreSQL ---- */

#ifdef DATABASE
#define unclaimed(v)	(journal[v] == HELD && claim[v] == A -> size(v) : 0)

inline place_in_database(u)
{
	d_step {
		unlocked(u) && !placed[u] &&
		    taken - SUM(lapsed) + SUM(unclaimed) + size(u) <=
		    CAPACITY ->
		placed[u] = true;
		told[u] = true;
		journal[u] = HELD;
		unmirrored[u] = true;
		take(u, H)
	}
}

inline drop_in_database(u)
{
	d_step {
		unlocked(u) && journal[u] == HELD && !is_fact(u) ->
		end_in_database(u)
	}
}

/* Its end has come; what it claims stays until somebody sweeps. */
inline lapse(u)
{
	d_step {
		claim[u] == H ->
		claim[u] = L;
		told[u] = false;
		if
		:: journal[u] == HELD -> journal[u] = ENDED
		:: else -> skip
		fi
	}
}

inline sweep(u)
{
	d_step {
		claim[u] == L && unlocked(u) ->
		unclaim(u);
		version++;
		check_counts()
	}
}

#ifdef M_UNASKED
#define unknown(u)	true
#else
#define unknown(u)	(record[u] == NONE)
#endif
#define may_have(u)	(claim[u] == H || left_here >= size(u))

/* One transaction: Redis is told, and then the claim goes. */
inline adopt(u)
{
	atomic {
		live && unmirrored[u] && unlocked(u) && claim[u] != P &&
		    (journal[u] != HELD || !unknown(u) || may_have(u)) ->
		locked[u] = true;
		whom = u;
		d_step {
			if
			:: journal[u] == HELD && unknown(u) ->
				record[u] = HELD;
				promised = promised + size(u);
				log[u] = HELD;
#ifdef V_ADOPTED
				assert(probe);
#endif
			:: journal[u] == ENDED && record[u] == HELD ->
				hold_end(u)
			:: else -> skip
			fi;
			check_counts()
		}
	}
}

proctype Adopt()
{
	byte whom;

end:	if
	:: adopt(0)
	:: adopt(1)
	fi;
	if
	:: skip
	:: d_step {
#ifndef M_KEEPCLAIM
		if
		:: claim[whom] == H || claim[whom] == L ->
			unclaim(whom);
			version++
		:: else -> skip
		fi;
#endif
		journal_take(whom);
		unmirrored[whom] = false;
		check_counts()
	   }
	fi;
	atomic { locked[whom] = false; whom = 0 };
	goto end
}
#endif

/* ---- steps that any worker takes at any time ---- */

proctype Workers()
{
end:	do
	:: EACH(hold_count)
	:: EACH(hold_expire)
	:: EACH(hold_abandon)
	:: EACH(persist)
	:: EACH(confirm)
	:: EACH(decline)
#ifdef DATABASE
	:: EACH(place_in_database)
	:: EACH(drop_in_database)
	:: EACH(lapse)
	:: EACH(sweep)
#elif !defined KEEP
	:: EACH(cancel)
#endif
	od
}

/* ---- when nothing is left to do ---- */

proctype Rest()
{
end:	timeout;
	d_step {
#ifdef V_RESTS
		assert(probe || kept == 0);
#endif
		assert(rests_in_truth || live);
		assert(rests_in_truth || known_version == version &&
		    known_kept == kept);
		assert(rests_in_truth || promised == 0 && taken == kept)
#ifdef DATABASE
		;
		assert(rests_in_truth || !unmirrored[0] && !unmirrored[1])
#endif
	}
}

init
{
	atomic {
		run Workers();
		run Teller();
#if STRICT
		run Teller();
#endif
#if EPOCHS > 1
		run Load();
#endif
#ifdef DATABASE
		run Adopt();
#endif
		run Rest();
#ifdef RETRY
		run Payer(0);
#endif
#ifdef ALONE
		if
		:: run Payer(0)
		:: run Payer(1)
		fi
#else
		run Payer(0);
		run Payer(1)
#endif
	}
}
