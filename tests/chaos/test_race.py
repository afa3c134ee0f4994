#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A thousand buyers want a thousand seats, until all are sold.

N_BUYERS in the environment changes how many there are of both.
"""
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import crowd  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from hosts import SecondHost  # noqa: E402
from settings import DropIn  # noqa: E402

N = int(os.environ.get("N_BUYERS", "1000"))
# What a sale may take, by the design; a tenth of it is usual.
SALE_S = 60
DEFINITE = {200, 201, 409, 422, 429}
# A thousand buyers on the machine that sells take its processors from Redis,
# whose answer may then be later than a tenth of a second.
PATIENT = "[redis]\ncommand_ms = 2000\n[postgresql]\nlock_ms = 2500\n"


def buy_until_one_is_mine(buyer):
    """Nobody gives up: there is a seat for everybody."""
    end = time.monotonic() + 2 * SALE_S
    while not buyer.buy_one() and time.monotonic() < end:
        pass


def check_sale(performance, buyers, took):
    counts = crowd.statuses(buyers)
    print(f"# {N} seats sold in {took:.1f} s; " + ", ".join(
        f"{n} x {op} {status} {problem or ''}".strip()
        for (op, status, problem), n in sorted(counts.items(), key=str)))
    assert stage.sold(performance) == N
    owned = stage.owners(performance)
    assert len(owned) == N
    told = {number: seats for b in buyers for number, seats in
            b.bought.items()}
    assert {seat: number for number, seats in told.items()
            for seat in seats} == owned
    strange = {kind: n for kind, n in counts.items()
               if kind[1] not in DEFINITE}
    assert not strange, strange
    assert all(len(b.bought) == 1 for b in buyers)
    assert took < SALE_S, took


def check_audit(buyers):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        crowd.history(buyers, file.name)
        stage.audit("--history", file.name)
    stage.settle()


def run_sale(base_url=None):
    performance = stage.make_performance(N, seats_per_user=1)
    buyers = [crowd.Buyer(client, performance)
              for client in api.buyers(N, base_url=base_url)]
    buyers, took = crowd.race(buyers, buy_until_one_is_mine)
    check_sale(performance, buyers, took)
    check_audit(buyers)


def a_thousand_buyers_buy_a_thousand_seats():
    with DropIn(PATIENT):
        run_sale()


def two_masters_and_two_workers_sell_each_seat_once():
    with DropIn(PATIENT), SecondHost() as second:
        run_sale(second.url)
        assert second.has_served(), "nobody was served by the second host"


tap.main([
    a_thousand_buyers_buy_a_thousand_seats,
    two_masters_and_two_workers_sell_each_seat_once,
])
