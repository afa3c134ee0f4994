#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Are the sample file and the man page what the table of settings makes?
# `make docs` writes them anew.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

doc=${BUILDDIR:?is set by make check}/tests/support/settings_doc

lint "conf/boxoffice.conf is made from the table" \
	"$("$doc" sample 2>&1 | diff conf/boxoffice.conf - 2>&1)"
lint "man/boxoffice.conf.5 is made from the table" \
	"$("$doc" man <man/boxoffice.conf.5.in 2>&1 |
	diff man/boxoffice.conf.5 - 2>&1)"
lint "the sample names settings" \
	"$(grep -q '^#hold_seconds = ' conf/boxoffice.conf || echo "none")"
lint "no installed folder is a compiler flag, which objects would outlive" \
	"$(grep -nE -- '-D[A-Za-z_]+=.*\$[({][a-z]*dir[)}]' Makefile.am ./*/local.mk \
	./*/*/local.mk)"

# A browser asks again when the web server gave up.
gave_up_s=$(sed -nE \
	's/^(fastcgi_read_timeout|FcgidIOTimeout|ProxyTimeout) +([0-9]+)s?;?$/\2/p' \
	conf/nginx/snippets/*.conf conf/apache/*.in | sort -n | tail -1)
retry_s=$(sed -nE 's/^#refresh_retry_s = ([0-9]+).*/\1/p' conf/boxoffice.conf)
lint "refresh_retry_s is the web servers' time-out and 5 s, or more" \
	"$([ "${retry_s:-0}" -ge $((${gave_up_s:-999} + 5)) ] ||
	echo "$retry_s s for a time-out of $gave_up_s s")"
lint_done
