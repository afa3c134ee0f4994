#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""One Idempotency-Key is one effect and one answer, whatever dies meanwhile."""
import http.client
import os
import random
import signal
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402

API = "/api/v1"
WHERE = api.open_performance()
SETTLE_S = 60


def hold(buyer, where=WHERE, n=1):
    return expect(buyer.hold(where, api.free_seats(where, n)), 201).json()


def balance(buyer):
    return expect(buyer.get(f"{API}/wallet"), 200).json()["balance"]


def credit(buyer, amount):
    login = api.sql(f"SELECT login_id FROM users WHERE id = {buyer.user}")
    api.command("CTL", "wallet", "credit", login, str(amount))


def pay(buyer, body, key):
    return buyer.post(f"{API}/payments", body,
                      headers={"Idempotency-Key": key} if key else {})


def final(ask):
    """Asks until there is an answer that no retry would change."""
    deadline = time.monotonic() + SETTLE_S
    while True:
        try:
            answer = ask()
        except (http.client.HTTPException, OSError):
            answer = None
        if answer is not None and answer.status < 500 and not (
                answer.status == 409
                and answer.problem() == "idempotency-in-progress"):
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.02)


def at_once(jobs):
    """The results of all, each in a thread of its own."""
    results = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def run(i):
        start.wait()
        results[i] = jobs[i]()

    threads = [threading.Thread(target=run, args=(i,))
               for i in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def workers(pool):
    master = api.pid_of(f"fcgi-{pool}")
    try:
        with open(f"/proc/{master}/task/{master}/children") as children:
            return [int(pid) for pid in children.read().split()]
    except OSError:
        return []


class Killer:
    """with Killer("pay", n) as killer: workers of that pool die, n of them,
    one at a random moment after the other."""

    def __init__(self, pool, n):
        self.pool, self.n, self.killed = pool, n, 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while self.killed < self.n and not self.stop.is_set():
            living = workers(self.pool)
            if living:
                try:
                    os.kill(random.choice(living), signal.SIGKILL)
                    self.killed += 1
                except ProcessLookupError:
                    pass
            self.stop.wait(random.uniform(0.0, 0.04))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        tap.wait_for(lambda: workers(self.pool), "a new worker")


def one_key_fifty_times_with_workers_killed_is_one_purchase():
    for _ in range(3):
        buyer, = api.buyers(1)
        held = hold(buyer)
        before = balance(buyer)
        key = uuid.uuid4().hex

        def ask():
            client = Client(token=buyer.token)
            return final(lambda: client.pay(held["hold_token"], key))

        with Killer("pay", 8) as killer:
            answers = at_once([ask] * 50)
        assert killer.killed > 0
        # What was answered while workers died, and what is answered now.
        answers += [ask() for _ in range(3)]
        assert {a.status for a in answers} == {201}, answers
        assert len({a.body for a in answers}) == 1, answers
        assert before - balance(buyer) == held["amount"]
        mine = expect(buyer.get(f"{API}/reservations"), 200).json()["items"]
        assert len(mine) == 1, mine


def one_key_fifty_times_without_money_is_one_refusal():
    poor, = api.buyers(1, credit=0)
    held = hold(poor)
    key = uuid.uuid4().hex

    def ask():
        client = Client(token=poor.token)
        return final(lambda: client.pay(held["hold_token"], key))

    answers = at_once([ask] * 50)
    assert {a.status for a in answers} == {402}, answers
    assert len({a.body for a in answers}) == 1, answers


def a_refusal_is_the_keys_last_word_and_another_key_asks_anew():
    buyer, = api.buyers(1, credit=0)
    held = hold(buyer)
    first = expect_problem(buyer.pay(held["hold_token"], "k1"), 402,
                           "insufficient-funds")
    credit(buyer, held["amount"])
    again = expect(buyer.pay(held["hold_token"], "k1"), 402)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true", again
    expect(buyer.pay(held["hold_token"], "k2"), 201)


def a_key_is_its_request_and_its_user():
    one, other = api.buyers(2)
    held, theirs = hold(one), hold(other)
    key = uuid.uuid4().hex
    body = {"hold_token": held["hold_token"], "method": "wallet"}
    expect_problem(pay(one, body, None), 400, "idempotency-key-missing")
    expect_problem(pay(one, body, "k" * 256), 400,
                   "idempotency-key-malformed")
    paid = expect(pay(one, body, key), 201)
    # The same request, written in another way; the same key, quoted.
    spelled = ('{ "method" : "\\u0077allet",\n "hold_token":"%s"}'
               % held["hold_token"]).encode()
    again = expect(pay(one, spelled, f'"{key}"'), 201)
    assert again.body == paid.body
    assert again.headers["Idempotency-Replayed"] == "true", again
    # Another request; another user.
    expect_problem(pay(one, {**body, "hold_token": hold(one)["hold_token"]},
                       key), 422, "idempotency-mismatch")
    expect(pay(other, {**body, "hold_token": theirs["hold_token"]}, key), 201)


def what_never_reached_the_purchase_leaves_the_key_free():
    buyer, = api.buyers(1)
    held = hold(buyer)
    key = uuid.uuid4().hex
    body = {"hold_token": held["hold_token"], "method": "wallet"}
    expect_problem(pay(buyer, b'{"hold_token":', key), 400, "malformed-json")
    expect_problem(pay(buyer, {**body, "amount": 1}, key), 400,
                   "unknown-field")
    expect_problem(pay(buyer, {**body, "method": "shells"}, key), 422,
                   "invalid-field")
    expect_problem(pay(Client(), body, key), 401, "unauthenticated")
    expect(pay(buyer, body, key), 201)


def hold_one_each(buyer, n):
    """n holds of one seat, all of one price, which is given too: eight of
    each performance, as many as a user may have."""
    seats = {}
    for row in api.sql(
            "SELECT amount, p.id, seat_no FROM performances AS p"
            " JOIN seats AS s USING (hall_revision_id) JOIN prices AS r"
            "  ON r.performance_id = p.id AND r.version = p.price_version"
            "  AND r.class_no = s.class_no"
            " WHERE p.status = 'open' AND p.queue_mode = 'off'"
            " AND p.seat_rules = '{}' AND now() BETWEEN p.sales_open_at"
            " AND p.sales_close_at ORDER BY 1, 2, 3").splitlines():
        amount, performance, seat = map(int, row.split("|"))
        seats.setdefault(amount, {}).setdefault(performance, []).append(seat)
    price, where = max(seats.items(), key=lambda item: len(item[1]))
    holds = []
    for performance, numbers in where.items():
        got = 0
        for seat in numbers:
            if got == 8 or len(holds) == n:
                break
            answer = buyer.hold(performance, [seat])
            if answer.status == 201:
                holds.append(answer.json())
                got += 1
    assert len(holds) == n, f"{len(holds)} holds of {price}"
    return price, holds


def a_hundred_threads_spend_one_wallet_exactly():
    buyer, = api.buyers(1, credit=0)
    price, holds = hold_one_each(buyer, 100)
    assert {held["amount"] for held in holds} == {price}
    credit(buyer, 38 * price - 1)

    def ask(held):
        client = Client(token=buyer.token)
        key = uuid.uuid4().hex
        return lambda: final(lambda: client.pay(held["hold_token"], key))

    answers = at_once([ask(held) for held in holds])
    statuses = [a.status for a in answers]
    assert statuses.count(201) == 37, statuses
    assert statuses.count(402) == 63, statuses
    assert balance(buyer) == price - 1
    check_ledger(buyer, price)


def check_ledger(buyer, price):
    assert api.sql("SELECT count(*) FROM (SELECT FROM ledger"
                   " GROUP BY transfer_id HAVING sum(amount) <> 0) AS t") \
        == "0"
    entries, cursor = [], ""
    while cursor is not None:
        page = expect(buyer.get(f"{API}/wallet/entries?limit=10" + (
            f"&cursor={cursor}" if cursor else "")), 200).json()
        entries += page["items"]
        cursor = page["next_cursor"]
    assert [e["amount"] for e in entries] == [-price] * 37 + [38 * price - 1]
    assert entries[-1]["reason"] == "credit", entries[-1]
    assert entries[-1]["payment_id"] is None, entries[-1]
    assert len({e["reservation_number"] for e in entries[:-1]}) == 37
    assert [e["id"] for e in entries] == sorted(
        (e["id"] for e in entries), reverse=True)
    assert sum(e["amount"] for e in entries) == balance(buyer)


def nobody_sees_anothers_entries():
    one, other = api.buyers(2, credit=5)
    mine = expect(one.get(f"{API}/wallet/entries"), 200).json()
    theirs = expect(other.get(f"{API}/wallet/entries"), 200).json()
    assert len(mine["items"]) == len(theirs["items"]) == 1
    assert mine["items"][0]["id"] != theirs["items"][0]["id"]
    expect_problem(Client().get(f"{API}/wallet/entries"), 401,
                   "unauthenticated")
    expect_problem(one.get(f"{API}/wallet/entries?user=1"), 400,
                   "unknown-field")


tap.main([
    one_key_fifty_times_with_workers_killed_is_one_purchase,
    one_key_fifty_times_without_money_is_one_refusal,
    a_refusal_is_the_keys_last_word_and_another_key_asks_anew,
    a_key_is_its_request_and_its_user,
    what_never_reached_the_purchase_leaves_the_key_free,
    a_hundred_threads_spend_one_wallet_exactly,
    nobody_sees_anothers_entries,
])
