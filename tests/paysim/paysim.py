#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""
paysim - a made-up card provider that speaks Stripe's PaymentIntents

For tests and demonstrations only: it takes no money. TLS, one file, Python's
standard library. Field names, states and the rules of idempotency are those of
docs.stripe.com/api.

    paysim.py --dir DIR [--port 0] [--webhook URL --webhook-secret S]

--key and --webhook-secret may be @FILE. GET /v3/ is a script for pages (paysim.js
beside this) with as much of Stripe.js as makes a payment method of a number.

DIR gets tls.crt and tls.key (made with openssl when missing; the certificate is
its own CA), journal.jsonl (one line for every effect: what an audit reads),
memory.jsonl (what it knows when it is started again) and address, once it
listens.

Payment methods: pm_card_visa is taken; pm_card_visa_chargeDeclined,
..._chargeDeclinedInsufficientFunds, ..._chargeDeclinedExpiredCard,
..._chargeDeclinedIncorrectCvc are declined; pm_card_authenticationRequired asks
the buyer at a page of ours; pm_card_pending takes its time ("processing").
The same as numbers (payment_method_data[card][number], or pm_card_NUMBER):
4242424242424242, 4000000000000002, 4000000000009995, 4000000000000069,
4000000000000127, 4000002500003155.

Faults are ordered by POST /_sim/fault with op=(create, confirm, retrieve,
cancel, refund, list or any), kind, n (times, 1) and what the kind needs:
    status      answered with `status`, nothing done (400 to 599)
    keep        500 that is kept under the key, nothing done
    done_500    done, then 500 that is kept
    lost        done, then the connection is closed without an answer
    drop        closed without having been done
    delay       `ms` later
    garbage     done, then bytes that are no JSON
    truncated   done, then half of the answer
    huge        done, then 10 MB
    redirect    302 to elsewhere
    wrong_amount, wrong_currency   done, and so told
    twice       done twice: a second intent takes the same money
    conflict    409, as if another call with the key were under way
    limit       429 with Retry-After: 1
POST /_sim/calm takes back those that are left. GET /_sim/journal tells it, POST
/_sim/hook sends the events that are kept back (--hold-hooks): order=(as_is,
reversed), times=N. POST /_sim/authenticate with intent and ok=(1, 0) is the buyer
at his bank, as the page's buttons are. POST /_sim/clock sets its clock ahead_s
ahead of the machine's. POST /_sim/pace: each question takes ms, and of more than
limit in a second, of one operation, the rest are refused (429). POST /_sim/forget with intent: there never was such a one;
without: there was nothing.
"""
import argparse
import base64
import hashlib
import hmac
import http.server
import json
import os
import secrets
import ssl
import subprocess
import threading
import time
import urllib.parse
import urllib.request

VERSION = "2024-06-20"
KEPT_S = 24 * 3600

NUMBERS = {
    "4242424242424242": "visa",
    "4000000000000002": "visa_chargeDeclined",
    "4000000000009995": "visa_chargeDeclinedInsufficientFunds",
    "4000000000000069": "visa_chargeDeclinedExpiredCard",
    "4000000000000127": "visa_chargeDeclinedIncorrectCvc",
    "4000002500003155": "authenticationRequired",
}
DECLINED = {
    "visa_chargeDeclined": ("card_declined", "generic_decline"),
    "visa_chargeDeclinedInsufficientFunds":
        ("card_declined", "insufficient_funds"),
    "visa_chargeDeclinedExpiredCard": ("expired_card", None),
    "visa_chargeDeclinedIncorrectCvc": ("incorrect_cvc", None),
}


class Refusal(Exception):
    """An answer other than 200, in Stripe's form."""

    def __init__(self, status, kind, code=None, message="", **more):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **more}}
        if code:
            self.body["error"]["code"] = code


def invalid(message, code="parameter_invalid", status=400, **more):
    return Refusal(status, "invalid_request_error", code, message, **more)


def new_id(kind):
    return f"{kind}_{secrets.token_hex(12)}"


