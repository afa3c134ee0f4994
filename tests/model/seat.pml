/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat - a model of one seat, two buyers who want it, and everything that can
 * go wrong between Redis and PostgreSQL
 *
 * A step is one script in Redis or one transaction in PostgreSQL. Between two
 * of them anything may happen, and whatever was begun may never go on (goto
 * done, died, over: killed) or go on arbitrarily late.
 *
 * The laws, by the names of the variables below:
 *   one_owner          nobody owns a seat that somebody else owns
 *   payer_keeps_claim  a payment on its way finds its claim when it ends, so
 *                      nobody who paid is refunded against their will
 *   old_map_rests      no script writes the map of an epoch while the map of
 *                      a newer one lives
 *   promise_stands     no script takes a seat from a running hold it does not
 *                      belong to; only facts of PostgreSQL may, an H claim
 *                      among them when its hold is adopted
 *   sold_stands        nor a sold seat from its owner
 *   kept_stands        no operator's move frees a seat that the house keeps
 *   mirrored_ends_claim nobody is refused a seat for the H claim of a hold that
 *                      Redis was told of
 *   rebuild_keeps_promise  a rebuild finds every promise that is journaled or
 *                      still in the old log, unless a fact has its seat, or a
 *                      promise of it that was not withdrawn
 *   ended_stays_ended  and no hold whose end is there
 *   rests_in_truth     when nothing is left to do, the map says what
 *                      PostgreSQL says, and no hold or payment, and nothing
 *                      that Redis was not told of, is left over
 *
 * run.sh checks several configurations, each by itself, as all at once would
 * be too many states:
 *   EPOCHS    1: no rebuild; 2, 3: one, two of them
 *   FLUSHES   how often Redis may be emptied (not in the last epoch)
 *   ASKED     how many rebuilds the operator may ask for
 *   RETRY     buyer 0 sends a second request to pay, at any time
 *   DATABASE  some workers believe Redis away and hold and pay without it;
 *             Redis is told (hold_adopt)
 *   EXTEND    and they make claims of promises
 *   HOUSE     two operators block the seat, one gives it back
 *   ALONE     only one of the buyers, whichever, asks to pay
 *   QUICK     nothing happens between reconcile's looking and its setting
 *   KEEP      nobody is refunded, so that a sold seat comes to rest
 *   MUTE      no mirror ever reaches Redis: reconcile is alone
 *   SLOWREAD  reconcile reads the map, then the holds, then the claims;
 *             rests_in_truth is not checked, for reconcile never rests
 * Mutants, each of which must break the law that run.sh names with it:
 *   M_NOKEY     the intent does without the primary key
 *   M_CLOCK     a clock frees a seat being paid
 *   M_NOMARK    a mirror compares the letter, not the mark
 *   M_LATEBACK  the mirror of seats given back compares the letter, not the mark
 *   M_NODEAD    a rebuild leaves the old map alive
 *   M_BACKWARD  the journal takes whatever entry comes last
 *   M_NODRAIN   a rebuild does not journal what is left in the old log
 *   M_OLDFIRST  a rebuild prefers the older of two holds
 *   M_BLIND     a load opens its map whatever became of it meanwhile
 *   M_UNLOCKED  a load does not look whether its lock is still there
 *   M_LEFTDEAD  nobody takes up a raise that died after killing the map
 *   M_ORPHAN    reconcile frees a seat without asking whether it is being paid
 *   M_FOLLOWH   reconcile follows H claims
 *   M_KEEPCLAIM an adoption keeps the H claim
 *   M_OVERP     an adoption takes a seat that is being paid
 *   M_UNCLAIMED an adoption takes a seat held for somebody else for a hold
 *               that has no claim
 *   M_UNSAID    an adoption journals nothing
 *   M_STUCK     an adoption waits for the payment that the journal speaks of,
 *               though it came to nothing
 *   M_LONELYH   who loses a seat to an H claim brings that H to the map
 *   M_NOCLAIMFIRST  a rebuild does not prefer the hold that has the claim
 *   M_SEIZE     a block takes a held seat
 *   M_SAMEMARK  a block takes over what another left, under the other's mark
 *   M_LATEFREE  an unblock compares the letter, not the mark
 *   M_UNKEPT    reconcile leaves a B that no claim stands behind
 *   M_LEFTOVER  reconcile ends a paid hold only where its seat shows that the
 *               mirror is missing
 *   M_TWOREADS  reconcile takes a letter and a record that were read apart
 *               for one truth
 * A law that nothing can break is none: the probes V_* must "fail", where what
 * the laws speak of has been reached.
 *
 * Smaller than life, and why nothing is lost by it:
 *   - The buyers are alike, so it is buyer 0 whose hold comes first.
 *   - Persist jobs are not processes. What they have written is chosen when
 *     the journal is read (persisted): any entry, in any order, however late.
 *     With DATABASE, where many read it, the newest entry is written at any
 *     time or never (persist).
 *   - A mirror comes at any time after its fact, any number of times.
 *   - A step that would change nothing is not taken.
 *   - But for SLOWREAD, reconcile reads map, holds and claims at once: a seat
 *     that changed between them is set only if it is as before.
 *   - Without DATABASE a drop and a lapse are one. A wallet payment is an
 *     intent confirmed before anything else happens.
 *   - There is no time: holds lapse, and handlers pass their deadline while
 *     they live, whenever they like. But a hold ends in both stores at one
 *     time, and what PostgreSQL wrote of it is newer than what was logged
 *     before: clocks agree.
 *   - An adoption that would have to wait is no step. One that goes on reads
 *     the journal with its script, not with its lock.
 *   - A hold placed again by its key, in the other store, is as one that was
 *     journaled and extended there.
 *   - A P entry in the journal only has drops refused: there is none.
 *   - Of two promises of a seat, by workers of two minds, either may be lost; a
 *     payment without Redis is a fact, and the other promise is none any more.
 * Not in it: several seats in a hold, several holds of a buyer, a buyer's
 * limit (an adoption may always say it), counter sections (section.pml),
 * disabled seats, the
 * loss of committed transactions, Redis restarted from an old file. An intent
 * for a hold that ended meanwhile leaves its row ended, where life says
 * 'paying' until the hold's end. Reconcile may free a seat for a moment, where
 * an operator's claim came after it looked: kept_stands does not speak of it.
 * Refunds are checked with one rebuild at most, and none beside DATABASE or
 * RETRY; RETRY with a rebuild only where it was asked for, and not with
 * DATABASE; DATABASE and HOUSE with one rebuild at most and one payer, never
 * with each other; EXTEND without a rebuild. Where there is a rebuild,
 * payments without Redis are from the wallet.
 */
