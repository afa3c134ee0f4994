#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The rules about memory, secrets, jumps, records and SQL that no compiler checks.
# Comments and the insides of string literals do not count as code.
c_code=$(cd "$(dirname "$0")" && pwd)/c_code.py
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# "file:line code" of all sources.
code=$(lint_sources | xargs /usr/bin/python3 -B "$c_code" code)

allocators='(malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|strdup|strndup|asprintf|vasprintf|alloca)[[:space:]]*\('

lint "the code was read at all" "$([ -n "$code" ] || echo "there is none")"
lint "only lib/base/mem.c takes memory from the system" \
	"$(grep -v '^lib/base/mem\.c:' <<<"$code" |
	grep -E "[^A-Za-z0-9_]$allocators")"
lint "only base and store jump" \
	"$(grep -vE '^lib/(base|store)/' <<<"$code" |
	grep -E '[^A-Za-z0-9_]goto[[:space:]]')"
lint "every program seals its memory (base/seal.h)" "$(lint_sources |
	xargs grep -lE '^main\(' | xargs grep -LE '^	seal_process\(\);$')"
# kv.c's SELECT is a command of Redis.
lint "no SQL is made by formatting" \
	"$(lint_sources | grep -vx lib/store/kv.c |
	xargs /usr/bin/python3 -B "$c_code" sql)"
# Two digits of words between blanks, or another status before the rest.
lint "only hold.inc.lua knows what the record of a hold looks like" \
	"$(grep -nE '%d\+\)? \(?%d\+\)? |string\.(sub|find|match|gsub)\((record|known)' \
	lib/store/lua/*.lua | grep -v '^lib/store/lua/hold\.inc\.lua:')"
lint "every statement is a constant of its module" \
	"$(grep -E '[^A-Za-z0-9_]struct sql [a-z_]+( *=|;|\[)' <<<"$code" |
	grep -vE '[^A-Za-z0-9_]const struct sql ')"
lint_done
