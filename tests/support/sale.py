# SPDX-License-Identifier: BSD-2-Clause
"""sale - buyers who buy while something happens, and what came of it.

RATE in the environment is how many purchases a second they want together, 100: what
the machine carries is told.

Layer: tests.  Uses: api, crowd, stage, tap.
"""
import collections
import json
import os
import random
import time

import api
import crowd
import stage
import tap

N_BUYERS, N_SEATS = 120, 10000
# For whom each of them buys, and how many seats each of those may have.
N_ACCOUNTS, N_EACH = 4, 20
RATE = float(os.environ.get("RATE", "100"))
# Until every buyer has been served some times.
N_BEFORE = 300


class Customer(crowd.Buyer):
    """Buys for several accounts, one after the other, on one connection."""

    def __init__(self, clients, performance):
        super().__init__(clients[0], performance)
        self.others = clients[1:]

    def free_seats(self):
        """One that was free a moment ago, as the web server keeps the map."""
        answer = self.ask("map", lambda: self.client.get(
            f"{crowd.API}/performances/{self.performance}/seats"))
        if answer is None or answer.status != 200:
            return None
        letters = json.loads(answer.body)["statuses"]
        at = letters.find("A", random.randrange(len(letters)))
        return [at + 1] if at >= 0 else None

    def buy_one(self, tries=20):
        bought = super().buy_one(tries)
        # Who was told of the limit has asked for a hold that was forgotten.
        full = bought and len(self.bought) % N_EACH == 0
        if self.others and (full or self.records[-1].op == "holds"):
            connection = self.client.connection
            self.client = self.others.pop()
            self.client.connection = connection
        return bought


class Sale:
    """with Sale() as sale: buyers buy

    url  by which they come, if not by the stack's
    """

    def __init__(self, url=None):
        self.performance = stage.make_performance(N_SEATS, N_EACH)
        clients = api.buyers(N_BUYERS * N_ACCOUNTS, base_url=url)
        self.buyers = [Customer(clients[i::N_BUYERS], self.performance)
                       for i in range(N_BUYERS)]
        self.crowd = crowd.Crowd(self.buyers, lambda buyer: buyer.buy_one(),
                                 every_s=N_BUYERS / RATE)

    def __enter__(self):
        self.crowd.__enter__()
        self.more()
        times = self.purchases()
        # Of the second half, when all of them are there.
        half = times[len(times) // 2:]
        self.rate = (len(half) - 1) / (half[-1] - half[0])
        self.since = time.monotonic()
        return self

    def __exit__(self, *_):
        self.crowd.__exit__()
        self.check_sold()

    def purchases(self, since=0.0):
        """When they were acknowledged."""
        return sorted(r.ended for r in self.crowd.records("payment", since)
                      if r.status == 201)

    def more(self, n=N_BEFORE):
        """Until so many more were bought."""
        since = time.monotonic()
        tap.wait_for(lambda: self.crowd.goes_on()
                     and len(self.purchases(since)) >= n, "purchases", 300)

    def failures(self):
        return [r for r in self.crowd.records()
                if r.status is None or r.status >= 500]

    def check_sold(self):
        """Every purchase that was acknowledged is there, each seat once."""
        owned = stage.owners(self.performance)
        for buyer in self.buyers:
            for number, seats in buyer.bought.items():
                for seat in seats:
                    assert owned.get(seat) == number, (seat, number)

    def tell(self, what):
        """Once it has ended: none that was acknowledged is lost."""
        print(f"# {what}: {self.rate:.0f} purchases a second before; "
              f"{len(self.purchases())} acknowledged, none of them lost; "
              f"none at all for {self.longest_gap():.1f} s at most; "
              f"{len(self.failures())} requests failed")
        kinds = collections.Counter((r.op, r.status, r.problem)
                                    for r in self.failures())
        for (op, status, problem), n in kinds.most_common():
            print(f"#   {n} x {op}: {status or 'no answer'} {problem or ''}")

    def longest_gap(self):
        """Seconds without any purchase, at most, since all of them bought."""
        times = [self.since] + self.purchases(self.since)
        return max(b - a for a, b in zip(times, times[1:]))
