#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""One store away: what still answers, and who is asked."""
import os
import signal
import subprocess
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, ENV, expect  # noqa: E402

API = "/api/v1"
WHERE = api.open_performance()
QUICKSTART = os.path.join(os.path.dirname(__file__), "../../quickstart")


class Stopped:
    """with Stopped("pg-replica"): the server is gone; afterwards it is back
    and has caught up."""

    def __init__(self, name, signal_number=signal.SIGINT):
        self.name, self.signal = name, signal_number

    def __enter__(self):
        pid = api.pid_of(self.name)
        os.kill(pid, self.signal)
        tap.wait_for(lambda: not os.path.exists(f"/proc/{pid}"),
                     f"{self.name} to leave")

    def __exit__(self, *_):
        subprocess.run([QUICKSTART, "up", "--dir", api.stack_dir()],
                       check=True, capture_output=True)
        tap.wait_for(replica_streams, "the replica to stream")
        tap.wait_for(lambda: Client().get("/health/ready").status == 200,
                     "all stores to be found again")


def replica_streams():
    return api.sql("SELECT count(*) FROM pg_stat_replication"
                   " WHERE state = 'streaming'") == "1"


def shows_id():
    return api.sql(f"SELECT show_id FROM performances WHERE id = {WHERE}")


READS = [f"{API}/shows", f"{API}/shows/{shows_id()}",
         f"{API}/shows/{shows_id()}/dates",
         f"{API}/shows/{shows_id()}/performances",
         f"{API}/performances/{WHERE}", f"{API}/performances/{WHERE}/layout"]
# By nginx, for a moment, whoever asks.
KEPT = [f"{API}/performances/{WHERE}/sections",
        f"{API}/performances/{WHERE}/seats"]
READS += KEPT
READER, = api.buyers(1)


def check_reads():
    """As many of each as there are workers: every one of them finds a way.
    A kept database connection may have died under the first request of
    each."""
    client = Client(token=READER.token)	# shows are read anew for him
    for path in READS:
        for _ in range(40):
            expect(client.get(api.unkept(path) if path in KEPT else path), 200)


def without_the_replica_everything_can_be_read():
    with Stopped("pg-replica"):
        check_reads()


def without_the_primary_everything_public_can_be_read():
    check_reads()		# the performance is loaded
    with Stopped("pg-primary"):
        check_reads()


def without_the_primary_a_purchase_is_refused_and_can_be_repeated():
    buyer, = api.buyers(1)
    seat, = api.free_seats(WHERE, 1)
    token = expect(buyer.hold(WHERE, [seat]), 201).json()["hold_token"]
    with Stopped("pg-primary"):
        answer = expect(buyer.pay(token, "the-same-key"), 503)
        assert answer.headers["Retry-After"], answer
    expect(buyer.pay(token, "the-same-key"), 201)


def readiness_names_the_store_that_is_away():
    with Stopped("pg-replica"):
        answer = tap.wait_for(
            lambda: is_away(Client().get("/health/ready"), "replica"),
            "the replica to be missed")
        assert answer["primary"] == "up" and answer["redis"] == "up", answer


def is_away(answer, store):
    document = answer.json()
    return document if document[store] != "up" else None


def a_restarted_redis_is_filled_again():
    buyer, other = api.buyers(2)
    sold, free = api.free_seats(WHERE, 2)
    token = expect(buyer.hold(WHERE, [sold]), 201).json()["hold_token"]
    expect(buyer.pay(token), 201)
    with Stopped("redis", signal.SIGKILL):
        pass
    tap.wait_for(lambda: letters_now(sold, free) == "RA",
                 "the map to be back")
    expect(other.hold(WHERE, [sold]), 409)
    expect(other.hold(WHERE, [free]), 201)


def letters_now(*seats):
    answer = Client().get(api.unkept(f"{API}/performances/{WHERE}/seats"))
    if answer.status != 200:
        return None
    return "".join(answer.json()["statuses"][seat - 1] for seat in seats)


def calls(where, table):
    """How often statements that name a table were called by the programs, the
    audit apart, which looks at everything there is."""
    return int(api.sql(
        "SELECT coalesce(sum(s.calls), 0) FROM pg_stat_statements s"
        " JOIN pg_roles r ON r.oid = s.userid AND r.rolname = 'boxoffice'"
        f" WHERE s.query ~* '\\m(from|join)\\s+{table}\\M'"
        r" AND s.query !~ 'array_agg\(what\)'", where))


def the_catalog_is_read_on_the_replica_only():
    for where in ("PSQL_PRIMARY", "PSQL_REPLICA"):
        api.sql("SELECT pg_stat_statements_reset()", where)
    check_reads()
    # Not performances: what a sale is decided by is the primary's.
    for table in ("shows", "venues", "halls", "seats", "sections"):
        assert calls("PSQL_PRIMARY", table) == 0, f"{table}: {told()}"
    assert calls("PSQL_REPLICA", "shows") > 0


def told():
    return api.command("PSQL_PRIMARY", "-Atc",
                       "SELECT calls, query FROM pg_stat_statements")


tap.main([
    the_catalog_is_read_on_the_replica_only,
    without_the_replica_everything_can_be_read,
    without_the_primary_everything_public_can_be_read,
    without_the_primary_a_purchase_is_refused_and_can_be_repeated,
    readiness_names_the_store_that_is_away,
    a_restarted_redis_is_filled_again,
])
