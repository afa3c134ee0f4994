# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# lint.sh - what the lints share: they are sourced with it, look at the
# sources under $SRCDIR, and speak TAP.
set -u
shopt -s nullglob globstar
: "${SRCDIR:?is set by make check}"
cd "$SRCDIR" || exit 1

lint_n=0
lint_failed=0

# lint SENTENCE VIOLATIONS: holds when there are none (one a line).
lint()
{
	lint_n=$((lint_n + 1))
	if [ -z "$2" ]; then
		echo "ok $lint_n - $1"
	else
		echo "not ok $lint_n - $1"
		printf '%s\n' "$2" | sed 's/^/#   /'
		lint_failed=1
	fi
}

# To be called last.
lint_done()
{
	echo "1..$lint_n"
	exit $lint_failed
}

# Sources of the programs (no tests), and what they include as
# "file:line:name", quotes and angle brackets kept.
lint_sources()
{
	printf '%s\n' lib/**/*.[ch] fcgi-app/**/*.[ch] worker/*.[ch] feedd/*.[ch] ctl/*.[ch]
}

lint_includes()
{
	lint_sources | xargs grep -nE '^[[:space:]]*#[[:space:]]*include' |
		sed -E 's/^([^:]*:[0-9]+):[^"<]*(["<][^">]*[">]).*/\1:\2/'
}

# Verbs and options of boxofficectl, as the table in ctl/main.c has them.
ctl_usages()
{
	sed -n '/^static const struct verb verbs/,/^};/p' ctl/main.c |
		grep -oE '\{ "[a-z -]+"|--[a-z-]+' | tr -d '{"' |
		sed 's/^ //' | grep -v -x -e '--config' | sort -u
}

# Metrics that are told: the names in the programs' tables, those of lines made of
# two parts.
lint_metrics()
{
	grep -hoE '"boxoffice_[a-z_]*[a-z]["{]' worker/stats.c fcgi-app/*.c \
		fcgi-app/api/*.c feedd/stats.c | tr -d '"{'
	sed -n '/line_series\[\]/,/^}/s/^	{ "\([a-z_]*\)".*/boxoffice_queue_line_\1/p' \
		fcgi-app/api/ops.c
}
