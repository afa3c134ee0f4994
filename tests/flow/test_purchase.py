#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A seat is bought, through everything a purchase passes."""
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402

API = "/api/v1"
WHERE = api.open_performance()


def buyers_and_seats(n_buyers, n_seats):
    return api.buyers(n_buyers), api.free_seats(WHERE, n_seats)


def letters(*seats, version=""):
    """The states of some seats as anybody sees them, in a map that is not
    older than version."""
    statuses = expect(
        Client().get(f"{API}/performances/{WHERE}/seats?min_version={version}"
                     if version else f"{API}/performances/{WHERE}/seats"),
        200).json()["statuses"]
    return "".join(statuses[seat - 1] for seat in seats)


def become(wanted, *seats):
    """Whether everybody sees it soon: maps may be some ms old."""
    tap.wait_for(lambda: letters(*seats) in wanted, f"{wanted} of {seats}")


def hold(buyer, *seats):
    return expect(buyer.hold(WHERE, list(seats)), 201).json()


def a_buyer_who_logs_in_owns_the_seat_after_paying():
    buyer = Client().login()
    seat, = api.free_seats(WHERE, 1)
    held = hold(buyer, seat)
    assert held["seat_ids"] == [seat], held
    assert letters(seat, version=held["version"]) == "H"

    paid = expect(buyer.pay(held["hold_token"]), 201).json()
    number = paid["reservation"]["number"]
    assert paid["reservation"]["status"] == "CONFIRMED", paid
    assert paid["reservation"]["seat_ids"] == [seat], paid
    assert paid["reservation"]["amount"] == held["amount"], paid
    assert paid["payment"]["status"] == "CAPTURED", paid
    become(["R"], seat)

    mine = expect(buyer.get(f"{API}/reservations"), 200).json()["items"]
    assert number in [r["number"] for r in mine], mine
    one = expect(buyer.get(f"{API}/reservations/{number}"), 200).json()
    assert one["seat_ids"] == [seat], one


def whoever_comes_second_is_told_which_seat_is_taken():
    (first, second), seats = buyers_and_seats(2, 2)
    hold(first, seats[0])
    answer = expect_problem(second.hold(WHERE, seats), 409, "seat-taken")
    assert answer.json()["conflicts"] == [
        {"seat_id": seats[0], "status": "H"}], answer
    become(["A"], seats[1])


def a_sold_seat_is_refused_with_its_state():
    (first, second), (seat,) = buyers_and_seats(2, 1)
    expect(first.pay(hold(first, seat)["hold_token"]), 201)
    answer = expect_problem(second.hold(WHERE, [seat]), 409, "seat-taken")
    assert answer.json()["conflicts"] == [
        {"seat_id": seat, "status": "R"}], answer


def a_dropped_hold_frees_its_seats():
    (buyer,), seats = buyers_and_seats(1, 2)
    token = hold(buyer, *seats)["hold_token"]
    expect(buyer.ask("DELETE", f"{API}/holds/{token}"), 204)
    expect(buyer.ask("DELETE", f"{API}/holds/{token}"), 204)
    become(["AA"], *seats)


def paying_again_with_the_same_key_repeats_the_answer_and_debits_once():
    (buyer,), (seat,) = buyers_and_seats(1, 1)
    held = hold(buyer, seat)
    before = expect(buyer.get(f"{API}/wallet"), 200).json()["balance"]
    key = uuid.uuid4().hex
    first = expect(buyer.pay(held["hold_token"], key), 201)
    again = expect(buyer.pay(held["hold_token"], key), 201)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true", again
    after = expect(buyer.get(f"{API}/wallet"), 200).json()["balance"]
    assert before - after == held["amount"]


def another_buyers_hold_is_not_there():
    (first, second), (seat,) = buyers_and_seats(2, 1)
    token = hold(first, seat)["hold_token"]
    expect_problem(second.pay(token), 404, "not-found")
    expect_problem(second.get(f"{API}/holds/{token}"), 404, "not-found")


def an_empty_wallet_buys_nothing():
    poor, = api.buyers(1, credit=0)
    seat, = api.free_seats(WHERE, 1)
    token = hold(poor, seat)["hold_token"]
    expect_problem(poor.pay(token), 402, "insufficient-funds")
    become(["A", "H"], seat)


def the_ledger_balances():
    wrong = api.sql(
        "SELECT transfer_id FROM ledger GROUP BY 1 HAVING sum(amount) <> 0")
    assert wrong == ""


tap.main([
    a_buyer_who_logs_in_owns_the_seat_after_paying,
    whoever_comes_second_is_told_which_seat_is_taken,
    a_sold_seat_is_refused_with_its_state,
    a_dropped_hold_frees_its_seats,
    paying_again_with_the_same_key_repeats_the_answer_and_debits_once,
    another_buyers_hold_is_not_there,
    an_empty_wallet_buys_nothing,
    the_ledger_balances,
])
