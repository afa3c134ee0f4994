#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""buyers - people who buy and give back until they are told to stop

usage: STACK_DIR=DIR buyers.py BUYERS

Each has a seat that nobody else wants, holds it, pays, and gives it back, again and
again; "buying" says that all of them have done so once. When standard input ends
each keeps what he buys last, and what was acknowledged is looked for. Any other
answer than the one expected, or none, is a failure.

Layer: tests.  Uses: api.
"""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
from api import expect  # noqa: E402


class Buyer(threading.Thread):
    def __init__(self, client, performance, seat, stop):
        super().__init__()
        self.client, self.performance = client, performance
        self.seat, self.stop = seat, stop
        self.once = threading.Event()
        self.n_bought, self.longest_s = 0, 0.0
        self.failure = None

    def timed(self, call, *words, **more):
        began = time.monotonic()
        answer = call(*words, **more)
        self.longest_s = max(self.longest_s, time.monotonic() - began)
        return answer

    def buy(self):
        hold = expect(self.timed(self.client.hold, self.performance,
                                 [self.seat]), 201).json()
        paid = expect(self.timed(self.client.pay, hold["hold_token"]), 201)
        self.n_bought += 1
        return paid.json()["reservation"]["number"]

    def give_back(self, number):
        expect(self.timed(
            self.client.post, f"/api/v1/reservations/{number}/cancel", {},
            headers={"Idempotency-Key": "cancel-" + number}), 200)

    def round(self):
        """The number of what was kept, which is the last."""
        number = self.buy()
        expect(self.timed(self.client.get,
                          f"/api/v1/reservations/{number}"), 200)
        kept = self.stop.is_set()
        if not kept:
            self.give_back(number)
        self.once.set()
        return number if kept else None

    def run(self):
        try:
            number = None
            while number is None:
                number = self.round()
            mine = expect(self.client.get("/api/v1/reservations"), 200).json()
            assert number in [item["number"] for item in mine["items"]], mine
        except Exception as failure:	# whatever it was ends this buyer
            self.failure = repr(failure)
        finally:
            self.once.set()


def main(n_buyers):
    stop = threading.Event()
    performance = api.open_performance()
    seats = api.free_seats(performance, n_buyers)
    buyers = [Buyer(client, performance, seat, stop)
              for client, seat in zip(api.buyers(n_buyers), seats)]
    began = time.monotonic()
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.once.wait()
    print("buying", flush=True)
    sys.stdin.read()
    stop.set()
    for buyer in buyers:
        buyer.join()
    bought = sum(buyer.n_bought for buyer in buyers)
    failures = [buyer.failure for buyer in buyers if buyer.failure]
    print(f"{bought} purchases, {bought / (time.monotonic() - began):.0f} a"
          f" second, longest wait {max(b.longest_s for b in buyers):.2f} s,"
          f" {len(failures)} failures", *failures, sep="\n", flush=True)
    return 1 if failures else 0


sys.exit(main(int(sys.argv[1])))
