#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: reload_and_upgrade.sh DIR
#
# Both pools of the stack in DIR take their settings again, execute themselves
# anew, and lose a worker: so that a trace of them has seen all that too.
#
# Layer: tests.
set -euo pipefail
# shellcheck source=/dev/null
. "$1/env"

ready() {
	curl -sf --cacert "$CA_CERT" "$BASE_URL/health/ready" >/dev/null
}

for pool in api pay; do
	pid=$(<"$PIDS_DIR/fcgi-$pool.pid")
	worker=$(cut -d' ' -f1 "/proc/$pid/task/$pid/children")
	kill -HUP "$pid"
	kill -KILL "$worker"
	kill -USR2 "$pid"
	for ((i = 0; i < 600; i++)); do
		[[ ! -e /proc/$worker ]] && ready && break
		sleep 0.1
	done
	[[ ! -e /proc/$worker ]]
	ready
done
