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
lint_done
