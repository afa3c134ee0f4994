#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# embed.sh - make C of the Lua scripts
#
#   embed.sh table SRCDIR FILE.lua...   script_table.c: texts and digests
#   embed.sh list SRCDIR FILE.lua...    script_list.h: one declaration each
#
# FILE is relative to SRCDIR. A line "--#include NAME" is replaced by NAME.inc.lua of the same folder. The
# digest is that of the text as it will be sent, so that EVALSHA finds it.
set -eu

fail() {
	echo "embed.sh: $*" >&2
	exit 1
}

# The script with its includes put in.
expand() {
	dir=$(dirname "$1") awk '
		/^--#include / {
			file = ENVIRON["dir"] "/" $2 ".inc.lua"
			while ((got = (getline line < file)) > 0)
				print line
			if (got < 0) {
				print FILENAME ": no " file > "/dev/stderr"
				exit 1
			}
			close(file)
			next
		}
		{ print }' "$1"
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
		sha1=$(printf '%s\n' "$text" | sha1sum | cut -d ' ' -f 1)
		echo
		echo "const struct script script_$name = {"
		echo "	.name = \"$name\","
		echo "	.text = SPAN_LIT("
		printf '%s\n' "$text" | quote
		echo '	    ),'
		echo "	.sha1 = \"$sha1\","
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
