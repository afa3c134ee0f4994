#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A worker dies while it serves, at the most telling points of hold and
purchase: the buyer gets 502 or nothing, and whoever asks again with the same
key gets the one final answer. tests/store/test_sweep.c has all points, this
the way through the web server.

The request goes through a web server of its own to a pool whose workers die
there (BUILDDIR has the build with crash points); asking again goes to the
stack's own, and so do all other requests.
"""
import configparser
import glob
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from api import Client, expect  # noqa: E402
from fcgi_tree import Tree, need_faults  # noqa: E402
from nginx import Nginx  # noqa: E402

API = "/api/v1"
WHERE = api.open_performance()
OPEN = stage.make_open(20, 20)
ROW = stage.make_performance(50)
RUN = os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]), "run/boxoffice")
SETTLE_S = 90


class Dying(Tree):
    """A pool at the stack's stores whose workers die at a point. It listens
    in folder, where the web server expects both pools."""

    def __init__(self, folder, point):
        super().__init__("pay", start=False, faults=f"crash:{point}:1")
        given = configparser.ConfigParser(interpolation=None)
        given.read(sorted(glob.glob(api.ENV["CONFD"] + "/*.conf")))
        self.settings = {s: dict(given[s]) for s in given.sections()}
        self.settings["general"]["runtime_dir"] = "{dir}"
        self.path = f"{folder}/pay.sock"
        self.write_settings(pay_socket=self.path, pay_workers=1,
                            socket_group="")
        self.start()
        self.wait_ready()
        os.chmod(self.path, 0o666)


class Front:
    """The web server before whatever pool listens in its folder."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="bo")
        os.chmod(self.folder, 0o755)
        os.symlink("pay.sock", f"{self.folder}/api.sock")
        self.nginx = Nginx(changes={RUN: self.folder})
        self.url = self.nginx.__enter__().url
        return self

    def __exit__(self, *_):
        self.nginx.__exit__()
        shutil.rmtree(self.folder)


# ---- what buyers ask for ----


def credit_of(buyer):
    return int(api.sql("SELECT balance FROM wallets WHERE user_id ="
                       f" {buyer.user}"))


def owned_by(buyer):
    """Seats that are his, and what he paid and was not given back."""
    return tuple(int(api.sql(text + f" WHERE user_id = {buyer.user}"))
                 for text in ("SELECT count(*) FILTER (WHERE state = 'R')"
                              " FROM seat_claim",
                              "SELECT coalesce(sum(amount - refunded), 0)"
                              " FROM payments"))


def n_running(buyer):
    """His holds that run."""
    return sum(len(expect(buyer.get(f"{API}/performances/{p}/holds"),
                          200).json()["items"]) for p in (WHERE, OPEN, ROW))


def held(buyer, n=2):
    return expect(buyer.hold(WHERE, api.free_seats(WHERE, n)),
                  201).json()["hold_token"]


def hold(buyer):
    seats = api.free_seats(WHERE, 2)
    return lambda c, key: c.hold(WHERE, seats,
                                 headers={"Idempotency-Key": key})


def holds_any(performance, body):
    """A hold of whichever is free: asked for again without its key it would be
    another."""
    def ask(buyer):
        return lambda c, key: c.post(
            f"{API}/performances/{performance}/holds", body,
            headers={"Idempotency-Key": key})

    return ask


slots = holds_any(OPEN, {"section_id": 1, "quantity": 2})
counted = holds_any(OPEN, {"section_id": 2, "quantity": 2})
best = holds_any(ROW, {"best_available": {"quantity": 2}})
slots.__name__, counted.__name__, best.__name__ = "slots", "counted", "best"


def change(buyer):
    token, seats = held(buyer), api.free_seats(WHERE, 1)
    return lambda c, key: c.ask("PATCH", f"{API}/holds/{token}",
                                {"seat_ids": seats})


def drop(buyer):
    token = held(buyer)
    return lambda c, key: c.ask("DELETE", f"{API}/holds/{token}")


def pay(buyer):
    token = held(buyer)
    return lambda c, key: c.pay(token, key)


def cancel(buyer):
    seats = api.free_seats(WHERE, 2)
    token = expect(buyer.hold(WHERE, seats), 201).json()["hold_token"]
    paid = expect(buyer.pay(token), 201).json()
    number = paid["reservation"]["number"]
    return lambda c, key: c.post(
        f"{API}/reservations/{number}/cancel", {"seat_ids": seats[:1]},
        headers={"Idempotency-Key": key})


# What is asked, the point, the final answer; seats that are the buyer's then.
TABLE = (
    (hold, "hold.before_script", 201, 0),
    (hold, "hold.after_script", 201, 0),
    (slots, "hold.after_script", 201, 0),
    (counted, "hold.after_script", 201, 0),
    (best, "hold.after_script", 201, 0),
    (change, "change.after_script", 200, 0),
    (drop, "drop.after_script", 204, 0),
    (pay, "pay.after_script", 201, 2),
    (pay, "pay.before_commit", 201, 2),
    (pay, "pay.after_commit", 201, 2),
    (pay, "pay.after_mirror", 201, 2),
    (pay, "dispatch.before_answer", 201, 2),
    (pay, "unpay.before_script", 402, 0),
    (pay, "idem.before_keep", 402, 0),
    (pay, "idem.after_keep", 402, 0),
    (cancel, "cancel.after_commit", 200, 1),
    (cancel, "cancel.after_mirror", 200, 1),
)
CREDIT = 10_000_000


def dies(front, point, ask):
    """The first try, which a worker dies of."""
    with Dying(front.folder, point) as pool:
        try:
            expect(ask(), 502)
        except (http.client.HTTPException, OSError):
            pass
        pool.wait_fact("worker-died", exit=137)


def tried(what, point, status, n_seats):
    def test():
        need_faults()
        credit = 0 if status == 402 else CREDIT
        buyer = api.buyers(1, credit)[0]
        request, key = what(buyer), uuid.uuid4().hex
        with Front() as front:
            through = Client(front.url, buyer.token, buyer.user)
            dies(front, point, lambda: request(through, key))
        first = expect(request(buyer, key), status)
        if what in (pay, cancel):
            for _ in range(2):
                again = expect(request(buyer, key), status)
                assert again.body == first.body, (first, again)
        if status == 201:
            assert n_running(buyer) <= 1
        n, paid = owned_by(buyer)
        assert n == n_seats, n
        assert credit_of(buyer) == credit - paid, paid

    test.__name__ = f"{what.__name__}, {point}: the same key is answered" \
        f" {status}, once"
    return test


def when_all_has_settled_the_audit_is_clean():
    deadline = time.monotonic() + SETTLE_S
    while True:
        try:
            return api.command("CTL", "audit", "--settled")
        except subprocess.CalledProcessError as found:
            assert time.monotonic() < deadline, found.stdout


tap.main([tried(*row) for row in TABLE]
         + [when_all_has_settled_the_audit_is_clean])
