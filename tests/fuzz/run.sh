#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: tests/fuzz/run.sh SECONDS BUILD_DIR [TARGET...]
#
# Let libFuzzer try every target for so many seconds, starting from its
# seeds and past crashes. BUILD_DIR was configured with --enable-fuzzers and
# has seen `make fuzzers`. TAP on standard output. An input that breaks
# something is left in BUILD_DIR/tests/fuzz/found/; once the fault is mended
# it moves to tests/fuzz/crashes/TARGET/ under a name that says what it was.
set -u

if [ $# -lt 2 ]; then
	sed -n '4s/^# //p' "$0" >&2
	exit 2
fi
seconds=$1
build=$(cd "$2" && pwd) || exit 2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
found=$build/tests/fuzz/found
mkdir -p "$found"

targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
	for folder in "$here"/corpus/*/; do
		targets+=("$(basename "$folder")")
	done
fi

# New inputs go to a folder that is thrown away; the seeds stay as they are.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# libFuzzer's timeout is by the wall clock, and a busy machine stalls for
# seconds; what never ends is found all the same.
fuzz()
{
	mkdir -p "$work/$1" "$here/crashes/$1"
	"$build/tests/fuzz/fuzz_$1" -seed=1 -max_total_time="$seconds" \
		-timeout=30 -rss_limit_mb=1024 -max_len=4096 \
		-print_final_stats=1 -artifact_prefix="$found/$1-" \
		"$work/$1" "$here/corpus/$1" "$here/crashes/$1" \
		>"$work/$1.log" 2>&1
}

# verdict N TARGET STATUS: what became of one, in TAP.
verdict()
{
	if [ "$3" -eq 0 ]; then
		runs=$(awk '/stat::number_of_executed_units/ { print $2 }' \
			"$work/$2.log")
		echo "ok $1 - fuzz $2: $runs inputs in $seconds s"
	else
		echo "not ok $1 - fuzz $2"
		grep -v '^#' "$work/$2.log" | tail -n 60 | sed 's/^/# /'
		failed=1
	fi
}

# As many at a time as there are processors.
failed=0
n=0
echo "1..${#targets[@]}"
while [ $n -lt ${#targets[@]} ]; do
	batch=("${targets[@]:n:$(nproc)}")
	pids=()
	for target in "${batch[@]}"; do
		fuzz "$target" &
		pids+=($!)
	done
	for i in "${!batch[@]}"; do
		n=$((n + 1))
		wait "${pids[i]}"
		verdict $n "${batch[i]}" $?
	done
done
exit $failed
