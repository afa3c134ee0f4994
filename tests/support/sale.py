# SPDX-License-Identifier: BSD-2-Clause
"""sale - buyers who buy while something happens, and what came of it.

Layer: tests.  Uses: api, crowd, stage, tap.
"""
import collections
import time

import api
import crowd
import stage
import tap

N_BUYERS, N_SEATS = 120, 4000
THINK_S = 0.5
# Until every buyer has been served some times.
N_BEFORE = 100


class Sale:
    """with Sale() as sale: buyers buy

    url  by which they come, if not by the stack's
    """

    def __init__(self, url=None):
        self.performance = stage.make_performance(N_SEATS, 20)
        # All of the map is wanted, so few want the same.
        self.buyers = [crowd.Buyer(client, self.performance, N_SEATS)
                       for client in api.buyers(N_BUYERS, base_url=url)]
        self.crowd = crowd.Crowd(self.buyers, lambda buyer: buyer.buy_one(),
                                 THINK_S)

    def __enter__(self):
        self.began = time.monotonic()
        self.crowd.__enter__()
        self.more()
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
                     and len(self.purchases(since)) >= n, "purchases", 60)

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
        times = self.purchases()
        print(f"# {what}: {len(times)} purchases, "
              f"{len(times) / (time.monotonic() - self.began):.0f}/s, "
              f"{len(self.failures())} requests failed")
        kinds = collections.Counter((r.op, r.status, r.problem)
                                    for r in self.failures())
        for (op, status, problem), n in kinds.most_common():
            print(f"#   {n} x {op}: {status or 'no answer'} {problem or ''}")

    def longest_gap(self, since):
        """Seconds without any purchase, at most."""
        times = [since] + self.purchases(since)
        return max(b - a for a, b in zip(times, times[1:]))
