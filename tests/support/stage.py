# SPDX-License-Identifier: BSD-2-Clause
"""stage - performances made for one test, and what became of their seats.

Layer: tests.  Uses: api.
"""
import json
import subprocess
import tempfile
import uuid

import api
import tap

ROW_SEATS = 50
BLOCK_ROWS = 1000       # the most that one block may have
PRICE = 1000


def make_performance(n_seats, seats_per_user=8):
    """A new performance on sale with n_seats (a multiple of ROW_SEATS) for
    PRICE each; its id."""
    last = n_seats // ROW_SEATS
    rows = [{"from": str(first), "to": str(min(first + BLOCK_ROWS - 1, last)),
             "numbers": [1, ROW_SEATS], "price_class": "all"}
            for first in range(1, last + 1, BLOCK_ROWS)]
    return load_performance([{"rows": rows}], seats_per_user)


def make_open(n_slots, n_counted, seats_per_user=20):
    """The same where nobody picks: section 1 of numbered places, section 2 of
    counted ones."""
    return load_performance(
        [{"kind": "slot", "capacity": n_slots, "price_class": "all"},
         {"kind": "counter", "capacity": n_counted, "price_class": "all"}],
        seats_per_user)


def load_performance(sections, seats_per_user, text=None, **more):
    """text: what everything is called; its key, where nobody says. more: members
    of the performance."""
    key = "t" + uuid.uuid4().hex[:12]
    name = {"ko": text or key, "en": text or key}
    prices = more.pop("prices", {"all": PRICE})
    plan = {"price_classes": [{"key": one, "name": name} for one in prices],
            "sections": [{"key": f"s{i}", "name": name, **section}
                         for i, section in enumerate(sections)]}
    catalog = {
        "shows": [{"key": key, "kind": "concert", "status": "running",
                   "title": name, "running_minutes": 90,
                   **({"synopsis": name, "age_rating": text[:16]}
                      if text else {})}],
        "venues": [{"key": key, "name": name, "time_zone": "Asia/Seoul",
                    "halls": [{"key": key, "name": name, "plan": plan}]}],
        "performances": [
            {"key": key, "show": key, "venue": key, "hall": key,
             "starts_on": "today+7", "at": "19:30", "currency": "KRW",
             "sales_open_at": "now-1d", "max_seats_per_user": seats_per_user,
             "prices": prices, **more}]}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(catalog, file)
        file.flush()
        api.command("CTL", "load", file.name)
    return int(api.sql(f"SELECT id FROM performances WHERE key = '{key}'"))


def number(text):
    return int(api.sql(text))


def sold(performance):
    """Seats owned by now, each counted once by its claim's key."""
    return number("SELECT count(*) FROM seat_claim WHERE state = 'R'"
                  f" AND performance_id = {performance}")


def owners(performance):
    """seat -> reservation number, of all reservations of seats that stand. A
    seat in two of them fails."""
    rows = api.sql(
        "SELECT s, r.number FROM reservations r, unnest(r.seats) s"
        f" WHERE r.performance_id = {performance}"
        " AND r.section_no IS NULL AND NOT s = ANY (r.cancelled)")
    found = {}
    for seat, owner in (line.split("|") for line in rows.splitlines()):
        assert seat not in found, f"seat {seat}: {found[seat]} and {owner}"
        found[seat] = owner
    return {int(seat): owner for seat, owner in found.items()}


def places_owned(performance):
    """reservation number -> how many places, seats or counted ones."""
    rows = api.sql("SELECT number, cardinality(seats) FROM reservations"
                   f" WHERE performance_id = {performance}")
    return {number: int(n) for number, n in
            (line.split("|") for line in rows.splitlines())}


def stock(performance):
    """(capacity, taken, kept) of its one counter section."""
    return tuple(map(int, api.sql(
        "SELECT capacity, taken, kept FROM section_stock"
        f" WHERE performance_id = {performance}").split("|")))


def audit(*options):
    """Every invariant holds; what is said of those that do not is told."""
    words = api.ENV["CTL"].split() + ["audit", *options]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, "\n" + done.stdout + done.stderr
    return done.stdout


def is_settled():
    """Whether the invariants hold that need the stores to have agreed."""
    try:
        return audit("--settled")
    except AssertionError:
        return None


def settle():
    """They hold within a minute; else it is told which does not."""
    try:
        tap.wait_for(is_settled, "the stores to agree", 60)
    except AssertionError:
        audit("--settled")
        raise
