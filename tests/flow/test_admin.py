#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The house keeps seats, through the web server, and buyers notice."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402

API = "/api/v1"
WHERE = api.open_performance()
SEATS = f"{API}/performances/{WHERE}/seats"


def move(client, what, seats, reason="for the critics"):
    return client.post(f"{API}/admin/performances/{WHERE}/seats/{what}",
                       {"seat_ids": seats, "reason": reason})


def operator():
    return Client().login(api.ENV["ADMIN_LOGIN"], api.ENV["ADMIN_PASSWORD"])


def letters(seats, version):
    statuses = expect(Client().get(f"{SEATS}?min_version={version}"),
                      200).json()["statuses"]
    return "".join(statuses[seat - 1] for seat in seats)


def a_blocked_seat_is_nobodys_until_it_is_unblocked():
    house, buyer = operator(), api.buyers(1)[0]
    seats = api.free_seats(WHERE, 2)
    moved = expect(move(house, "block", seats), 200).json()
    assert moved["moved"] == 2 and moved["status"] == "B", moved
    assert letters(seats, moved["version"]) == "BB"
    refused = expect_problem(buyer.hold(WHERE, seats[:1]), 409, "seat-taken")
    assert refused.json()["conflicts"] == [
        {"seat_id": seats[0], "status": "B"}], refused

    moved = expect(move(house, "unblock", seats), 200).json()
    assert letters(seats, moved["version"]) == "AA"
    held = expect(buyer.hold(WHERE, seats), 201).json()
    refused = expect_problem(move(house, "block", seats), 409, "seat-taken")
    assert refused.json()["conflicts"] == [
        {"seat_id": seat, "status": "H"} for seat in seats], refused
    expect(buyer.pay(held["hold_token"]), 201)


def a_broken_seat_is_disabled_until_it_is_enabled():
    house = operator()
    seats = api.free_seats(WHERE, 1)
    moved = expect(move(house, "disable", seats, "의자 고장"), 200).json()
    assert letters(seats, moved["version"]) == "D"
    entry = expect(house.get(f"{API}/admin/audit-log?limit=1"),
                   200).json()["items"][0]
    assert entry["action"] == "seats.disable", entry
    assert entry["object"] == f"performance {WHERE}", entry
    assert entry["reason"] == "의자 고장", entry
    assert entry["login_id"] == api.ENV["ADMIN_LOGIN"], entry
    assert entry["detail"] == {"seats": seats}, entry
    expect(move(house, "enable", seats), 200)


def buyers_are_no_operators():
    buyer = api.buyers(1)[0]
    seats = api.free_seats(WHERE, 1)
    expect_problem(move(Client(), "block", seats), 401, "unauthenticated")
    expect_problem(move(buyer, "block", seats), 403, "forbidden")
    expect_problem(buyer.get(f"{API}/admin/audit-log"), 403, "forbidden")


tap.main([
    a_blocked_seat_is_nobodys_until_it_is_unblocked,
    a_broken_seat_is_disabled_until_it_is_enabled,
    buyers_are_no_operators,
])
