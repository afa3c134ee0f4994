#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What lua/embed.sh makes of scripts. That the digest is right, test_script
# asks Redis.
set -u

embed=$SRCDIR/lib/store/lua/embed.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0

# ok SENTENCE: by the status of the command before.
ok() {
	local status=$?
	n=$((n + 1))
	[ $status -eq 0 ] && echo "ok $n - $1" || echo "not ok $n - $1"
}

echo 1..9
printf 'local s = "a\\n\\"b\\""\t-- 가\n--#include rule\nreturn s\n' \
	>"$dir/x_do.lua"
printf -- '--#include deep\n' >"$dir/rule.inc.lua"
printf 'local rule = 1\n' >"$dir/deep.inc.lua"

table=$(sh "$embed" table "$dir" x_do.lua)
grep -qF '"local s = \"a\\n\\\"b\\\"\"\t-- 가\n"' <<<"$table"
ok "quotes, backslashes, tabs and letters of any script are kept"
grep -qF '"local rule = 1\n"' <<<"$table" && ! grep -q include.rule <<<"$table"
ok "an include is replaced by its file, and so are those in it"
sha1=$(printf 'local s = "a\\n\\"b\\""\t-- 가\nlocal rule = 1\nreturn s\n' |
	sha1sum | cut -d ' ' -f 1)
grep -qF ".sha1 = \"$sha1\"" <<<"$table"
ok "the digest is that of the text with its includes"
[ "$(sh "$embed" list "$dir" x_do.lua | tail -n 1)" = \
	'extern const struct script script_x_do;' ]
ok "the list declares each script"

table=$(sh "$embed" table "$dir") && grep -q '&script_end,' <<<"$table"
ok "no scripts at all are fine"

printf -- '--#include nothing\n' >"$dir/x_bad.lua"
! sh "$embed" table "$dir" x_bad.lua >"$dir/out" 2>&1 &&
	grep -q 'nothing.inc.lua' "$dir/out"
ok "an include that is missing is an error that names it"
! sh "$embed" table "$dir" x_none.lua >"$dir/out" 2>&1
ok "a script that is missing is an error"

printf -- '--#keys log meta\n--#include rule\nreturn meta_key .. log_key\n' \
	>"$dir/x_key.lua"
table=$(sh "$embed" table "$dir" x_key.lua)
grep -qF '"local log_key, meta_key = KEYS[1], KEYS[2]\n"' <<<"$table" &&
	grep -qF '.n_keys = 2,' <<<"$table" &&
	grep -qF '.keys = { KEY_LOG, KEY_META },' <<<"$table"
ok "the keys that a script names are its locals, and its caller's to give"
printf 'return seats_key\n' >"$dir/rule.inc.lua"
! sh "$embed" table "$dir" x_key.lua >"$dir/out" 2>&1 &&
	grep -q 'names keys log meta and uses log meta seats' "$dir/out"
ok "a key that a script uses and does not name is an error"