#define N 2
#define NOBODY 3
#ifndef EPOCHS
#define EPOCHS 1
#endif
#ifndef FLUSHES
#define FLUSHES 0
#endif
#ifndef ASKED
#define ASKED 0
#endif

mtype = { A, H, L, P, R, C, B };			/* L: an H claim that lapsed */
mtype = { MISSING, LOADING, LIVE, DEAD };	/* :meta */
mtype = { NONE, HELD, PAYING, LAPSED, ENDED, PAID };	/* records of holds */
mtype = { SENT, OWNED, CANCELLED, FREED };	/* payments, reservations */

/* Always 0; an assertion names its law so that Spin tells which one broke. */
hidden byte one_owner, payer_keeps_claim, old_map_rests, promise_stands,
    sold_stands, kept_stands, mirrored_ends_claim, rebuild_keeps_promise,
    ended_stays_ended, rests_in_truth, probe;

/* PostgreSQL */
byte epoch;
bool raising;			/* sys_epoch is locked by who raises it */
mtype claim = A;		/* A: no row */
byte claim_of = NOBODY;
mtype stage[N] = NONE;		/* of the payment, then of the reservation */
mtype journal[N] = NONE;	/* as it was when it was last looked at */
#ifdef DATABASE
bool unmirrored[N];			/* rows of holds_unmirrored */
bool locked[N];			/* performance and user, by an adoption */
#ifdef EXTEND
bool longer_here[N];		/* than the record that Redis may have */
#define longer(u)	longer_here[u]
#else
#define longer(u)	false
#endif
#endif

/* Redis */
byte number;			/* the epoch it says it was filled for */
mtype meta[EPOCHS] = MISSING;
mtype seat[EPOCHS] = A;
byte mark[EPOCHS] = NOBODY;
bool noted[EPOCHS];		/* among the maps a raise will kill */
mtype record[EPOCHS * N] = NONE;
mtype log[N] = NONE;		/* newest entry not known as journaled */
bool kept[N];			/* Redis still has it */
byte newer = NOBODY;		/* whose entries come last */

bool placed[N];			/* one hold each */
bool promised[N];		/* told "yours", and it still is */
byte n_flushes, n_asked;
#ifdef V_ADOPTED
bool adopted[N];		/* came to a map by an adoption */
#endif
#ifdef V_REBUILT
bool loaded[N];			/* came to this map from the journal */
#endif

#define rec(e, u)	record[(e) * N + (u)]
#define lives(e)	(meta[e] == LIVE)
#define stands(e, l, u)	(seat[e] == l && mark[e] == u)
#define last_epoch	(epoch == EPOCHS - 1)
#ifdef DATABASE
/* What hold_end leaves: one that lapsed may have been extended in PostgreSQL,
 * and one that is over otherwise may not come back. */
#define left_of(how)	(how == LAPSED -> NONE : ENDED)
#define runs(e, u)	(rec(e, u) == HELD || rec(e, u) == PAYING)
#define unlocked(u)	(!locked[u])
#define in_redis	(!in_database)	/* a payer's hold is */
#define keeps(e, u)	(promised[u] && runs(e, u))
#else
#define left_of(how)	NONE
#define runs(e, u)	(rec(e, u) != NONE)
#define unlocked(u)	true
#define in_redis	true
#define keeps(e, u)	promised[u]
#endif

/* e is a map where something holds: stalled workers know old epochs. */
#if EPOCHS == 1
#define WHERE(something, e)	something(0)
#elif EPOCHS == 2
#define WHERE(something, e) \
	if :: something(0) -> e = 0 :: something(1) -> e = 1 fi
#else
#define WHERE(something, e) \
	if :: something(0) -> e = 0 :: something(1) -> e = 1 \
	   :: something(2) -> e = 2 fi
#endif

inline clear(e)
{
	seat[e] = A;
	mark[e] = NOBODY;
	rec(e, 0) = NONE;
	rec(e, 1) = NONE
}

/* A script on behalf of u is about to change the seat in the map of e. */
inline touch(e, u)
{
#if EPOCHS > 1
	assert(old_map_rests || e != 0 || meta[1] != LIVE);
#endif
#if EPOCHS > 2
	assert(old_map_rests || e == 2 || meta[2] != LIVE);
#endif
	assert(promise_stands || mark[e] == u || mark[e] == NOBODY ||
	    (seat[e] != H && seat[e] != P) || !keeps(e, mark[e] % N));
	assert(sold_stands || mark[e] == u || mark[e] == NOBODY ||
	    seat[e] != R || stage[mark[e] % N] != OWNED)
}

