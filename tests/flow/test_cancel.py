#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Seats are given back, through everything a cancel passes."""
import os
import sys
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402

API = "/api/v1"
WHERE = api.open_performance()


def bought(buyer, *seats):
    """The reservation of these seats."""
    token = expect(buyer.hold(WHERE, list(seats)), 201).json()["hold_token"]
    return expect(buyer.pay(token), 201).json()["reservation"]


def cancel(buyer, number, key=None, **body):
    return buyer.post(f"{API}/reservations/{number}/cancel", body,
                      headers={"Idempotency-Key": key or uuid.uuid4().hex})


def balance(buyer):
    return expect(buyer.get(f"{API}/wallet"), 200).json()["balance"]


def become(wanted, *seats):
    """Everybody sees it soon: maps may be some ms old."""
    def letters():
        statuses = Client().get(
            f"{API}/performances/{WHERE}/seats").json()["statuses"]
        return "".join(statuses[seat - 1] for seat in seats)
    tap.wait_for(lambda: letters() == wanted, f"{wanted} of {seats}")


def a_whole_reservation_is_given_back_and_the_money_returns():
    buyer, = api.buyers(1)
    seats = api.free_seats(WHERE, 2)
    before = balance(buyer)
    mine = bought(buyer, *seats)
    after = expect(cancel(buyer, mine["number"]), 200).json()
    assert after["status"] == "CANCELLED", after
    assert after["cancelled_seat_ids"] == sorted(seats), after
    assert all(seat["cancelled"] for seat in after["seats"]), after
    assert [r["amount"] for r in after["refunds"]] == [mine["amount"]], after
    assert balance(buyer) == before
    become("AA", *seats)
    assert expect(buyer.get(f"{API}/reservations/{mine['number']}"),
                  200).json() == after
    listed = expect(buyer.get(f"{API}/reservations"), 200).json()["items"]
    assert listed == [after], listed


def some_seats_are_given_back_and_sold_to_somebody_else():
    buyer, other = api.buyers(2)
    first, second = api.free_seats(WHERE, 2)
    mine = bought(buyer, first, second)
    after = expect(cancel(buyer, mine["number"], seat_ids=[first]),
                   200).json()
    assert after["status"] == "PARTLY_CANCELLED", after
    assert [s["cancelled"] for s in after["seats"]] == [True, False], after
    bought(other, first)
    become("RR", first, second)


def the_payment_tells_what_was_refunded():
    buyer, = api.buyers(1)
    seats = api.free_seats(WHERE, 2)
    token = expect(buyer.hold(WHERE, seats), 201).json()["hold_token"]
    paid = expect(buyer.pay(token), 201).json()
    number = paid["reservation"]["number"]
    expect(cancel(buyer, number, seat_ids=seats[:1]), 200)
    payment = expect(buyer.get(f"{API}/payments/{paid['payment']['id']}"),
                     200).json()
    assert payment["refunded"] == paid["reservation"]["seats"][0]["price"]
    assert payment["amount"] == paid["payment"]["amount"]


def the_same_key_repeats_the_bytes_and_refunds_once():
    buyer, = api.buyers(1)
    seats = api.free_seats(WHERE, 2)
    number = bought(buyer, *seats)["number"]
    key = uuid.uuid4().hex
    first = expect(cancel(buyer, number, key, seat_ids=seats[:1]), 200)
    money = balance(buyer)
    again = expect(cancel(buyer, number, key, seat_ids=seats[:1]), 200)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true", again
    assert balance(buyer) == money
    expect_problem(cancel(buyer, number, key, seat_ids=seats[1:]), 422,
                   "idempotency-mismatch")
    key = uuid.uuid4().hex
    refused = expect_problem(cancel(buyer, number, key, seat_ids=seats[:1]),
                             409, "already-cancelled")
    again = expect(cancel(buyer, number, key, seat_ids=seats[:1]), 409)
    assert again.body == refused.body


def what_cannot_be_given_back_is_refused():
    buyer, other = api.buyers(2)
    seat, foreign = api.free_seats(WHERE, 2)
    number = bought(buyer, seat)["number"]
    path = f"{API}/reservations/{number}/cancel"
    expect_problem(cancel(other, number), 404, "not-found")
    expect_problem(cancel(buyer, "0000-0000-0000-0000"), 404, "not-found")
    answer = expect_problem(cancel(buyer, number, seat_ids=[foreign]), 422,
                            "invalid-field")
    assert answer.json()["field"] == "seat_ids", answer
    for wrong in ([], [seat, seat], [0], ["1"], [1.5], list(range(1, 22))):
        expect_problem(cancel(buyer, number, seat_ids=wrong), 422,
                       "invalid-field")
    answer = expect_problem(cancel(buyer, number, quantity=1), 422,
                            "invalid-field")
    assert answer.json()["field"] == "quantity", answer
    expect_problem(buyer.post(path, {}), 400, "idempotency-key-missing")
    expect_problem(cancel(Client(), number), 401, "unauthenticated")
    expect_problem(buyer.ask("GET", path), 405, "method-not-allowed")
    become("R", seat)


def too_late_is_told_with_the_deadline():
    buyer, = api.buyers(1)
    seat, = api.free_seats(WHERE, 1)
    number = bought(buyer, seat)["number"]
    starts = api.sql(f"SELECT starts_at FROM performances WHERE id = {WHERE}")
    api.sql("UPDATE performances SET starts_at = now() + interval '29 min'"
            f" WHERE id = {WHERE}")
    try:
        answer = expect_problem(cancel(buyer, number), 409, "sale-closed")
        assert "until 20" in answer.json()["detail"], answer
    finally:
        api.sql(f"UPDATE performances SET starts_at = '{starts}'"
                f" WHERE id = {WHERE}")
    expect(cancel(buyer, number), 200)


def many_at_once_refund_once():
    buyer, = api.buyers(1)
    seats = api.free_seats(WHERE, 2)
    before = balance(buyer)
    number = bought(buyer, *seats)["number"]
    answers = []

    def run():
        mine = Client(token=buyer.token)
        answers.append(cancel(mine, number).status)
    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 15, answers
    assert balance(buyer) == before


def the_books_balance():
    assert api.sql("SELECT transfer_id FROM ledger GROUP BY 1"
                   " HAVING sum(amount) <> 0") == ""
    assert api.sql(
        "SELECT p.id FROM payments AS p LEFT JOIN refunds AS f"
        " ON f.payment_id = p.id GROUP BY p.id"
        " HAVING p.refunded <> coalesce(sum(f.amount), 0)") == ""
    assert api.sql(
        "SELECT w.user_id FROM wallets AS w LEFT JOIN ledger AS l"
        " ON l.user_id = w.user_id GROUP BY w.user_id"
        " HAVING w.balance <> coalesce(sum(l.amount), 0)") == ""


tap.main([
    a_whole_reservation_is_given_back_and_the_money_returns,
    some_seats_are_given_back_and_sold_to_somebody_else,
    the_payment_tells_what_was_refunded,
    the_same_key_repeats_the_bytes_and_refunds_once,
    what_cannot_be_given_back_is_refused,
    too_late_is_told_with_the_deadline,
    many_at_once_refund_once,
    the_books_balance,
])
