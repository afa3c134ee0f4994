# SPDX-License-Identifier: BSD-2-Clause
"""browsers - what every answer tells them, the same through each web server.

Layer: tests.  Uses: api, settings.
"""
from api import Client
from settings import DropIn

API = "/api/v1"
OURS = "https://app.example"
EVIL = "https://evil.example"
ALLOW_US = f"[general]\nallowed_origins = {OURS} https://b.example:8443\n"

DATA = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Content-Security-Policy":
        "default-src 'none'; frame-ancestors 'none'"}
ALLOW = "Access-Control-Allow-Origin"
ANYBODY = {ALLOW: "*"}
US = {ALLOW: OURS}
NOBODY = {ALLOW: None}
METHODS = "Access-Control-Allow-Methods"

# method, path, Origin, the method a browser asks for, status, headers
TABLE = [
    ("GET", f"{API}/posters/x", None, None, 404, ANYBODY),
    ("GET", f"{API}/posters/x", EVIL, None, 404, ANYBODY),
    ("GET", f"{API}/posters/x", OURS, None, 404, ANYBODY),
    ("GET", f"{API}/me", OURS, None, 401, US),
    ("GET", f"{API}/me", EVIL, None, 401, NOBODY),
    ("GET", f"{API}/me", None, None, 401, NOBODY),
    ("POST", f"{API}/auth/logout", OURS, None, 415, US),
    ("GET", f"{API}/nothing-here", EVIL, None, 404, NOBODY),
    ("OPTIONS", f"{API}/shows", EVIL, "GET", 204, ANYBODY),
    ("OPTIONS", f"{API}/performances/1/seats", EVIL, "GET", 204, ANYBODY),
    ("OPTIONS", f"{API}/payments", OURS, "POST", 204,
     {**US, METHODS: "POST"}),
    ("OPTIONS", f"{API}/performances/1/holds", OURS, "POST", 204,
     {**US, METHODS: "GET, HEAD, POST"}),
    ("OPTIONS", f"{API}/payments", EVIL, "POST", 403,
     {**NOBODY, METHODS: None}),
    # The web server's own refusals.
    ("GET", "/nothing-here", EVIL, None, 404, ANYBODY),
]


def check(url):
    """Under ALLOW_US. Of each row what was not so."""
    client = Client(url)
    for method, path, origin, asked, status, headers in TABLE:
        sent = {"Origin": origin, "Access-Control-Request-Method": asked}
        answer = client.ask(method, path, headers={
            name: value for name, value in sent.items() if value})
        row = (method, path, origin, answer)
        assert answer.status == status, row
        for name, value in {**DATA, **headers}.items():
            assert answer.headers[name] == value, (name, row, answer.headers)
        # A cache keeps one copy of what is for anybody.
        varies = "Origin" in " ".join(answer.headers.get_all("Vary", []))
        assert varies == (headers[ALLOW] != "*"), (row, answer.headers)
        for name in {**DATA, **headers, "Cache-Control": None}:
            assert len(answer.headers.get_all(name, [])) < 2, (name, row)
        assert "Access-Control-Allow-Credentials" not in answer.headers, row
    languages = client.get(f"{API}/shows", headers={"Origin": EVIL})
    assert languages.headers[ALLOW] == "*"
    assert "Origin" not in languages.headers["Vary"], languages.headers


def check_page(url):
    """The page has the same rules but for what it may load."""
    answer = Client(url).get("/")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policies = answer.headers.get_all("Content-Security-Policy")
    assert len(policies) == 1, policies
    assert "frame-ancestors 'none'" in policies[0], policies


def allowed():
    """with allowed(): ... the stack allows the pages of OURS."""
    return DropIn(ALLOW_US)
