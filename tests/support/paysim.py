# SPDX-License-Identifier: BSD-2-Clause
"""paysim - the running stack's provider: what it is told, and what it did.

Layer: tests.  Uses: api, stage, tap.
"""
import json
import os
import ssl
import urllib.parse
import urllib.request

import api
import stage
import tap

DIR = os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]), "data/paysim")


def tell(command, **words):
    """A command of it (see tests/paysim/paysim.py), told again while it is
    away."""
    tap.wait_for(lambda: is_told(command, **words), "paysim", 30)


def is_told(command, **words):
    with open(os.path.join(DIR, "address"), encoding="utf-8") as file:
        address = file.read()
    context = ssl.create_default_context(cafile=api.ENV["CA_CERT"])
    body = urllib.parse.urlencode(words).encode()
    try:
        urllib.request.urlopen(f"{address}/_sim/{command}", body, timeout=30,
                               context=context).close()
    except OSError:
        return False
    return True


class Money:
    """What it took and gave back for one reference of ours."""

    def __init__(self):
        self.captures, self.taken, self.given_back = 0, 0, 0


def n_open(performance):
    """Payments and refunds of a performance that it has not decided yet."""
    return stage.number(
        "SELECT (SELECT count(*) FROM payment_outside o JOIN payments p"
        f" ON p.id = o.payment_id WHERE p.performance_id = {performance}"
        " AND o.phase IS NOT NULL) + (SELECT count(*) FROM refund_outside o"
        " JOIN refunds f ON f.id = o.refund_id JOIN payments p"
        f" ON p.id = f.payment_id WHERE p.performance_id = {performance}"
        " AND NOT o.over)")


def journal():
    """reference -> Money, of every payment that was ever made there."""
    by_ref, ref_of = {}, {}
    with open(os.path.join(DIR, "journal.jsonl"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    for line in lines:
        if line["what"] == "created":
            ref = line["metadata"].get("boxoffice_ref")
            ref_of[line["intent"]] = ref
            by_ref.setdefault(ref, Money())
        elif line["what"] == "captured":
            money = by_ref[ref_of[line["intent"]]]
            money.captures += 1
            money.taken += line["amount"]
        elif line["what"] == "refunded":
            by_ref[ref_of[line["intent"]]].given_back += line["amount"]
    return by_ref
