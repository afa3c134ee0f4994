/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line - a model of a line of three users in front of a performance, of which
 * PLACES may buy at a time
 *
 * A step is one script in Redis or one transaction in PostgreSQL, as in
 * seat.pml. A loss of Redis is one step, and the line begins anew in two: it
 * reads, and opens what it has read. Whoever runs the line may stand still
 * between any two of its steps, and two do so.
 *
 * The laws, by the names of the variables below:
 *   never_over       no more are admitted than there are places
 *   pass_is_fact     who may buy has a row of a pass
 *   numbers_once     no number is given to two
 *   admitted_once    no number is admitted that is over
 *   one_pass         of a user's rows one lives at most
 *   holds_by_pass    seats are held by who has a pass, at that moment
 *   place_kept       who has not left, and whose pass is not over, is told so
 *                    by nobody: not after a loss either
 *   pass_lives_on    who had a pass that lives has it after a loss
 *
 * Configurations: PLACES how many may buy at a time; LOSSES how often Redis is
 * lost.
 * Mutants, each of which must break the law that run.sh names with it:
 *   M_NOROW      people are admitted before their rows are there
 *   M_REUSED     numbers go on behind the last that was admitted, after a loss
 *   M_OUTSIDE    the pass is looked at in one script, and the seats are taken
 *                in another
 *   M_UNCOUNTED  who lets in trusts the places that were free when he picked
 *   M_LATE       who lets in does not look whether they still wait
 *   M_FORGOTTEN  a line begins without the passes that live
 * A law that nothing can break is none: the probes V_* must "fail", where what
 * the laws speak of has been reached.
 *
 * Smaller than life: clocks are left out, so that a pass ends by leaving, and
 * whoever waits is there; a number is one of few; who leaves tells PostgreSQL
 * within the same epoch.
 */
#define N	3
#define NUMBERS	5	/* 1 to 4 */
#define BLOCK	2
#ifndef PLACES
#define PLACES 1
#endif
#ifndef LOSSES
#define LOSSES 1
#endif
#define NOBODY	N

mtype = { NONE, LIVES, OVER };

/* Always 0; an assertion names its law so that Spin tells which one broke. */
hidden byte never_over, pass_is_fact, numbers_once, admitted_once, one_pass,
    holds_by_pass, place_kept, pass_lives_on, probe;

/* PostgreSQL */
byte epoch;
byte reserved;
mtype row[NUMBERS] = NONE;
byte owner[NUMBERS] = NOBODY;

/* Redis */
bool live = true;
byte seq, known;		/* the last number; none is given above */
byte waits[N], pass[N];	/* numbers; 0: no */

/* What people have. */
byte ticket[N], since[N];	/* the number, and the epoch that knows it */
byte given[NUMBERS] = NOBODY;	/* to whom */
bool over[NUMBERS];		/* left, or spent: not to be told of again */
byte n_lost;

#define is_in(u)	(pass[u] != 0)
#define n_in		(is_in(0) + is_in(1) + is_in(2))
#define lives_of(u, n)	(owner[n] == u && row[n] == LIVES)
#define n_living(u)	(lives_of(u, 1) + lives_of(u, 2) + lives_of(u, 3) + \
    lives_of(u, 4))

inline let(u, n)
{
	pass[u] = n;
	waits[u] = 0;
	assert(never_over || n_in <= PLACES);
	assert(pass_is_fact || row[n] != NONE && owner[n] == u);
	assert(admitted_once || row[n] != OVER && !over[n])
}

/* ---- people ---- */

inline join(u)
{
	d_step {
		live && waits[u] == 0 && pass[u] == 0 && seq < known ->
		seq++;
		waits[u] = seq;
		ticket[u] = seq;
		since[u] = epoch;
		assert(numbers_once || given[seq] == NOBODY);
		given[seq] = u;
	}
}

/* Within its epoch the line knows whoever has not left; later, his number
 * counts unless it has a row, and one whose pass lives waits to be let in. */
inline poll(u)
{
	d_step {
		live && ticket[u] != 0 && since[u] < epoch ->
		if
		:: waits[u] != 0 || pass[u] != 0 -> skip
		:: waits[u] == 0 && pass[u] == 0 && row[ticket[u]] != OVER ->
			waits[u] = ticket[u]
		:: waits[u] == 0 && pass[u] == 0 && row[ticket[u]] == OVER ->
			assert(place_kept || over[ticket[u]])
		fi;
		since[u] = epoch;
#ifdef V_BACK
		assert(probe || waits[u] == 0);
#endif
	}
}

inline ask(u)
{
	d_step {
		live && ticket[u] != 0 && since[u] == epoch &&
		    !over[ticket[u]] ->
		assert(place_kept || waits[u] != 0 || pass[u] != 0)
	}
}

/* From the line, or giving his pass back; then the row. */
proctype Leaver(byte u)
{
	byte n;

end:	d_step {
		live && ticket[u] != 0 && (waits[u] != 0 || pass[u] != 0) ->
		n = ticket[u];
		over[n] = true;
		ticket[u] = 0;		/* he is done with it */
		waits[u] = 0;
		pass[u] = 0
	}
	d_step {
		if
		:: row[n] == LIVES -> row[n] = OVER
		:: else -> skip
		fi;
		n = 0
	}
}

inline hold(u)
{
#ifdef M_OUTSIDE
	d_step { live && is_in(u) };
#endif
	d_step {
#ifndef M_OUTSIDE
		live && is_in(u) ->
#endif
		assert(holds_by_pass || is_in(u));
#ifdef V_HELD
		assert(probe || epoch == 0);
#endif
	}
}

