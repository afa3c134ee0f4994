#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# embed.sh - make C of the Lua scripts
#
#   embed.sh table SRCDIR FILE.lua...   script_table.c: texts and digests
#   embed.sh list SRCDIR FILE.lua...    script_list.h: one declaration each
#
# FILE is relative to SRCDIR. A line "--#include NAME" is replaced by
# NAME.inc.lua of the same folder; a line "--#keys meta log" by locals meta_key
# and log_key. All such names that the text has are there, and no others: a
# caller gives a script just these. The digest is that of the text as it will be
# sent, so that EVALSHA finds it.
set -eu

fail() {
	echo "embed.sh: $*" >&2
	exit 1
}

# The script with its includes put in, and theirs.
expand() {
	awk -v dir="$(dirname "$1")" '
		function put(file,    line, got) {
			while ((got = (getline line < file)) > 0)
				if (line ~ /^--#include /)
					put(dir "/" substr(line, 12) ".inc.lua")
				else
					print line
			if (got < 0) {
				print "no " file > "/dev/stderr"
				exit 1
			}
			close(file)
		}
		BEGIN { put(ARGV[1]) }' "$1"
}

# The names behind --#keys.
keys_of() {
	sed -n 's/^--#keys //p' "$1"
}

# Whether they are those that the text on stdin uses.
check_keys() {
	used=$(grep -v '^--' | grep -oE '\<[a-z]+_key\>' | sort -u |
		sed 's/_key$//' | tr '\n' ' ')
	named=$(echo "$2" | tr ' ' '\n' | sort | tr '\n' ' ')
	[ "${named# }" = "$used" ] ||
		fail "$1 names keys ${named:-none}and uses ${used:-none}"
}

# Text on stdin, where the keys are locals.
name_keys() {
	awk '
		/^--#keys / {
			names = $2 "_key"
			values = "KEYS[1]"
			for (i = 3; i <= NF; i++) {
				names = names ", " $i "_key"
				values = values ", KEYS[" i - 1 "]"
			}
			print "local " names " = " values
			next
		}
		{ print }'
}

# Text on stdin as a C string literal, one piece a line.
quote() {
	sed -e 's/[\\"]/\\&/g' -e 's/	/\\t/g' -e 's/^/	    "/' -e 's/$/\\n"/'
}

table() {
	echo '/* Made by lib/store/lua/embed.sh from the scripts there. */'
	echo '#include "store/script.h"'
	for file; do
		name=$(basename "$file" .lua)
		text=$(expand "$srcdir/$file") || fail "$file cannot be read"
		keys=$(keys_of "$srcdir/$file")
		printf '%s\n' "$text" | check_keys "$file" "$keys"
		text=$(printf '%s\n' "$text" | name_keys)
		sha1=$(printf '%s\n' "$text" | sha1sum | cut -d ' ' -f 1)
		echo
		echo "const struct script script_$name = {"
		echo "	.name = \"$name\","
		echo "	.text = SPAN_LIT("
		printf '%s\n' "$text" | quote
		echo '	    ),'
		echo "	.sha1 = \"$sha1\","
		if [ -n "$keys" ]; then
			echo "	.n_keys = $(echo "$keys" | wc -w),"
			echo "	.keys = { $(echo "$keys" | tr '[:lower:]' '[:upper:]' |
				sed 's/[A-Z]*/KEY_&/g; s/ /, /g') },"
		fi
		echo '};'
	done
	echo
	echo 'static const struct script script_end;'
	echo
	echo 'const struct script *const scripts_all[] = {'
	for file; do
		echo "	&script_$(basename "$file" .lua),"
	done
	echo '	&script_end,'
	echo '};'
}

list() {
	echo '/* Made by lib/store/lua/embed.sh from the scripts there. */'
	for file; do
		echo "extern const struct script script_$(basename "$file" .lua);"
	done
}

[ $# -ge 2 ] || fail "usage: embed.sh table|list SRCDIR FILE.lua..."
what=$1
srcdir=$2
shift 2
case $what in
table | list) "$what" "$@" ;;
*) fail "$what is neither table nor list" ;;
esac
