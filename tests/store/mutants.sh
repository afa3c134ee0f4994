#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: tests/store/mutants.sh [NAME...]
#
# Takes each defence of a payment away, in a copy of the checkout and its .build
# (configured with --enable-faults), and sees whether the test turns red that guards
# it, and is green without that. TAP; a minute or two, and not part of the suite. NAME:
# those mutants alone.
#
# A new one is a row below: its name, a file, what sed does to that, the program and
# the function of the test. What each takes away is in HACKING.md, "Add a provider of
# card payments".
set -euo pipefail

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
WORK=$(mktemp -d /var/tmp/boxoffice-mutants.XXXXXX)
chmod 755 "$WORK"
trap 'rm -rf "$WORK"' EXIT

MUTANTS=(
	"reference|sql/functions/payments.sql|
		s/p_lost, p_provider, p_account, p_ref, p_source/p_lost, p_provider, p_account, md5(p_payment::text), p_source/|
		test_reconcile_card|a_restored_older_database_sells_no_seat_for_old_money"
	"phase|lib/payment/payment_work.c|
		/^created(/,/^}/ s/go(item);/ask(item, CONFIRM);/|
		test_card|what_was_taken_before_the_deadline_is_bought_after_it"
	"cancel|lib/payment/payment_work.c|
		/^looked(/,/^}/ s/\\bcancel(/decline(/|
		test_card|the_buyer_goes_to_his_bank_and_comes_back"
	"event|lib/payment/payment_event.c|
		/^payment_event(/,/^}/ s/return db_sure(r);/(void)r; return 0;/|
		test_card|an_event_that_cannot_be_written_is_not_accepted"
	"told|sql/functions/payments.sql|
		/FUNCTION payment_end(/,/^END/ {
			s/CASE WHEN o.look_at < o.owned_until THEN o.look_at//
			s/ELSE v_now + interval '5 s' END/v_now + interval '5 s'/
		}|
		test_payment|what_is_told_while_it_ends_is_looked_at_afterwards"
)

# run_test PROGRAM TEST: green, red, or what the program said instead. The other tests
# are left out of it, whose functions then are unused.
run_test() {
	local said
	make -C "$WORK/src/.build" -s CFLAGS="-g -O1 -w" "tests/store/$1" \
	    >"$WORK/make" 2>&1 || {
		echo "not built: $(grep -m 1 error "$WORK/make")"
		return
	}
	said=$(cd "$WORK/src/.build" && SRCDIR=$WORK/src BUILDDIR=$PWD \
	    "tests/store/$1" 2>&1) || true
	if grep -q '^not ok' <<<"$said"; then
		echo red
	elif grep -q '^ok' <<<"$said"; then
		echo green
	else
		tail -n 1 <<<"$said"
	fi
}

# Times of files stay, so make builds again only what a mutant has changed.
mkdir "$WORK/src"
(cd "$SOURCE" && tar -c --exclude=./.git .) | tar -x -C "$WORK/src"

failed=0 n=0
for mutant in "${MUTANTS[@]}"; do
	IFS='|' read -r -d '' name file change program test <<<"$mutant" || true
	program=${program//[[:space:]]/} test=${test//[[:space:]]/}
	(($# == 0)) || [[ " $* " == *" $name "* ]] || continue
	n=$((n + 1))
	for kept in "$file" "tests/store/$program.c"; do
		cp -p "$SOURCE/$kept" "$WORK/src/$kept"
		touch "$WORK/src/$kept"
	done
	sed -i "/^\tTEST/ { :whole; /;\$/ ! { N; b whole }; /(${test}[,)]/ ! d }" \
	    "$WORK/src/tests/store/$program.c"
	without=$(run_test "$program" "$test")
	sed -i "$change" "$WORK/src/$file"
	if cmp -s "$SOURCE/$file" "$WORK/src/$file"; then
		with="sed has changed nothing"
	else
		with=$(run_test "$program" "$test")
	fi
	word=ok
	[[ $without == green && $with == red ]] || word="not ok" failed=1
	echo "$word $n - without $name: $program: ${test//_/ } # $without, then $with"
	cp -p "$SOURCE/$file" "$WORK/src/$file"
	touch "$WORK/src/$file"
done
echo "1..$n"
exit $failed
