#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Does check-config --online ask for every Redis command that is used?
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

asked=ctl/online_redis.c

# The first words of commands, in C and in the scripts. Those that begin a
# connection are asked by connecting.
used()
{
	# shellcheck disable=SC2046
	cat lib/*/lua/*.lua $(lint_sources | grep -vx "$asked") | tr '\n' ' ' |
		grep -oE "redis\.p?call\(['\"][A-Z]+['\"]|(\{|\[0\] =)[[:space:]]*SPAN_LIT\(\"[A-Z]+\"\)" |
		grep -oE "['\"][A-Z]+['\"]" | tr -d "'\"" | sort -u
}

missing=$(comm -23 <(used) \
	<(grep -oE '"[A-Z]+' "$asked" | tr -d '"' | sort -u))
# EXEC would run what is only asked for; who may DISCARD may EXEC.
# AUTH and SELECT begin a connection, SENTINEL is asked of sentinels.
lint "check-config --online asks for every command of Redis that is used" \
	"$(grep -vxE 'EXEC|AUTH|SELECT|SENTINEL' <<<"$missing")"
lint_done
