#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Redis or PostgreSQL breaks while buyers buy: what was sold stays sold, what
was promised is kept, and it is well again without anybody's help.

The stack's Redis allows DEBUG (REDIS_EXTRA="enable-debug-command local").
AWAY_S in the environment says how long Redis stays away, 60 by hand.
"""
import json
import os
import random
import sys
import tempfile
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import crowd  # noqa: E402
import faults  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from settings import DropIn  # noqa: E402

N_BUYERS, N_SEATS = 60, 2000
# What becomes of a hold: bought, kept, or given back. No buyer may reach the
# limit of 20 seats before the longest fault is over.
BUY, KEEP = 0.08, 0.1
THINK_S = 0.3
AWAY_S = float(os.environ.get("AWAY_S", "10"))
# By the design it is well again within 5 s; a guard, the figure is told.
WELL_S = 20
# A promise this old when the fault came had to be in the journal.
JOURNALED_S = 1.0
# A refusal costs next to nothing; but for a few, none waits for a time-out.
REFUSED_S = 0.100


def trade(buyer):
    """Hold a seat and buy it, give it back, or keep it for later."""
    free = buyer.free_seats()
    if not free:
        return
    token = buyer.hold([random.choice(free)])
    if token is None:
        return
    choice = random.random()
    if choice < BUY:
        buyer.pay(token, uuid.uuid4().hex)
    elif choice > BUY + KEEP or len(buyer.held) > 2:
        drop(buyer, token)


def drop(buyer, token):
    """Whatever the answer: the buyer counts on nothing any more."""
    buyer.held.pop(token, None)
    buyer.ask("drop", lambda: buyer.client.ask(
        "DELETE", f"{crowd.API}/holds/{token}"))


class Sale:
    """A sale under way that a fault happens to."""

    def __init__(self):
        self.performance = stage.make_performance(N_SEATS, 20)
        self.buyers = [crowd.Buyer(client, self.performance)
                       for client in api.buyers(N_BUYERS)]
        self.probe = crowd.Buyer(api.buyers(1)[0], self.performance)
        self.crowd = crowd.Crowd(self.buyers, trade, THINK_S)

    def warm(self):
        """Until much was sold, and enough promises are in the journal."""
        tap.wait_for(lambda: self.crowd.goes_on() and
                     sum(len(b.bought) for b in self.buyers) > 20 and
                     len(self.promises(time.monotonic() - 2 * JOURNALED_S))
                     > 20, "some trade")

    def promises(self, before):
        """(buyer, token, seats) of what was promised by then, and is neither
        given back nor being paid."""
        return [(buyer, token, seats) for buyer in self.buyers
                for token, (seats, told) in list(buyer.held.items())
                if told < before and token not in buyer.unsure]

    def well_again(self, since):
        """Seconds from then until somebody bought a seat as if nothing had
        been."""
        tap.wait_for(self.probe.buy_one, "a purchase", WELL_S)
        return time.monotonic() - since

    def check_sold(self):
        """Every acknowledged purchase is there, each seat once."""
        owned = stage.owners(self.performance)
        for buyer in self.buyers + [self.probe]:
            for number, seats in buyer.bought.items():
                for seat in seats:
                    assert owned.get(seat) == number, (seat, number)

    def check_kept(self, before):
        """Promises told by then are still with their buyers."""
        kept = self.promises(before)
        for buyer, token, seats in kept:
            answer = tap.wait_for(lambda: self.hold_now(buyer, token),
                                  "an answer")
            assert api.expect(answer, 200).json()["seat_ids"] == seats, answer
        print(f"# {len(kept)} holds told before the fault were kept")
        assert kept

    @staticmethod
    def hold_now(buyer, token):
        """None while a worker has not yet found its store again."""
        answer = buyer.client.get(f"{crowd.API}/holds/{token}")
        return answer if answer.status != 503 else None

    def check_refusals(self, fault):
        """What was refused was refused politely, and nothing but that."""
        counts = crowd.statuses(self.buyers)
        print("# " + ", ".join(
            f"{n} x {op} {status} {problem or ''}".strip()
            for (op, status, problem), n in sorted(counts.items(), key=str)))
        for r in self.crowd.records():
            assert r.status is not None, r
            assert r.status < 500 or r.status == 503, r

    def check_audit(self):
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            crowd.history(self.buyers + [self.probe], file.name)
            stage.audit("--history", file.name)
        stage.settle()


def endure(break_it, kept=True):
    """A fault in the midst of a sale; the whole check."""
    sale = Sale()
    with sale.crowd:
        sale.warm()
        fault = break_it()
        took = sale.well_again(fault.ended)
        n_before = len(sale.crowd.records("payment"))
        tap.wait_for(lambda: sale.crowd.goes_on() and
                     len(sale.crowd.records("payment")) > n_before + 20,
                     "trade to go on")
    print(f"# well again after {took:.2f} s; the fault took "
          f"{fault.ended - fault.began:.1f} s")
    sale.check_refusals(fault)
    sale.check_sold()
    if kept:
        sale.check_kept(fault.began - JOURNALED_S)
    sale.check_audit()


def redis_is_emptied():
    endure(faults.flush_redis)


def redis_is_killed_and_comes_back_empty():
    endure(faults.kill_redis)


def redis_is_killed_and_comes_back_from_an_old_dump():
    faults.redis("save")	# older than all that is sold from now on
    try:
        endure(faults.kill_redis)
    finally:
        faults.forget_dump()


def redis_stalls_for_three_seconds():
    endure(lambda: faults.pause_redis(3))


def a_script_that_loops_is_killed():
    endure(faults.loop_in_redis)


def the_primary_is_restarted():
    endure(faults.restart_primary)


def redis_away(mode, break_it=faults.RedisAway):
    """Redis gone for a while. Gives the sale and the fault."""
    sale = Sale()
    with DropIn(f"[sale]\nredis_down = {mode}\n"), sale.crowd:
        sale.warm()
        with break_it() as fault:
            time.sleep(AWAY_S)		# the fault's own length
        took = sale.well_again(fault.ended)
    print(f"# well again after {took:.2f} s; Redis was away for "
          f"{fault.ended - fault.began:.1f} s")
    sale.check_refusals(fault)
    sale.check_sold()
    sale.check_kept(fault.began - JOURNALED_S)
    sale.check_audit()
    return sale, fault


def answers_of(sale, fault, op):
    """Of requests that began while Redis was away for certain."""
    return sale.crowd.records(op, fault.began + 2, fault.began + AWAY_S)


def while_redis_is_away_holds_are_refused_at_once():
    sale, fault = redis_away("refuse")
    holds = answers_of(sale, fault, "hold")
    assert holds and all(r.status == 503 and
                         r.problem == "seat-store-unavailable"
                         for r in holds), crowd.statuses(sale.buyers)
    assert all(r.status == 200 for r in answers_of(sale, fault, "map"))
    times = sorted(r.ended - r.began for r in holds)
    half = times[len(times) // 2]
    p99 = times[int(0.99 * (len(times) - 1))]
    print(f"# {len(holds)} holds refused, half of them within"
          f" {1000 * half:.0f} ms, p99 {1000 * p99:.0f} ms")
    assert half < REFUSED_S


def check_sold_meanwhile(mode):
    sale, fault = redis_away(mode)
    paid = [r for r in answers_of(sale, fault, "payment")
            if r.status == 201]
    print(f"# {len(paid)} sold without Redis")
    assert len(paid) > 10


def while_redis_is_away_the_database_goes_on_selling():
    check_sold_meanwhile("database")


def while_redis_is_away_auto_goes_on_selling():
    check_sold_meanwhile("auto")


def every_line_of_the_logs_is_json_after_all_that():
    """doc/operations.md hands them to jq, which stops at one that is none."""
    folder = os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]), "log")
    for name in ("fcgi-api", "fcgi-pay", "worker", "access"):
        with open(os.path.join(folder, name + ".log"), "rb") as log:
            for line in log:
                if line.endswith(b"\n"):	# or it is being written
                    fact = json.loads(line)
                    assert isinstance(fact.get("status", 0), int), line


tap.main([
    redis_is_emptied,
    redis_is_killed_and_comes_back_empty,
    redis_is_killed_and_comes_back_from_an_old_dump,
    redis_stalls_for_three_seconds,
    a_script_that_loops_is_killed,
    the_primary_is_restarted,
    while_redis_is_away_holds_are_refused_at_once,
    while_redis_is_away_the_database_goes_on_selling,
    while_redis_is_away_auto_goes_on_selling,
    every_line_of_the_logs_is_json_after_all_that,
])
