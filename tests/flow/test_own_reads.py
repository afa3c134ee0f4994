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


class StandingReplica:
    """Its replay is paused."""

    def __enter__(self):
        api.sql("SELECT pg_wal_replay_pause()", "PSQL_REPLICA")
        tap.wait_for(lambda: api.sql("SELECT pg_get_wal_replay_pause_state()",
                                     "PSQL_REPLICA") == "paused",
                     "the replica to stand")

    def __exit__(self, *_):
        api.sql("SELECT pg_wal_replay_resume()", "PSQL_REPLICA")


def numbers(buyer):
    items = expect(buyer.get(f"{API}/reservations"), 200).json()["items"]
    return [item["number"] for item in items]


def buy(buyer):
    seat, = api.free_seats(WHERE, 1)
    token = expect(buyer.hold(WHERE, [seat]), 201).json()["hold_token"]
    return expect(buyer.pay(token), 201).json()


def a_purchase_and_its_cancel_are_seen_at_once():
    buyer, = api.buyers(1)
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


tap.main([
    a_purchase_and_its_cancel_are_seen_at_once,
])
