#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tickets as buyers keep them and as a gate reads them: every form that one is
given in is scanned by a program that nobody here wrote."""
import html.parser
import json
import os
import subprocess
import sys
import tempfile

import icalendar

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../doc"))
import api  # noqa: E402
import tap  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402
import uuid  # noqa: E402
import verify_ticket  # noqa: E402

API = "/api/v1"
WHERE = api.open_performance()
ADMIN = Client().login(api.ENV["ADMIN_LOGIN"], api.ENV["ADMIN_PASSWORD"])
KEYS = expect(Client().get(f"{API}/performances/{WHERE}/ticket-keys"),
              200).json()


def void_tickets():
    return expect(ADMIN.get(f"{API}/admin/performances/{WHERE}/void-tickets"),
                  200).json()


def bought(buyer, n):
    seats = api.free_seats(WHERE, n)
    token = expect(buyer.hold(WHERE, seats), 201).json()["hold_token"]
    return expect(buyer.pay(token), 201).json()["reservation"]


def ticket(buyer, number, accept="application/json", query=""):
    return buyer.get(f"{API}/reservations/{number}/ticket{query}",
                     headers={"Accept": accept})


def codes(buyer, number):
    return [t["code"] for t in
            expect(ticket(buyer, number), 200).json()["tickets"]]


def refused(code, void=None, keys=None):
    """Why the gate lets nobody in by it."""
    try:
        verify_ticket.check(code, keys or KEYS, void or void_tickets())
    except ValueError as error:
        return str(error)
    raise AssertionError(f"let in by {code}")


def scanned(picture, name):
    """What zbarimg reads in a picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(picture)
        return subprocess.run(
            ["zbarimg", "--quiet", "--raw", path], check=True,
            capture_output=True, text=True).stdout.splitlines()


def a_gate_lets_in_whoever_bought():
    buyer, = api.buyers(1)
    mine = bought(buyer, 2)
    answer = expect(ticket(buyer, mine["number"]), 200)
    assert answer.headers["Cache-Control"] == "no-store", answer.headers
    void = void_tickets()
    seen = [verify_ticket.check(t["code"], KEYS, void)
            for t in answer.json()["tickets"]]
    assert [seat for _, seat in seen] == mine["seat_ids"], seen
    assert [id_ for id_, _ in seen] == [
        t["id"] for t in answer.json()["tickets"]]
    assert len({id_ for id_, _ in seen}) == 2
    assert all(len(c) == 143 for c in codes(buyer, mine["number"]))


def each_altered_byte_is_refused():
    buyer, = api.buyers(1)
    code, = codes(buyer, bought(buyer, 1)["number"])
    raw, void = verify_ticket.unbase45(code), void_tickets()
    assert len(raw) == 95
    for at in range(len(raw)):
        wrong = bytearray(raw)
        wrong[at] ^= 1
        assert refused(base45(bytes(wrong)), void)
    assert base45(raw) == code


def base45(data):
    """RFC 9285, written once more by somebody else."""
    out = ""
    for i in range(0, len(data), 2):
        part = data[i:i + 2]
        number = int.from_bytes(part, "big")
        for _ in range(len(part) + 1):
            out += verify_ticket.LETTERS[number % 45]
            number //= 45
    return out


def another_performances_gate_refuses():
    other = int(api.sql("SELECT min(id) FROM performances WHERE status = 'open'"
                        f" AND id <> {WHERE}"))
    keys = expect(Client().get(f"{API}/performances/{other}/ticket-keys"),
                  200).json()
    buyer, = api.buyers(1)
    code, = codes(buyer, bought(buyer, 1)["number"])
    assert refused(code, keys=keys) == "not a ticket of this house"
    # Not even when it believes this one's key.
    assert refused(code, keys={**keys, "keys": KEYS["keys"]}) == \
        "for another performance"


