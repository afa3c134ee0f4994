#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A sale with a line in front: many more come than there are seats.

They join, poll as they are told, hold a seat when it is their turn and pay, until
all seats are sold; each of the others is told so. N_BUYERS and N_SEATS in the
environment change how many there are (5000 and 1000 for the whole size).
"""
import collections
import heapq
import http.client
import multiprocessing
import os
import random
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from settings import DropIn  # noqa: E402

N_BUYERS = int(os.environ.get("N_BUYERS", "250"))
N_SEATS = int(os.environ.get("N_SEATS", "50"))
N_PROCESSES, N_THREADS = 4, 8
API = "/api/v1"
# Buyers on the machine that sells take its processors from Redis.
PATIENT = "[redis]\ncommand_ms = 2000\n[postgresql]\nlock_ms = 2500\n"
DEFINITE = {200, 201, 204, 403, 409, 429}


class Person:
    """Somebody who wants one seat. next() is what he does now; it gives the
    seconds after which he does the next thing, or None: he is done."""

    def __init__(self, performance, token):
        self.at = f"{API}/performances/{performance}"
        self.token, self.ticket, self.end = token, None, None
        self.next = self.join

    def ask(self, world, op, method, path, body=None, **headers):
        """The answer; None: ask again in a moment."""
        if self.ticket:
            headers["X-Queue-Token"] = self.ticket
        began = time.monotonic()
        world.client.token = self.token
        answer = world.client.ask(method, path, body, headers=headers)
        world.took[op, answer.status].append(time.monotonic() - began)
        return None if answer.status == 429 else answer

    def hear(self, world, answer):
        """He is told where he stands."""
        place = answer.json()
        self.ticket = place.get("queue_token", self.ticket)
        if place["state"] == "admitted":
            return self.buy(world)
        if place["state"] != "waiting":
            return self.finish(place["state"])
        self.next = self.poll
        if place["likely_sold_out"] and not self.free_seats(world):
            return self.leave(world)
        return place["poll_after"]

    def join(self, world):
        answer = self.ask(world, "join", "POST", self.at + "/queue")
        return self.hear(world, answer) if answer else 1

    def poll(self, world):
        answer = self.ask(world, "poll", "GET", self.at + "/queue")
        return self.hear(world, answer) if answer else 1

    def free_seats(self, world):
        answer = self.ask(world, "map", "GET", api.unkept(self.at + "/seats"))
        letters = answer.json()["statuses"] if answer else "A"
        return [i + 1 for i, letter in enumerate(letters) if letter == "A"]

    def buy(self, world):
        self.next = self.buy
        free = self.free_seats(world)
        if not free:
            return self.leave(world)
        answer = self.ask(world, "hold", "POST", self.at + "/holds",
                          {"seat_ids": [random.choice(free)]})
        if answer is None or answer.status == 409:
            return 0.1
        if answer.status == 403:
            return self.finish("pass over")
        token = answer.json()["hold_token"]
        key = uuid.uuid4().hex
        while True:
            answer = self.ask(world, "pay", "POST", API + "/payments",
                              {"hold_token": token, "method": "wallet"},
                              **{"Idempotency-Key": key})
            if answer:
                return self.finish("bought" if answer.status == 201
                                   else "refused")
            time.sleep(0.1)

    def leave(self, world):
        """Nothing is left for him."""
        self.ask(world, "leave", "DELETE", self.at + "/queue")
        return self.finish("sold out")

    def finish(self, end):
        self.end = end


class World:
    """One thread's part of it: a connection, and what took how long."""

    def __init__(self, people):
        self.client, self.people = api.Client(), people
        self.took = collections.defaultdict(list)

    def live(self):
        """A connection that the server has ended is opened again."""
        due = [(0, i) for i in range(len(self.people))]
        while due:
            when, i = heapq.heappop(due)
            time.sleep(max(0, when - time.monotonic()))
            try:
                wait = self.people[i].next(self)
            except (http.client.HTTPException, OSError):
                self.took["connection", 0].append(0)
                wait = 0.2
            if wait is not None:
                heapq.heappush(due, (time.monotonic() + wait, i))


def process(people, results):
    worlds = [World(people[i::N_THREADS]) for i in range(N_THREADS)]
    threads = [threading.Thread(target=world.live) for world in worlds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ends = collections.Counter(p.end for p in people)
    results.put((ends, [dict(world.took) for world in worlds]))


def live(people):
    """How they all ended, and (op, status) -> seconds of each request."""
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(
        target=process, args=(people[i::N_PROCESSES], results))
        for i in range(N_PROCESSES)]
    for one in processes:
        one.start()
    ends, took = collections.Counter(), collections.defaultdict(list)
    for _ in processes:
        theirs, parts = results.get()
        ends += theirs
        for part in parts:
            for kind, seconds in part.items():
                took[kind] += seconds
    for one in processes:
        one.join()
    return ends, took


def percentile(values, share):
    return sorted(values)[int(len(values) * share)] * 1000


def told(ends, took, seconds):
    print(f"# {N_BUYERS} came for {N_SEATS} seats, {seconds:.1f} s: "
          + ", ".join(f"{n} {end}" for end, n in ends.items()))
    for (op, status), values in sorted(took.items()):
        print(f"# {len(values)} x {op} {status}: p50 "
              f"{percentile(values, 0.5):.0f} ms, p99 "
              f"{percentile(values, 0.99):.0f} ms")


def a_line_sells_all_seats_and_tells_all_others():
    with DropIn(PATIENT):
        performance = stage.make_performance(N_SEATS, seats_per_user=1)
        api.command("CTL", "queue", "set", str(performance), "--mode", "fifo",
                    "--active", str(max(10, N_SEATS // 5)), "--reason", "rush")
        people = [Person(performance, client.token)
                  for client in api.buyers(N_BUYERS)]
        began = time.monotonic()
        ends, took = live(people)
        told(ends, took, time.monotonic() - began)
        assert ends == {"bought": N_SEATS, "sold out": N_BUYERS - N_SEATS}, \
            ends
        assert {status for _, status in took} <= DEFINITE, took.keys()
        assert stage.sold(performance) == N_SEATS
        assert len(stage.owners(performance)) == N_SEATS
        assert stage.number(
            "SELECT count(*) FROM queue_pass WHERE ended_by = 'bought'"
            f" AND performance_id = {performance}") == N_SEATS
        stage.settle()


tap.main([a_line_sells_all_seats_and_tells_all_others])
