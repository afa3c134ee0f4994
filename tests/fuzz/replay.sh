#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Run every fuzz target over its seeds (corpus/) and over every input that
# once broke something (crashes/). TAP on standard output; make check sets
# SRCDIR and BUILDDIR.
set -u
shopt -s nullglob

cd "$SRCDIR/tests/fuzz" || exit 1
n=0
for folder in corpus/*/; do
	target=$(basename "$folder")
	files=("corpus/$target"/* "crashes/$target"/*)
	n=$((n + ${#files[@]}))
	done_files=0
	while read -r line; do
		echo "$line"
		done_files=$((done_files + 1))
	done < <("$BUILDDIR/tests/fuzz/replay_$target" "${files[@]}")
	# A file that ends the process has no line of its own.
	for ((i = done_files; i < ${#files[@]}; i++)); do
		echo "not ok - $target breaks on, or after, ${files[i]}"
	done
done
echo "1..$n"
