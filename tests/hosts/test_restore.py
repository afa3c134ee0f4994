#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Somebody calls off the wrong performance, and the database goes back to the second
before, as doc/operations.md says, word for word.

Some two minutes, with a stack of its own, STACK_DIR, whose replica is made anew.
"""
import os
import re
import shutil
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
from runbook import DATA, commands, replica_anew, typed  # noqa: E402
from sale import Sale  # noqa: E402

WORK = tempfile.mkdtemp(prefix="boxoffice-restore-")
CARD = {"method": "card", "source": "pm_card_4242424242424242"}

# More of Debian's folders, and where they are here.
PLACES = [("/etc/postgresql/15/main/conf.d/", f"{WORK}/conf.d/"),
          ("/var/backups/boxoffice", f"{WORK}/backups"),
          ("/root/redis-admin", f"{api.stack_dir()}/secrets/redis-admin"),
          ("/run/redis-boxoffice/redis.sock", ENV["REDIS_SOCKET"])]


# Where they are sent.
MESSAGES = "systemctl start boxoffice-worker-messages\n"


def here(text):
    for there, place in PLACES:
        text = text.replace(there, place)
    return text


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
    typed(here(commands("Back up for any moment")), WORK)
    tap.wait_for(lambda: Client().get("/health/ready").status == 200,
                 "all stores to be found again")


def the_day():
    """What happened: a sale, a card, the mistake, one more card, a new user."""
    facts = {}
    buyer, late = api.buyers(2)
    other = stage.make_performance(50)
    with Sale() as sale:
        facts["kept"] = buy_by_card(buyer, other, 1)
        sale.more()
    sale.tell("before the mistake")
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
    said = typed(here(text) + MESSAGES)
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
    replica_anew()
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