proctype User(byte u)
{
end:	do
	:: join(u)
	:: poll(u)
	:: ask(u)
	:: hold(u)
	od
}

/* ---- numbers ---- */

/* One block more; who has reserved it tells Redis later. */
proctype Reserver()
{
	byte from, e;

end:	do
	:: d_step {
		live && seq == known && reserved + BLOCK < NUMBERS ->
		from = reserved;
		reserved = reserved + BLOCK;
		e = epoch
	   };
	   if
	   :: d_step {
		live && epoch == e && from >= known ->
		if
		:: from > known -> seq = from
		:: else -> skip
		fi;
		known = from + BLOCK
	      }
	   :: skip			/* it dies, or is too late */
	   fi;
	   from = 0;
	   e = 0
	od
}

/* ---- a run ---- */

inline choose(u, n)
{
	if
	:: waits[0] != 0 && (waits[1] == 0 || waits[0] < waits[1]) &&
	    (waits[2] == 0 || waits[0] < waits[2]) -> u = 0
	:: waits[1] != 0 && (waits[0] == 0 || waits[1] < waits[0]) &&
	    (waits[2] == 0 || waits[1] < waits[2]) -> u = 1
	:: waits[2] != 0 && (waits[0] == 0 || waits[2] < waits[0]) &&
	    (waits[1] == 0 || waits[2] < waits[1]) -> u = 2
	fi;
	n = waits[u]
}

inline end_earlier(u, n, i)
{
	i = 1;
	do
	:: i < NUMBERS ->
		if
		:: owner[i] == u && row[i] == LIVES && i < n ->
			row[i] = OVER;
			over[i] = true
		:: else -> skip
		fi;
		i++
	:: else -> break
	od;
	i = 0
}

#define has_later(u, n)	(lives_of(u, 2) && 2 > n || lives_of(u, 3) && 3 > n \
    || lives_of(u, 4) && 4 > n)

inline make_row()
{
	d_step {
		if
		:: epoch != e -> has_row = false
		:: else ->
			end_earlier(u, n, i);
			if
			:: row[n] == NONE && !has_later(u, n) ->
				row[n] = LIVES;
				owner[n] = u
			:: else -> skip
			fi;
			has_row = (row[n] != NONE)
		fi;
		assert(one_pass || n_living(u) <= 1)
	}
}

#ifdef M_UNCOUNTED
#define is_place	true
#else
#define is_place	(n_in < PLACES)
#endif

#ifdef M_LATE
#define still_waits	true
#else
#define still_waits	(waits[u] == n)
#endif

inline let_in()
{
	left = false;
	d_step {
		if
		:: !live || epoch != e -> skip
		:: live && epoch == e && still_waits && row[n] == OVER ->
			waits[u] = 0
		:: live && epoch == e && still_waits && row[n] != OVER &&
		    is_place ->
			let(u, n)
		:: live && epoch == e && still_waits && row[n] != OVER &&
		    !is_place -> skip
		:: live && epoch == e && !still_waits ->
			left = (pass[u] == 0)
		fi;
#ifdef V_LEFT
		assert(probe || !left);
#endif
	}
}

proctype Run()
{
	byte u = NOBODY, n, e, i;
	bool has_row, left;

end:	do
	:: d_step {
		live && n_in < PLACES &&
		    (waits[0] != 0 || waits[1] != 0 || waits[2] != 0) ->
		choose(u, n);
		e = epoch
	   };
	   if
	   :: goto done			/* it dies */
#ifdef M_NOROW
	   :: let_in();
	      make_row()
#else
	   :: make_row();
	      if
	      :: has_row -> let_in()
	      :: !has_row -> skip
	      fi
#endif
	   fi;
	   if
	   :: left ->
		d_step {
			if
			:: row[n] == LIVES -> row[n] = OVER; over[n] = true
			:: else -> skip
			fi
		}
	   :: else -> skip
	   fi;
done:	   atomic {
		u = NOBODY;
		n = 0;
		e = 0;
		has_row = false;
		left = false
	   }
	od
}

/* ---- Redis is lost, and found ---- */

inline find_pass(u, i)
{
	i = 1;
	do
	:: i < NUMBERS ->
		if
		:: lives_of(u, i) -> pass[u] = i
		:: else -> skip
		fi;
		i++
	:: else -> break
	od;
	i = 0
}

proctype Loss()
{
	byte i;

end:	do
	:: d_step {
		n_lost < LOSSES ->
		n_lost++;
		epoch++;
		live = false;
		seq = 0;
		known = 0;
		waits[0] = 0; waits[1] = 0; waits[2] = 0;
		pass[0] = 0; pass[1] = 0; pass[2] = 0
	   };
	   d_step {
#ifndef M_FORGOTTEN
		find_pass(0, i);
		find_pass(1, i);
		find_pass(2, i);
#endif
#ifdef M_REUSED
		i = 1;
		do
		:: i < NUMBERS ->
			if
			:: row[i] != NONE -> seq = i
			:: else -> skip
			fi;
			i++
		:: else -> break
		od;
		i = 0;
		known = reserved;
#else
		seq = reserved;
		known = reserved;
#endif
		live = true;
		assert(pass_lives_on || n_living(0) <= is_in(0) &&
		    n_living(1) <= is_in(1) && n_living(2) <= is_in(2))
	   }
	od
}

init {
	atomic {
		run User(0);
		run User(1);
		run User(2);
		run Leaver(0);
		run Reserver();
		run Run();
		run Run();
		run Loss()
	}
}