/* ---- the log and the journal ---- */

/* Nobody but those who do without Redis will look at what is logged in the
 * last epoch. A hold that goes on after its H (P, and H again) is as running as
 * before, but for them: no entry. */
inline add_log(u, what)
{
	if
#ifdef DATABASE
	:: journal[u] == PAID -> skip
	:: else -> log[u] = what; kept[u] = !last_epoch
#else
	:: last_epoch || journal[u] == PAID -> skip
	:: else -> log[u] = what; kept[u] = true
#endif
	fi
}

inline log_order(u)
{
	if
#ifdef DATABASE
	:: last_epoch && lives(epoch) -> skip	/* no more rebuild */
#else
	:: last_epoch -> skip
#endif
	:: else -> newer = u
	fi
}

#ifdef DATABASE
#define claimed(u)	(claim == H && claim_of == u)

/* Its end has come, and its claim's. */
inline hold_lapsed(u)
{
	if
	:: journal[u] != PAID -> journal[u] = ENDED
	:: else -> skip
	fi;
	if
	:: claimed(u) -> claim = L
	:: else -> skip
	fi
}

/* A persist job, or a handler of its own. What lapsed in Redis may have been
 * extended in PostgreSQL. */
inline persist(u)
{
	if
	:: journal[u] == PAID || log[u] == LAPSED && unmirrored[u] -> skip
	:: else -> journal[u] = (log[u] == LAPSED -> ENDED : log[u])
	fi;
	log[u] = NONE;
	kept[u] = false
}

inline persisted(u, all)
{
	if
	:: (all) && log[u] != NONE -> persist(u)
	:: else -> skip
	fi
}
#else
/* What the persist jobs have written of u by now: anything between nothing
 * and all; all of it, if a rebuild found it in the log. */
inline persisted(u, all)
{
	if
	:: !(all) || log[u] == NONE
	:: log[u] != NONE && journal[u] == NONE &&
	    !(all && log[u] == ENDED) -> journal[u] = HELD
	:: log[u] == HELD && journal[u] == HELD
	:: log[u] == ENDED -> journal[u] = ENDED
#ifdef M_BACKWARD
	:: log[u] == ENDED -> journal[u] = HELD
#endif
	fi;
	if
	:: log[u] == journal[u] -> log[u] = NONE; kept[u] = false
	:: else -> skip
	fi
}
#endif

/* ---- holds in Redis ---- */

inline hold_end(e, u, from, how)
{
	if
	:: stands(e, from, u) -> touch(e, u); seat[e] = A
	:: else -> skip
	fi;
	rec(e, u) = left_of(how);
	promised[u] = false;
	add_log(u, how)
}

#define may_place	(!placed[u] && (u == 0 || placed[0]))
#define free_at(e)	(may_place && lives(e) && seat[e] == A)
#define held_at(e)	(lives(e) && rec(e, u) == HELD)
#define paying_at(e)	(in_redis && lives(e) && rec(e, u) == PAYING)
#define payable_at(e)	(lives(e) && runs(e, u))

inline hold_place(u)
{
	atomic {
		WHERE(free_at, e);
		d_step {
			touch(e, u);
			seat[e] = H;
			mark[e] = u;
			rec(e, u) = HELD;
			placed[u] = true;
			promised[u] = true;
			add_log(u, HELD);
			log_order(u);
			e = 0
		}
	}
}

#ifdef DATABASE
/* The journal has its end as well, unless it was extended without Redis. */
inline hold_expire(u)
{
	atomic {
		WHERE(held_at, e);
		d_step {
			if
			:: longer(u) -> hold_end(e, u, H, LAPSED)
			:: else ->
				hold_end(e, u, H, LAPSED);
				log[u] = NONE;
				kept[u] = false;
				hold_lapsed(u)
			fi;
			e = 0
		}
	}
}

inline hold_drop(u)
{
	atomic {
		WHERE(held_at, e);
		d_step { hold_end(e, u, H, ENDED); e = 0 }
	}
}
#else
/* It lapses, or its buyer drops it. */
inline hold_expire(u)
{
	atomic {
		WHERE(held_at, e);
		d_step { hold_end(e, u, H, ENDED); e = 0 }
	}
}
#endif

inline hold_pay(u)
{
	atomic {
		WHERE(payable_at, e);
		d_step {
			if
			:: rec(e, u) == PAYING -> skip
			:: rec(e, u) == HELD && stands(e, H, u) ->
				touch(e, u);
				seat[e] = P;
				rec(e, u) = PAYING
			:: else -> hold_end(e, u, H, ENDED)
			fi
		};
		if
		:: !runs(e, u) -> e = 0; goto done
		:: else -> skip
		fi
	}
}

inline hold_unpay_declined(u)
{
	atomic {
		WHERE(paying_at, e);
		d_step {
			if
			:: stands(e, P, u) ->
				touch(e, u);
				seat[e] = H;
				rec(e, u) = HELD;
				if
				:: log[u] == NONE && journal[u] == NONE ->
					add_log(u, HELD)
				:: else -> skip
				fi;
				log_order(u)
			:: else ->	/* a fact has taken it */
				hold_end(e, u, H, ENDED)
			fi;
			e = 0
		}
	}
}

