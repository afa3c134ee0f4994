#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The rules about memory, secrets, jumps, records and SQL that no compiler checks. Comments and
# the insides of string literals do not count as code.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# "file:line code" without comments; text of literals replaced where
# KEEP_LITERALS is 0.
# shellcheck disable=SC2016
code()
{
	xargs awk -v keep="$1" '
	FNR == 1 { in_comment = 0 }
	{
		line = $0; out = ""; in_text = 0
		n = length(line)
		for (i = 1; i <= n; i++) {
			c = substr(line, i, 1); two = substr(line, i, 2)
			if (in_comment) {
				if (two == "*/") { in_comment = 0; i++ }
			} else if (in_text) {
				if (c == "\\") {
					if (keep) out = out two
					i++
				} else {
					if (c == "\"") in_text = 0
					if (keep || !in_text) out = out c
				}
			} else if (two == "/*") {
				in_comment = 1; i++
			} else if (two == "//") {
				break
			} else {
				if (c == "\"" && substr(line, i - 1, 1) != "\x27")
					in_text = 1
				out = out c
			}
		}
		print FILENAME ":" FNR " " out
	}'
}

above_store()
{
	lint_sources | grep -vE '^lib/(base|store)/'
}

allocators='(malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|strdup|strndup|asprintf|vasprintf|alloca)[[:space:]]*\('

lint "only lib/base/mem.c takes memory from the system" \
	"$(lint_sources | grep -vx lib/base/mem.c | code 0 | grep -E "[^A-Za-z0-9_]$allocators")"
lint "only base and store jump" \
	"$(above_store | code 0 | grep -E '[^A-Za-z0-9_]goto[[:space:]]')"
# Adjacent literals are one text to the compiler, so they are one here. A
# text that begins like a statement and has a conversion is SQL made by
# formatting ("... %" PRId64 ends in a bare %).
formatted_sql()
{
	code 1 | awk '
	function flush() {
		if (text ~ /^[ \\nt(]*(SELECT|INSERT|UPDATE|DELETE|WITH|COPY|CREATE|ALTER|DROP|TRUNCATE|SET|LOCK|CALL|DO|GRANT|EXECUTE|NOTIFY|LISTEN|BEGIN|VALUES) / &&
		    text ~ /%([-0-9.*]*(hh|h|ll|l|z|j|t)?[sdiuxXcp]|$)/)
			print at " " text
		text = ""; at = ""
	}
	{
		place = $1; line = substr($0, length($1) + 2)
		while (line != "") {
			if (match(line, /^[ \t]+/)) {
			} else if (match(line, /^"([^"\\]|\\.)*"/)) {
				if (at == "") at = place
				text = text substr(line, 2, RLENGTH - 2)
			} else {
				flush()
				if (!match(line, /^[^" \t]+/)) RLENGTH = 1
			}
			line = substr(line, RLENGTH + 1)
		}
	}
	END { flush() }'
}

lint "every program seals its memory (base/seal.h)" "$(lint_sources |
	xargs grep -lE '^main\(' | xargs grep -LE '^	seal_process\(\);$')"
# kv.c's SELECT is a command of Redis.
lint "no SQL is made by formatting" \
	"$(lint_sources | grep -vx lib/store/kv.c | formatted_sql)"
# Two digits of words between blanks, or another status before the rest.
lint "only hold.inc.lua knows what the record of a hold looks like" \
	"$(grep -nE '%d\+\)? \(?%d\+\)? |string\.(sub|find|match|gsub)\((record|known)' \
	lib/store/lua/*.lua | grep -v '^lib/store/lua/hold\.inc\.lua:')"
lint "every statement is a constant of its module" \
	"$(lint_sources | code 0 |
	grep -E '[^A-Za-z0-9_]struct sql [a-z_]+( *=|;|\[)' |
	grep -vE '[^A-Za-z0-9_]const struct sql ')"
lint_done
