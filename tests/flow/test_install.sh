#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Does make uninstall leave nothing that make install made, and nothing of
# somebody's gone?
set -u
: "${BUILDDIR:?is set by make check}"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

n=0
failed=0
# tell SENTENCE WHAT-IS-WRONG
tell()
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$2" | sed 's/^/#   /'
		failed=1
	fi
}

# The make that runs this test shares neither its jobs nor its flags.
run_make()
{
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS \
		make -s -C "$BUILDDIR" DESTDIR="$work/root" "$@" >"$work/log" 2>&1 ||
		cat "$work/log"
}

# What is under the root, folders too.
left()
{
	(cd "$work/root" && find . -mindepth 1)
}

prefix=$(sed -n 's/^prefix = //p' "$BUILDDIR/Makefile")
mkdir "$work/root"
tell "make install works" "$(run_make install)"
[ -n "$(left)" ] || tell "make install installs something" "nothing is there"
tell "make uninstall works" "$(run_make uninstall)"
# The prefix and what leads to it are not install's.
tell "make uninstall leaves neither files nor folders" "$(left |
	awk -v prefix=".$prefix" 'index(prefix "/", $0 "/") != 1')"

run_make install
for folder in $(cd "$work/root" && find . -type d -name boxoffice) \
	"$(cd "$work/root" && find . -type d -name conf.d)"; do
	touch "$work/root/$folder/mine"
	mine="${mine-} $folder/mine"
done
run_make uninstall
gone=$(cd "$work/root" && for file in $mine; do
	[ -e "$file" ] || echo "$file"
done)
tell "make uninstall keeps what is somebody's" "$gone"
echo "1..$n"
exit $failed