def what_was_given_back_is_void():
    buyer, = api.buyers(1)
    mine = bought(buyer, 2)
    first, second = codes(buyer, mine["number"])
    before = void_tickets()
    expect(buyer.post(f"{API}/reservations/{mine['number']}/cancel",
                      {"seat_ids": mine["seat_ids"][:1]},
                      headers={"Idempotency-Key": uuid.uuid4().hex}), 200)
    assert refused(first) == "void"
    assert codes(buyer, mine["number"]) == [second]
    assert void_tickets()["sequence"] == before["sequence"] + 1
    # A list that somebody made shorter is not signed.
    after = void_tickets()
    after["ids"] = after["ids"][1:]
    try:
        verify_ticket.check(second, KEYS, after)
    except verify_ticket.InvalidSignature:
        return
    raise AssertionError("a shortened list was believed")


def one_issued_anew_is_the_only_one_left():
    buyer, = api.buyers(1)
    mine = bought(buyer, 2)
    first, second = codes(buyer, mine["number"])
    path = f"{API}/reservations/{mine['number']}/ticket/reissue"
    anew = expect(buyer.post(path, {"places": mine["seat_ids"][:1]}),
                  200).json()["tickets"]
    assert [t["issue"] for t in anew] == [1, 0], anew
    assert refused(first) == "void"
    assert anew[1]["code"] == second and anew[0]["code"] != first
    for code in codes(buyer, mine["number"]):
        verify_ticket.check(code, KEYS, void_tickets())
    again = expect(buyer.post(path, {}), 200).json()["tickets"]
    assert [t["issue"] for t in again] == [2, 1], again
    expect_problem(buyer.post(path, {"places": [2_000_000]}), 422,
                   "invalid-field")
    for _ in range(18):
        expect(buyer.post(path, {}), 200)
    expect_problem(buyer.post(path, {}), 429, "rate-limited")


def a_scanner_reads_each_form():
    buyer, = api.buyers(1)
    number = bought(buyer, 2)["number"]
    items = expect(ticket(buyer, number), 200).json()["tickets"]
    for item in items:
        place = f"?place={item['place']}"
        png = expect(ticket(buyer, number, "image/png", place), 200)
        assert png.headers["Content-Type"] == "image/png"
        assert scanned(png.body, "t.png") == [item["code"]]
        svg = expect(ticket(buyer, number, "image/svg+xml", place), 200)
        assert "sandbox" in svg.headers["Content-Security-Policy"]
        assert scanned(drawn(svg.body), "t.png") == [item["code"]]
    for accept in "image/png", "image/svg+xml":
        expect_problem(ticket(buyer, number, accept), 422, "invalid-field")


def drawn(document, suffix="svg"):
    """A picture of it, by a browser."""
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page." + suffix)
        shot = os.path.join(folder, "shot.png")
        with open(page, "wb") as file:
            file.write(document)
        subprocess.run(
            ["chromium-headless-shell", "--no-sandbox", "--disable-gpu",
             f"--user-data-dir={folder}/profile", "--window-size=800,1100",
             f"--screenshot={shot}", "file://" + page],
            check=True, capture_output=True)
        with open(shot, "rb") as file:
            return file.read()


