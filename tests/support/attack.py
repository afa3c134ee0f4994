# SPDX-License-Identifier: BSD-2-Clause
"""attack - requests that are refused, what must not move, what must not leak.

An Ask is one request with the answer it must get; a table row is a name and
its asks. Whatever is refused is a problem document with the answer's own
request id, and tells nothing of what is inside.

Layer: tests.  Uses: api, wire.
"""
import base64
import configparser
import glob
import hashlib
import hmac
import json
import os
import re
import time

import api
import wire
from api import Client, ENV, expect_problem

# What no answer may hold: SQL, files, libraries, addresses of the inside.
INSIDE = re.compile(
    rb"SELECT |INSERT |UPDATE |ERROR:|SQLSTATE|libpq|hiredis|json-c|\.lua|"
    rb"\.c:\d|/tmp/|/usr/|/etc/|bo:\{|EVALSHA|Traceback|nginx/\d")

FACTS = ("seat_claim", "holds", "payments", "ledger", "reservations",
         "reservation_log", "wallets", "audit_log")


class Ask:
    """status, slug: the answer; who: a Client, nobody when None. raw: the
    bytes to send instead. slug None: a good answer. check(answer): more."""

    def __init__(self, status, slug, method="GET", path="/", body=None, *,
                 headers=None, who=None, raw=None, field=None, check=None):
        self.status, self.slug = status, slug
        self.method, self.path, self.body = method, path, body
        self.headers, self.who, self.raw = headers, who, raw
        self.field, self.check = field, check

    def send(self):
        if self.raw is not None:
            return wire.raw(self.raw)
        return (self.who or Client()).ask(self.method, self.path, self.body,
                                          self.headers)

    def run(self):
        """The answer, which was as it must be."""
        answer = self.send()
        assert answer.headers["X-Request-Id"], answer
        assert not INSIDE.search(answer.body), answer
        if self.slug is None or self.method == "HEAD":
            api.expect(answer, self.status)
        else:
            expect_problem(answer, self.status, self.slug)
        if self.field is not None:
            assert answer.json()["field"] == self.field, answer
        if self.check is not None:
            self.check(answer)
        return answer

    def __repr__(self):
        if self.raw is not None:
            return repr(self.raw[:120])
        return f"{self.method} {self.path[:120]} {repr(self.body)[:120]} " \
            f"{repr(self.headers)[:160]}"


def as_test(name, asks):
    """A test that runs all asks of a row and tells each that went wrong."""
    def test():
        wrong = []
        for ask in asks() if callable(asks) else asks:
            try:
                ask.run()
            except Exception as e:
                wrong.append(f"{ask}\n  wanted {ask.status} {ask.slug}: "
                             f"{type(e).__name__} {e}")
        assert not wrong, "\n" + "\n".join(wrong)
    test.__name__ = name
    return test


# ---- what is and what was ----

def facts():
    """How much there is of everything that money and seats consist of."""
    counts = ", ".join(f"(SELECT count(*) FROM {t})" for t in FACTS)
    return api.sql(f"SELECT {counts}, (SELECT sum(balance) FROM wallets)")


def server_errors():
    """5xx answers by the workers so far, of both pools."""
    text = Client().get("/metrics").body.decode()
    found = re.findall(
        r'^boxoffice_requests_total\{.*code="5xx".*\} (\d+)', text, re.M)
    assert found, "no counter of 5xx in /metrics"
    return sum(map(int, found))


def access_log_errors(since):
    """5xx answers in nginx's log after that many bytes."""
    with open(log_file("access.log"), "rb") as log:
        log.seek(since)
        return re.findall(rb'^.*"status":5\d\d.*$', log.read(), re.M)


def log_file(name):
    return os.path.join(os.path.dirname(ENV["PIDS_DIR"]), "log", name)


def log_files():
    return sorted(glob.glob(log_file("*")))


def log_marks():
    return {path: os.path.getsize(path) for path in log_files()}


def written_since(marks):
    """path -> what the stack's programs have logged after marks."""
    found = {}
    for path in log_files():
        with open(path, "rb") as log:
            log.seek(marks.get(path, 0))
            found[path] = log.read()
    return found


# ---- forged tokens ----

def setting(section, name):
    """What the stack's drop-in folder says of it."""
    conf = configparser.ConfigParser(interpolation=None, strict=False)
    conf.read(sorted(glob.glob(os.path.join(ENV["CONFD"], "*.conf"))))
    return conf[section][name]


def token_key():
    """kid and secret of the stack's current key."""
    kid, secret = setting("token", "key").split(":")
    return kid, base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))


def b64(data):
    if isinstance(data, (dict, list)):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged(user, header=None, claims=None, secret=None, without=()):
    """A token in our form; header and claims say what is other, without
    which claims are left out. It would be good with no changes at all."""
    kid, ours = token_key()
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT", "kid": kid, **(header or {})}
    body = {"iss": "boxoffice", "aud": "boxoffice", "sub": str(user),
            "role": "USER", "iat": now, "nbf": now, "exp": now + 600,
            **(claims or {})}
    for name in without:
        head.pop(name, None)
        body.pop(name, None)
    signed = b64(head) + "." + b64(body)
    hashed = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(
        head.get("alg"), hashlib.sha256)
    mac = hmac.new(ours if secret is None else secret, signed.encode(), hashed)
    return signed + "." + b64(mac.digest())
