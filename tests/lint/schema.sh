#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Is what the schema has said once? Until the first release no numbered file of
# sql/ changes what an earlier one made (HACKING.md, "Change the schema"), no
# function is made twice, and a hold's columns are named by its table and by
# lib/journal/journal_row.h alone.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# Changes that stay, "FILE:NAME" a line: none.
allowed=''

# "FILE:NAME is of EARLIER" for each ALTER, DROP or UPDATE of what another file
# made; one of a thing that nobody made is of "nobody".
# shellcheck disable=SC2016
changed_later()
{
	printf '%s\n' sql/[0-9]*.sql | sort | xargs awk '
		{ sub(/--.*/, "") }
		match($0, /^CREATE (UNIQUE )?(TABLE|DOMAIN|TYPE|INDEX|SEQUENCE|VIEW) [a-z_]+/) {
			n = split(substr($0, RSTART, RLENGTH), word, " ")
			made[word[n]] = FILENAME
		}
		match($0, /(ALTER|DROP) (TABLE|DOMAIN|TYPE|INDEX|SEQUENCE|VIEW) (IF EXISTS )?[a-z_]+|^UPDATE [a-z_]+/) {
			n = split(substr($0, RSTART, RLENGTH), word, " ")
			of = word[n] in made ? made[word[n]] : "nobody"
			if (of != FILENAME)
				print FILENAME ":" word[n] " is of " of
		}' | while IFS=' ' read -r change rest; do
		grep -qxF "$change" <<<"$allowed" || echo "$change $rest"
	done
}

# Functions and views that two files make.
made_twice()
{
	grep -HoE '^CREATE (OR REPLACE )?(FUNCTION|VIEW) [a-z_]+' sql/functions/*.sql |
		sed -E 's/^([^:]*):.* ([a-z_]+)$/\2 \1/' | sort -u |
		awk '$1 == last { print $1 ": " file " and " $2 } { last = $1; file = $2 }'
}

# Rows of holds that are written past its views, or by the order of its columns.
rows_of_holds()
{
	grep -nE 'INSERT INTO holds( |$)' sql/functions/*.sql lib/**/*.[ch] |
		grep -vE 'sql/functions/holds.sql:.*DO INSTEAD'
	grep -nE '::holds([^[_a-z]|$)' sql/functions/*.sql lib/**/*.[ch] |
		grep -vE 'ROW\(n\.\*\)::holds|NULL::holds'
	grep -nE 'json_populate_record' lib/**/*.[ch] |
		grep -v '^lib/journal/journal_row.h:'
}

lint "there is a schema" "$([ -n "$(printf '%s' sql/[0-9]*.sql)" ] || echo "none")"
lint "no file of sql/ changes what an earlier one made" "$(changed_later)"
lint "no function or view is made by two files" "$(made_twice)"
lint "a row of holds is written by its views, and told by journal_row" \
	"$(rows_of_holds)"
lint_done
