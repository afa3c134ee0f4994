#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: make model
#
# Check the model seat.pml with Spin; TAP. What is right is searched to the
# last state; a mutant must break, and the law it is named with; so must a
# probe, which shows that what the laws speak of happens at all.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
command -v spin >/dev/null || {
	echo "Bail out! spin is not installed (Debian's package spin)"
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/seat.pml" "$work" && cd "$work" || exit 1

SECONDS_MAX=300 MIB_MAX=900 DEPTH_MAX=100000

number=0 failed=0

# search OPTIMISATION OPTION...: what Spin says is in pan.log
search() {
	local optimise=$1
	shift
	rm -f pan.log
	if ! spin -a "$@" seat.pml >pan.log 2>&1; then
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

# shellcheck disable=SC2086	# options are words
{
	echo 1..30
	holds "promises are kept while some workers believe Redis away" \
	    -DRETRY -DDATABASE
	holds "reconcile may read map, holds and claims one after the other" \
	    -DSLOWREAD -DRETRY
	holds "promises are kept when Redis is emptied or rebuilt" \
	    $ONE -DFLUSHES=1
	holds "promises are kept when both happen" \
	    $TWO
	holds "promises are kept when Redis is emptied and some go on without" \
	    -DEPOCHS=2 -DFLUSHES=1 -DDATABASE -DKEEP
	holds "promises are kept when buyers ask again during a rebuild" \
	    $ONE -DRETRY -DKEEP
	holds "reconcile alone brings a map to rest in truth" \
	    -DKEEP -DMUTE -DRETRY -DDATABASE
	holds "reconcile alone does so after Redis was emptied" \
	    -DEPOCHS=2 -DFLUSHES=1 -DKEEP -DMUTE -DDATABASE

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
	breaks rests_in_truth "reconcile leaves a hold that nobody made" \
	    -DM_STALEH -DDATABASE -DKEEP
	breaks rests_in_truth "reconcile leaves a paid hold running" \
	    -DM_LEFTOVER -DKEEP -DMUTE
	breaks promise_stands "reconcile takes a seat for what it read apart" \
	    -DM_TWOREADS -DSLOWREAD

	breaks probe "a seat is sold" -DV_SOLD
	breaks probe "a seat is sold again after a refund" -DV_RESOLD
	breaks probe "a hold is lost to a fact" -DV_LOST
	breaks probe "a hold that was loaded from the journal is sold" \
	    -DV_REBUILT -DEPOCHS=2 -DFLUSHES=1
	breaks probe "a hold made without Redis is sold" -DV_DATABASE -DDATABASE
	breaks probe "a hold made without Redis is sold after a rebuild" \
	    -DV_DATABASE -DDATABASE -DV_LATER $ONE
	breaks probe "a sold seat comes to rest" -DV_RESTS -DKEEP
}
exit $failed
