#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Is there what the documents for people name: pages, verbs, settings, metrics, units,
# examples? Does a test type what they have typed, and try what they say of a part
# that dies?
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

documents=(README.md SECURITY.md ARCHITECTURE.md HACKING.md doc/*.md)
followed=(README.md doc/install.md doc/operations.md doc/alerts.md)

told()
{
	/usr/bin/python3 -B "$(dirname "$0")/told_checks.py" "$@" 2>&1
}

# Names in a table of doc/operations.md, by the words of its heading row.
column()
{
	awk -v head="| $1 |" 'index($0, head) == 1 { within = 1; getline; next }
		!/^\|/ { within = 0 }
		within { split($0, cell, " *[|] *"); print cell[2] }' \
		doc/operations.md
}

# "boxoffice-fcgi@api" is one of boxoffice-fcgi@.service. One is asked for by
# boxoffice-upgrade alone.
services()
{
	for unit in systemd/*.service.in; do
		basename "$unit" .service.in
	done | grep -vx boxoffice-migrate | sort
}

lint "every link leads to a page, and to a heading of it" \
	"$(told links "${documents[@]}")"
lint "every verb of boxofficectl is one" \
	"$(told verbs "${documents[@]}")"
lint "every setting is one of its section" \
	"$(told settings "${documents[@]}" NEWS.md)"
lint "every metric is told" \
	"$(grep -ohE '\bboxoffice_[a-z_]+[a-z]\b' "${documents[@]}" | sort -u |
	comm -23 - <(lint_metrics | sort -u))"
lint "every unit, program, package and file of ours is there" \
	"$(told units "${documents[@]}")"
lint "every example is there" \
	"$(told examples "${documents[@]}")"
lint "what has to be typed is typed by a test" \
	"$(told runbooks "${followed[@]}")"
lint "when a part dies, a test tries what is said of it" \
	"$(told parts doc/operations.md)"
lint "every service is in the table of what runs" \
	"$(diff <(services) <(column unit | grep '^boxoffice' | sed 's/@.*/@/' |
	sort -u))"
lint "every invariant says what to do when it fails" \
	"$(diff <(sed -nE 's/^\t\{ "(I[0-9]+)",.*/\1/p' lib/audit/audit.c | sort) \
	<(column line | sort))"
lint "every kind of alarm says what to do" \
	"$(diff <(sed -n '/DOMAIN alarm_kind/,/;/p' sql/0011_alarms.sql |
	grep -oE "'[a-z-]+'" | tr -d "'" | sort) \
	<(column kind | tr -d ' ' | tr ',' '\n' | sort))"
lint_done
