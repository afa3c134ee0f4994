#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Has every C file the form that .clang-format gives it? `make format` writes
# it. Other releases of clang-format break lines elsewhere: 14 is asked.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# What make writes is nobody's to format.
c_files()
{
	printf '%s\n' {lib,fcgi-app,worker,feedd,ctl,tests}/**/*.[ch] |
		grep -vE '/(faults|paths|script_list)\.h$|/script_table\.c$'
}

# "FILE: N places", by clang-format's warnings "FILE:LINE:COLUMN: ..".
places()
{
	sed -nE 's/^([^:]+):[0-9]+:[0-9]+: .*clang-format-violations.*/\1/p' |
		sort | uniq -c | awk '{ print $2 ": " $1 " places" }'
}

# Of lines that could be broken: a literal is not.
wide()
{
	local file
	while read -r file; do
		expand -t 8 "$file" | LC_ALL=C awk -v file="$file" '
			{ gsub(/[\x80-\xbf]/, "") }
			length > 80 && !/"/ { print file ":" NR }'
	done
}

lint "clang-format is of release 14" \
	"$(clang-format --version 2>&1 | grep -v ' version 14\.')"
lint "there are C files" "$(c_files | grep -q . || echo "none")"
lint "every C file is as .clang-format says; make format mends it" \
	"$(c_files | xargs clang-format --dry-run 2>&1 | places)"
lint "no line without a literal is wider than 80 columns" \
	"$(c_files | wide)"
lint_done
