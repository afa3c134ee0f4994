#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Is the made-up provider one that Stripe's own Python client takes for Stripe?

Layer: tests.
"""
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request

import stripe

SRC = os.environ.get("SRCDIR") or os.path.join(os.path.dirname(__file__),
                                               "../..")
sys.path.insert(0, os.path.join(SRC, "tests/support"))
import tap  # noqa: E402

DIR = tempfile.mkdtemp(prefix="boxoffice-paysim-")
VISA = "pm_card_visa"
BACK = "https://tickets.example/back"


def start():
    sim = subprocess.Popen([sys.executable,
                            os.path.join(SRC, "tests/paysim/paysim.py"),
                            "--dir", DIR])
    tap.wait_for(lambda: os.path.exists(f"{DIR}/address"), "paysim")
    with open(f"{DIR}/address", encoding="utf-8") as file:
        stripe.api_base = file.read()
    stripe.api_key = "sk_test_paysim"
    stripe.api_version = "2024-06-20"
    stripe.ca_bundle_path = f"{DIR}/tls.crt"
    stripe.max_network_retries = 0
    return sim


def command(name, text):
    context = ssl.create_default_context(cafile=f"{DIR}/tls.crt")
    urllib.request.urlopen(f"{stripe.api_base}/_sim/{name}", text.encode(),
                           timeout=30, context=context).close()


def made(**more):
    return stripe.PaymentIntent.create(
        amount=15000, currency="krw", payment_method_types=["card"],
        metadata={"boxoffice_ref": "abc"}, **more)


def refused(kind, do):
    try:
        do()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def a_payment_goes_through_all_its_states():
    one = made()
    assert one.status == "requires_payment_method", one
    assert one.amount_received == 0 and one.metadata.boxoffice_ref == "abc"
    one = one.confirm(payment_method=VISA, return_url=BACK)
    assert one.status == "succeeded" and one.amount_received == 15000
    assert stripe.PaymentIntent.retrieve(one.id).latest_charge


def a_declined_card_is_a_card_error_with_its_code():
    one = made()
    error = refused(stripe.error.CardError, lambda: one.confirm(
        payment_method="pm_card_visa_chargeDeclinedInsufficientFunds",
        return_url=BACK))
    assert error.code == "card_declined", error.code
    assert error.error.decline_code == "insufficient_funds"
    assert error.error.payment_intent.id == one.id
    one.refresh()
    assert one.last_payment_error.decline_code == "insufficient_funds"
    assert one.cancel().status == "canceled"


def the_bank_asks_the_buyer():
    one = made().confirm(payment_method="pm_card_authenticationRequired",
                         return_url=BACK)
    assert one.status == "requires_action"
    assert one.next_action.redirect_to_url.return_url == BACK
    command("authenticate", f"intent={one.id}&ok=1")
    one.refresh()
    assert one.status == "succeeded"


def a_key_gives_the_same_answer_and_no_other_parameters():
    first = made(idempotency_key="k1")
    again = made(idempotency_key="k1")
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    refused(stripe.error.IdempotencyError, lambda: stripe.PaymentIntent.create(
        amount=2, currency="krw", idempotency_key="k1"))


def what_is_refused_before_it_is_begun_is_not_kept():
    refused(stripe.error.InvalidRequestError,
            lambda: stripe.PaymentIntent.create(
                amount=0, currency="krw", idempotency_key="k2"))
    assert made(idempotency_key="k2").status == "requires_payment_method"
    command("fault", "op=create&kind=limit")
    refused(stripe.error.RateLimitError, lambda: made(idempotency_key="k3"))
    assert made(idempotency_key="k3").id


def an_error_is_kept_once_it_was_begun():
    command("fault", "op=create&kind=keep")
    for _ in range(2):
        refused(stripe.error.APIError, lambda: made(idempotency_key="k4"))


def a_lost_answer_is_repeated_by_the_client_itself():
    command("fault", "op=confirm&kind=lost&n=2")
    one = made()
    stripe.max_network_retries = 3
    try:
        assert one.confirm(payment_method=VISA,
                           return_url=BACK).status == "succeeded"
    finally:
        stripe.max_network_retries = 0


def refunds_are_bounded_by_what_was_taken():
    one = made(payment_method=VISA, confirm=True)
    part = stripe.Refund.create(payment_intent=one.id, amount=5000,
                                metadata={"boxoffice_refund": "r1"})
    assert part.status == "succeeded" and part.payment_intent == one.id
    refused(stripe.error.InvalidRequestError, lambda: stripe.Refund.create(
        payment_intent=one.id, amount=10001))
    stripe.Refund.create(payment_intent=one.id)
    error = refused(stripe.error.InvalidRequestError,
                    lambda: stripe.Refund.create(payment_intent=one.id))
    assert error.code == "charge_already_refunded"
    assert len(stripe.Refund.list(payment_intent=one.id).data) == 2


def lists_are_read_page_by_page_newest_first():
    names = [made().id for _ in range(7)]
    page = stripe.PaymentIntent.list(limit=3)
    seen = [one.id for one in page.auto_paging_iter()]
    assert seen[:7] == names[::-1], (seen, names)
    assert len(seen) == len(set(seen))


def a_wrong_key_is_not_let_in():
    stripe.api_key = "sk_test_other"
    try:
        refused(stripe.error.AuthenticationError, made)
    finally:
        stripe.api_key = "sk_test_paysim"


if __name__ == "__main__":
    SIM = start()
    try:
        tap.main([
            a_payment_goes_through_all_its_states,
            a_declined_card_is_a_card_error_with_its_code,
            the_bank_asks_the_buyer,
            a_key_gives_the_same_answer_and_no_other_parameters,
            what_is_refused_before_it_is_begun_is_not_kept,
            an_error_is_kept_once_it_was_begun,
            a_lost_answer_is_repeated_by_the_client_itself,
            refunds_are_bounded_by_what_was_taken,
            lists_are_read_page_by_page_newest_first,
            a_wrong_key_is_not_let_in,
        ])
    finally:
        SIM.kill()
        SIM.wait()
        shutil.rmtree(DIR)
