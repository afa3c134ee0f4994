#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: web/build.sh WORK OUT
#
# Build the page: sources and node_modules in WORK, what a web server serves in
# OUT. The lock file says every package; none of their scripts is run.
set -euo pipefail

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
WORK=$1 OUT=$2

# What is built from; node_modules stays while the lock file does.
copy() {
	mkdir -p "$WORK/web" "$WORK/doc" "$WORK/tests" "$WORK/conf/demo"
	find "$WORK/web" -mindepth 1 -maxdepth 1 ! -name node_modules \
	    -exec rm -rf {} +
	tar -C "$SOURCE/web" --exclude=./node_modules --exclude=./dist -cf - . |
	    tar -C "$WORK/web" --no-same-owner -xf -
	cp "$SOURCE/doc/openapi.yaml" "$WORK/doc/"
	cp "$SOURCE/conf/demo/demo.json" "$WORK/conf/demo/"
	cp -R "$SOURCE/tests/vectors" "$WORK/tests/"
}

# PAGE_DEV=yes: with what checks and tests it, too.
modules() {
	local digest omit=--omit=dev
	[[ ${PAGE_DEV:-} != yes ]] || omit=--include=dev
	digest=$omit-$(sha256sum <"$WORK/web/package-lock.json")
	if [[ ! -d $WORK/web/node_modules ||
	    $(cat "$WORK/modules" 2>/dev/null) != "$digest" ]]; then
		npm ci --prefix "$WORK/web" --ignore-scripts --no-audit --no-fund \
		    --fetch-retries=1 --fetch-timeout=30000 "$omit"
		printf '%s\n' "$digest" >"$WORK/modules"
	fi
}

copy
modules
npm run --prefix "$WORK/web" build
rm -rf "$OUT"
mkdir -p "$(dirname "$OUT")"
cp -R "$WORK/web/dist" "$OUT"
