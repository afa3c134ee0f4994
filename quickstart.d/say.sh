# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# say - words to the person at the terminal, and waiting for things
#
# Layer: quickstart.

say() {
	printf '%s\n' "$*"
}

# step TEXT: what takes a moment now.
step() {
	printf '== %s\n' "$*"
}

die() {
	printf 'quickstart: %s\n' "$*" >&2
	exit 1
}

# quietly LOG COMMAND...: run it with its output in LOG, whose end is shown
# when it fails.
quietly() {
	local log=$1
	shift
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 40 "$log" >&2
		die "failed: $* (all of its output is in $log)"
	fi
}

# wait_until SECONDS WHAT COMMAND...: until the command succeeds.
wait_until() {
	local end=$((SECONDS + $1)) what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || die "$what did not happen in time"
		sleep 0.1
	done
}

# put FILE MODE OWNER: standard input into FILE, if that changes it. The status
# is 0 when it did.
put() {
	local file=$1 mode=$2 owner=$3
	local new
	new=$(mktemp "$file.XXXXXX")
	cat >"$new"
	chmod "$mode" "$new"
	chown "$owner" "$new"
	if cmp -s "$new" "$file"; then
		rm -f "$new"
		return 1
	fi
	mv -f "$new" "$file"
}
