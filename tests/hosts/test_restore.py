#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Somebody calls off the wrong performance, and the database goes back to the second
before, as doc/operations.md says, word for word.

What is typed there is run in a shell in which systemctl and runuser are this stack's,
and whose folders stand for Debian's. Some two minutes, with a stack of its own: STACK_DIR;
its replica is made anew.
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from apache import examples  # noqa: E402
from api import ENV, Client, expect  # noqa: E402
from hosts import stack_file  # noqa: E402
from sale import Sale  # noqa: E402

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
DATA = stack_file("data/primary")
WORK = tempfile.mkdtemp(prefix="boxoffice-restore-")
CARD = {"method": "card", "source": "pm_card_4242424242424242"}

# The units of a machine that is installed, as what runs in a stack.
UNITS = r"""
set -euo pipefail
VERB=up DIR=%(dir)s
PARTS=%(source)s/quickstart.d SOURCE=%(source)s
for part in say packages place process build redis postgresql web paysim programs; do
	. "$PARTS/$part.sh"
done
place_find
FRESH_BUILD=no PG_BIN=$(postgresql_bin)
declare -A UNIT=([boxoffice-fcgi@api]=fcgi-api [boxoffice-fcgi@pay]=fcgi-pay
    [boxoffice-worker]=worker [boxoffice-worker-pay]=worker-pay
    [boxoffice-feedd]=feedd [postgresql@15-main]=pg-primary)
start_one() {
	case $1 in
	pg-primary) postgresql_start "$1" "$STACK/data/primary" "$PRIMARY_PORT" ;;
	fcgi-*) program_up "$1" "$INSTALLED/sbin/boxoffice-fcgi" --pool "${1#fcgi-}" ;;
	worker) program_up "$1" "$INSTALLED/sbin/boxoffice-worker" --jobs core ;;
	worker-*) program_up "$1" "$INSTALLED/sbin/boxoffice-worker" --jobs "${1#worker-}" ;;
	feedd) program_up "$1" "$INSTALLED/sbin/boxoffice-feedd" ;;
	esac
}
systemctl() {
	local verb=$1 unit
	shift
	[[ $* != 'boxoffice-*' ]] || set -- boxoffice-{worker,worker-pay,feedd} \
	    boxoffice-fcgi@{api,pay}
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
	    -p "$PRIMARY_PORT" "${@:2}" ;;
	*) as_user "$user" "$@" ;;
	esac
}
examples=%(examples)s
"""

# Debian's folders, and where they are here.
PLACES = [("/etc/postgresql/15/main/conf.d/", f"{WORK}/conf.d/"),
          ("/var/lib/postgresql/15/main", DATA),
          ("/var/backups/boxoffice", f"{WORK}/backups"),
          ("/root/redis-admin", f"{api.stack_dir()}/secrets/redis-admin"),
          ("/run/redis-boxoffice/redis.sock", ENV["REDIS_SOCKET"])]


def here(text):
    for there, place in PLACES:
        text = text.replace(there, place)
    return text


def commands(heading):
    return subprocess.run(
        [f"{SOURCE}/tests/install/commands.sh",
         f"{SOURCE}/doc/operations.md", heading],
        check=True, capture_output=True, text=True).stdout