/* An H comes to the map with its hold, never alone. */
#ifdef M_LONELYH
#define comes(letter)	true
#else
#define comes(letter)	(letter != H)
#endif
#ifndef HOUSE
#define taker	(1 - u)		/* whose the seat is */
#endif

inline hold_unpay_lost(u)
{
	atomic {
		WHERE(paying_at, e);
		d_step {
			if
			:: stands(e, P, u) && comes(letter) ->
				touch(e, u);
				seat[e] = letter;
				mark[e] = taker
			:: else -> skip
			fi;
			hold_end(e, u, P, ENDED);
			e = 0
		}
	}
}

#ifdef DATABASE
/* ---- holds in PostgreSQL, one transaction each ---- */

#define runs_there(u)	(journal[u] == HELD || journal[u] == PAYING)
#define being_paid(u)	(journal[u] == PAYING || claim == P && claim_of == u)

/* Changed here, after all that was logged of it. */
inline hold_stamp(u)
{
	log[u] = NONE;
	kept[u] = false;
	unmirrored[u] = true;
	log_order(u)
}

inline hold_unclaim(u)
{
	if
	:: (claim == H || claim == L) && claim_of == u ->
		claim = A;
		claim_of = NOBODY
	:: else -> skip
	fi
}

inline hold_claim(u)
{
	claim = H;
	claim_of = u;
#ifdef EXTEND
	longer_here[u] = true;
#endif
	journal[u] = HELD;
	placed[u] = true;
	promised[u] = true;
	hold_stamp(u)
}

inline hold_end_in_database(u)
{
	journal[u] = ENDED;
	promised[u] = false;
	hold_unclaim(u);
	hold_stamp(u)
}

inline hold_place_in_database(u)
{
	d_step {
		unlocked(u) && (claim == A || claim == L) &&
		    !runs_there(1 - u) && may_place ->
		hold_claim(u)
	}
}

inline hold_extend_in_database(u)
{
	d_step {
		unlocked(u) && journal[u] == HELD && !claimed(u) &&
		    !being_paid(u) ->
		if
		:: claim == A || claim == L -> hold_claim(u)
		:: else -> hold_end_in_database(u)
		fi
	}
}

inline hold_drop_in_database(u)
{
	d_step {
		unlocked(u) && journal[u] == HELD && !being_paid(u) ->
		hold_end_in_database(u)
	}
}

inline hold_lose_in_database(u)
{
	d_step {
		in_database && unlocked(u) ->
		if
		:: runs_there(u) -> hold_end_in_database(u)
		:: else -> skip
		fi
	}
}

/* As whoever compares its end with the clock sees it. */
inline hold_lapse(u)
{
	d_step {
		journal[u] == HELD && unmirrored[u] && !being_paid(u) ->
		promised[u] = false;
		hold_lapsed(u)
	}
}

inline hold_sweep()
{
	d_step {
		(claim == L || claim == H && journal[claim_of] == ENDED) &&
		    unlocked(claim_of) ->
		claim = A;
		claim_of = NOBODY
	}
}
#endif

/* ---- payments in PostgreSQL ---- */

#ifdef M_NOKEY
#define claimable	true
#define found		true
#else
#define claimable	(claim == A || claim == L || \
    (claim == H && claim_of == u))
#define found		(claim == P && claim_of == u)
#endif

inline confirm(u)
{
	d_step {
		stage[u] == SENT && unlocked(u) ->
		assert(payer_keeps_claim || found);
		claim = R;
		claim_of = u;
		stage[u] = OWNED;
		promised[u] = false;
		journal[u] = PAID;
		log[u] = NONE;
		kept[u] = false;
		assert(one_owner || stage[0] != OWNED || stage[1] != OWNED);
#ifdef V_SOLD
		assert(probe);
#endif
#ifdef V_RESOLD
		assert(probe || stage[1 - u] != FREED);
#endif
#ifdef V_REBUILT
		assert(probe || !loaded[u]);
#endif
#ifdef V_ADOPTED
		assert(probe || !adopted[u]);
#endif
	}
}

inline decline(u)
{
	d_step {
		stage[u] == SENT && unlocked(u) ->
		assert(payer_keeps_claim || found);
		claim = A;
		claim_of = NOBODY;
		stage[u] = NONE
	}
}

inline cancel(u)
{
	d_step { stage[u] == OWNED -> claim = C; stage[u] = CANCELLED }
}

inline refund(u)
{
	d_step {
		stage[u] == CANCELLED ->
		claim = A;
		claim_of = NOBODY;
		stage[u] = FREED
	}
}

/* What the journal has of a hold being paid, and keeps when the payment comes
 * to nothing. */
#ifdef M_STUCK
#define being_paid_as	PAYING
#else
#define being_paid_as	HELD
#endif

/* One that ended meanwhile stays so. A fact: if somebody else was promised the
 * seat, it is his no more. */
inline intent_journal(u)
{
	promised[1 - u] = false;
	if
	:: journal[u] == ENDED -> skip
	:: else -> journal[u] = being_paid_as
	fi;
	if
	:: log[u] == HELD -> log[u] = NONE; kept[u] = false
	:: else -> skip
	fi;
	if
	:: in_database && journal[u] != ENDED && log[u] == NONE -> log_order(u)
	:: else -> skip
	fi
}

/* From the wallet. */
#if defined DATABASE && EPOCHS > 1
inline pay_at_once(u)
{
	if
	:: in_database -> confirm(u)
	:: else -> skip
	fi
}
#else
#define pay_at_once(u)	skip
#endif

