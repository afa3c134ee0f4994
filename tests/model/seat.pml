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
 *                      belong to; only facts of PostgreSQL may
 *   sold_stands        nor a sold seat from its owner
 *   rebuild_keeps_promise  a rebuild finds every promise that is journaled or
 *                      still in the old log, unless a fact has its seat
 *   ended_stays_ended  and no hold whose end is there
 *   rests_in_truth     when nothing is left to do, the map says what
 *                      PostgreSQL says, and no hold or payment is left over
 *
 * run.sh checks several configurations, each by itself, as all at once would
 * be too many states:
 *   EPOCHS    1: no rebuild; 2, 3: one, two of them
 *   FLUSHES   how often Redis may be emptied (not in the last epoch)
 *   ASKED     how many rebuilds the operator may ask for
 *   RETRY     buyer 0 sends a second request to pay, at any time
 *   DATABASE  some workers believe Redis away and hold and pay without it
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
 *   M_STALEH    reconcile leaves an H that no hold and no claim stands behind
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
 *   - A mirror comes at any time after its fact, any number of times.
 *   - A step that would change nothing is not taken.
 *   - But for SLOWREAD, reconcile reads map, holds and claims at once: a seat
 *     that changed between them is set only if it is as before.
 *   - A drop and a lapse are one. A wallet payment is an intent confirmed
 *     before anything else happens.
 *   - There is no time: holds lapse, and handlers pass their deadline while
 *     they live, whenever they like.
 * Unlike life: the claim of a hold made without Redis comes to the map by
 * reconcile, where hold_adopt brings it with its record; a rebuild takes it.
 * Not in it: several seats in a hold, several holds of a buyer, a buyer's
 * limit, counter sections, operators' moves, the loss of committed
 * transactions, Redis restarted from an old file. Refunds are checked with one
 * rebuild at most, and none beside DATABASE or RETRY; DATABASE with a rebuild
 * only after a flush; RETRY with a rebuild only where it was asked for.
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

mtype = { A, H, L, P, R, C };			/* L: an H claim that lapsed */
mtype = { MISSING, LOADING, LIVE, DEAD };	/* :meta */
mtype = { NONE, HELD, PAYING, ENDED, PAID };	/* records of holds */
mtype = { SENT, OWNED, CANCELLED, FREED };	/* payments, reservations */

/* Always 0; an assertion names its law so that Spin tells which one broke. */
hidden byte one_owner, payer_keeps_claim, old_map_rests, promise_stands,
    sold_stands, rebuild_keeps_promise, ended_stays_ended, rests_in_truth, probe;

/* PostgreSQL */
byte epoch;
bool raising;			/* sys_epoch is locked by who raises it */
mtype claim = A;		/* A: no row */
byte claim_of = NOBODY;
mtype stage[N] = NONE;		/* of the payment, then of the reservation */
mtype journal[N] = NONE;	/* as it was when it was last looked at */

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
#ifdef V_DATABASE
bool away[N];			/* held while Redis was away */
#endif
#ifdef V_REBUILT
bool loaded[N];			/* came to this map from the journal */
#endif

#define rec(e, u)	record[(e) * N + (u)]
#define lives(e)	(meta[e] == LIVE)
#define stands(e, l, u)	(seat[e] == l && mark[e] == u)
#define last_epoch	(epoch == EPOCHS - 1)

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
	    (seat[e] != H && seat[e] != P) || !promised[mark[e] % N]);
	assert(sold_stands || mark[e] == u || mark[e] == NOBODY ||
	    seat[e] != R || stage[mark[e] % N] != OWNED)
}

/* ---- the log and the journal ---- */

/* Nobody will look at what is logged in the last epoch. A hold that goes on
 * after its H (P, and H again) is as running as before: no entry. */
inline add_log(u, what)
{
	if
	:: last_epoch || journal[u] == PAID -> skip
	:: else -> log[u] = what; kept[u] = true
	fi
}

inline log_order(u)
{
	if
	:: last_epoch -> skip
	:: else -> newer = u
	fi
}

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

/* ---- holds in Redis ---- */

inline hold_end(e, u, from)
{
	if
	:: stands(e, from, u) -> touch(e, u); seat[e] = A
	:: else -> skip
	fi;
	rec(e, u) = NONE;
	promised[u] = false;
	add_log(u, ENDED)
}

#define may_place	(!placed[u] && (u == 0 || placed[0]))
#define free_at(e)	(may_place && lives(e) && seat[e] == A)
#define held_at(e)	(lives(e) && rec(e, u) == HELD)
#define paying_at(e)	(lives(e) && rec(e, u) == PAYING)
#define payable_at(e)	(lives(e) && rec(e, u) != NONE)

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

inline hold_place_in_database(u)
{
	d_step {
		may_place && (claim == A || claim == L) ->
		claim = H;
		claim_of = u;
#ifdef V_DATABASE
		away[u] = true;
#endif
		placed[u] = true
	}
}

/* It lapses, or its buyer drops it. */
inline hold_expire(u)
{
	atomic {
		WHERE(held_at, e);
		d_step { hold_end(e, u, H); e = 0 }
	}
}

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
			:: else -> hold_end(e, u, H)
			fi
		};
		if
		:: rec(e, u) == NONE -> e = 0; goto done
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
				hold_end(e, u, H)
			fi;
			e = 0
		}
	}
}

inline hold_unpay_lost(u)
{
	atomic {
		WHERE(paying_at, e);
		d_step {
			if
			:: stands(e, P, u) ->
				touch(e, u);
				seat[e] = letter;
				mark[e] = 1 - u
			:: else -> skip
			fi;
			hold_end(e, u, P);
			e = 0
		}
	}
}

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
		stage[u] == SENT ->
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
#ifdef V_LATER
		assert(probe || !away[u] || epoch == 0);
