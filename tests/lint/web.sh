#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Does every import of the page go in the allowed direction, does it say the same
# in each language, has it words for each problem, and do the web servers know its
# addresses? The table repeats what ARCHITECTURE.md says of web/.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# A room of web/src, and the rooms it may import from beside its own.
table='
api
words
map     api
state   api map words
parts   api map words state
pages   api map words state parts
operator api map words state parts editor counter catalog
'

# "file room" for each import of a room by a file of another one.
# A folder of the operators' page may have rooms within, by the same names.
imports()
{
	grep -rnE "(from|import)[ (]+\"\.[^\"]*\"" "web/src/$1" \
		--include='*.ts' --include='*.tsx' |
		sed -E 's|^(web/src/operator/[a-z]+/.*"\.\./)\.\./|\1|' |
		sed -nE 's|^([^:]*:[0-9]+):.*"\.\./([a-z]+)/[^"]*".*|\1 \2|p'
}

wrong_imports()
{
	imports "$1" | while read -r where room; do
		[[ " $1 $2 " == *" $room "* ]] || echo "$where imports $room"
	done
}

# The words of buyers, and of operators.
words='web/src/words web/src/operator/words'

keys()
{
	sed -nE 's/^[[:space:]]*"([^"]+)":.*/\1/p' "$1" | sort
}

# Every {hole} of every text, as "key hole".
holes()
{
	sed -nE 's/^[[:space:]]*"([^"]+)": *"(.*)",?$/\1\t\2/p' "$1" |
		awk -F'\t' '{ rest = $2
			while (match(rest, /\{[a-z]+\}/)) {
				print $1, substr(rest, RSTART, RLENGTH)
				rest = substr(rest, RSTART + RLENGTH) } }' | sort -u
}

# Texts that nothing says, by the whole of their key or by how it begins, as in
# `kind.${show.kind}`.
unsaid()
{
	for at in $words; do keys "$at/en.json"; done | awk '
		FILENAME != "-" { said[$0]; next }
		{ stem = $0; sub(/\.[^.]*$/, "", stem) }
		!($0 in said) && !((stem ".*") in said)' <(said) -
}

said()
{
	grep -rhoE "[\"\`][a-z][a-zA-Z.-]*(\"|\\$\{)" web/src \
		--include='*.ts' --include='*.tsx' --exclude='*.test.ts' |
		sed -E 's/^.//; s/"$//; s/\$\{$/*/' | sort -u
}

problems()
{
	sed -nE 's/^\t\{ "([a-z0-9-]+)", [0-9]+,.*/\1/p' lib/http/problem.c |
		sort
}

# Those that the page has a text for; "offline" is its own.
worded()
{
	sed -nE 's/^\t"([a-z0-9-]+)": "problem\..*/\1/p' \
		web/src/state/problems.ts | grep -vx offline | sort
}

servers=(conf/nginx/snippets/boxoffice.conf.in
	conf/apache/boxoffice-fcgid.conf.in
	conf/apache/boxoffice-proxy-fcgi.conf.in)

# The addresses of pages behind the first, as one pattern: those of the table,
# and what a web server has.
pages()
{
	sed -nE 's/^\t\[\/\^\\\/(.+)\$\/, .*/\1/p' web/src/app.tsx |
		sed -E 's/\\\//\//g; s/\\d/[0-9]/g; s/[()]//g' | sort
}
served()
{
	sed -nE 's/^(location ~ |AliasMatch ")\^\/\((.*)\)\$.*/\2/p' "$1" |
		tr '|' '\n' |
		sed -E 's/^(.*)\((.*)\)\?$/\1\n\1\2/' | sort
}

# "name | version" of each package that the page is built of.
built_of()
{
	sed -n '/"dependencies"/,/}/s/^ *"\([a-z-]*\)": "\([0-9.]*\)".*/\1 | \2/p' \
		web/package.json
}

while read -r room may; do
	[ -n "$room" ] || continue
	lint "web/src/$room imports only from: ${may:-itself}" \
		"$(wrong_imports "$room" "$may")"
done <<<"$table"
lint "every room of web/src has its line here" \
	"$(for room in web/src/*/; do
		room=$(basename "$room")
		grep -qE "^$room( |\$)" <<<"$table" || echo "$room"
	done)"
lint "the imports were read at all" \
	"$([ -n "$(imports state)" ] || echo "state imports nothing")"
for at in $words; do
	lint "ko.json and en.json of $at have the same keys" \
		"$(diff <(keys "$at/ko.json") <(keys "$at/en.json"))"
	lint "and the same holes" \
		"$(diff <(holes "$at/ko.json") <(holes "$at/en.json"))"
done
lint "nothing of the buyers' page knows the operators'" \
	"$(grep -rn '/operator' web/src --include='*.ts' --include='*.tsx' |
		grep -v '^web/src/operator/')"
lint "every text is said somewhere" "$(unsaid)"
lint "every problem of the API has words" \
	"$(diff <(problems) <(worded))"
for server in "${servers[@]}"; do
	lint "$server sends every page of web/src/app.tsx, and no other" \
		"$(diff <(pages) <(served "$server"))"
done
lint "the page asks nobody but its own server" \
	"$(grep -rnoE "https?://[a-z0-9.]+" web/src web/index.html web/operator.html |
		grep -v 'http://www.w3.org/')"
lint "web/LICENSES.md has what the page is built of" \
	"$(built_of | while read -r package; do
		grep -qF "| $package |" web/LICENSES.md || echo "$package"
	done)"
lint "the packages were read at all" \
	"$([ -n "$(built_of)" ] || echo "there are none")"
lint "every file of web/src has its licence" \
	"$(grep -rL 'SPDX-License-Identifier' web/src --include='*.ts' \
		--include='*.tsx' --include='*.css')"
lint_done
