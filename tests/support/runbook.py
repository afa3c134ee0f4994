# SPDX-License-Identifier: BSD-2-Clause
"""runbook - what doc/operations.md says to type, typed.

A shell in which systemctl, runuser and curl are those of the stack, and whose folders
stand for Debian's: the stack's primary is the cluster 15/main, its replica 15/replica
at port 5433, as doc/install.md makes them.

Layer: tests.  Uses: api, hosts.
"""
import os
import shlex
import subprocess
import tempfile

import api
from api import ENV
from hosts import stack_file

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
DATA = stack_file("data/primary")

# The units of a machine that is installed, as what runs in a stack. Folders of
# clusters are made by their owner there.
UNITS = r"""
set -euo pipefail
VERB=up DIR=%(dir)s
PARTS=%(source)s/quickstart.d SOURCE=%(source)s
for part in say packages place process build redis postgresql web paysim programs; do
	. "$PARTS/$part.sh"
done
place_find
FRESH_BUILD=no PG_BIN=$(postgresql_bin)
chown "$PG_USER" "$STACK/data"
declare -A UNIT=([boxoffice-fcgi@api]=fcgi-api [boxoffice-fcgi@pay]=fcgi-pay
    [boxoffice-worker]=worker [boxoffice-worker-pay]=worker-pay
    [boxoffice-worker-messages]=worker-messages
    [boxoffice-feedd]=feedd [postgresql@15-main]=pg-primary
    [postgresql@15-replica]=pg-replica)
start_one() {
	case $1 in
	pg-primary) postgresql_start "$1" "$STACK/data/primary" "$PRIMARY_PORT" ;;
	pg-replica) postgresql_start "$1" "$STACK/data/replica" "$REPLICA_PORT" ;;
	fcgi-*) program_up "$1" "$INSTALLED/sbin/boxoffice-fcgi" --pool "${1#fcgi-}" ;;
	worker) program_up "$1" "$INSTALLED/sbin/boxoffice-worker" --jobs core ;;
	worker-*) program_up "$1" "$INSTALLED/sbin/boxoffice-worker" --jobs "${1#worker-}" ;;
	feedd) program_up "$1" "$INSTALLED/sbin/boxoffice-feedd" ;;
	esac
}
# What is masked is stopped; nothing here starts by itself.
systemctl() {
	local verb=$1 unit
	shift
	case $verb in
	mask)
		[[ $1 == --now ]]
		verb=stop
		shift
		;;
	unmask) return ;;
	start | stop | restart) ;;
	*) die "systemctl $verb is not played here" ;;
	esac
	[[ $* != 'boxoffice-*' ]] || set -- boxoffice-{worker,worker-pay,worker-messages} \
	    boxoffice-feedd boxoffice-fcgi@{api,pay}
	for unit in "$@"; do
		[[ $verb == start ]] || process_stop "${UNIT[$unit]}"
		[[ $verb == stop ]] || start_one "${UNIT[$unit]}"
	done
}
runuser() {
	local user=$2
	shift 3
	case $1 in
	boxofficectl) "$INSTALLED/bin/boxofficectl" --config "$CONF" "${@:2}" ;;
	psql) psql_primary -d postgres "${@:2}" ;;
	pg_basebackup) as_user "$PG_USER" "$PG_BIN/pg_basebackup" -h "$PG_SOCKETS" \
	    -p "$PRIMARY_PORT" -U postgres "${@:2}" ;;
	*) as_user "$user" "$@" ;;
	esac
}
curl() {
	command curl "${@/#https:\/\/localhost\//$BASE_URL/}"
}
BASE_URL=%(url)s
examples=%(examples)s
"""


def commands(heading):
    """Those of a heading of doc/operations.md, as they stand there."""
    return subprocess.run(
        [f"{SOURCE}/tests/install/commands.sh",
         f"{SOURCE}/doc/operations.md", heading],
        check=True, capture_output=True, text=True).stdout


def typed(text, examples=""):
    """What is said when that is typed: each command has to succeed."""
    for there, place in (("/var/lib/postgresql/15/main", DATA),
                         ("/run/postgresql", stack_file("run/pg"))):
        text = text.replace(there, place)
    units = UNITS % {"dir": shlex.quote(os.path.abspath(api.stack_dir())),
                     "source": SOURCE, "url": ENV["BASE_URL"],
                     "examples": examples}
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(units + text)
        file.flush()
        done = subprocess.run(["bash", file.name], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout


def replica_anew():
    """The stack's replica follows its primary, whatever both were told since."""
    typed("""
process_stop pg-replica
rm -rf "$STACK/data/replica.made"
psql_primary -d postgres -c 'ALTER SYSTEM RESET ALL' -c 'SELECT pg_reload_conf()'
primary_fill
replica_make
postgresql_start pg-replica "$STACK/data/replica" "$REPLICA_PORT"
""")