/* One request to pay for a hold. */
proctype Payer(byte u)
{
	byte e;
	mtype letter = A;
#ifdef HOUSE
	byte taker = NOBODY;
#endif
#ifdef DATABASE
	bool in_database;
#endif

again:
#ifdef DATABASE
	in_database = false;
#endif
end_pay:
	if
	:: hold_pay(u)
#ifdef DATABASE
	:: d_step { runs_there(u) -> e = epoch; in_database = true }
#endif
	fi;
	if
	:: e = 0; goto done
	:: e = 0; goto give_back	/* the wallet is empty */
	:: atomic {			/* intent */
		!raising && unlocked(u) ->
		if
		:: epoch != e -> e = 0; goto again
		:: epoch == e && stage[u] != NONE -> e = 0; goto done
		:: epoch == e && stage[u] == NONE && claimable ->
			e = 0;
			claim = P;
			claim_of = u;
#ifdef DATABASE
			intent_journal(u);
#endif
			stage[u] = SENT;
			pay_at_once(u)
		:: epoch == e && stage[u] == NONE && !claimable ->
			e = 0;
#ifdef DATABASE
			assert(mirrored_ends_claim || claim != H ||
			    unmirrored[claim_of]);
#endif
			letter = claim;
#ifdef HOUSE
			taker = claim_of;
#endif
			goto lose
		fi
	   }
	fi;
	if
	:: goto done
	:: atomic { decline(u); goto give_back }
	:: stage[u] != SENT -> goto done
	fi;
lose:	if
	:: goto done
	:: hold_unpay_lost(u)
#ifdef DATABASE
	:: hold_lose_in_database(u)
#endif
	fi;
#ifdef V_LOST
	assert(probe);
#endif
	goto done;
give_back:
	if
	:: goto done
	:: hold_unpay_declined(u)
	fi;
done:
#ifdef DATABASE
	in_database = false;
#endif
#ifdef HOUSE
	taker = NOBODY;
#endif
	letter = A
}

/* ---- facts come to the map: late, twice, or never ---- */

#ifdef M_NOMARK
#define late(e, l, u)	(seat[e] == l)
#else
#define late(e, l, u)	stands(e, l, u)
#endif
#define was_paid	(stage[u] != NONE && stage[u] != SENT)
#define paid_at(e)	(lives(e) && was_paid && \
    (runs(e, u) || late(e, H, u) || late(e, P, u)))
#define cancelled_at(e)	(lives(e) && stage[u] == CANCELLED && late(e, R, u))
#ifdef M_LATEBACK
#define back(e, l, u)	(seat[e] == l)
#else
#define back(e, l, u)	late(e, l, u)
#endif
#define freed_at(e)	(lives(e) && stage[u] == FREED && \
    (back(e, R, u) || back(e, C, u)))

inline be_paid(e, u)
{
	if
	:: late(e, H, u) || late(e, P, u) -> touch(e, u); seat[e] = R
	:: else -> skip
	fi;
	rec(e, u) = NONE
}

inline mirror_paid(u)
{
	atomic {
		WHERE(paid_at, e);
		d_step { be_paid(e, u); e = 0 }
	}
}

inline mirror_cancelled(u)
{
	atomic {
		WHERE(cancelled_at, e);
		d_step { touch(e, u); seat[e] = C; e = 0 }
	}
}

inline mirror_freed(u)
{
	atomic {
		WHERE(freed_at, e);
		d_step { touch(e, u); seat[e] = A; e = 0 }
	}
}

/* ---- steps that need no memory: any worker takes them at any time ---- */

inline flush()
{
	atomic {
		n_flushes < FLUSHES && !last_epoch ->
		n_flushes++;
		persisted(0, false);
		persisted(1, false);
		d_step {
			number = NOBODY;
			meta[0] = MISSING;
			noted[0] = false;
			clear(0);
#if EPOCHS > 1
			meta[1] = MISSING;
			noted[1] = false;
			clear(1);
#endif
#if EPOCHS > 2
			meta[2] = MISSING;
			noted[2] = false;
			clear(2);
#endif
			kept[0] = false;
			kept[1] = false;
			promised[0] = promised[0] && journal[0] == HELD;
			promised[1] = promised[1] && journal[1] == HELD
		}
	}
}

proctype Workers()
{
	byte e;

end:	do
	:: hold_place(0)
	:: hold_place(1)
	:: hold_expire(0)
	:: hold_expire(1)
#ifdef DATABASE
	:: hold_drop(0)
	:: hold_drop(1)
	:: d_step { log[0] != NONE -> persist(0) }
	:: d_step { log[1] != NONE -> persist(1) }
	:: hold_place_in_database(0)
	:: hold_place_in_database(1)
	:: hold_drop_in_database(0)
	:: hold_drop_in_database(1)
#ifdef EXTEND
	:: hold_extend_in_database(0)
	:: hold_extend_in_database(1)
#endif
	:: hold_lapse(0)
	:: hold_lapse(1)
	:: hold_sweep()
#endif
	/* the resolver ends what killed handlers began */
	:: confirm(0)
	:: confirm(1)
	:: decline(0)
	:: decline(1)
#ifndef KEEP
	:: cancel(0)
	:: cancel(1)
	:: refund(0)
	:: refund(1)
#endif
#ifndef MUTE
	:: mirror_paid(0)
	:: mirror_paid(1)
	:: mirror_cancelled(0)
	:: mirror_cancelled(1)
	:: mirror_freed(0)
	:: mirror_freed(1)
#endif
#ifdef M_CLOCK
	:: d_step { claim == P -> claim = A; claim_of = NOBODY }
#endif
	:: flush()
	od
}

