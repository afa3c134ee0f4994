#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A reservation goes to another user, through everything that passes."""
import os
import sys
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402

API = "/api/v1"
WHERE = api.open_to_transfers()


def bought(buyer, n):
    """The number of a reservation of n seats."""
    seats = api.free_seats(WHERE, n)
    token = expect(buyer.hold(WHERE, seats), 201).json()["hold_token"]
    return expect(buyer.pay(token), 201).json()["reservation"]["number"]


def offered(buyer, number, **body):
    return expect(buyer.post(f"{API}/reservations/{number}/transfer", body),
                  201).json()["token"]


def accept(buyer, token):
    return buyer.post(f"{API}/transfers/{token}/accept", None)


def balance(buyer):
    return expect(buyer.get(f"{API}/wallet"), 200).json()["balance"]


def codes(buyer, number):
    tickets = expect(buyer.get(f"{API}/reservations/{number}/ticket"),
                     200).json()["tickets"]
    return {ticket["code"] for ticket in tickets}


def who_has_the_link_gets_it_with_tickets_of_his_own():
    ann, bob = api.buyers(2)
    before = balance(ann)
    number = bought(ann, 2)
    paid = before - balance(ann)
    old = codes(ann, number)
    token = offered(ann, number)
    seen = expect(bob.get(f"{API}/transfers/{token}"), 200).json()
    assert seen["status"] == "open" and len(seen["seats"]) == 2, seen
    assert seen["reservation_number"] is None, seen
    mine = expect(accept(bob, token), 200).json()
    assert mine["number"] == number and mine["paid_by_other"], mine
    assert not codes(bob, number) & old
    expect_problem(ann.get(f"{API}/reservations/{number}"), 404, "not-found")
    expect_problem(ann.get(f"{API}/reservations/{number}/ticket"), 404,
                   "not-found")
    passed = expect(ann.get(f"{API}/transfers"), 200).json()["items"]
    assert [one["number"] for one in passed] == [number], passed
    expect(bob.post(f"{API}/reservations/{number}/cancel", {},
                    headers={"Idempotency-Key": uuid.uuid4().hex}), 200)
    assert balance(ann) == before and paid > 0
    assert balance(bob) == balance(api.buyers(1)[0])


def nobody_else_sees_what_is_offered_to_one():
    ann, bob, cid = api.buyers(3)
    number = bought(ann, 1)
    login = api.sql(f"SELECT login_id FROM users WHERE id = {bob.user}")
    token = offered(ann, number, to=login)
    expect_problem(Client().get(f"{API}/transfers/{token}"), 401,
                   "unauthenticated")
    expect_problem(cid.get(f"{API}/transfers/{token}"), 404, "not-found")
    expect_problem(accept(cid, token), 404, "not-found")
    expect_problem(cid.get(f"{API}/reservations/{number}/transfer"), 404,
                   "not-found")
    expect(accept(bob, token), 200)


def of_many_who_accept_at_once_one_has_it():
    ann, *others = api.buyers(7)
    number = bought(ann, 1)
    token = offered(ann, number)
    answers = []
    threads = [threading.Thread(target=lambda one=one: answers.append(
        accept(one, token).status)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [404] * 5, answers


def what_is_taken_back_is_nobodys():
    ann, bob = api.buyers(2)
    number = bought(ann, 1)
    token = offered(ann, number)
    expect(ann.ask("DELETE", f"{API}/reservations/{number}/transfer"), 204)
    expect_problem(accept(bob, token), 404, "not-found")
    expect(ann.get(f"{API}/reservations/{number}"), 200)


tap.main([
    who_has_the_link_gets_it_with_tickets_of_his_own,
    nobody_else_sees_what_is_offered_to_one,
    of_many_who_accept_at_once_one_has_it,
    what_is_taken_back_is_nobodys,
])
