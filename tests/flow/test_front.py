#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the web server does in front of the workers."""
import http.client
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Answer, Client, ENV, expect, expect_problem  # noqa: E402
from wire import URL, raw  # noqa: E402

API = "/api/v1"


def a_line_that_is_no_request_is_a_problem_document():
    expect_problem(raw(b"BLA\r\n\r\n"), 400, "bad-request")


def an_unknown_http_version_is_a_problem_document():
    expect_problem(raw(b"GET / HTTP/9.9\r\n\r\n"), 400, "bad-request")


def a_request_without_host_is_a_problem_document():
    expect_problem(raw(b"GET / HTTP/1.1\r\n\r\n"), 400, "bad-request")


def plain_http_on_the_https_port_is_a_problem_document():
    plain = http.client.HTTPConnection(URL.hostname, URL.port)
    plain.request("GET", "/")
    got = plain.getresponse()
    expect_problem(Answer(got, got.read()), 400,
                   "bad-request")


def a_long_url_is_a_problem_document():
    expect_problem(Client().get(f"{API}/shows?q={'a' * 9000}"), 414,
                   "uri-too-long")


def a_large_header_is_a_problem_document():
    expect_problem(Client().get(f"{API}/shows", headers={"X-A": "a" * 9000}), 431,
                   "headers-too-large")


def a_body_of_more_than_64_kib_is_a_problem_document():
    answer = raw(f"POST {API}/auth/login HTTP/1.1\r\nHost: x\r\n"
                 f"Content-Length: 65537\r\n\r\n".encode())
    expect_problem(answer, 413, "too-large")


def a_static_file_takes_no_post():
    expect_problem(Client().post("/index.html", {}), 405, "method-not-allowed")


def a_file_that_is_not_there_is_a_problem_document():
    expect_problem(Client().get("/nothing-here"), 404, "not-found")


def the_page_of_problems_itself_cannot_be_asked_for():
    expect_problem(Client().get("/.boxoffice-problem"), 404, "not-found")


def the_start_page_is_served():
    answer = expect(Client().get("/"), 200)
    assert answer.headers["Content-Type"].startswith("text/html"), answer


def the_page_s_addresses_are_one_file_with_a_policy():
    start = expect(Client().get("/"), 200)
    for path in "/timetable", "/shows/1", "/performances/1/basket", "/login":
        answer = expect(Client().get(path), 200)
        assert answer.body == start.body, path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-cache", answer.headers


def who_reads_pages_is_told_on_one_that_there_is_nothing():
    answer = expect(Client().get("/nothing-here",
                                 headers={"Accept": "text/html,*/*"}), 404)
    assert answer.headers["Content-Type"].startswith("text/html"), answer
    assert answer.body == Client().get("/").body
    expect_problem(Client().get(f"{API}/nothing-here",
                                headers={"Accept": "text/html"}),
                   404, "not-found")


def plain_http_is_sent_to_https():
    connection = http.client.HTTPConnection(URL.hostname, http_port())
    connection.request("GET", "/some/page?a=b")
    answer = connection.getresponse()
    assert answer.status == 308
    assert answer.headers["Location"] == ENV["BASE_URL"] + "/some/page?a=b"


def the_stack_listens_on_every_loopback_address():
    with open("/proc/net/if_inet6") as addresses:
        families = ["127.0.0.1"] + ["::1"] * ("lo" in addresses.read())
    for address in families:
        for port in URL.port, http_port():
            socket.create_connection((address, port), 10).close()


def http_port():
    with open(os.path.join(api.stack_dir(), "ports")) as ports:
        return int(ports.read().split()[1])


def a_request_id_of_the_client_is_kept():
    answer = Client().get(f"{API}/shows", headers={"X-Request-Id": "my-own.id_1"})
    assert answer.headers["X-Request-Id"] == "my-own.id_1", answer
    answer = Client().get("/nothing-here", headers={"X-Request-Id": "my-own.id_2"})
    assert answer.headers["X-Request-Id"] == "my-own.id_2", answer


def a_request_id_that_could_harm_a_log_is_replaced():
    for bad in ("a b", '"', "a" * 65, "<x>"):
        answer = Client().get(f"{API}/shows", headers={"X-Request-Id": bad})
        assert answer.headers["X-Request-Id"] != bad, answer


def every_answer_has_a_request_id_of_its_own():
    client = Client()
    ids = {client.get(f"{API}/shows").headers["X-Request-Id"]
           for _ in range(5)}
    assert len(ids) == 5, ids


def a_proxy_header_does_no_harm():
    expect(Client().get(f"{API}/performances/1",
                        headers={"Proxy": "http://192.0.2.1"}), 200)


def a_refused_body_leaves_its_connection_usable():
    body = b'{"x":"' + b"a" * 30_000 + b'"}'
    buyer, = api.buyers(1)
    for client, path, status in [
            (Client(), f"{API}/payments", 401),
            (Client(), f"{API}/nothing-here", 404),
            (buyer, f"{API}/payments", 413)]:
        for _ in range(20):
            expect(client.post(path, body), status)
            port = client.connection.sock.getsockname()
            expect(client.get(f"{API}/performances/1"), 200)
            assert client.connection.sock.getsockname() == port


def many_requests_use_one_connection():
    client = Client()
    expect(client.get(f"{API}/performances/1"), 200)
    port = client.connection.sock.getsockname()
    for _ in range(100):
        expect(client.get(f"{API}/performances/1"), 200)
    assert client.connection.sock.getsockname() == port


def health_and_metrics_answer_on_this_machine():
    expect(Client().get("/health/live"), 200)
    expect(Client().get("/health/ready"), 200)
    text = expect(Client().get("/metrics"), 200).body.decode()
    assert "# TYPE" in text, text[:200]


def loopback_is_not_limited():
    client = Client()
    assert {client.get(f"{API}/shows").status for _ in range(300)} == {200}


tap.main([
    a_line_that_is_no_request_is_a_problem_document,
    an_unknown_http_version_is_a_problem_document,
    a_request_without_host_is_a_problem_document,
    plain_http_on_the_https_port_is_a_problem_document,
    a_long_url_is_a_problem_document,
    a_large_header_is_a_problem_document,
    a_body_of_more_than_64_kib_is_a_problem_document,
    a_static_file_takes_no_post,
    a_file_that_is_not_there_is_a_problem_document,
    the_page_of_problems_itself_cannot_be_asked_for,
    the_start_page_is_served,
    the_page_s_addresses_are_one_file_with_a_policy,
    who_reads_pages_is_told_on_one_that_there_is_nothing,
    plain_http_is_sent_to_https,
    the_stack_listens_on_every_loopback_address,
    a_request_id_of_the_client_is_kept,
    a_request_id_that_could_harm_a_log_is_replaced,
    every_answer_has_a_request_id_of_its_own,
    a_proxy_header_does_no_harm,
    a_refused_body_leaves_its_connection_usable,
    many_requests_use_one_connection,
    health_and_metrics_answer_on_this_machine,
    loopback_is_not_limited,
])
