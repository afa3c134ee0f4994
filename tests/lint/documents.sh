#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Do the documents say what the program does? Routes and problems in
# doc/openapi.yaml, a man page for each program.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

api=doc/openapi.yaml

# "GET /path" of every row of the table: a row may be broken after a comma. Pages
# are no part of the API.
routes()
{
	cat fcgi-app/routes.c feedd/ask.c | tr '\n\t' '  ' |
		grep -oE '\{ *(GET|POST|PUT|PATCH|DELETE|OPTIONS), *"[^"]*"' |
		sed -E 's/^\{ *([A-Z]+), *"(.*)"/\1 \2/' |
		grep -vE '^[A-Z]+ /m(/|$)' | sort
}

documented_routes()
{
	awk '
	/^[a-z]/ { in_paths = /^paths:/ }
	in_paths && /^  \/[^ ]*:/ {
		path = $1
		sub(/:$/, "", path)
	}
	in_paths && /^    (get|post|put|patch|delete|options):/ {
		method = $1
		sub(/:.*/, "", method)
		print toupper(method) " " path
	}' "$api" | sort
}

problems()
{
	sed -nE 's/^\t\{ "([a-z0-9-]+)", [0-9]+,.*/\1/p' lib/http/problem.c |
		sort
}

# Slugs a file names as "/problems/<slug>".
named_problems()
{
	grep -rhoE '/problems/[a-z0-9-]+' "$@" | sed 's|.*/||' | sort -u
}

programs()
{
	cat Makefile.am ./**/local.mk | tr '\n\t' '  ' | sed 's/\\ / /g' |
		grep -oE '(^| )s?bin_PROGRAMS *\+= *[a-z-]+' | sed 's/.* //'
}

lint "every route is in $api" \
	"$(comm -23 <(routes) <(documented_routes))"
lint "every operation of $api has its route" \
	"$(comm -13 <(routes) <(documented_routes))"
lint "the tables were read at all" \
	"$(for list in routes documented_routes problems programs; do
		[ -n "$($list)" ] || echo "$list finds nothing"
	done)"
lint "every problem is in $api" \
	"$(comm -23 <(problems) <(named_problems "$api"))"
lint "every problem is given by somebody" \
	"$(comm -23 <(problems) <({ named_problems conf
	lint_sources | grep -vx lib/http/problem.c |
		xargs grep -hoE '"[a-z0-9-]+"' | tr -d '"'
	grep -oE '\(res, "[a-z0-9-]+"' lib/http/problem.c |
		sed 's/.*"\(.*\)"/\1/'; } | sort -u))"
lint "$api names no problem that is none" \
	"$(comm -13 <(problems) <(named_problems "$api"))"
lint "the web servers' own errors are problems too" \
	"$(comm -13 <(problems) <(named_problems conf))"
lint "every program has a man page" \
	"$(for program in $(programs); do
		pages=(man/"$program".[1-8])
		[ ${#pages[@]} -gt 0 ] || echo "$program"
	done)"
lint "every man page is installed" \
	"$(for page in man/*.[1-8]; do
		grep -q "%D%/$(basename "$page")" man/local.mk || echo "$page"
	done)"
# Words of the pages that need no JavaScript, and what their notices are asked for
# by.
page_words()
{
	sed -nE 's/^\tW\(([A-Z_]+),.*/M_\1/p' fcgi-app/m/words.h
}
page_notices()
{
	sed -nE 's/^\t\{ "([a-z-]+)", (true|false), .*/"\1"/p' fcgi-app/m/words.c
}
lint "every word of fcgi-app/m is said somewhere" \
	"$(page_words | while read -r word; do
		grep -qwF -e "$word" fcgi-app/m/*.c || echo "$word"
	done
	page_notices | while read -r word; do
		grep -qwF -e "$word" fcgi-app/m/[a-v]*.c lib/http/problem.c ||
			echo "$word"
	done)"
lint "the words of fcgi-app/m were read at all" \
	"$([ -n "$(page_words)" ] && [ -n "$(page_notices)" ] || echo "none")"
# As the synopsis of the man page has them: "block | unblock" there is two verbs.
ctl_synopsis()
{
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' man/boxofficectl.8 |
		awk '$1 == ".Cm" { sub(/^\.Cm /, ""); n = split($0, word, " ")
			if (n <= 2) { print; next }
			for (i = 2; i <= n; i++)
				if (word[i] != "|") print word[1], word[i] }
			{ rest = $0
			while (match(rest, /Fl -[a-z-]+/)) {
				print "-" substr(rest, RSTART + 3, RLENGTH - 3)
				rest = substr(rest, RSTART + RLENGTH) } }' |
		grep -v -x -e '--config' -e '--help' -e '--version' | sort -u
}
lint "verbs and options of boxofficectl are those of its man page" \
	"$(diff <(ctl_usages) <(ctl_synopsis))"
lint_done
