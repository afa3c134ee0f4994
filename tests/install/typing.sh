# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# typing - what follow.sh and debian/tests/sell share: they type what the
# documents say, in one root shell of a machine that is nobody's, and tell in TAP
# how far they came. The first command that fails ends them.
#
# Sourced with SOURCE, the folder of the documents; TAP goes to descriptor 3.
#
# Layer: tests.
set -eEuo pipefail

WORK=$(mktemp -d)
KEPT=/var/tmp/kept
n=0 now=none
trap 'echo "not ok $((n + 1)) - $now, at: $BASH_COMMAND" >&3' ERR

ok() {
	n=$((n + 1))
	echo "ok $n - $now" >&3
}

commands() {
	"$SOURCE/tests/install/commands.sh" "$SOURCE/$1" "${@:2}"
}

# follow FILE HEADING [N]: type the commands that stand there.
follow() {
	now="$1: $2"
	commands "$@" >"$WORK/typed"
	set -x
	# shellcheck disable=SC1091
	. "$WORK/typed"
	set +x
	ok
}

# A 503 while the maps are made is a moment's; any refusal ends the test.
curl() {
	command curl --fail-with-body --retry 10 --retry-delay 1 "$@" |
	    tee "$WORK/answer"
}

# answer NAME: the first member of that name in the last answer.
answer() {
	grep -o "\"$1\" *: *\"\\?[^\",}]*" "$WORK/answer" |
	    sed -n '1s/.*: *"\{0,1\}//p'
}

# README's purchase; a person puts in what the answer before has.
# shellcheck disable=SC2016
purchase() {
	commands README.md "A purchase, step by step" | sed -E \
	    -e 's/^([A-Z]+)=\.\.\. +# an id of .*/\1=$(answer id)/' \
	    -e 's/^([A-Z]+)=\.\.\. +# (.*)/\1=$(answer \2)/'
}

seat_is_bought() {
	now="a seat is bought $1"
	purchase >"$WORK/typed"
	set -x
	# shellcheck disable=SC1091
	. "$WORK/typed"
	set +x
	ok
}

# The same without giving it back: NUMBER is then ann's.
seat_stays_bought() {
	purchase | sed '/^# Give it all back/,$d' >"$WORK/typed"
	# shellcheck disable=SC1091
	. "$WORK/typed"
}

give_back() {
	api "$BASE_URL/api/v1/reservations/$1/cancel" \
	    -H "Authorization: Bearer $TOKEN" \
	    -H 'Content-Type: application/json' \
	    -H "Idempotency-Key: cancel-$1" -d '{}'
}

# What is bought by then stays, and the shell of the next boot knows of it.
keep_for_reboot() {
	echo "$n $NUMBER $TOKEN" >"$KEPT"
}

# booted_again PREFIX: a shell after a reboot, with what was typed before.
booted_again() {
	local kept
	systemctl is-system-running --wait || true
	read -r n kept TOKEN <"$KEPT"
	rm "$KEPT"
	prefix=$1
	# shellcheck disable=SC2034
	examples=$prefix/share/doc/boxoffice/examples
	# shellcheck disable=SC2034
	secrets=/etc/boxoffice/secrets
	follow doc/install.md "Buy a seat"
	{
		commands doc/install.md "Schema, accounts, catalog" |
		    sed '/^ctl()/!d'
		purchase | sed '/^# Who am I/,$d'
	} >"$WORK/typed"
	# shellcheck disable=SC1091
	. "$WORK/typed"
	now="what was bought before the reboot is there, and can be given back"
	api "$BASE_URL/api/v1/reservations" -H "Authorization: Bearer $TOKEN" |
	    grep -q "$kept"
	give_back "$kept"
	ok
	seat_is_bought "after a reboot"
}

fails() {
	if "$@"; then
		return 1
	fi
}

running() {
	systemctl -q is-active "$1"
}

# within SECONDS COMMAND...: until it holds.
within() {
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < until))
		sleep 0.2
	done
}
