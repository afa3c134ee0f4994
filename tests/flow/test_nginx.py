#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The shipped nginx snippets where quickstart's stack cannot show them:
limits by address, real addresses, an application that is away or silent."""
import os
import shutil
import socket
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402
from nginx import Nginx  # noqa: E402

API = "/api/v1"
RUN = os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]), "run/boxoffice")
BEHIND_A_PROXY = "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;"


class Application:
    """A socket instead of the workers': takes each connection, reads, and
    answers what it is told to answer (nothing, if that is None)."""

    def __init__(self, says):
        self.says = says
        self.n_requests = 0

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=[connection]).start()

    def talk(self, connection):
        with connection:
            connection.recv(65536)
            self.n_requests += 1
            if self.says is None:
                self.over.wait(60)
            else:
                connection.sendall(self.says)

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="bo")
        os.chmod(self.folder, 0o755)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{self.folder}/api.sock")
        os.chmod(f"{self.folder}/api.sock", 0o666)
        self.listener.listen()
        self.over = threading.Event()
        threading.Thread(target=self.serve).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        shutil.rmtree(self.folder)


def statuses(client, n, method, path, body=None, headers=None):
    return [client.ask(method, path, body, headers).status for _ in range(n)]


def guessing_passwords_is_limited_by_address():
    with Nginx() as nginx:
        client = Client(nginx.url)
        got = statuses(client, 30, "POST", f"{API}/auth/login", {})
        assert 429 in got and got[0] == 422, got
        answer = client.post(f"{API}/auth/login", {})
        expect_problem(answer, 429, "rate-limited")
        assert int(answer.headers["Retry-After"]) >= 1, answer
        expect(client.get(f"{API}/shows"), 200)


def holds_are_limited_by_address_more_than_reads():
    with Nginx() as nginx:
        client = Client(nginx.url)
        path = f"{API}/performances/1/holds"
        assert 429 in statuses(client, 120, "POST", path, {})
        assert 429 not in statuses(client, 120, "GET", f"{API}/shows")


def who_is_limited_leaves_no_hold_token_in_the_error_log():
    with Nginx() as nginx:
        path = f"{API}/holds/1-a-token-of-somebody"
        assert 429 in statuses(Client(nginx.url), 120, "GET", path)
        assert "a-token-of-somebody" not in nginx.errors(), nginx.errors()


def one_address_does_not_use_up_anothers():
    with Nginx(BEHIND_A_PROXY) as nginx:
        client, path = Client(nginx.url), f"{API}/auth/login"
        one, other = ({"X-Forwarded-For": a} for a in
                      ("192.0.2.1", "192.0.2.2"))
        assert 429 in statuses(client, 30, "POST", path, {}, one)
        assert statuses(client, 1, "POST", path, {}, other) == [422]


def a_subscriber_is_an_ipv4_address_or_an_ipv6_slash_64():
    path = f"{API}/auth/login"
    for one, same, other in (
            ("2001:db8::1", "2001:db8::ffff:0:1", "2001:db8:0:1::1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1:3::"),
            ("::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2"),
            ("192.0.2.3", "::ffff:192.0.2.3", "192.0.2.4")):
        with Nginx(BEHIND_A_PROXY, {"rate=5r/s": "rate=1r/m"}) as nginx:
            client = Client(nginx.url)
            one, same, other = ({"X-Forwarded-For": a}
                                for a in (one, same, other))
            assert 429 in statuses(client, 30, "POST", path, {}, one)
            assert statuses(client, 1, "POST", path, {}, same) == [429], same
            assert statuses(client, 1, "POST", path, {}, other) == [422], other


def an_address_cannot_be_claimed_by_a_client():
    with Nginx() as nginx:
        client, path = Client(nginx.url), f"{API}/auth/login"
        got = [client.ask("POST", path, {},
                          {"X-Forwarded-For": f"192.0.2.{i}"}).status
               for i in range(30)]
        assert 429 in got, got


def health_and_metrics_are_for_this_machine_only():
    with Nginx(BEHIND_A_PROXY) as nginx:
        client = Client(nginx.url)
        for path in ("/health/live", "/health/ready", "/metrics"):
            answer = client.get(path, headers={"X-Forwarded-For": "192.0.2.1"})
            expect_problem(answer, 403, "forbidden")
            expect(client.get(path), 200)


def an_application_that_is_away_is_a_problem_document():
    with Nginx(changes={RUN: "/nonexistent"}) as nginx:
        answer = Client(nginx.url).get(f"{API}/shows")
        expect_problem(answer, 502, "bad-gateway")
        assert answer.headers["Retry-After"], answer


def a_silent_application_is_a_problem_document():
    with Application(None) as application, Nginx(changes={
            RUN: application.folder,
            "fastcgi_read_timeout    15s": "fastcgi_read_timeout 1s"
            }) as nginx:
        answer = Client(nginx.url).get(f"{API}/shows")
        expect_problem(answer, 504, "gateway-timeout")


def a_post_that_broke_is_never_sent_again():
    with Application(b"") as application, \
            Nginx(changes={RUN: application.folder}) as nginx:
        answer = Client(nginx.url).post(f"{API}/auth/logout", {})
        expect_problem(answer, 502, "bad-gateway")
        assert application.n_requests == 1, application.n_requests


tap.main([
    guessing_passwords_is_limited_by_address,
    holds_are_limited_by_address_more_than_reads,
    who_is_limited_leaves_no_hold_token_in_the_error_log,
    one_address_does_not_use_up_anothers,
    a_subscriber_is_an_ipv4_address_or_an_ipv6_slash_64,
    an_address_cannot_be_claimed_by_a_client,
    health_and_metrics_are_for_this_machine_only,
    an_application_that_is_away_is_a_problem_document,
    a_silent_application_is_a_problem_document,
    a_post_that_broke_is_never_sent_again,
])
