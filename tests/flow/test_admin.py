#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The house keeps seats, through the web server, and buyers notice."""
import os
import re
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import stage  # noqa: E402
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


def account(role=None):
    """A new user, by id, and a client who has logged in."""
    login = "staff-" + uuid.uuid4().hex[:12]
    user = expect(Client().post(f"{API}/auth/signup", {
        "login_id": login, "password": "a long enough one", "name": "S",
        "email": "s@example.org"}), 201).json()["id"]
    if role is not None:
        change(operator(), user, role=role)
    return user, Client().login(login, "a long enough one")


def change(client, user, **what):
    """What an operator makes of a user, seen just now."""
    at = f"{API}/admin/users/{user}"
    seen = expect(client.get(at), 200).headers["ETag"]
    assert not seen.startswith("W/"), seen
    return expect(client.ask("PATCH", at, {"reason": "a test", **what},
                             headers={"If-Match": seen}), 200)


def settles(client, path, status):
    """Soon every worker answers that; a second is what an idle machine takes,
    and tests/store/test_api_admin measures it by its own clock."""
    deadline = time.monotonic() + 10
    while True:
        answers = {client.get(path).status for _ in range(40)}
        if answers == {status}:
            return
        assert time.monotonic() < deadline, answers


def answered_by_pay():
    """What the pay pool has answered, and how often a web server came to it."""
    text = expect(Client().get("/metrics"), 200).body.decode()
    return re.findall(r'^boxoffice_(?:requests|connections_accepted)_total'
                      r'\{pool="pay".*$', text, re.MULTILINE)


def an_export_asks_nothing_of_the_pay_pool():
    house, buyer = operator(), api.buyers(1)[0]
    before = answered_by_pay()
    held = expect(buyer.hold(WHERE, api.free_seats(WHERE, 2)), 201).json()
    expect(buyer.pay(held["hold_token"]), 201)
    paid = answered_by_pay()
    assert paid != before, paid
    made = expect(house.post(f"{API}/admin/exports", {
        "what": "reservations", "reason": "the accounts"}), 202).json()
    at = f"{API}/admin/exports/{made['id']}"
    tap.wait_for(lambda: expect(house.get(at), 200).json()["status"] == "done",
                 "the export to be written")
    table = expect(house.get(at + "/file"), 200).body
    assert len(table.splitlines()) > 1, table
    assert answered_by_pay() == paid, (paid, answered_by_pay())


def who_is_lowered_or_disabled_is_soon_out_everywhere():
    user, client = account("ADMIN")
    settles(client, f"{API}/admin/users?limit=1", 200)
    change(operator(), user, role="STAFF")
    settles(client, f"{API}/admin/users?limit=1", 403)
    expect(client.get(f"{API}/me"), 200)
    change(operator(), user, disabled=True)
    settles(client, f"{API}/me", 401)


class Sale(threading.Thread):
    """A buyer after the other takes one more seat, until told to stop."""

    def __init__(self, performance, buyers_and_seats):
        super().__init__()
        self.performance = performance
        self.todo = buyers_and_seats
        self.stopping = threading.Event()
        self.held = []          # (when asked, price, client, token)
        self.failed = []

    def run(self):
        for client, seat in self.todo:
            if self.stopping.is_set():
                return
            asked = time.monotonic()
            answer = client.hold(self.performance, [seat])
            if answer.status == 201:
                hold = answer.json()
                self.held.append((asked, hold["amount"], client,
                                  hold["hold_token"]))
            else:
                self.failed.append(answer)


def prices_change_in_the_midst_of_a_sale():
    """Who holds keeps his price, who comes later pays the new one, and nobody
    is told of a fault."""
    where = stage.make_performance(2000)
    all_buyers, new = api.buyers(400), 2 * stage.PRICE
    sales = [Sale(where, [(client, n + 1) for n, client in
                          enumerate(all_buyers) if n % 4 == i])
             for i in range(4)]
    tap.wait_for(lambda: Client().get(api.unkept(
        f"{API}/performances/{where}/seats")).status == 200, "the map", 30)
    for sale in sales:
        sale.start()
    tap.wait_for(lambda: all(len(sale.held) > 5 or sale.failed
                             for sale in sales), "holds by the old price")
    house, at = operator(), f"{API}/admin/performances/{where}"
    seen = expect(house.get(at), 200).headers["ETag"]
    expect(house.ask("PATCH", at, {"prices": {"all": new}},
                     headers={"If-Match": seen}), 200)
    changed = time.monotonic()
    tap.wait_for(lambda: all(sale.held[-1][1] == new or sale.failed
                             or not sale.is_alive() for sale in sales),
                 "holds by the new price")
    for sale in sales:
        sale.stopping.set()
        sale.join()
    assert not any(sale.failed for sale in sales), \
        [sale.failed for sale in sales]
    held = sorted((one for sale in sales for one in sale.held),
                  key=lambda one: one[0])
    assert {one[1] for one in held} == {stage.PRICE, new}, held
    late = [one[0] - changed for one in held
            if one[1] == stage.PRICE and one[0] > changed]
    print(f"# the old price was given until {1000 * max(late, default=0):.0f}"
          f" ms after the change; {len(held)} holds")
    for asked, amount, client, token in held[::7]:
        now = expect(client.get(f"{API}/holds/{token}"), 200).json()
        assert now["amount"] == amount, (asked, amount, now)
    expect(held[0][2].pay(held[0][3]), 201)


tap.main([
    prices_change_in_the_midst_of_a_sale,
    who_is_lowered_or_disabled_is_soon_out_everywhere,
    a_blocked_seat_is_nobodys_until_it_is_unblocked,
    a_broken_seat_is_disabled_until_it_is_enabled,
    buyers_are_no_operators,
    an_export_asks_nothing_of_the_pay_pool,
])
