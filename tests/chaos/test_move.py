#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Seats become dearer ones, whose difference cards pay, and cheap ones again, while
others buy and give back the same seats, reservations are cancelled, and workers of
both pools are killed: what the provider has is what the seats cost.

N_MOVES in the environment is how many moves there are at least, 200 for the drill, in
which the job and the provider are killed, too: what they had then waits for half a
minute.
"""
import os
import random
import sys
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import faults  # noqa: E402
import paysim  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from settings import DropIn  # noqa: E402

N = int(os.environ.get("N_MOVES", "40"))
IS_DRILL = N >= 200
N_MOVERS, N_RIVALS = 8, 4
CREDIT = 10_000_000
CHEAP, DEAR = range(1, 13), range(51, 63)	# seats that all want
PRICES = {"cheap": 1000, "dear": 2500}
MOVES_EACH = 12		# of one reservation
CARDS = ["visa"] * 5 + ["visa_chargeDeclined"]
SETTINGS = "[redis]\ncommand_ms = 2000\n[postgresql]\nlock_ms = 2500\n" \
    "[limits]\npay = off\nwrite = off\nhold = off\nhoard_budget = 0\n"


def keyed(client, path, body, key):
    return api.surely(lambda: client.post(
        path, body, headers={"Idempotency-Key": key}))


class Mover:
    """Buys a cheap seat by card, and moves it until it is given back."""

    def __init__(self, client, performance):
        self.client, self.performance = client, performance
        self.number = self.seat = None
        self.moves = []		# (path, body, key, payment or None)

    def hold(self):
        seat = random.choice(CHEAP)
        answer = api.surely(lambda: self.client.hold(self.performance, [seat]))
        self.seat = seat
        return answer.json()["hold_token"] if answer.status in (200, 201) \
            else None

    def ended(self, payment):
        """What became of a payment."""
        at = f"/api/v1/payments/{payment}"
        return tap.wait_for(lambda: self.decided(at), "a payment's end", 120)

    def decided(self, at):
        said = api.surely(lambda: self.client.get(
            at, headers={"Prefer": "wait=2"})).json()
        return said if said["status"] not in ("SENT", "CANCELING") else None

    def buys(self):
        hold = self.hold()
        if hold is None:
            return False
        answer = keyed(self.client, "/api/v1/payments", {
            "hold_token": hold, "method": "card", "source": "pm_card_visa"},
            hold)
        if answer.status not in (201, 202):
            return False
        if answer.status == 202:
            said = self.ended(answer.json()["id"])
            number = said["reservation_number"]
        else:
            number = answer.json()["reservation"]["number"]
        self.number = number
        return number is not None

    def move(self):
        """Whether the reservation is still there."""
        dear = self.seat in CHEAP
        to = random.choice(DEAR if dear else CHEAP)
        body = {"seats": [{"from": self.seat, "to": to}]}
        if dear:
            body.update(method="card",
                        source="pm_card_" + random.choice(CARDS))
        path, key = f"/api/v1/reservations/{self.number}/move", uuid.uuid4().hex
        answer = keyed(self.client, path, body, key)
        assert answer.status in (200, 202, 402, 404, 409, 410, 422), answer
        if answer.status == 202:
            payment = answer.json()["id"]
            self.moves.append((path, body, key, payment))
            moved = self.ended(payment)["status"] == "CAPTURED"
        else:
            moved = answer.status == 200
            if moved:
                self.moves.append((path, body, key, None))
        if moved:
            self.seat = to
        return answer.status not in (404, 422)

    def go_on(self, over):
        while not over():
            if not self.buys():
                continue
            for _ in range(MOVES_EACH):
                if over() or not self.move():
                    break
            self.give_back()

    def give_back(self):
        number, self.number = self.number, None
        if number is not None:
            keyed(self.client, f"/api/v1/reservations/{number}/cancel", {},
                  uuid.uuid4().hex)


def rival(client, performance, over):
    """Buys any of the same seats, by wallet, and gives it back."""
    while not over():
        seat = random.choice([*CHEAP, *DEAR])
        held = api.surely(lambda: client.hold(performance, [seat]))
        if held.status not in (200, 201):
            continue
        token = held.json()["hold_token"]
        paid = api.surely(lambda: client.pay(token, token))
        if paid.status == 201:
            number = paid.json()["reservation"]["number"]
            keyed(client, f"/api/v1/reservations/{number}/cancel", {}, token)


def canceller(movers, over, pause):
    """Reservations go back while they are moved."""
    clients = [api.Client(token=mover.client.token) for mover in movers]
    while not over():
        at = random.randrange(len(movers))
        number = movers[at].number
        if number is not None:
            keyed(clients[at], f"/api/v1/reservations/{number}/cancel", {},
                  uuid.uuid4().hex)
        pause(0.5)


def killer(over, pause):
    """Until it is over, at least once."""
    others = [faults.kill_pay_worker, faults.kill_paysim] if IS_DRILL else []
    while True:
        faults.kill_pools()
        pause(2)
        if over():
            return
        if others:
            others.pop()()


def all_at_once(movers, rivals, performance):
    ended, broken = threading.Event(), []

    def over():
        return ended.is_set()

    def guarded(act, *args):
        try:
            act(*args)
        except Exception as error:	# told below, not lost
            broken.append(error)
            ended.set()

    acts = [(mover.go_on, over) for mover in movers] + \
        [(rival, client, performance, over) for client in rivals] + \
        [(canceller, movers, over, ended.wait), (killer, over, ended.wait)]
    threads = [threading.Thread(target=guarded, args=act) for act in acts]
    for thread in threads:
        thread.start()
    try:
        tap.wait_for(lambda: over() or n_moves(performance) >= N,
                     f"{N} moves", 120 + 2 * N)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    if broken:
        raise broken[0]


def n_moves(performance):
    return stage.number("SELECT count(*) FROM reservation_moves"
                        f" WHERE performance_id = {performance}")


def worth(performance, user):
    """What the seats that he has cost."""
    return stage.number(
        f"SELECT coalesce(sum(CASE WHEN seat_no > 50 THEN {PRICES['dear']}"
        f" ELSE {PRICES['cheap']} END), 0) FROM seat_claim WHERE state = 'R'"
        f" AND performance_id = {performance} AND user_id = {user}")


def check_cards(performance, movers):
    """Each payment was taken once at most, and what is left of all of somebody's
    is what his seats cost."""
    money, kept = paysim.journal(), {}
    for line in api.sql(
            "SELECT p.user_id, o.outside_ref, p.status, p.amount, p.refunded"
            " FROM payments p JOIN payment_outside o ON o.payment_id = p.id"
            f" WHERE p.performance_id = {performance}").splitlines():
        user, ref, status, amount, refunded = line.split("|")
        there = money.get(ref, paysim.Money())
        assert there.captures <= 1 and there.taken in (0, int(amount)), line
        if status == "CAPTURED":
            assert (there.taken, there.given_back) == \
                (int(amount), int(refunded)), (line, vars(there))
        else:
            assert there.taken == there.given_back, (line, vars(there))
        kept[int(user)] = kept.get(int(user), 0) + there.taken \
            - there.given_back
    for mover in movers:
        user = mover.client.user
        assert kept.get(user, 0) == worth(performance, user), \
            (user, kept.get(user, 0), worth(performance, user))


def check_wallets(performance, rivals):
    for client in rivals:
        balance = stage.number(
            f"SELECT balance FROM wallets WHERE user_id = {client.user}")
        assert balance + worth(performance, client.user) == CREDIT, balance


def check_answers(movers):
    """Who asks for a move again is told what became of it."""
    counts = {}
    for mover in movers:
        for path, body, key, payment in mover.moves:
            answer = keyed(mover.client, path, body, key)
            counts[answer.status] = counts.get(answer.status, 0) + 1
            moved = payment is None or mover.ended(
                payment)["status"] == "CAPTURED"
            assert (answer.status == 200) == moved, (payment, answer)
            assert answer.status in (200, 402, 410), answer
    return counts


def moves_by_card_race_against_sales_cancels_and_kills():
    performance = stage.load_performance(
        [{"rows": [{"from": row, "to": row, "numbers": [1, stage.ROW_SEATS],
                    "price_class": price}
                   for row, price in (("1", "cheap"), ("2", "dear"))]}],
        20, prices=PRICES, moves="any")
    movers = [Mover(client, performance) for client in api.buyers(N_MOVERS)]
    rivals = api.buyers(N_RIVALS, CREDIT)
    with DropIn(SETTINGS):
        all_at_once(movers, rivals, performance)
        tap.wait_for(lambda: paysim.n_open(performance) == 0,
                     "all payments and refunds to have their end", 120)
        counts = check_answers(movers)
    check_cards(performance, movers)
    check_wallets(performance, rivals)
    late = stage.number("SELECT count(*) FROM payments WHERE status = 'LATE'"
                        f" AND performance_id = {performance}")
    print(f"# {n_moves(performance)} moves; asked again: {counts}; {late} paid"
          " for what had been given back", flush=True)
    assert counts.get(200, 0) > N / 2, counts
    stage.settle()


tap.main([moves_by_card_race_against_sales_cancels_and_kills])
