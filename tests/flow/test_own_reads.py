#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Buyers see what they did themselves, however far the replica is behind."""
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import expect  # noqa: E402

API = "/api/v1"
WHERE = api.open_performance()
SINCE = "bo:job:wrote-since"


def redis(*words):
    return api.command("REDIS_CLI", *words).strip()


class StandingReplica:
    """Its replay is paused, and Redis has kept marks for long."""

    def __enter__(self):
        run_id = next(line.split(":")[1] for line
                      in redis("INFO", "server").splitlines()
                      if line.startswith("run_id:"))
        redis("SET", SINCE, f"{run_id.strip()} 1")
        api.sql("SELECT pg_wal_replay_pause()", "PSQL_REPLICA")
        tap.wait_for(lambda: api.sql("SELECT pg_get_wal_replay_pause_state()",
                                     "PSQL_REPLICA") == "paused",
                     "the replica to stand")

    def __exit__(self, *_):
        api.sql("SELECT pg_wal_replay_resume()", "PSQL_REPLICA")
        redis("DEL", SINCE)


def numbers(buyer):
    items = expect(buyer.get(f"{API}/reservations"), 200).json()["items"]
    return [item["number"] for item in items]


def buy(buyer):
    seat, = api.free_seats(WHERE, 1)
    token = expect(buyer.hold(WHERE, [seat]), 201).json()["hold_token"]
    return expect(buyer.pay(token), 201).json()


def user_of(number):
    return api.sql("SELECT user_id FROM reservations"
                   f" WHERE number = '{number}'")


def a_purchase_and_its_cancel_are_seen_at_once():
    buyer, other = api.buyers(2)
    with StandingReplica():
        paid = buy(buyer)
        number = paid["reservation"]["number"]
        for _ in range(3):
            assert numbers(buyer) == [number]
        path = f"{API}/reservations/{number}"
        expect(buyer.get(path), 200)
        payment = f"{API}/payments/{paid['payment']['id']}"
        expect(buyer.get(payment), 200)
        expect(buyer.post(path + "/cancel", {}, headers={
            "Idempotency-Key": uuid.uuid4().hex}), 200)
        for _ in range(3):
            assert expect(buyer.get(path), 200).json()["status"] == \
                "CANCELLED"
            assert expect(buyer.get(payment), 200).json()["refunded"] == \
                paid["payment"]["amount"]
        # Without a mark the replica is asked, which does not know it yet.
        theirs = buy(other)["reservation"]["number"]
        redis("DEL", f"bo:wrote:{user_of(theirs)}")
        assert numbers(other) == []
    tap.wait_for(lambda: numbers(other) == [theirs],
                 "the replica to catch up")


def what_the_replica_has_by_now_is_read_there():
    buyer, = api.buyers(1)
    number = buy(buyer)["reservation"]["number"]
    with StandingReplica():
        # Known to the replica or not, he sees it; this finds the LSN.
        assert numbers(buyer) == [number]
        mark = redis("GET", f"bo:wrote:{user_of(number)}")
        assert "/" in mark, mark
    tap.wait_for(lambda: api.sql(
        f"SELECT pg_last_wal_replay_lsn() >= '{mark}'", "PSQL_REPLICA")
        == "t", "the replica to catch up")
    with StandingReplica():
        before = scans()
        for _ in range(5):
            assert numbers(buyer) == [number]
        tap.wait_for(lambda: scans() > before, "reads at the replica")


def scans():
    """Statistics, which come some time after the reads they count."""
    return int(api.sql("SELECT sum(idx_scan) FROM pg_stat_user_indexes"
                       " WHERE relname IN ('reservations', 'refunds')",
                       "PSQL_REPLICA"))


tap.main([
    a_purchase_and_its_cancel_are_seen_at_once,
    what_the_replica_has_by_now_is_read_there,
])
