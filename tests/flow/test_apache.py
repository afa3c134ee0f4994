#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A purchase through Apache, with each of its two FastCGI modules."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import browsers  # noqa: E402
import tap  # noqa: E402
from apache import Apache, FCGID, PROXY, examples  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402
from forms import Page, Visitor  # noqa: E402

API = "/api/v1"


def buy(url):
    """Log in, hold, pay, look: every header that Apache could swallow."""
    where = api.open_performance()
    seat, = api.free_seats(where, 1)
    buyer = Client(url).login()
    held = expect(buyer.hold(where, [seat]), 201).json()
    paid = expect(buyer.pay(held["hold_token"]), 201).json()
    number = paid["reservation"]["number"]
    mine = expect(buyer.get(f"{API}/reservations/{number}"), 200).json()
    assert mine["seat_ids"] == [seat], mine
    tap.wait_for(lambda: letter(buyer, where, seat) == "R", "the sold seat")


def letter(buyer, where, seat):
    answer = expect(buyer.get(f"{API}/performances/{where}/seats"), 200)
    return answer.json()["statuses"][seat - 1]


def refuse(url):
    """Refusals of the application and of Apache itself."""
    client = Client(url)
    expect_problem(client.get(f"{API}/me"), 401, "unauthenticated")
    expect_problem(client.get(f"{API}/nothing-here"), 404, "not-found")
    expect_problem(client.get("/nothing-here"), 404, "not-found")
    expect_problem(
        Client(url).post(f"{API}/auth/login", b'"' + b"a" * 70_000 + b'"'),
        413, "too-large")
    # Apache gives a request it could not read no number.
    assert b"/problems/uri-too-long" in expect(
        client.get("/" + "a" * 9000), 414).body


def check_front(url):
    start = expect(Client(url).get("/"), 200)
    assert "default-src 'none'" in start.headers["Content-Security-Policy"]
    for path in "/timetable", "/performances/1/basket", "/login":
        assert expect(Client(url).get(path), 200).body == start.body, path
    expect(Client(url).get("/health/ready"), 200)


def buy_by_forms(url):
    """The same on the pages that need no JavaScript; refusals are pages too."""
    visitor = Visitor(url).sign_up(credit=1_000_000)
    where = api.open_performance()
    page = visitor.page(f"/m/performances/{where}")
    held = visitor.follow(visitor.send(page.find("/holds"), {"best": 1}))
    mine = visitor.follow(visitor.send(held.find("/pay")))
    assert "the seats are yours" in mine.text, mine.text
    assert mine.answer.headers["Referrer-Policy"] == "same-origin"
    assert len(mine.answer.headers.get_all("Content-Security-Policy")) == 1
    gone = expect(visitor.get("/m/nowhere"), 404)
    assert gone.headers["Content-Type"].startswith("text/html"), gone.headers
    assert "There is no such thing" in Page(gone).text
    assert expect(visitor.get("/m/"), 308).headers["Location"].endswith("/m")


def a_seat_is_bought_through_mod_proxy_fcgi():
    with Apache(*PROXY) as apache:
        check_front(apache.url)
        buy(apache.url)
        buy_by_forms(apache.url)


def mod_proxy_fcgi_refuses_with_problem_documents():
    with Apache(*PROXY) as apache:
        refuse(apache.url)


def a_seat_is_bought_through_mod_fcgid():
    with Apache(*FCGID) as apache:
        check_front(apache.url)
        buy(apache.url)
        buy_by_forms(apache.url)


def mod_fcgid_refuses_with_problem_documents():
    with Apache(*FCGID) as apache:
        refuse(apache.url)


def a_harmful_request_id_is_replaced_before_the_application_sees_it():
    for words in PROXY, FCGID:
        with Apache(*words) as apache:
            client = Client(apache.url)
            for text, kept in (("12345678", True), ("1234567", False),
                               ("a b c d e f", False), ("a" * 65, False)):
                answer = client.get(f"{API}/shows",
                                    headers={"X-Request-Id": text})
                given = answer.headers["X-Request-Id"]
                assert (given == text) == kept, (given, text)
                # The application's own would be 32 digits of hex.
                assert kept or not re.fullmatch("[0-9a-f]{32}", given), given


def a_redirect_names_the_configured_host():
    folder = os.path.join(os.path.dirname(os.path.dirname(examples())),
                          "../boxoffice/web/a-folder")
    os.mkdir(folder)
    try:
        with Apache(*PROXY) as apache:
            answer = expect(Client(apache.url).get(
                "/a-folder", headers={"Host": "evil.example"}), 301)
            assert "//localhost" in answer.headers["Location"], answer.headers
    finally:
        os.rmdir(folder)


def every_answer_tells_browsers_the_same():
    for words in PROXY, FCGID:
        with browsers.allowed(), Apache(*words) as apache:
            browsers.check(apache.url)
            browsers.check_page(apache.url)


tap.main([
    a_seat_is_bought_through_mod_proxy_fcgi,
    mod_proxy_fcgi_refuses_with_problem_documents,
    a_seat_is_bought_through_mod_fcgid,
    mod_fcgid_refuses_with_problem_documents,
    a_harmful_request_id_is_replaced_before_the_application_sees_it,
    a_redirect_names_the_configured_host,
    every_answer_tells_browsers_the_same,
])