#ifdef DATABASE
/* ---- adoption ---- */

#if defined M_OVERP
#define adoptable(e)	(seat[e] == A || \
    claimed(u) && (seat[e] == H || seat[e] == P))
#elif defined M_UNCLAIMED
#define adoptable(e)	(seat[e] == A || seat[e] == H)
#else
#define adoptable(e)	(seat[e] == A || claimed(u) && seat[e] == H)
#endif
/* Redis does not know it, or as one that lapsed there. */
#define unknown_at(e)	(runs_there(u) && rec(e, u) == NONE)
#define unmirrored_at(e) (lives(e) && !raising && unlocked(u) && \
    unmirrored[u] && \
    !being_paid(u))
#define tellable_at(e)	(unmirrored_at(e) && (!unknown_at(e) || adoptable(e)))
#define waits_at(e)	(unmirrored_at(e) && unknown_at(e) && seat[e] == P)

inline take_seat(e, u)
{
	if
	:: seat[e] == H && mark[e] != u && claimed(u) ->
#ifdef V_WITHDRAWN
		assert(probe || !keeps(e, mark[e]));
#endif
		promised[mark[e]] = false
	:: else -> skip
	fi;
	touch(e, u);
	seat[e] = H;
	mark[e] = u;
	rec(e, u) = HELD;
#ifdef V_LATER
	adopted[u] = e > 0;
#elif defined V_ADOPTED
	adopted[u] = true;
#endif
	promised[u] = true
}

/* It is over in PostgreSQL, and nothing is journaled. */
inline be_over(e, u)
{
	if
	:: stands(e, H, u) -> touch(e, u); seat[e] = A
	:: else -> skip
	fi;
	rec(e, u) = ENDED;
	promised[u] = false
}

/* The journal is read here, where the lock is taken before: what comes to it
 * between is from Redis, which knows better. */
inline adopt(u)
{
	atomic {
		WHERE(tellable_at, e);
		locked[u] = true;
		whom = u;
		if
		:: unknown_at(e) -> d_step { take_seat(e, u) }
		:: unknown_at(e) -> lost = true	/* more than the limit */
		:: journal[u] == ENDED && rec(e, u) == HELD ->
			d_step { be_over(e, u) }
		:: else -> skip
		fi;
#ifdef EXTEND
		longer_here[u] = false;
#endif
#ifndef M_UNSAID
		if
		:: runs(e, u) && (stands(e, H, u) || stands(e, P, u)) ->
			add_log(u, HELD);
			log_order(u)
		:: else -> skip
		fi;
#endif
		e = 0
	}
}

inline hold_mirrored(u)
{
	d_step {
		if
		:: lost && runs_there(u) -> hold_end_in_database(u)
		:: else -> skip
		fi;
#ifndef M_KEEPCLAIM
		hold_unclaim(u);
#endif
#ifndef M_UNSAID
		if
		:: log[u] == HELD -> persist(u)
		:: else -> skip
		fi;
#endif
		unmirrored[u] = false
	}
}

#ifdef V_WAITS
inline waits(u)
{
	atomic { WHERE(waits_at, e); assert(probe) }
}
#endif

/* A worker's job, or a handler asked for a hold that Redis does not know: one
 * transaction for each hold. */
proctype Adopt()
{
	byte e, whom;
	bool lost;

end:	if
	:: adopt(0)
	:: adopt(1)
#ifdef V_WAITS
	:: waits(0)
	:: waits(1)
#endif
	fi;
	if
	:: goto over
	:: hold_mirrored(whom)
	fi;
over:	atomic {
		locked[whom] = false;
		whom = 0;
		lost = false;
		goto end
	}
}
#endif

/* ---- rebuild ---- */

#if defined DATABASE && !defined M_FOLLOWH
#define fact		(claim == H || claim == L -> A : claim)
#else
#define fact		(claim == L -> A : claim)
#endif

inline read_claim()
{
	read = fact;
	whose = (read == A -> NOBODY : claim_of)
}

#if EPOCHS > 1
inline tell_number()
{
	if
	:: goto died
	:: number = epoch + 1
	fi
}

inline bury()
{
	if
	:: goto died
#ifdef M_NODEAD
	:: skip
#else
	:: d_step {
		if
		:: noted[epoch] -> meta[epoch] = DEAD; clear(epoch)
		:: else -> skip
		fi;
		noted[epoch] = false
	   }
#endif
	fi
}

#ifdef M_LEFTDEAD
#define left_behind	(number != epoch)
#else
#define left_behind	(number != epoch || meta[epoch] == DEAD)
#endif

/* Who finds Redis emptied or another raise left half way, or is asked to: one
 * transaction. */
proctype Raise()
{
end:	do
	:: atomic {
		!last_epoch && (left_behind || n_asked < ASKED) &&
		    unlocked(0) && unlocked(1) ->
		if
		:: left_behind
		:: else -> n_asked++
		fi;
		raising = true
	   };
	   bury();
	   tell_number();
	   if
	   :: goto died
	   :: d_step { epoch++; raising = false }
	   fi;
	   goto end;
died:	   raising = false
	od
}