class Sim:
    """What there is, under one lock."""

    def __init__(self, args):
        self.args = args
        self.lock = threading.RLock()
        self.intents, self.refunds, self.keys = {}, {}, {}
        self.faults, self.held_hooks, self.running = [], [], set()
        self.ahead_s = 0
        self.pace_ms, self.limit, self.let_in = 0, None, {}
        self.recall()
        self.journal, self.memory = (
            open(os.path.join(args.dir, name), "a", encoding="utf-8")
            for name in ("journal.jsonl", "memory.jsonl"))

    def now(self):
        return time.time() + self.ahead_s

    def note(self, what, **more):
        print(json.dumps({"at": self.now(), "what": what, **more}),
              file=self.journal, flush=True)

    # ---- memory: the newest line of a thing counts ----

    def remember(self, kind, name):
        print(json.dumps([kind, name, getattr(self, kind)[name]]),
              file=self.memory, flush=True)

    def recall(self):
        path = os.path.join(self.args.dir, "memory.jsonl")
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            for line in file:
                # The last one may have been cut off.
                if line.endswith("\n"):
                    kind, name, thing = json.loads(line)
                    getattr(self, kind)[name] = thing

    def lets_in(self, op):
        """Whether it is not one too many in a second."""
        now = time.monotonic()
        with self.lock:
            times = [t for t in self.let_in.get(op, []) if t > now - 1]
            fits = self.limit is None or len(times) < self.limit
            self.let_in[op] = times + [now] * fits
        if not fits:
            self.note("limited", op=op)
        return fits

    def forget(self, name):
        """Until it is started again."""
        with self.lock:
            if name:
                del self.intents[name]
            else:
                self.intents.clear()
                self.refunds.clear()

    # ---- intents ----

    def intent(self, name):
        if name not in self.intents:
            raise invalid(f"No such payment_intent: '{name}'",
                          "resource_missing", 404, param="intent")
        return self.intents[name]

    def create(self, form):
        amount, currency = form.get("amount", ""), form.get("currency", "")
        if not amount.isdigit() or int(amount) == 0:
            raise invalid("Invalid positive integer", param="amount")
        if len(currency) != 3 or not currency.islower():
            raise invalid("Invalid currency", param="currency")
        name = new_id("pi")
        one = {
            "id": name, "object": "payment_intent", "amount": int(amount),
            "amount_capturable": 0, "amount_received": 0,
            "automatic_payment_methods": None, "canceled_at": None,
            "cancellation_reason": None, "capture_method": "automatic",
            "client_secret": f"{name}_secret_{secrets.token_hex(8)}",
            "confirmation_method": "automatic", "created": int(self.now()),
            "currency": currency, "customer": None, "description": None,
            "last_payment_error": None, "latest_charge": None,
            "livemode": False, "metadata": nested(form, "metadata"),
            "next_action": None, "payment_method": None,
            "payment_method_types": ["card"],
            "status": "requires_payment_method"}
        self.intents[name] = one
        self.remember("intents", name)
        self.note("created", intent=name, amount=one["amount"],
                  currency=currency, metadata=one["metadata"])
        if form.get("payment_method"):
            one["payment_method"] = form["payment_method"]
            one["status"] = "requires_confirmation"
        if form.get("confirm", "").lower() == "true":
            return self.confirm(name, form)
        return one

    def confirm(self, name, form):
        one = self.intent(name)
        if one["status"] not in ("requires_payment_method",
                                 "requires_confirmation", "requires_action"):
            raise self.unexpected(one, "confirm")
        number = form.get("payment_method_data[card][number]")
        card = NUMBERS.get(number, "visa_chargeDeclined") if number else \
            (form.get("payment_method") or one["payment_method"] or "")
        card = card.removeprefix("pm_card_")
        card = NUMBERS.get(card, card)
        if not card:
            raise invalid("You cannot confirm this PaymentIntent because it's"
                          " missing a payment method.",
                          "payment_intent_unexpected_state",
                          payment_intent=one)
        if card in DECLINED:
            raise self.decline(one, *DECLINED[card])
        one["payment_method"] = "pm_card_" + card
        if card == "authenticationRequired":
            if not form.get("return_url"):
                raise invalid("A return_url must be specified",
                              param="return_url")
            one["status"] = "requires_action"
            one["next_action"] = {
                "type": "redirect_to_url", "redirect_to_url": {
                    "return_url": form["return_url"],
                    "url": f"{self.args.public}/_sim/bank/{name}"}}
            self.remember("intents", name)
            self.event("payment_intent.requires_action", one)
        elif card == "pending":
            one["status"] = "processing"
            self.remember("intents", name)
        else:
            self.capture(one)
        return one

    def capture(self, one):
        one.update(status="succeeded", amount_received=one["amount"],
                   next_action=None, latest_charge=new_id("ch"),
                   last_payment_error=None)
        self.remember("intents", one["id"])
        self.note("captured", intent=one["id"], amount=one["amount"],
                  currency=one["currency"], metadata=one["metadata"])
        self.event("payment_intent.succeeded", one)

    def decline(self, one, code, why):
        error = {"type": "card_error", "code": code,
                 "message": "Your card was declined."}
        if why:
            error["decline_code"] = why
        one.update(status="requires_payment_method", payment_method=None,
                   next_action=None, last_payment_error=error)
        self.remember("intents", one["id"])
        self.note("declined", intent=one["id"], code=code,
                  metadata=one["metadata"])
        self.event("payment_intent.payment_failed", one)
        more = {"decline_code": why} if why else {}
        return Refusal(402, "card_error", code, error["message"],
                       payment_intent=one, **more)

    def unexpected(self, one, verb):
        return invalid(f"You cannot {verb} this PaymentIntent because it has "
                       f"a status of {one['status']}.",
                       "payment_intent_unexpected_state", payment_intent=one)

    def cancel(self, name, form):
        one = self.intent(name)
        if one["status"] in ("succeeded", "canceled", "processing"):
            raise self.unexpected(one, "cancel")
        one.update(status="canceled", canceled_at=int(self.now()),
                   cancellation_reason=form.get("cancellation_reason"),
                   next_action=None)
        self.remember("intents", name)
        self.note("canceled", intent=name, metadata=one["metadata"])
        self.event("payment_intent.canceled", one)
        return one

    def authenticate(self, name, ok):
        """The buyer was at his bank, or a payment is through."""
        with self.lock:
            one = self.intent(name)
            url = ((one["next_action"] or {}).get("redirect_to_url") or
                   {}).get("return_url", "")
            if one["status"] in ("requires_action", "processing"):
                if ok:
                    self.capture(one)
                else:
                    self.decline(one, "payment_intent_authentication_failure",
                                 None)
            return url

    # ---- refunds ----

    def refund(self, form):
        one = self.intent(form.get("payment_intent", ""))
        left = one["amount_received"] - sum(
            r["amount"] for r in self.refunds.values()
            if r["payment_intent"] == one["id"] and r["status"] != "failed")
        text = form.get("amount") or str(left)
        if one["status"] != "succeeded":
            raise invalid("This PaymentIntent does not have a successful "
                          "charge to refund.")
        if left == 0:
            raise invalid(f"Charge {one['latest_charge']} has already been "
                          "refunded.", "charge_already_refunded")
        if not text.isdigit() or not 0 < int(text) <= left:
            raise invalid(f"Refund amount ({text}) is greater than unrefunded"
                          f" amount on charge ({left})",
                          param="amount")
        name = new_id("re")
        self.refunds[name] = {
            "id": name, "object": "refund", "amount": int(text),
            "charge": one["latest_charge"], "created": int(self.now()),
            "currency": one["currency"], "metadata": nested(form, "metadata"),
            "payment_intent": one["id"], "reason": form.get("reason"),
            "status": "succeeded"}
        self.remember("refunds", name)
        self.note("refunded", intent=one["id"], refund=name,
                  amount=int(text), currency=one["currency"],
                  metadata=self.refunds[name]["metadata"])
        self.event("charge.refunded", self.refunds[name])
        return self.refunds[name]

    # ---- lists ----

    def page(self, things, query, url):
        limit = int(query.get("limit", 10))
        if not 1 <= limit <= 100:
            raise invalid("Invalid limit", param="limit")
        names = [n for n, t in reversed(list(things.items()))
                 if in_range(t["created"], query)
                 and query.get("payment_intent") in
                 (None, t.get("payment_intent"))]
        after = query.get("starting_after")
        if after:
            if after not in names:
                raise invalid(f"No such object: '{after}'",
                              "resource_missing", param="starting_after")
            names = names[names.index(after) + 1:]
        return {"object": "list", "url": url, "has_more": len(names) > limit,
                "data": [things[n] for n in names[:limit]]}

    # ---- events ----

    def event(self, kind, thing):
        body = json.dumps({
            "id": new_id("evt"), "object": "event", "api_version": VERSION,
            "created": int(self.now()), "livemode": False,
            "pending_webhooks": 1, "type": kind, "request": None,
            "data": {"object": thing}})
        if self.args.hold_hooks:
            self.held_hooks.append(body)
        elif self.args.webhook:
            threading.Thread(target=self.tell, args=(body,),
                             daemon=True).start()

    def tell(self, body):
        """Once and again until it is taken; the receiver's host is ours."""
        context = ssl.create_default_context(cafile=self.args.webhook_ca)
        for wait in (0, 1, 2, 4, 8):
            time.sleep(wait)
            request = urllib.request.Request(
                self.args.webhook, body.encode(), {
                    "Content-Type": "application/json",
                    "Stripe-Signature": sign(body,
                                             self.args.webhook_secret)})
            try:
                with urllib.request.urlopen(request, timeout=10,
                                            context=context):
                    return
            except OSError:
                continue