#elif defined V_DATABASE
		assert(probe || !away[u]);
#endif
	}
}

inline decline(u)
{
	d_step {
		stage[u] == SENT ->
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

/* One request to pay for a hold. */
proctype Payer(byte u)
{
	byte e;
	mtype letter = A;

end_pay:
	if
	:: hold_pay(u)
#ifdef DATABASE
	:: placed[u] -> e = epoch	/* whatever it was told of the hold */
#endif
	fi;
	if
	:: e = 0; goto done
	:: e = 0; goto give_back	/* the wallet is empty */
	:: atomic {			/* intent */
		!raising ->
		if
		:: epoch != e -> e = 0; goto end_pay
		:: epoch == e && stage[u] != NONE -> e = 0; goto done
		:: epoch == e && stage[u] == NONE && claimable ->
			e = 0;
			claim = P;
			claim_of = u;
			stage[u] = SENT
		:: epoch == e && stage[u] == NONE && !claimable ->
			e = 0;
			letter = claim;
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
done:	letter = A
}

/* ---- facts come to the map: late, twice, or never ---- */

#ifdef M_NOMARK
#define late(e, l, u)	(seat[e] == l)
#else
#define late(e, l, u)	stands(e, l, u)
#endif
#define was_paid	(stage[u] != NONE && stage[u] != SENT)
#define paid_at(e)	(lives(e) && was_paid && \
    (rec(e, u) != NONE || late(e, H, u) || late(e, P, u)))
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
	:: hold_place_in_database(0)
	:: hold_place_in_database(1)
	:: d_step { claim == H -> claim = L }
	:: d_step { claim == L -> claim = A; claim_of = NOBODY }
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

/* ---- rebuild ---- */

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
		!last_epoch && (left_behind || n_asked < ASKED) ->
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
	:: journal[u] == HELD && seat[n] == A ->
		assert(ended_stays_ended || log[u] != ENDED || !kept[u]);
		seat[n] = H;
		mark[n] = u;
#ifdef V_REBUILT
		loaded[u] = true;
#endif
		rec(n, u) = HELD
	:: journal[u] == HELD && stands(n, P, u) ->
		rec(n, u) = PAYING
	:: journal[u] != ENDED && stands(n, H, u) ->
		rec(n, u) = HELD	/* made while Redis was away */
	:: else ->
		assert(rebuild_keeps_promise || !promised[u] || read != A);
		promised[u] = false
	fi
}

#ifdef M_OLDFIRST
#define FIRST 0
#else
#define FIRST 1
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
		read = (claim == L -> A : claim);
		whose = (claim == L -> NOBODY : claim_of)
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
		:: newer == FIRST -> take_in(1); take_in(0)
		:: newer != FIRST -> take_in(0); take_in(1)
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

#define fact		(claim == L -> A : claim)
#ifdef M_TWOREADS
#define promise(l, e, k)	(l == H && rec(e, k) == HELD || \
    l == P && rec(e, k) == PAYING)
#else
#define promise(l, e, k)	((l == H || l == P) && rec(e, k) != NONE)
#endif
#if defined M_ORPHAN
#define rightly_free(l, kept)	(l == A || l == H && kept)
#elif defined M_STALEH
#define rightly_free(l, kept)	(l == A || l == H || kept)
#else
#define rightly_free(l, kept)	(l == A || kept)
#endif
/* A hold made while Redis was away may be paid in Redis now; what was paid is
 * the mirror's. */
#define wrong(l, k, kept)	(fact == A -> !rightly_free(l, kept) : \
    (l != claim || k != claim_of) && !(k == claim_of && \
    (claim == H && l == P || claim == R && (l == H || l == P))))
#define wrong_at(e)	(lives(e) && \
    wrong(seat[e], mark[e], promise(seat[e], e, mark[e])))
#ifdef M_LEFTOVER
#define paid_on(e)	false
#else
#define paid_on(e)	(rec(e, claim_of) != NONE)
#endif
#define behind_at(e)	(lives(e) && claim == R && (paid_on(e) || \
    mark[e] == claim_of && (seat[e] == H || seat[e] == P)))
#define orphan_at(e)	(lives(e) && rec(e, u) == PAYING && \
    (fact == A || claim_of != u))

inline read_claim()
{
	read = fact;
	whose = (read == A -> NOBODY : claim_of)
}

inline seat_set()
{
	d_step {
		if
		:: !(lives(e) && stands(e, letter, m)) -> skip
		:: lives(e) && stands(e, letter, m) && read == A ->
			touch(e, m);
			assert(promise_stands || !promised[m]);
			seat[e] = A
		:: lives(e) && stands(e, letter, m) && read != A ->
			if
			:: m == NOBODY || m == whose -> skip
			:: m != NOBODY && m != whose -> promised[m] = false
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
		:: lives(e) && rec(e, u) == PAYING -> hold_end(e, u, P)
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

end:	if
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
	};
	goto end
}

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
			assert(rests_in_truth || (claim == A || claim == R));
			assert(rests_in_truth || seat[epoch] == claim);
			assert(rests_in_truth || claim == A ||
			    mark[epoch] == claim_of);
			assert(rests_in_truth || (rec(epoch, 0) == NONE &&
			    rec(epoch, 1) == NONE))
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
		run Rest();
#ifdef RETRY
		run Payer(0);
#endif
		run Payer(0);
		run Payer(1)
	}
}