/* What becomes of the hold of u. */
inline take_in(u)
{
#ifdef M_NODRAIN
	persisted(u, false);
#else
	persisted(u, kept[u]);
#endif
	if
#ifdef DATABASE
	:: runs_there(u) && seat[n] == A ->
#else
	:: journal[u] == HELD && seat[n] == A ->
#endif
		assert(ended_stays_ended || log[u] != ENDED || !kept[u]);
		seat[n] = H;
		mark[n] = u;
#ifdef V_REBUILT
		loaded[u] = true;
#endif
		rec(n, u) = HELD
#ifdef DATABASE
	:: runs_there(u) && stands(n, P, u) ->
#else
	:: journal[u] == HELD && stands(n, P, u) ->
#endif
		rec(n, u) = PAYING
	:: else ->
#ifdef DATABASE
		/* workers of two minds may have promised it twice */
		assert(rebuild_keeps_promise || !promised[u] || read != A ||
		    claimed(1 - u) || promised[1 - u] && !claimed(u));
		if
		:: !runs_there(u) -> promised[u] = false
		:: runs_there(u) -> journal[u] = ENDED; promised[u] = false
		:: runs_there(u)	/* it dies before it commits that */
		fi
#else
		assert(rebuild_keeps_promise || !promised[u] || read != A);
		promised[u] = false
#endif
	fi
}

#ifdef M_OLDFIRST
#define first_is_1	(newer == 0)
#elif defined DATABASE && !defined M_NOCLAIMFIRST
#define first_is_1	(claim == H -> claim_of == 1 : newer == 1)
#else
#define first_is_1	(newer == 1)
#endif

#ifdef M_UNLOCKED
#define still_locked	true
#else
#define still_locked	(epoch == n && !raising)
#endif

/* A load whose lock was lost goes on beside a raise: the locks are not here,
 * only what is looked at again. */
proctype Load()
{
	byte n, whose = NOBODY;
	mtype read = A;

end:	do
	:: d_step {			/* seat_begin; read the claims */
		!raising && number == epoch &&
		    (meta[epoch] == MISSING || meta[epoch] == LOADING) ->
		n = epoch;
		meta[n] = LOADING;
		clear(n);
		read_claim()
	   };
	   if
	   :: goto over
	   :: atomic {			/* read the journal; seat_fill */
		meta[n] == LOADING && still_locked ->
		noted[n] = true;
		clear(n);
		seat[n] = read;
		mark[n] = whose;
		if
		:: first_is_1 -> take_in(1); take_in(0)
		:: else -> take_in(0); take_in(1)
		fi
	      }
	   fi;
	   if
	   :: goto over
	   :: d_step {			/* seat_live */
#ifndef M_BLIND
		meta[n] == LOADING ->
#endif
		meta[n] = LIVE;
		if
		:: last_epoch ->
			log[0] = NONE;
			log[1] = NONE;
			kept[0] = false;
			kept[1] = false;
			newer = NOBODY
		:: else -> skip
		fi
	      }
	   fi;
over:	   atomic { n = 0; whose = NOBODY; read = A }
	od
}
#endif

/* ---- reconcile ---- */

#ifdef M_TWOREADS
#define promise(l, e, k)	(l == H && rec(e, k) == HELD || \
    l == P && rec(e, k) == PAYING)
#else
#define promise(l, e, k)	((l == H || l == P) && runs(e, k))
#endif
#if defined M_ORPHAN
#define rightly_free(l, kept)	(l == A || l == H && kept)
#elif defined M_UNKEPT
#define rightly_free(l, kept)	(l == A || l == B || kept)
#elif defined M_STALEH
#define rightly_free(l, kept)	(l == A || l == H || kept)
#else
#define rightly_free(l, kept)	(l == A || kept)
#endif
/* What was paid is the mirror's. */
#define wrong(l, k, kept)	(fact == A -> !rightly_free(l, kept) : \
    (l != claim || k != claim_of) && !(k == claim_of && \
    claim == R && (l == H || l == P)))
#define wrong_at(e)	(lives(e) && \
    wrong(seat[e], mark[e], promise(seat[e], e, mark[e])))
#ifdef M_LEFTOVER
#define paid_on(e)	false
#else
#define paid_on(e)	runs(e, claim_of)
#endif
#define behind_at(e)	(lives(e) && claim == R && (paid_on(e) || \
    mark[e] == claim_of && (seat[e] == H || seat[e] == P)))
#define orphan_at(e)	(lives(e) && rec(e, u) == PAYING && \
    (fact == A || claim_of != u))

inline seat_set()
{
	d_step {
		if
		:: !(lives(e) && stands(e, letter, m)) -> skip
		:: lives(e) && stands(e, letter, m) && read == A ->
			touch(e, m);
			assert(promise_stands || m >= N || !keeps(e, m));
			seat[e] = A
		:: lives(e) && stands(e, letter, m) && read != A ->
			if
			:: m >= N || m == whose || read == H -> skip
			:: else -> promised[m] = false
			fi;
			touch(e, whose);
			seat[e] = read;
			mark[e] = whose
		fi
	}
}

inline mirror_again()
{
	atomic {
		WHERE(behind_at, e);
		m = claim_of
	};
	d_step {
		if
		:: lives(e) -> be_paid(e, m)
		:: else -> skip
		fi
	}
}

/* u is being paid, and nobody is at it any more. */
inline hold_abandon(u)
{
	atomic { WHERE(orphan_at, e) };
	d_step {
		if
		:: lives(e) && rec(e, u) == PAYING ->
			hold_end(e, u, P, ENDED)
		:: else -> skip
		fi
	}
}