class Texts(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data + "\n"


def the_printed_page_has_all_of_them():
    buyer, = api.buyers(1)
    number = bought(buyer, 2)["number"]
    items = expect(ticket(buyer, number), 200).json()["tickets"]
    page = expect(ticket(buyer, number, "text/html"), 200)
    policies = page.headers.get_all("Content-Security-Policy")
    assert len(policies) == 1 and "sandbox" in policies[0], policies
    texts = Texts()
    texts.feed(page.body.decode())
    assert "script" not in texts.tags and texts.tags.count("svg") == 2
    assert all(item["label"] in texts.text for item in items), texts.text
    assert sorted(scanned(drawn(page.body, "html"), "t.png")) == sorted(
        item["code"] for item in items)


def names_are_only_text():
    name = "<script>alert(1)</script> & \"Co\" '"
    show = api.sql("SELECT show_id FROM performances WHERE id = %d" % WHERE)
    before = api.sql(f"SELECT title_en FROM shows WHERE id = {show}")
    buyer, = api.buyers(1)
    number = bought(buyer, 1)["number"]
    quoted = name.replace("'", "''")
    api.sql(f"UPDATE shows SET title_en = '{quoted}' WHERE id = {show}")
    try:
        def shown():
            texts = Texts()
            texts.feed(expect(ticket(buyer, number, "text/html"),
                              200).body.decode())
            assert "script" not in texts.tags
            return name in texts.text
        tap.wait_for(shown, "the name is on the page")
    finally:
        old = before.replace("'", "''")
        api.sql(f"UPDATE shows SET title_en = '{old}' WHERE id = {show}")


def a_calendar_takes_it_and_takes_it_off():
    buyer, = api.buyers(1)
    mine = bought(buyer, 1)
    number = mine["number"]

    def event():
        answer = expect(ticket(buyer, number, "text/calendar"), 200)
        assert b"\n" not in answer.body.replace(b"\r\n", b"")
        assert all(len(line) <= 75 for line in answer.body.split(b"\r\n"))
        parsed = icalendar.Calendar.from_ical(answer.body.decode())
        return parsed.walk("VEVENT")[0]
    performance = Client().get(f"{API}/performances/{WHERE}").json()
    before = event()
    begins = before.decoded("dtstart")
    assert begins.timestamp() == icalendar_time(performance["starts_at"])
    assert number in str(before["uid"])
    assert str(before["summary"]) == performance["show"]["title"]
    assert before["status"] == "CONFIRMED"
    expect(buyer.post(f"{API}/reservations/{number}/cancel", {},
                      headers={"Idempotency-Key": uuid.uuid4().hex}), 200)
    after = event()
    assert after["uid"] == before["uid"] and after["status"] == "CANCELLED"
    assert int(after["sequence"]) > int(before["sequence"])


def icalendar_time(text):
    import datetime
    return datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp()


def nobody_sees_another_ones():
    buyer, other = api.buyers(2)
    number = bought(buyer, 1)["number"]
    expect_problem(ticket(other, number), 404, "not-found")
    expect_problem(other.post(f"{API}/reservations/{number}/ticket/reissue",
                              {}), 404, "not-found")
    expect_problem(Client().get(f"{API}/reservations/{number}/ticket"), 401,
                   "unauthenticated")
    expect_problem(buyer.get(
        f"{API}/admin/performances/{WHERE}/void-tickets"), 403, "forbidden")


def the_script_in_the_documents_says_the_same():
    buyer, = api.buyers(1)
    code, = codes(buyer, bought(buyer, 1)["number"])
    with tempfile.TemporaryDirectory() as folder:
        for name, value in ("keys", KEYS), ("void", void_tickets()):
            with open(os.path.join(folder, name), "w") as file:
                json.dump(value, file)
        said = subprocess.run(
            [sys.executable, verify_ticket.__file__, folder + "/keys",
             folder + "/void"], input=f"{code}\n{code[:-1]}X\nhello\n",
            check=True, capture_output=True, text=True).stdout.splitlines()
    assert said[0].startswith("welcome "), said
    assert said[1:] == ["refused: not a ticket of this house"] * 2, said


if __name__ == "__main__":
    tap.main([
        a_gate_lets_in_whoever_bought,
        each_altered_byte_is_refused,
        another_performances_gate_refuses,
        what_was_given_back_is_void,
        one_issued_anew_is_the_only_one_left,
        a_scanner_reads_each_form,
        the_printed_page_has_all_of_them,
        names_are_only_text,
        a_calendar_takes_it_and_takes_it_off,
        nobody_sees_another_ones,
        the_script_in_the_documents_says_the_same,
    ])