def sign(body, secret, at=None):
    """The header Stripe-Signature."""
    at = int(time.time()) if at is None else at
    mac = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def nested(form, name):
    """name[x]=y as {x: y}."""
    return {k[len(name) + 1:-1]: v for k, v in form.items()
            if k.startswith(name + "[") and k.endswith("]")}


def in_range(created, query):
    tests = {"gte": created.__ge__, "gt": created.__gt__,
             "lte": created.__le__, "lt": created.__lt__}
    return all(test(int(query[f"created[{name}]"]))
               for name, test in tests.items() if f"created[{name}]" in query)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sim = None

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        """The header Date."""
        return super().date_time_string(timestamp or self.sim.now())

    def form(self):
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.raw = text
        return dict(urllib.parse.parse_qsl(text.decode(),
                                           keep_blank_values=True))

    def setup(self):
        super().setup()
        self.connection.settimeout(60)

    def answer(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Request-Id", new_id("req"))
        self.send_header("Stripe-Version", VERSION)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def hang_up(self):
        self.close_connection = True

    # ---- routes ----

    def route(self, form, query):
        """(operation, function) of the request, or a refusal."""
        sim, path = self.sim, self.path.split("?")[0]
        parts = path.strip("/").split("/")
        rest = [self.command] + parts
        match rest:
            case ["POST", "v1", "payment_intents"]:
                return "create", lambda: sim.create(form)
            case ["GET", "v1", "payment_intents"]:
                return "list", lambda: sim.page(sim.intents, query, path)
            case ["GET", "v1", "payment_intents", name]:
                return "retrieve", lambda: sim.intent(name)
            case ["POST", "v1", "payment_intents", name, "confirm"]:
                return "confirm", lambda: sim.confirm(name, form)
            case ["POST", "v1", "payment_intents", name, "cancel"]:
                return "cancel", lambda: sim.cancel(name, form)
            case ["POST", "v1", "refunds"]:
                return "refund", lambda: sim.refund(form)
            case ["GET", "v1", "refunds"]:
                return "list", lambda: sim.page(sim.refunds, query, path)
            case ["GET", "v1", "refunds", name]:
                return "retrieve", lambda: sim.refunds[name]
        raise invalid(f"Unrecognized request URL ({self.command}: {path})",
                      None, 404)

    def take_fault(self, op):
        with self.sim.lock:
            for fault in self.sim.faults:
                if fault["op"] in (op, "any"):
                    fault["n"] -= 1
                    if fault["n"] <= 0:
                        self.sim.faults.remove(fault)
                    return dict(fault)
        return {"kind": None}

    def is_let_in(self):
        given = self.headers.get("Authorization") or ""
        key = given.removeprefix("Bearer ")
        if given.startswith("Basic "):
            key = base64.b64decode(given[6:]).decode().split(":")[0]
        return key == self.sim.args.key

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def do_DELETE(self):
        self.serve()

    def serve(self):
        form = self.form()
        if self.path.startswith("/_sim/"):
            self.command_of(form)
            return
        if self.path == "/v3/":
            self.script()
            return
        query = dict(urllib.parse.parse_qsl(
            urllib.parse.urlsplit(self.path).query))
        try:
            if not self.is_let_in():
                raise Refusal(401, "invalid_request_error", None,
                              "Invalid API Key provided")
            op, do = self.route(form, query)
        except Refusal as refusal:
            self.answer(refusal.status, refusal.body)
            return
        self.with_fault(op, do)

    def with_fault(self, op, do):
        fault = self.take_fault(op)
        kind = fault["kind"]
        # These come before idempotency: nothing is kept of them.
        if kind == "drop":
            return self.hang_up()
        if kind == "delay":
            time.sleep(int(fault["ms"]) / 1000)
        if kind == "limit" or not self.sim.lets_in(op):
            return self.answer(429, Refusal(
                429, "invalid_request_error", "rate_limit", "Too many "
                "requests").body, [("Retry-After", "1")])
        time.sleep(self.sim.pace_ms / 1000)
        if kind == "conflict":
            return self.conflict()
        if kind == "redirect":
            return self.answer(302, {}, [("Location",
                                          "https://example.invalid/")])
        if kind == "status":
            return self.answer(int(fault["status"]),
                               {"error": {"type": "api_error"}})
        return self.spoil(kind, *self.once(op, do, kind))

    def conflict(self):
        self.answer(409, Refusal(
            409, "invalid_request_error", "idempotency_key_in_use",
            "There is currently another in-progress request using this "
            "Idempotent Key").body, [("Stripe-Should-Retry", "true")])

    def once(self, op, do, kind):
        """(status, body, headers): done once for its Idempotency-Key."""
        sim, key = self.sim, self.headers.get("Idempotency-Key")
        print_of = hashlib.sha256(
            self.path.encode() + b"\0" + self.raw).hexdigest()
        with sim.lock:
            kept = sim.keys.get(key) if key else None
            if kept and kept["at"] > sim.now() - KEPT_S:
                if kept["print"] != print_of:
                    refusal = Refusal(
                        400, "idempotency_error", None, "Keys for idempotent "
                        "requests can only be used with the same parameters "
                        "they were first used with.")
                    return refusal.status, refusal.body, []
                return kept["status"], kept["body"], [
                    ("Idempotent-Replayed", "true")]
            status, body, keep = self.execute(op, do, kind)
            if key and keep and self.command == "POST":
                sim.keys[key] = {"print": print_of, "status": status,
                                 "body": body, "at": sim.now()}
                sim.remember("keys", key)
        return status, body, []

    def execute(self, op, do, kind):
        """(status, body, whether it is kept). Parameters that are wrong are
        told before anything is begun, and not kept."""
        broken = {"error": {"type": "api_error", "message": "Sorry"}}
        if kind == "keep":
            return 500, broken, True
        try:
            if kind == "twice":
                do_twice(self.sim, op, do)
            body = json.loads(json.dumps(do()))
        except Refusal as refusal:
            keep = refusal.body["error"].get("payment_intent") is not None
            return (refusal.status,
                    json.loads(json.dumps(refusal.body)), keep)
        if kind == "done_500":
            return 500, broken, True
        return 200, body, True

    def spoil(self, kind, status, body, headers):
        """What was done is told, or not quite."""
        if kind == "lost":
            return self.hang_up()
        data = json.dumps(body).encode()
        if kind == "garbage":
            data = b"<html>\xff\x00 Bad gateway"
        elif kind == "huge":
            data = b" " * 10_000_000 + data
        elif kind == "wrong_amount":
            body = dict(body, amount_received=body["amount_received"] + 1)
            data = json.dumps(body).encode()
        elif kind == "wrong_currency":
            data = json.dumps(dict(body, currency="usd")).encode()
        elif kind == "truncated":
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[:len(data) // 2])
            return self.hang_up()
        try:
            return self.answer(status, data, headers)
        except OSError:
            return self.hang_up()

    # ---- commands and the bank's page ----

    def command_of(self, form):
        sim, parts = self.sim, self.path.strip("/").split("/")
        match [self.command] + parts[1:]:
            case ["POST", "fault"]:
                with sim.lock:
                    sim.faults.append(dict(form, n=int(form.get("n", 1))))
            case ["POST", "calm"]:
                with sim.lock:
                    sim.faults.clear()
            case ["POST", "authenticate"]:
                sim.authenticate(form["intent"], form.get("ok") == "1")
            case ["POST", "hook"]:
                self.send_hooks(form)
            case ["POST", "pace"]:
                sim.pace_ms = int(form.get("ms", 0))
                sim.limit = int(form["limit"]) if "limit" in form else None
            case ["POST", "clock"]:
                sim.ahead_s = int(form["ahead_s"])
            case ["POST", "forget"]:
                sim.forget(form.get("intent"))
            case ["GET", "journal"]:
                with open(os.path.join(sim.args.dir, "journal.jsonl"),
                          encoding="utf-8") as file:
                    return self.answer(200, [json.loads(l) for l in file])
            case ["GET", "bank", name]:
                return self.page_of(name)
            case ["POST", "bank", name]:
                return self.go_back(name, form)
            case _:
                return self.answer(404, {})
        return self.answer(200, {})

    def script(self):
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "paysim.js"), "rb") as file:
            self.send(200, "text/javascript; charset=utf-8", file.read())

    def send(self, status, kind, data):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def send_hooks(self, form):
        with self.sim.lock:
            bodies, self.sim.held_hooks = self.sim.held_hooks, []
        if form.get("order") == "reversed":
            bodies.reverse()
        for body in bodies * int(form.get("times", 1)):
            self.sim.tell(body)

    def page_of(self, name):
        if name not in self.sim.intents:
            return self.answer(404, {})
        text = ("<!doctype html><html lang=en><title>Bank</title>"
                "<meta name=viewport content='width=device-width'>"
                "<h1>Your bank asks</h1>"
                "<p>This is a test: no money moves.</p><form method=post>"
                "<button name=ok value=1>Approve</button> "
                "<button name=ok value=0>Refuse</button></form>").encode()
        return self.send(200, "text/html; charset=utf-8", text)

    def go_back(self, name, form):
        try:
            url = self.sim.authenticate(name, form.get("ok") == "1")
        except Refusal as refusal:
            return self.answer(refusal.status, refusal.body)
        mark = "&" if "?" in url else "?"
        return self.answer(303, {}, [
            ("Location", f"{url}{mark}payment_intent={name}")])


