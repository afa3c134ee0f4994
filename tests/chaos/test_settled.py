#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is sold by wallet and by card, declined, given back whole and in part by
buyers and by operators, is settled to the last unit: by the ledger, by the wallets,
and by what the provider of cards has taken and given back.

N_CARDS in the environment is how many purchases there are, 5000 for the drill.
"""
import collections
import concurrent.futures
import datetime
import json
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import paysim  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from settings import DropIn  # noqa: E402

N = int(os.environ.get("N_CARDS", "60"))
# A user's purchases, of two seats each, one after the other.
EACH = 5
CREDIT = 10_000_000
# An odd price and an odd part of it that comes back.
TERMS = {"prices": {"all": 1237}, "refund_policy": {
    "steps": [{"minutes_before": 1, "percent": 73}]}}
WAYS = ["card", "card", "wallet", "card", "declined"]
# What becomes of what was bought; None: it is kept.
ENDS = [None, "whole", "part", "twice", None, "operator", "operator part"]
PATIENT = "[limits]\npay = 864000/86400\nwrite = 864000/86400\n" \
    "hold = 6000/600\n"


class Purchase:
    """Of two seats, and what becomes of it."""

    def __init__(self, n, buyer, performance):
        self.buyer, self.performance = buyer, performance
        self.seats = [2 * n + 1, 2 * n + 2]
        self.way = WAYS[n % len(WAYS)]
        self.end = ENDS[n % len(ENDS)]
        self.key = uuid.uuid4().hex

    def post(self, client, path, body):
        return client.post(path, body,
                           headers={"Idempotency-Key": uuid.uuid4().hex})

    def buy(self):
        hold = api.expect(self.buyer.hold(self.performance, self.seats), 201)
        how = {"method": "wallet"} if self.way == "wallet" else {
            "method": "card", "source": "pm_card_visa" if self.way == "card"
            else "pm_card_visa_chargeDeclined"}
        answer = self.post(self.buyer, "/api/v1/payments", {
            "hold_token": hold.json()["hold_token"], **how})
        if self.way == "wallet":
            return api.expect(answer, 201).json()["payment"]
        at = f"/api/v1/payments/{api.expect(answer, 202).json()['id']}"
        return tap.wait_for(lambda: self.decided(at), "its end", 300)

    def decided(self, at):
        said = api.expect(self.buyer.get(
            at, headers={"Prefer": "wait=2"}), 200).json()
        return said if said["status"] != "SENT" else None

    def give_back(self, number, payment, operator):
        mine = f"/api/v1/reservations/{number}/cancel"
        theirs = f"/api/v1/admin/payments/{payment}/refund"
        one, other = ({"seat_ids": [seat]} for seat in self.seats)
        why = {"reason": "a test"}
        for client, path, body in {
                "whole": [(self.buyer, mine, {})],
                "part": [(self.buyer, mine, one)],
                "twice": [(self.buyer, mine, one), (operator, theirs,
                                                    {**other, **why})],
                "operator": [(operator, theirs, why)],
                "operator part": [(operator, theirs, {**one, **why})],
        }.get(self.end, []):
            api.expect(self.post(client, path, body), 200)

    def go_through(self, operator):
        said = self.buy()
        assert (said["status"] == "CAPTURED") == (self.way != "declined"), said
        if said["status"] == "CAPTURED":
            number = said["reservation_number"]
            self.give_back(number, said["id"], operator)


def go_through(purchases, operator):
    """One buyer's, in their order."""
    mine = api.Client(token=operator.token)
    for purchase in purchases:
        purchase.go_through(mine)


def settlement(performance):
    """method -> Counter of what operators are told, over all days"""
    day, today = datetime.timedelta(days=1), datetime.date.today()
    lines = json.loads(api.command(
        "CTL", "payment", "settlement", "--json", "--from",
        str(today - day), "--to", str(today + day)))["lines"]
    found = collections.defaultdict(collections.Counter)
    for line in lines:
        if line["performance_id"] == performance:
            found[line["method"]].update({name: line[name] for name in (
                "n_sold", "sold", "n_refunded", "refunded", "net")})
    return found


def ledger(performance):
    """payment -> (method, our name for it outside or "", sold, given back)"""
    rows = api.sql(
        "SELECT p.id, p.method, coalesce(o.outside_ref, ''),"
        " coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0),"
        " coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0)"
        " FROM payments p LEFT JOIN payment_outside o ON o.payment_id = p.id"
        " LEFT JOIN ledger l ON l.payment_id = p.id AND l.account = 'sales'"
        f" WHERE p.performance_id = {performance} GROUP BY 1, 2, 3")
    return {int(payment): (method, ref, int(sold), int(back)) for
            payment, method, ref, sold, back in
            (line.split("|") for line in rows.splitlines())}


def spent_of_wallets(buyers):
    ids = ",".join(str(buyer.user) for buyer in buyers)
    return CREDIT * len(buyers) - stage.number(
        f"SELECT sum(balance) FROM wallets WHERE user_id IN ({ids})")


def check(performance, buyers):
    said, booked = settlement(performance), ledger(performance)
    money = paysim.journal()
    sums = collections.defaultdict(collections.Counter)
    for payment, (method, ref, sold, back) in booked.items():
        sums[method].update(sold=sold, refunded=back, net=sold - back)
        if method == "card":
            there = money.get(ref, paysim.Money())
            assert (there.taken, there.given_back) == (sold, back), \
                (payment, ref, vars(there), sold, back)
            assert there.captures == (sold > 0), (payment, vars(there))
    assert len(booked) == N and set(said) == set(sums), (said, sums)
    for method, of in sums.items():
        assert all(of[name] == said[method][name] for name in of), \
            (method, of, said[method])
        assert of["sold"] > of["refunded"] > 0, (method, of)
    assert spent_of_wallets(buyers) == sums["wallet"]["net"], sums
    refs = {ref for method, ref, _, _ in booked.values() if method == "card"}
    print(f"# {N} purchases: " + "; ".join(
        f"{method} {of['n_sold']} sold for {of['sold']}, {of['n_refunded']} "
        f"refunds of {of['refunded']}, net {of['net']}"
        for method, of in sorted(said.items())) + "; paysim took " +
        f"{sum(one.taken for ref, one in money.items() if ref in refs)}, gave "
        f"{sum(one.given_back for ref, one in money.items() if ref in refs)}"
        " back", flush=True)


def what_is_settled_is_the_ledger_the_wallets_and_the_provider():
    performance = stage.load_performance(
        [{"rows": [{"from": "1", "to": str((2 * N + 49) // 50),
                    "numbers": [1, 50], "price_class": "all"}]}], 20, **TERMS)
    boss = api.Client().login(api.ENV["ADMIN_LOGIN"],
                              api.ENV["ADMIN_PASSWORD"])
    buyers = api.buyers((N + EACH - 1) // EACH, CREDIT)
    purchases = [Purchase(n, buyers[n // EACH], performance)
                 for n in range(N)]
    with DropIn(PATIENT), concurrent.futures.ThreadPoolExecutor(24) as pool:
        for done in [pool.submit(go_through, purchases[i:i + EACH], boss)
                     for i in range(0, N, EACH)]:
            done.result()
        tap.wait_for(lambda: paysim.n_open(performance) == 0,
                     "the money to be back", 300)
    check(performance, buyers)
    stage.settle()


tap.main([what_is_settled_is_the_ledger_the_wallets_and_the_provider])
