#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Kept connections under load: reloads, upgrades, killed and stuck workers.

N_REQUESTS and N_CONNECTIONS in the environment make it a longer one; by hand:
N_REQUESTS=100000 N_CONNECTIONS=200 STACK_DIR=.stack tests/flow/test_kept.py
"""
import json
import os
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect  # noqa: E402
from load import Load  # noqa: E402

N_REQUESTS = int(os.environ.get("N_REQUESTS", "20000"))
N_CONNECTIONS = int(os.environ.get("N_CONNECTIONS", "50"))
# A guard against a request that hangs; how fast is what bench measures.
SOON_S = 5
# The load counts its times from its own start, which is known so exactly.
CLOCKS_APART_S = 0.5
WHERE = api.open_performance()
PATH = f"/api/v1/performances/{WHERE}/holds"


def holds(**how):
    """Everybody asks for the same seat again and again: 201 once, then 200."""
    buyer, = api.buyers(1)
    seat, = api.free_seats(WHERE, 1)
    return Load(PATH, token=buyer.token, connections=N_CONNECTIONS,
                body=json.dumps({"seat_ids": [seat]}), **how)


def master():
    return api.pid_of("fcgi-api")


def workers():
    pid = master()
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return {int(word) for word in children.read().split()}


def n_workers():
    text = Client().get("/metrics").body.decode()
    return sum(int(line.split()[1]) for line in text.splitlines()
               if line.startswith('boxoffice_workers{pool="api"}'))


def n_settled():
    """How many there are, once a master that was replaced counts no more."""
    tap.wait_for(lambda: n_workers() == len(workers()),
                 "the workers to be as many as /metrics says")
    return n_workers()


def accepted(worker):
    """How many connections of web servers a worker holds."""
    inodes = set()
    for fd in os.listdir(f"/proc/{worker}/fd"):
        try:
            target = os.readlink(f"/proc/{worker}/fd/{fd}")
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    with open("/proc/net/unix") as sockets:
        rows = [line.split() for line in sockets]
    # Flags 00010000 is the listener itself.
    return sum(1 for row in rows if row[-1].endswith("/api.sock") and
               row[6] in inodes and row[3] != "00010000")


def note(text):
    print(f"# {text}", flush=True)


def answers_soon():
    began = time.monotonic()
    expect(Client().get("/health/live"), 200)
    took = time.monotonic() - began
    note(f"a plain request right after the load took {1000 * took:.1f} ms")
    assert took < SOON_S


def reloads_and_upgrades_lose_no_request():
    before = workers()
    with holds(requests=N_REQUESTS) as load:
        n_reloads = 0
        for upgrade in (True, True, False):
            if upgrade:
                os.kill(master(), signal.SIGUSR2)
            for _ in range(3):
                time.sleep(0.2)		# the pace of the signals
                os.kill(master(), signal.SIGHUP)
                n_reloads += 1
        while load.runs():
            os.kill(master(), signal.SIGHUP)
            n_reloads += 1
            time.sleep(1)
    answers_soon()
    note(f"{load.statuses()} at {n_reloads} reloads and 2 upgrades, "
         f"p99 {load.percentile_ms(.99):.1f} ms")
    assert len(load.rows) == N_REQUESTS // N_CONNECTIONS * N_CONNECTIONS
    assert set(load.statuses()) <= {200, 201}, load.statuses()
    tap.wait_for(lambda: not before & workers(), "the old workers to leave",
                 60)


def a_killed_worker_costs_at_most_the_connections_it_held():
    n = n_settled()
    kills, n_held = [], 0
    with holds(requests=N_REQUESTS) as load:
        for _ in range(3):
            time.sleep(0.3)		# load between the kills
            victim = max(workers(), key=accepted)
            os.kill(victim, signal.SIGSTOP)	# so that the count stands
            n_held += accepted(victim)
            kills.append(time.monotonic())
            os.kill(victim, signal.SIGKILL)
        tap.wait_for(lambda: n_workers() == n, "the workers to be replaced")
    failed = load.failed()
    note(f"3 kills, {n_held} connections held, {len(failed)} failed; "
         f"{load.statuses()}")
    assert len(failed) <= n_held, failed
    for _, seconds, at in failed:
        assert any(at < kill + 1 and at + seconds > kill - CLOCKS_APART_S
                   for kill in kills), \
            (at, seconds, kills)


def a_stopped_worker_costs_at_most_its_connections_and_is_replaced():
    n = n_settled()
    with holds(seconds=20, rate=10) as load:
        time.sleep(1)
        victim = max(workers(), key=accepted)
        os.kill(victim, signal.SIGSTOP)
        n_held = accepted(victim)
        stopped = time.monotonic()
        tap.wait_for(lambda: victim not in workers(), "the end of it", 25)
        note(f"killed {time.monotonic() - stopped:.1f} s after it stopped")
    tap.wait_for(lambda: n_workers() == n, "the worker to be replaced")
    failed = load.failed()
    note(f"{n_held} connections held, {len(failed)} failed, the rest p99 "
         f"{load.percentile_ms(.99):.1f} ms; {load.statuses()}")
    assert len(failed) <= n_held, failed
    for _, seconds, _ in failed:
        assert seconds <= 15.5, failed


def many_buyers_race_for_few_seats_and_each_seat_has_one_owner():
    buyers = api.buyers(40)
    seats = api.free_seats(WHERE, 10)
    won = []

    def race(buyer, number):
        seat = seats[number % len(seats)]
        answer = buyer.hold(WHERE, [seat])
        if answer.status == 201:
            paid = buyer.pay(answer.json()["hold_token"])
            expect(paid, 201)
            won.append(seat)
        else:
            expect(answer, 409)

    threads = [threading.Thread(target=race, args=pair)
               for pair in zip(buyers, range(len(buyers)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == sorted(seats), won


tap.main([
    many_buyers_race_for_few_seats_and_each_seat_has_one_owner,
    reloads_and_upgrades_lose_no_request,
    a_killed_worker_costs_at_most_the_connections_it_held,
    a_stopped_worker_costs_at_most_its_connections_and_is_replaced,
])
