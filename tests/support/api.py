# SPDX-License-Identifier: BSD-2-Clause
"""api - the running stack as a flow test sees it: its env file, HTTPS, buyers.

STACK_DIR names the folder of the stack; see tap.py for how tests are run.

Layer: tests.
"""
import http.client
import json
import os
import shlex
import ssl
import subprocess
import time
import uuid
from urllib.parse import urlsplit


def stack_dir():
    return os.environ.get("STACK_DIR", ".stack")


def stack_env():
    """DIR/env as the shell reads it."""
    env_file = os.path.join(stack_dir(), "env")
    text = subprocess.run(
        ["env", "-i", "bash", "-c",
         f"set -ae; . {shlex.quote(env_file)}; env -0"],
        check=True, capture_output=True, text=True).stdout
    return dict(item.split("=", 1) for item in text.split("\0") if "=" in item)


ENV = stack_env()


def command(name, *args, **options):
    """Run one of the env file's command lines (CTL, PSQL_PRIMARY, ...)."""
    return subprocess.run(shlex.split(ENV[name]) + list(args), check=True,
                          capture_output=True, text=True, **options).stdout


def sql(text, where="PSQL_PRIMARY"):
    """One statement's rows as lines of fields divided by |."""
    return command(where, "-Atc", text).strip()


def pid_of(name):
    with open(os.path.join(ENV["PIDS_DIR"], name + ".pid")) as file:
        return int(file.readline())


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def problem(self):
        """The slug, after making sure that it is a problem document."""
        document = self.json()
        assert self.headers["Content-Type"] == "application/problem+json", \
            self.headers["Content-Type"]
        assert document["status"] == self.status, document
        assert document["type"].startswith("/problems/"), document
        assert document["request_id"], document
        return document["type"][len("/problems/"):]

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


def expect(answer, status):
    """The answer again, if it has that status."""
    assert answer.status == status, answer
    return answer


def expect_problem(answer, status, slug):
    """The same for a problem document, which tells the answer's own id."""
    expect(answer, status)
    assert answer.problem() == slug, answer
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"], \
        answer
    return answer


class Client:
    """One kept connection of one buyer (or of nobody)."""

    def __init__(self, base_url=None, token=None, user=None):
        self.url = urlsplit(base_url or ENV["BASE_URL"])
        self.token = token
        self.user = user
        self.connection = None

    def connect(self):
        if self.url.scheme == "https":
            tls = ssl.create_default_context(cafile=ENV["CA_CERT"])
            self.connection = http.client.HTTPSConnection(
                self.url.hostname, self.url.port, context=tls, timeout=30)
        else:
            self.connection = http.client.HTTPConnection(
                self.url.hostname, self.url.port, timeout=30)

    def ask(self, method, path, body=None, headers=None):
        """body: a dict (sent as JSON), bytes (sent as they are) or None."""
        sent = {"Accept-Language": "en"}
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if body is not None:
            sent["Content-Type"] = "application/json"
            if not isinstance(body, bytes):
                body = json.dumps(body).encode()
        sent.update(headers or {})
        if self.connection is None:
            self.connect()
        try:
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
            return Answer(response, response.read())
        except (http.client.HTTPException, OSError):
            self.connection.close()
            self.connection = None
            raise

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post(self, path, body, **options):
        return self.ask("POST", path, body, **options)

    def login(self, login_id=None, password=None):
        answer = self.post("/api/v1/auth/login", {
            "login_id": login_id or ENV["USER_LOGIN"],
            "password": password or ENV["USER_PASSWORD"]})
        assert answer.status == 200, answer
        self.token = answer.json()["access_token"]
        return self

    def hold(self, performance, seats, **options):
        return self.post(f"/api/v1/performances/{performance}/holds",
                         {"seat_ids": seats}, **options)

    def pay(self, hold_token, key=None):
        return self.post("/api/v1/payments",
                         {"hold_token": hold_token, "method": "wallet"},
                         headers={"Idempotency-Key": key or uuid.uuid4().hex})


LOST = (http.client.HTTPException, OSError)


def surely(call, seconds=120):
    """call() again and again, until somebody who knows has answered; it has to
    be something that may be asked twice."""
    end, answer = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            answer = call()
        except LOST:
            answer = None
        if answer is not None and answer.status < 500 and \
                answer.status != 429:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"no answer for {seconds} s: {answer}")


def buyers(n, credit=10_000_000, base_url=None):
    """n new users with money and tokens, each as a Client."""
    prefix = "t" + uuid.uuid4().hex[:10] + "-"
    lines = command("CTL", "user", "add", "--many", str(n), "--prefix", prefix,
                    "--credit", str(credit)).splitlines()
    return [Client(base_url, line.split()[2], int(line.split()[0]))
            for line in lines]


def open_performance():
    """The demo's performance for tests: on sale, assigned seats."""
    return int(sql(
        "SELECT p.id FROM performances p JOIN hall_revisions r"
        " ON r.id = p.hall_revision_id WHERE p.status = 'open'"
        " AND p.queue_mode = 'off' AND p.seat_rules = '{}'"
        " AND now() BETWEEN p.sales_open_at AND p.sales_close_at"
        " AND r.seat_count BETWEEN 100 AND 2000 AND NOT EXISTS (SELECT FROM"
        " sections s WHERE s.hall_revision_id = r.id AND s.kind <> 'assigned')"
        " ORDER BY p.starts_at DESC, p.id LIMIT 1"))


def open_to_transfers():
    """One of the demo's performances whose reservations may be passed on."""
    return int(sql(
        "SELECT id FROM performances WHERE transfers = 'on'"
        " AND status = 'open' AND queue_mode = 'off'"
        " AND starts_at > now() + interval '1 hour'"
        " AND now() BETWEEN sales_open_at AND sales_close_at"
        " ORDER BY starts_at DESC LIMIT 1"))


def unkept(path):
    """The path of a map with a query that nobody has asked by: the web server
    has kept no answer for it."""
    return f"{path}?min_version=0-0-{time.monotonic_ns()}"


_given = set()


def free_seats(performance, n):
    """The ids of n free seats. No test gets a seat twice: a map may be some
    milliseconds old and still show it free."""
    statuses = Client().get(unkept(
        f"/api/v1/performances/{performance}/seats")).json()["statuses"]
    free = [i + 1 for i, letter in enumerate(statuses)
            if letter == "A" and (performance, i + 1) not in _given][:n]
    assert len(free) == n, f"only {len(free)} seats are free"
    _given.update((performance, seat) for seat in free)
    return free
