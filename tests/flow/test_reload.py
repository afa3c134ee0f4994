#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Settings of the whole stack are taken over, or refused, while it serves."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect  # noqa: E402
from settings import DropIn  # noqa: E402

WHERE = api.open_performance()


def hold_lasts(buyer, seconds):
    """Whether a new hold lasts so long by the settings its worker has."""
    seat, = api.free_seats(WHERE, 1)
    held = expect(buyer.hold(WHERE, [seat]), 201).json()
    expect(buyer.ask("DELETE", f"/api/v1/holds/{held['hold_token']}"), 204)
    return abs(held["expires_in"] - seconds) <= 2


def a_changed_setting_is_taken_over_by_living_workers():
    buyer, = api.buyers(1)
    assert hold_lasts(buyer, 300)
    with DropIn("[sale]\nhold_seconds = 30\n"):
        tap.wait_for(lambda: hold_lasts(buyer, 30), "holds of 30 s")
    tap.wait_for(lambda: hold_lasts(buyer, 300), "holds of 300 s")


def a_wrong_setting_is_refused_with_file_and_line():
    buyer, = api.buyers(1)
    with DropIn("[sale]\n\nhold_seconds = soon\n") as fact:
        assert fact["fact"] == "reload-refused", fact
        assert fact["file"].endswith("90-test.conf"), fact
        assert fact["line"] == 3, fact
        assert hold_lasts(buyer, 300)
        expect(Client().get("/health/ready"), 200)


def an_unknown_setting_is_refused_with_file_and_line():
    with DropIn("[sale]\nholdseconds = 30\n") as fact:
        assert fact["fact"] == "reload-refused", fact
        assert fact["line"] == 2, fact


tap.main([
    a_changed_setting_is_taken_over_by_living_workers,
    a_wrong_setting_is_refused_with_file_and_line,
    an_unknown_setting_is_refused_with_file_and_line,
])