proctype Reconcile()
{
	byte e, m = NOBODY, whose = NOBODY;
	mtype letter = A, read = A;
#ifdef SLOWREAD
	bool runs;
#endif

end:
#ifdef QUICK
	atomic {
#endif
	if
#ifdef SLOWREAD
	:: atomic {
		WHERE(lives, e);
		d_step { letter = seat[e]; m = mark[e] }
	   };
	   runs = promise(letter, e, m);
	   if
	   :: d_step { wrong(letter, m, runs) -> read_claim() };
	      seat_set()
	   :: skip
	   fi;
	   runs = false
#else
	:: atomic {
		WHERE(wrong_at, e);
		d_step { letter = seat[e]; m = mark[e]; read_claim() }
	   };
	   seat_set()
#endif
	:: mirror_again()
#ifndef M_ORPHAN
	:: hold_abandon(0)
	:: hold_abandon(1)
#endif
	fi;
	d_step {
		e = 0;
		m = NOBODY;
		whose = NOBODY;
		letter = A;
		read = A
	}
#ifdef QUICK
	}
#endif
	;
	goto end
}

#ifdef HOUSE
/* ---- seats that the house keeps ---- */

#ifdef M_SEIZE
#define unkept_at(e)	(lives(e) && (seat[e] == A || seat[e] == H))
#else
#define unkept_at(e)	(lives(e) && seat[e] == A)
#endif
#define left_at(e)	(lives(e) && seat[e] == B)
#ifdef M_LATEFREE
#define unblocked_at(e)	(lives(e) && seat[e] == B)
#else
#define unblocked_at(e)	(lives(e) && stands(e, B, m))
#endif

/* Reconcile may free it for a moment, where it looked before the claim. */
#define is_kept(e, m)	(lives(e) && stands(e, B, m) && claim == B && \
    claim_of == m)

/* Another move left it without a claim, or has not come to that yet. */
inline take_over()
{
	atomic { WHERE(left_at, e); m = mark[e] };
	if
	:: goto out
	:: claim == A || claim == L
	fi;
	d_step {
		if
		:: lives(e) && stands(e, B, m) ->
			touch(e, m);
#ifndef M_SAMEMARK
			mark[e] = mine;
#else
			mine = m;
#endif
			letter = B
		:: else -> skip
		fi
	}
}

/* One move A -> B, under an owner mark of its own. */
proctype Block(byte mine)
{
	byte e, m = NOBODY, whose = NOBODY;
	mtype letter = A, read = A;

end:	if
	:: atomic {
		WHERE(unkept_at, e);
		d_step { touch(e, mine); seat[e] = B; mark[e] = mine }
	   }
	:: take_over();
	   if
	   :: letter == B
	   :: else -> goto out
	   fi
	fi;
	letter = B;
	m = mine;
	if
	:: goto out
	:: atomic {
		!raising ->
		if
		:: epoch == e && (claim == A || claim == L) ->
			claim = B;
			claim_of = mine;
#ifdef V_KEPT
			assert(probe);
#endif
			goto out
		:: else -> skip
		fi
	   }
	fi;
	if
	:: goto out
	:: epoch != e			/* it was told so; nothing is claimed */
	:: epoch == e -> d_step { read_claim() }
	fi;
	if
	:: goto out
	:: atomic {
		assert(kept_stands || read != A || !is_kept(e, m));
		seat_set()
	   }
	fi;
out:	atomic {
		e = 0;
		m = NOBODY;
		whose = NOBODY;
		letter = A;
		read = A;
		mine = N
	}
}

/* And one B -> A, of whatever is kept. */
proctype Unblock()
{
	byte e, m = NOBODY;

end:	d_step {
		claim == B ->
		m = claim_of;
		claim = A;
		claim_of = NOBODY
	};
	if
	:: goto out
	:: atomic {
		WHERE(unblocked_at, e);
		d_step {
			touch(e, mark[e]);
			assert(kept_stands || !is_kept(e, mark[e]));
			seat[e] = A
		}
	   }
	fi;
out:	atomic { e = 0; m = NOBODY }
}
#endif

/* ---- when nothing is left to do ---- */

proctype Rest()
{
end:	timeout;
	d_step {
#ifdef V_RESTS
		assert(probe || claim != R);
#endif
		if
		:: lives(epoch) ->
			assert(rests_in_truth || (claim == A || claim == R ||
			    claim == B));
			assert(rests_in_truth || seat[epoch] == claim);
			assert(rests_in_truth || claim == A ||
			    mark[epoch] == claim_of);
			assert(rests_in_truth ||
			    !runs(epoch, 0) && !runs(epoch, 1))
#ifdef DATABASE
			;
			assert(rests_in_truth || !unmirrored[0] && !unmirrored[1])
#endif
		:: else ->	/* the model has no epoch left for it */
			assert(rests_in_truth || last_epoch && number != epoch)
		fi
	}
}

init
{
	atomic {
		meta[0] = LIVE;
		noted[0] = true;
		if		/* what may happen need not */
		:: skip
		:: n_flushes = FLUSHES
		fi;
		if
		:: skip
		:: n_asked = ASKED
		fi;
		run Workers();
#if EPOCHS > 1
		run Raise();
		run Load();
#endif
			run Reconcile();
#ifdef DATABASE
		run Adopt();
#endif
#ifdef HOUSE
		run Block(N);
		run Block(N + 2);
		run Unblock();
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
