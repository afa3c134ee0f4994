#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Groups of 1 to 8 buy out a section of numbered places and one of counted
ones: exactly full, never over, each group all it asked for or nothing.

SHARE in the environment is the part of 10,000 and 100,000 places that there
are, 1 by hand.
"""
import multiprocessing
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
from hosts import SecondHost  # noqa: E402
from settings import DropIn  # noqa: E402

SHARE = float(os.environ.get("SHARE", "0.02"))
SLOTS, COUNTED = 1, 2		# the sections
CAPACITY = {SLOTS: int(10_000 * SHARE), COUNTED: int(100_000 * SHARE)}
N_PLACES = sum(CAPACITY.values())
N_BUYERS, GROUP_MAX = 48, 8
# Places a second, by far the least; a guard, the figure is told.
SLOWEST = 50
# Few are promised to nobody who remembers: they come back soon.
HOLD_S = 20
# The buyers, too, take processors from the stores.
PATIENT = "[redis]\ncommand_ms = 2000\n[postgresql]\nlock_ms = 2500\n" \
    f"[sale]\nhold_seconds = {HOLD_S}\n"
WITHOUT_REDIS = "[redis]\nsocket = /nowhere/redis.sock\n" \
    "[sale]\nredis_down = database\n"
DEFINITE = {200, 201, 409, 422, 429}

# Places that buyers were told are theirs, by section; of all processes.
sold = {section: multiprocessing.Value("q", 0) for section in CAPACITY}


def unsold(section):
    return CAPACITY[section] - sold[section].value


def n_sold():
    return N_PLACES - sum(map(unsold, CAPACITY))


def some_section():
    """By how much is left of each; at the very end it may be nothing."""
    weights = [max(0, unsold(section)) for section in CAPACITY]
    return random.choices(list(CAPACITY), weights)[0] if any(weights) \
        else COUNTED


# ---- buyers ----

def hold_group(buyer, section, n, end):
    """The token, or None when that was refused."""
    key = uuid.uuid4().hex
    while time.monotonic() < end:
        token = buyer.hold_places(section, n, key)
        if token or (buyer.records[-1].status or 503) < 500:
            return token
        time.sleep(crowd.THOUGHT_S)
    return None


def pay_group(buyer, token, end):
    """Whether it was paid, whatever happened on the way."""
    key = uuid.uuid4().hex
    while time.monotonic() < end:
        status = buyer.pay(token, key)
        if status is not None:
            return status == 201
        time.sleep(crowd.THOUGHT_S)
    return False


def buy_group(buyer, section, end):
    """Whether it was bought. Where too few are left, fewer are wanted next."""
    most = min(GROUP_MAX, unsold(section), buyer.left or GROUP_MAX)
    n = random.randint(1, max(1, most))
    token = hold_group(buyer, section, n, end)
    if token is None and buyer.left == 0:	# promised, and may come back
        time.sleep(crowd.THOUGHT_S)
    if token is None or not pay_group(buyer, token, end):
        return False
    with sold[section].get_lock():
        sold[section].value += n
    return True


def buy_out(buyer):
    """One group after the other, each of another user."""
    end = time.monotonic() + N_PLACES / SLOWEST
    at = 0
    while n_sold() < N_PLACES and time.monotonic() < end:
        token, user = buyer.purse[at % len(buyer.purse)]
        buyer.client.token, buyer.client.user = token, user
        if buy_group(buyer, some_section(), end) or \
                buyer.records[-1].problem == "seat-limit":
            at += 1


def make_buyers(performance, url=None):
    """With a purse of users each."""
    users = [(c.token, c.user) for c in api.buyers(N_PLACES // 4 + N_BUYERS)]
    buyers = []
    for i in range(N_BUYERS):
        buyer = crowd.Buyer(api.Client(url), performance)
        buyer.purse = users[i::N_BUYERS]
        buyers.append(buyer)
    return buyers


# ---- what must be then ----

def check_full(performance, buyers):
    told = {number: crowd.n_places(what) for b in buyers
            for number, what in b.bought.items()}
    assert told == stage.places_owned(performance)
    for section, capacity in CAPACITY.items():
        assert sold[section].value == capacity, section
    assert stage.sold(performance) == CAPACITY[SLOTS]
    assert len(stage.owners(performance)) == CAPACITY[SLOTS]
    assert stage.stock(performance) == (CAPACITY[COUNTED],) * 3


def check_nothing_left(performance):
    """Once Redis knows all that was sold without it."""
    one_more = crowd.Buyer(api.buyers(1)[0], performance)
    for section in CAPACITY:
        assert one_more.hold_places(section, 1, uuid.uuid4().hex) is None
        assert one_more.records[-1].problem == "section-full"
        assert one_more.left == 0


def check_audit(buyers):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        crowd.history(buyers, file.name)
        stage.audit("--history", file.name)
    stage.settle()


def sell_out(url=None, meanwhile=None):
    """The whole sale and its checks. Gives (performance, answers by kind)."""
    for count in sold.values():
        count.value = 0
    performance = stage.make_open(CAPACITY[SLOTS], CAPACITY[COUNTED])
    buyers, took = crowd.race(make_buyers(performance, url), buy_out,
                              meanwhile=meanwhile)
    counts = crowd.statuses(buyers)
    print(f"# {n_sold()} places in {took:.1f} s to "
          f"{sum(len(b.bought) for b in buyers)} groups; " + ", ".join(
              f"{n} x {op} {status} {problem or ''}".strip()
              for (op, status, problem), n in sorted(counts.items(), key=str)))
    check_full(performance, buyers)
    check_audit(buyers)
    check_nothing_left(performance)
    return performance, counts


# ---- the three ways ----

def groups_fill_both_sections_exactly():
    with DropIn(PATIENT):
        _, counts = sell_out()
    strange = {kind for kind in counts if kind[1] not in DEFINITE}
    assert not strange, strange


def kill_on_the_way():
    """One after the other, each when a sixth more is sold."""
    breaks = (faults.kill_pools, faults.kill_redis, faults.crash_primary,
              faults.kill_worker, faults.kill_pools)
    for i, break_it in enumerate(breaks, 1):
        tap.wait_for(lambda: n_sold() > N_PLACES * i / (len(breaks) + 1),
                     "buyers to buy", N_PLACES / SLOWEST)
        fault = break_it()
        print(f"# {break_it.__name__} at {n_sold()} places,"
              f" {fault.ended - fault.began:.1f} s")


def so_they_do_while_workers_redis_and_the_primary_are_killed():
    with DropIn(PATIENT):
        sell_out(meanwhile=kill_on_the_way)


def so_they_do_while_half_of_the_workers_do_without_redis():
    with DropIn(PATIENT), SecondHost(WITHOUT_REDIS) as second:
        performance, _ = sell_out(second.url)
        assert second.has_served(), "nobody was served by the second host"
    made_there = stage.number(
        "SELECT count(*) FROM seat_log WHERE from_state = 'A' AND"
        f" to_state = 'H' AND performance_id = {performance}")
    print(f"# {made_there} holds were made in the database")
    assert made_there > 0


tap.main([
    groups_fill_both_sections_exactly,
    so_they_do_while_workers_redis_and_the_primary_are_killed,
    so_they_do_while_half_of_the_workers_do_without_redis,
])
