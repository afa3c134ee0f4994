#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Are alerts raised when they should be, told what to do about, and do they and the
# dashboards ask for what the programs tell? promtool is of Debian's prometheus.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

rules=conf/prometheus/boxoffice.rules.yml
tests=tests/alerts/boxoffice_test.yml
# What others tell: Prometheus itself, its node and its blackbox exporter.
others='up|node_filesystem_(avail|size)_bytes|probe_ssl_earliest_cert_expiry'

# Those that queries of these files name, a histogram by its own name. A metric is
# what stands before its labels or its range, or is the argument of a function.
queried()
{
	grep -hE 'expr|boxoffice_|node_|probe_' "$@" |
		grep -oE '\b(boxoffice|node|probe)_[a-z_]+\b' |
		sed -E 's/_(bucket|sum|count)$//' | sort -u
}

alerts()
{
	sed -n 's/^ *- alert: //p' "$rules" | sort
}

# Alerts of which a test says that they are raised ("[{"), or are not ("[]").
tested()
{
	grep -F "exp_alerts: [$1" "$tests" |
		grep -oE 'alertname: [A-Za-z]+' | sed 's/.*: //' | sort -u
}

# In a folder of its own, since rules are named beside their test.
promtool_says()
{
	local work
	work=$(mktemp -d)
	cp "$rules" "$tests" "$work"
	(cd "$work" && promtool check rules boxoffice.rules.yml 2>&1 &&
		promtool test rules boxoffice_test.yml 2>&1) >"$work/said" ||
		cat "$work/said"
	rm -r "$work"
}

lint "the alerts are raised when their tests say so, and not else" \
	"$(promtool_says)"
lint "each alert is raised in a test" \
	"$(comm -23 <(alerts) <(tested '{'))"
lint "each alert is not raised in a test" \
	"$(comm -23 <(alerts) <(tested ']'))"
lint "each alert has its section in doc/alerts.md, and each section its alert" \
	"$(diff <(alerts) <(sed -n 's/^### \(Boxoffice[A-Za-z]*\)$/\1/p' \
		doc/alerts.md | sort))"
lint "every metric that an alert or a dashboard asks for is told" \
	"$(queried "$rules" conf/grafana/*.json | grep -vxE "$others" |
		comm -23 - <(lint_metrics | sort -u))"
lint "every dashboard is JSON, and each of its panels has a query" \
	"$(/usr/bin/python3 -B - conf/grafana/*.json <<-'END' 2>&1
	import json, sys
	for name in sys.argv[1:]:
	    for panel in json.load(open(name))["panels"]:
	        if not all(t["expr"] for t in panel["targets"]) or \
	                not panel["targets"]:
	            print(name, panel["title"])
	END
	)"
lint_done