def do_twice(sim, op, do):
    """As a provider that ignores the key: the money is taken twice."""
    if op == "confirm":
        one = do()
        other = json.loads(json.dumps(one))
        other["id"] = new_id("pi")
        sim.intents[other["id"]] = other
        sim.capture(other)
        one["status"], one["amount_received"] = "requires_confirmation", 0
    elif op in ("create", "refund"):
        do()


def told(text):
    """A word, or the one in @FILE."""
    if not text.startswith("@"):
        return text
    with open(text[1:], encoding="utf-8") as file:
        return file.read().strip()


def make_certificate(folder):
    crt, key = (os.path.join(folder, n) for n in ("tls.crt", "tls.key"))
    if not os.path.exists(crt):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
             "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", key, "-out", crt],
            check=True, capture_output=True)
    return crt, key


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        """A caller who hangs up, or does not like the certificate."""


class LateTls(Handler):
    """The handshake is made in the connection's own thread."""
    context = None

    def setup(self):
        self.request.settimeout(10)
        self.request = self.context.wrap_socket(self.request,
                                                server_side=True)
        super().setup()


def main():
    parser = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--public", help="where browsers find it")
    parser.add_argument("--key", default="sk_test_paysim")
    parser.add_argument("--webhook")
    parser.add_argument("--webhook-ca")
    parser.add_argument("--webhook-secret", default="whsec_paysim")
    parser.add_argument("--hold-hooks", action="store_true")
    args = parser.parse_args()
    args.key = told(args.key)
    args.webhook_secret = told(args.webhook_secret)
    crt, key = make_certificate(args.dir)
    LateTls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    LateTls.context.load_cert_chain(crt, key)
    server = Server(("127.0.0.1", args.port), LateTls)
    args.address = f"localhost:{server.server_address[1]}"
    args.public = args.public or f"https://{args.address}"
    Handler.sim = Sim(args)
    path = os.path.join(args.dir, "address")
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(f"https://{args.address}")
    os.rename(path + ".new", path)
    server.serve_forever()


if __name__ == "__main__":
    main()
