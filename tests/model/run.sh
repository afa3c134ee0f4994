#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: make model
#
# Check the models seat.pml, section.pml, line.pml, card.pml and move.pml with
# Spin; TAP.
# What is right is searched to the last state; a mutant must break, and the law it
# is named with; so must a probe, which shows that what the laws speak of happens
# at all.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
command -v spin >/dev/null || {
	echo "Bail out! spin is not installed (Debian's package spin)"
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/*.pml "$work" && cd "$work" || exit 1

SECONDS_MAX=300 MIB_MAX=900 DEPTH_MAX=100000

number=0 failed=0 model=seat.pml

# search OPTIMISATION OPTION...: what Spin says is in pan.log
search() {
	local optimise=$1
	shift
	rm -f pan.log
	if ! spin -a "$@" "$model" >pan.log 2>&1; then
		return
	fi
	${CC:-cc} "$optimise" -w -DSAFETY -DMEMLIM=$MIB_MAX -o pan pan.c \
	    >pan.log 2>&1 &&
	    timeout $SECONDS_MAX ./pan -m$DEPTH_MAX -w21 >pan.log 2>&1
}

tell() {
	number=$((number + 1))
	[[ $1 == ok ]] || failed=1
	echo "$1 $number - $2"
}

# holds SENTENCE OPTION...: no law breaks in any state
holds() {
	local sentence=$1
	shift
	search -O1 "$@"
	if grep -q 'errors: 0$' pan.log &&
	    ! grep -q 'Search not completed\|depth too small' pan.log; then
		tell ok "$sentence"
	else
		tell "not ok" "$sentence"
		sed 's/^/# /' pan.log
	fi
	awk -v options="$*" '/states, stored/ { n = $1 }
	    /actual memory usage$/ { m = $1 } /elapsed time/ { t = $4 }
	    END { print "#", options ": " n " states, " t " s, " m " MiB" }' \
	    pan.log
}

# breaks LAW SENTENCE OPTION...: that law breaks, and before any other
breaks() {
	local law=$1 sentence=$2
	shift 2
	search -O0 "$@"
	if grep -q "assertion violated .*\<$law\>" pan.log; then
		tell ok "$sentence"
	else
		tell "not ok" "$sentence (no state breaks $law)"
		sed 's/^/# /' pan.log
	fi
}

ONE="-DEPOCHS=2 -DASKED=1"
TWO="-DEPOCHS=3 -DFLUSHES=1 -DASKED=1 -DKEEP"
AWAY="-DDATABASE -DKEEP -DALONE"
AWAY_ONE="$AWAY -DQUICK $ONE"
TWO_MAPS="-DEPOCHS=2"
TWO_MINDS="-DDATABASE -DALONE"
HOUSE="-DHOUSE -DKEEP -DALONE"

# shellcheck disable=SC2086	# options are words
{
	echo 1..114
	holds "promises are kept when buyers ask again" -DRETRY
	holds "reconcile may read map, holds and claims one after the other" \
	    -DSLOWREAD -DRETRY
	holds "promises are kept when Redis is emptied or rebuilt" \
	    $ONE -DFLUSHES=1
	holds "promises are kept when both happen" \
	    $TWO
	holds "promises are kept when buyers ask again during a rebuild" \
	    $ONE -DRETRY -DKEEP
	holds "promises are kept while some workers believe Redis away" \
	    -DDATABASE -DKEEP -DQUICK
	holds "so they are when seats are given back, and reconcile is slow" \
	    -DDATABASE -DALONE
	holds "so they are when promises are extended without Redis" \
	    $AWAY -DEXTEND
	holds "so they are in a rebuild" \
	    $AWAY_ONE
	holds "so they are when Redis is emptied and some go on without" \
	    $AWAY -DQUICK -DEPOCHS=2 -DFLUSHES=1
	holds "promises are kept while the house keeps seats" \
	    $HOUSE
	holds "so they are in a rebuild too" \
	    $HOUSE -DQUICK $ONE
	holds "reconcile alone brings a map to rest in truth" \
	    -DKEEP -DMUTE -DRETRY
	holds "reconcile alone does so after Redis was emptied" \
	    -DKEEP -DMUTE -DEPOCHS=2 -DFLUSHES=1
	holds "reconcile alone does so while some go on without Redis" \
	    $AWAY -DMUTE

	breaks one_owner "without the primary key a seat is sold twice" \
	    -DM_NOKEY
	breaks payer_keeps_claim \
	    "a clock that frees a seat being paid refunds a payer" -DM_CLOCK
	breaks promise_stands \
	    "a mirror that does not compare marks takes a promised seat" \
	    -DM_NOMARK
	breaks sold_stands \
	    "a late mirror of a seat given back takes it from its next owner" \
	    -DM_LATEBACK
	breaks old_map_rests \
	    "an old map that stays alive is written beside the new one" \
	    -DM_NODEAD $ONE
	breaks ended_stays_ended \
	    "a journal that moves backward brings a dropped hold back" \
	    -DM_BACKWARD $ONE
	breaks ended_stays_ended \
	    "a rebuild that leaves the old log brings a dropped hold back" \
	    -DM_NODRAIN $ONE
	breaks rebuild_keeps_promise \
	    "a rebuild that prefers older holds breaks the newer promise" \
	    -DM_OLDFIRST $TWO
	breaks old_map_rests \
	    "a load that opens blindly brings a dead map back" -DM_BLIND $TWO
	breaks old_map_rests \
	    "a load that lost its lock opens a map nobody will kill" \
	    -DM_UNLOCKED $TWO
	breaks rests_in_truth "a raise that died half way leaves a dead map" \
	    -DM_LEFTDEAD $ONE
	breaks promise_stands "reconcile takes a seat that is being paid" \
	    -DM_ORPHAN
	breaks rests_in_truth "reconcile leaves a paid hold running" \
	    -DM_LEFTOVER -DKEEP -DMUTE
	breaks promise_stands "reconcile takes a seat for what it read apart" \
	    -DM_TWOREADS -DSLOWREAD
	breaks promise_stands "reconcile takes a held seat for an H claim" \
	    -DM_FOLLOWH $AWAY
	breaks promise_stands "reconcile frees an H that found its hold" \
	    -DM_LONELYH $AWAY
	breaks mirrored_ends_claim "an adoption that keeps the claim refuses others" \
	    -DM_KEEPCLAIM $AWAY
	breaks promise_stands "an adoption takes a seat that is being paid" \
	    -DM_OVERP $AWAY
	breaks promise_stands "an adoption takes a held seat without a claim" \
	    -DM_UNCLAIMED $AWAY
	breaks rests_in_truth "a hold whose payment was declined is never told" \
	    -DM_STUCK $AWAY
	breaks rebuild_keeps_promise \
	    "a rebuild prefers a withdrawn promise to a hold that was adopted" \
	    -DM_UNSAID $AWAY_ONE
	breaks rebuild_keeps_promise \
	    "a rebuild prefers a later promise to a claim" \
	    -DM_NOCLAIMFIRST $AWAY_ONE
	breaks promise_stands "a block takes a held seat" -DM_SEIZE $HOUSE
	breaks kept_stands "a block that was overtaken frees what is kept" \
	    -DM_SAMEMARK $HOUSE
	breaks kept_stands "a late unblock frees what is kept" \
	    -DM_LATEFREE $HOUSE
	breaks rests_in_truth "reconcile leaves a seat that nobody keeps" \
	    -DM_UNKEPT $HOUSE

	breaks probe "a seat is sold" -DV_SOLD
	breaks probe "a seat is sold again after a refund" -DV_RESOLD
	breaks probe "a hold is lost to a fact" -DV_LOST
	breaks probe "a hold that was loaded from the journal is sold" \
	    -DV_REBUILT -DEPOCHS=2 -DFLUSHES=1
	breaks probe "a hold that was adopted is sold" -DV_ADOPTED $AWAY
	breaks probe "a hold that was adopted after a rebuild is sold" \
	    -DV_ADOPTED -DV_LATER $AWAY_ONE
	breaks probe "a promise is withdrawn for a claim" -DV_WITHDRAWN $AWAY
	breaks probe "an adoption waits for a payment" -DV_WAITS $AWAY
	breaks probe "a seat is kept by the house" -DV_KEPT $HOUSE
	breaks probe "a sold seat comes to rest" -DV_RESTS -DKEEP

	model=section.pml
	holds "counts agree, and no place is promised twice"
	holds "counts agree when buyers ask again" \
	    -DRETRY
	holds "no place is promised twice after a rebuild" \
	    $TWO_MAPS
	holds "nor when Redis was emptied" \
	    $TWO_MAPS -DFLUSHES=1
	holds "two promises are kept beside each other" \
	    $TWO_MAPS -DFLUSHES=1 -DROOMY -DKEEP
	holds "counts agree while some workers believe Redis away" \
	    $TWO_MINDS

	breaks never_over "a claim that does not ask sells more than there is" \
	    -DM_NOROOM $TWO_MINDS
	breaks promise_stands "a claim that asks for more refuses a promise" \
	    -DM_ONEMORE
	breaks safe_side "a mirror that comes late shows places that are sold" \
	    -DM_OLDER
	breaks safe_side "a promise that ends before its fact is told is sold twice" \
	    -DM_APART
	breaks promised_counts "a mirror that comes twice ends two promises" \
	    -DM_TWICE
	breaks promised_counts "a payment that lost leaves its places promised" \
	    -DM_FORGOTTEN $TWO_MINDS
	breaks taken_counts "what is given back is counted as kept" -DM_KEPT
	breaks rests_in_truth "what is given back without a version is not told" \
	    -DM_NOVERSION
	breaks rests_in_truth "a load that reads twice takes old for new" \
	    -DM_TWOREADS $TWO_MAPS
	breaks safe_side "a load without claims of payments promises them again" \
	    -DM_UNPAID $TWO_MAPS
	breaks rebuild_keeps_promise "a load that counts a hold twice loses another" \
	    -DM_DOUBLE $TWO_MAPS -DROOMY -DKEEP
	breaks safe_side "reconcile gives up a payment that is about to be made" \
	    -DM_NODEADLINE
	breaks promised_counts "an adoption counts a hold that is there" \
	    -DM_UNASKED $TWO_MINDS
	breaks mirrored_ends_claim "an adoption that keeps the claim refuses others" \
	    -DM_KEEPCLAIM $TWO_MINDS
	breaks refused_rightly "claims that have lapsed refuse others" \
	    -DM_LAPSED $TWO_MINDS

	breaks probe "all places are sold" -DV_SOLD
	breaks probe "places that were loaded from the journal are sold" \
	    -DV_REBUILT $TWO_MAPS
	breaks probe "places are adopted" -DV_ADOPTED $TWO_MINDS
	breaks probe "sold places come to rest" -DV_RESTS -DKEEP

	model=line.pml
	holds "nobody skips, and a loss of Redis costs nobody his place"
	holds "nor where two may buy at a time" -DPLACES=2

	breaks pass_is_fact "people are admitted without a row" -DM_NOROW
	breaks numbers_once "numbers that were lost are given again" -DM_REUSED
	breaks holds_by_pass "a pass that is looked at before is over by then" \
	    -DM_OUTSIDE
	breaks never_over "two runs fill one place" -DM_UNCOUNTED
	breaks admitted_once "a run that comes late admits who has left" \
	    -DM_LATE
	breaks pass_lives_on "a line begins without the passes that live" \
	    -DM_FORGOTTEN

	breaks probe "somebody comes back after a loss" -DV_BACK
	breaks probe "a pass holds seats after a loss" -DV_HELD
	breaks probe "somebody leaves while a run admits him" -DV_LEFT

	model=card.pml
	holds "whoever is charged has his seat, and nobody else"
	holds "so it is when an older database is restored" -DRESTORE
	holds "money that is taken after all goes back" -DFALSE
	holds "so it does when only events tell of it" -DFALSE -DNORECON
	holds "or only lists" -DFALSE -DM_DEAF

	breaks own_money "a name that comes again buys with another's money" \
	    -DM_REF -DRESTORE
	breaks payer_keeps_claim "a call before its phase takes money for no seat" \
	    -DM_NOPHASE
	breaks payer_keeps_claim "what was given up is asked for all the same" \
	    -DM_GO
	breaks payer_keeps_claim "one who slept asks for what is another's by now" \
	    -DM_OWNER
	breaks payer_keeps_claim "a seat that is free before the provider agrees" \
	    -DM_RELEASE
	breaks rests_in_truth "an event that is accepted before it is written" \
	    -DM_EVENT -DFALSE -DNORECON
	breaks rests_in_truth "what is told while somebody works is forgotten" \
	    -DM_UNASKED -DFALSE -DNORECON
	breaks rests_in_truth "nobody looks at money for what had its end" \
	    -DM_DEAF -DFALSE -DNORECON
	breaks rests_in_truth "nobody lists the money that a restore forgot" \
	    -DM_NORECON -DRESTORE

	breaks probe "a seat is sold by card" -DV_SOLD
	breaks probe "money is given back" -DV_BACK -DFALSE
	breaks probe "money is found of which nothing is known" \
	    -DV_UNKNOWN -DRESTORE
	breaks probe "a seat that was sold by card comes to rest" -DV_RESTS

	model=move.pml
	holds "a reservation that moves has one seat at any time"
	holds "so it has where the difference is paid by card" -DCARD

	breaks sits "a seat that is given up before the other one is claimed" \
	    -DM_APART
	breaks sits "a seat that is given up when the other one is being paid" \
	    -DM_EARLY -DCARD
	breaks paid_once "what is told twice moves twice" -DM_TWICE -DCARD
	breaks sits "a payment moves what was given back, or moved, meanwhile" \
	    -DM_STALE -DCARD

	breaks probe "a reservation moves by card" -DV_MOVED -DCARD
	breaks probe "the seat that it left is sold" -DV_RESOLD
	breaks probe "money for a move comes too late" -DV_LATE -DCARD
}
exit $failed