def typed(text):
    units = UNITS % {"dir": shlex.quote(os.path.abspath(api.stack_dir())),
                     "source": SOURCE, "examples": WORK}
    path = f"{WORK}/typed"
    with open(path, "w") as file:
        file.write(units + text)
    done = subprocess.run(["bash", path], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout


def buy_by_card(buyer, performance, seat):
    """A reservation's number, or None while it is not decided; asked again."""
    hold = expect(buyer.hold(performance, [seat]), 201).json()
    key = uuid.uuid4().hex
    answer = tap.wait_for(lambda: final(buyer.post(
        "/api/v1/payments", {"hold_token": hold["hold_token"], **CARD},
        headers={"Idempotency-Key": key})), "the card to be charged", 30)
    return expect(answer, 201).json()["reservation"]["number"]


def final(answer):
    busy = answer.status in (202, 503) or (
        answer.status == 409 and
        answer.problem() == "idempotency-in-progress")
    return None if busy else answer


def it_is_backed_up_for_any_moment():
    os.chmod(WORK, 0o755)
    os.mkdir(f"{WORK}/conf.d")
    os.mkdir(f"{WORK}/postgresql")
    # The shipped file names Debian's folder.
    with open(f"{examples()}/postgresql/boxoffice-archive.conf") as file:
        text = here(file.read())
    with open(f"{WORK}/postgresql/boxoffice-archive.conf", "w") as file:
        file.write(text)
    with open(f"{DATA}/postgresql.conf", "a") as file:
        file.write(f"include_dir = '{WORK}/conf.d'\n")
    typed(here(commands("Back up for any moment")))
    tap.wait_for(lambda: Client().get("/health/ready").status == 200,
                 "all stores to be found again")


def the_day():
    """What happened: a sale, a card, the mistake, one more card, a new user."""
    facts = {}
    buyer, late = api.buyers(2)
    other = stage.make_performance(50)
    with Sale() as sale:
        facts["kept"] = buy_by_card(buyer, other, 1)
        sale.more(300)
    facts.update(sale=sale, other=other, buyer=buyer, late=late)
    facts["refresh"] = login()
    time.sleep(2)		# T - 1 s is after the sale: the clock is the subject
    facts["moment"] = api.sql("SELECT clock_timestamp() - interval '1 s'")
    api.command("CTL", "call-off", str(sale.performance), "--reason",
                "the wrong one")
    tap.wait_for(lambda: stage.sold(sale.performance) == 0,
                 "the mistake to be whole", 180)
    facts["lost"] = buy_by_card(late, other, 2)
    facts["ids"] = stage.number("SELECT max(id) FROM payments")
    return facts


def login():
    answer = Client().post("/api/v1/auth/login", {
        "login_id": ENV["USER_LOGIN"], "password": ENV["USER_PASSWORD"]})
    return expect(answer, 200).json()["refresh_token"]


def a_mistake_is_undone_by_the_runbook_alone():
    day = the_day()
    sale = day["sale"]
    text = re.sub(r"^moment=.*", f"moment='{day['moment']}'",
                  commands("Restore to a moment"), flags=re.M)
    began = time.monotonic()
    said = typed(here(text))
    print(f"# restored and open in {time.monotonic() - began:.0f} s")
    tap.wait_for(lambda: Client().get("/health/ready").status == 200,
                 "it to be open")
    # All that was acknowledged before, and nothing of the mistake.
    sale.check_sold()
    assert stage.number("SELECT count(*) FROM performances WHERE status ="
                        f" 'open' AND id = {sale.performance}") == 1
    numbers = api.sql("SELECT number FROM reservations WHERE"
                      f" performance_id = {day['other']}").split()
    assert numbers == [day["kept"]], (numbers, day["kept"], day["lost"])
    assert "sequences" in said and "sessions" in said, said
    refused = Client().post("/api/v1/auth/refresh",
                            {"refresh_token": day["refresh"]})
    expect(refused, 401)
    # The card that was charged since is told.
    tap.wait_for(lambda: "unknown-capture" in api.command("CTL", "alarms",
                                                          "list"),
                 "the lost payment to be told", 90)
    # And it sells on, with names that nobody has seen.
    buyer = Client(token=day["buyer"].token)
    again = buy_by_card(buyer, day["other"], 2)
    assert again not in (day["kept"], day["lost"])
    assert stage.number("SELECT max(id) FROM payments") > day["ids"] + 900000
    stage.settle()


def the_replica_follows_again():
    typed("""
process_stop pg-replica
rm -rf "$STACK/data/replica.made"
primary_fill
replica_make
postgresql_start pg-replica "$STACK/data/replica" "$REPLICA_PORT"
""")
    tap.wait_for(lambda: api.sql(
        "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
        == "1", "the replica to stream")
    end = api.sql("SELECT pg_current_wal_flush_lsn()")
    tap.wait_for(lambda: api.sql(
        f"SELECT pg_last_wal_replay_lsn() >= '{end}' AND pg_is_in_recovery()",
        "PSQL_REPLICA") == "t", "it to replay all, as a replica")


try:
    tap.main([
        it_is_backed_up_for_any_moment,
        a_mistake_is_undone_by_the_runbook_alone,
        the_replica_follows_again,
    ])
finally:
    # It is as it was.
    for data in (DATA, stack_file("data/replica")):
        with open(f"{data}/postgresql.conf") as file:
            lines = [line for line in file if WORK not in line]
        with open(f"{data}/postgresql.conf", "w") as file:
            file.writelines(lines)
    typed("systemctl restart postgresql@15-main")
    shutil.rmtree(f"{DATA}.before", ignore_errors=True)
    shutil.rmtree(WORK)
