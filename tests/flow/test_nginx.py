#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The shipped nginx snippets where quickstart's stack cannot show them:
limits by address, real addresses, an application that is away or silent."""
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import browsers  # noqa: E402
import forms  # noqa: E402
import tap  # noqa: E402
from apache import examples  # noqa: E402
from api import Client, expect, expect_problem  # noqa: E402
from nginx import Nginx  # noqa: E402
from settings import LOG  # noqa: E402

API = "/api/v1"
RUN = os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]), "run/boxoffice")
BEHIND_A_PROXY = "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;"


class Application:
    """A socket instead of the workers': takes each connection, reads, and
    answers what it was told by then to answer (nothing, if that is None), once it
    may."""

    def __init__(self, says):
        self.says = says
        self.n_requests = 0
        self.heard = b""
        self.may_answer = threading.Event()
        self.may_answer.set()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=[connection]).start()

    def talk(self, connection):
        with connection:
            self.heard += connection.recv(65536)
            says = self.says
            self.n_requests += 1
            if says is None:
                self.over.wait(60)
            elif self.may_answer.wait(60):
                connection.sendall(says)

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
        self.may_answer.set()
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


def who_is_limited_on_a_page_reads_a_page():
    with Nginx() as nginx:
        visitor = Client(nginx.url)
        got = statuses(visitor, 30, "POST", "/m/login", b"")
        assert 429 in got and got[0] != 429, got
        answer = expect(visitor.post("/m/login", b""), 429)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "Too many requests" in forms.Page(answer).text, answer
        assert int(answer.headers["Retry-After"]) >= 1, answer
        assert answer.headers["Cache-Control"] == "no-store", answer
        assert answer.headers["X-Request-Id"].encode() in answer.body, answer
        expect(visitor.get("/m"), 200)
        answer = expect(visitor.post("/m/login", b"x" * 70_000), 413)
        assert "too large" in forms.Page(answer).text, answer


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


def cpu_of_workers_s():
    """What the processes of both pools have used so far."""
    ticks = 0
    for name in "fcgi-api", "fcgi-pay":
        master = api.pid_of(name)
        with open(f"/proc/{master}/task/{master}/children") as file:
            pids = [str(master)] + file.read().split()
        for pid in pids:
            with open(f"/proc/{pid}/stat") as file:
                ticks += sum(map(int, file.read().rpartition(")")[2].split()
                                 [11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def a_flood_from_one_address_costs_the_workers_little_and_others_nothing():
    """At ten times the limit, of what no cache answers. FLOOD_S: for how long, in
    seconds; what the limit lets through at once is much of a short flood."""
    seconds = int(os.environ.get("FLOOD_S", "3"))
    with Nginx(BEHIND_A_PROXY) as nginx:
        path = f"{API}/shows"
        before, began = cpu_of_workers_s(), time.monotonic()
        flood = subprocess.Popen(
            ["hey", "-z", f"{seconds}s", "-q", "100", "-c", "10", "-H",
             "X-Forwarded-For: 192.0.2.1", "-H", "Authorization: Bearer x",
             nginx.url + path],
            stdout=subprocess.PIPE, text=True)
        other, said = Client(nginx.url, "x"), []
        while flood.poll() is None:
            said.append(other.get(path, headers={
                "X-Forwarded-For": "192.0.2.2"}).status)
            time.sleep(0.05)
        cost = (cpu_of_workers_s() - before) / (time.monotonic() - began)
        told = dict((int(status), int(n)) for status, n in re.findall(
            r"\[(\d+)\]\s+(\d+) responses", flood.stdout.read()))
        print(f"# {told} in {seconds} s, the workers {cost:.1%} of a core, "
              f"{len(said)} of another address: {set(said)}", flush=True)
        assert set(said) == {200}, said
        assert set(told) == {200, 429} and told[429] > told[200], told
        assert cost < (0.05 if seconds >= 10 else 0.15), cost


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


# ---- what all may share ----

MAP = f"{API}/performances/1/seats"
SHOWS, DATES = f"{API}/shows", f"{API}/shows/1/dates"
FOR_LONG = "Cache-Control: public, max-age=60"


def record(kind, text=b""):
    """One of FastCGI (specification, 3.3), of request 1."""
    return bytes([1, kind, 0, 1]) + len(text).to_bytes(2, "big") + b"\0\0" \
        + text


def answer(*headers, status="200 OK", body="{}"):
    head = [f"Status: {status}", "Content-Type: application/json",
            "X-Request-Id: of-the-one-who-asked", *headers, "", body]
    return record(6, "\r\n".join(head).encode()) + record(3, bytes(8))


def kept(application):
    """An nginx in front of it."""
    return Nginx(changes={RUN: application.folder})


def one_of_many_who_ask_at_once_asks_for_all_of_them():
    with Application(answer(FOR_LONG)) as application, \
            kept(application) as nginx:
        application.may_answer.clear()
        answers = []
        readers = [threading.Thread(target=lambda: answers.append(
            Client(nginx.url).get(MAP))) for _ in range(40)]
        for reader in readers:
            reader.start()
        tap.wait_for(lambda: application.n_requests == 1, "the one")
        application.may_answer.set()
        for reader in readers:
            reader.join()
        assert {a.status for a in answers} == {200}, answers
        assert application.n_requests == 1, application.n_requests
        # Each is told under the id of his own request.
        assert len({a.headers["X-Request-Id"] for a in answers}) == 40


def methods_addresses_and_languages_are_kept_apart():
    with Application(answer(FOR_LONG, "Vary: Accept-Language")) \
            as application, kept(application) as nginx:
        client, n = Client(nginx.url), 0
        for method, path, language in (
                ("GET", MAP, "ko"), ("HEAD", MAP, "ko"), ("GET", MAP, "en"),
                ("GET", f"{MAP}?min_version=1-2-3", "ko"),
                ("GET", f"{MAP}?min_version=1-2-4", "ko"),
                ("GET", MAP.replace("1/seats", "2/seats"), "ko"),
                ("GET", MAP.replace("seats", "sections"), "ko"),
                ("GET", SHOWS, "ko"), ("HEAD", SHOWS, "ko"),
                ("GET", SHOWS, "en"), ("GET", SHOWS + "?q=1", "ko"),
                ("GET", SHOWS + "/1", "ko"), ("GET", SHOWS + "/2", "ko"),
                ("GET", DATES, "ko"), ("GET", DATES + "?limit=1", "ko"),
                ("GET", SHOWS + "/1/performances", "ko")):
            n += 1
            for _ in range(3):
                got = client.ask(method, path,
                                 headers={"Accept-Language": language})
                assert expect(got, 200).body == \
                    (b"" if method == "HEAD" else b"{}"), got
                assert application.n_requests == n, (method, path, language)


def errors_are_never_kept():
    for path, status in itertools.product([MAP, SHOWS, DATES], [
            "404 Not Found", "500 Internal Server Error",
            "503 Service Unavailable"]):
        with Application(answer("Cache-Control: no-store", status=status)) \
                as application, kept(application) as nginx:
            got = statuses(Client(nginx.url), 3, "GET", path)
            assert got == [int(status[:3])] * 3, got
            assert application.n_requests == 3, application.n_requests


def nobodys_token_reaches_what_all_may_share():
    with Application(answer(FOR_LONG)) as application, \
            kept(application) as nginx:
        for token in "one-token", "another-token":
            expect(Client(nginx.url, token).get(MAP), 200)
        assert application.n_requests == 1, application.n_requests
        assert b"REQUEST_URI" in application.heard
        assert b"-token" not in application.heard, application.heard


def who_names_himself_reads_shows_anew_and_others_what_he_read():
    """And nobody's name reaches who answers."""
    for path in SHOWS, SHOWS + "/1", DATES, SHOWS + "/1/performances":
        with Application(answer(FOR_LONG, body="old")) as application, \
                kept(application) as nginx:
            nobody, boss = Client(nginx.url), Client(nginx.url, "a-token")
            assert [nobody.get(path).body for _ in range(2)] == [b"old"] * 2
            application.says = answer(FOR_LONG, body="new")
            assert nobody.get(path).body == b"old", path
            assert boss.get(path).body == b"new", path
            assert nobody.get(path).body == b"new", path
            assert application.n_requests == 2, application.n_requests
            assert b"a-token" not in application.heard, application.heard


def the_old_is_given_while_one_fetches_the_new():
    old, new = (answer("Cache-Control: public, max-age=1,"
                       " stale-while-revalidate=60", body=body)
                for body in ("old", "new"))
    with Application(old) as application, kept(application) as nginx:
        expect(Client(nginx.url).get(MAP), 200)
        application.says = new
        application.may_answer.clear()
        fetched = []

        def is_new():
            fetched.append(Client(nginx.url).get(MAP).body)
            return fetched[-1] != b"old"

        one = threading.Thread(target=tap.wait_for, args=[is_new, "the new"])
        one.start()
        tap.wait_for(lambda: application.n_requests == 2, "the next second")
        for _ in range(5):
            assert Client(nginx.url).get(MAP).body == b"old"
        assert application.n_requests == 2, application.n_requests
        application.may_answer.set()
        one.join()
        assert fetched[-1] == b"new", fetched[-1]


def the_old_is_given_for_no_more_than_a_second():
    """Longer than the answer says nobody is told it."""
    with Application(answer("Cache-Control: public, max-age=1,"
                            " stale-while-revalidate=1")) as application, \
            kept(application) as nginx:
        expect(Client(nginx.url).get(MAP), 200)
        application.may_answer.clear()
        begun = []

        def one_more_waits():
            reader = threading.Thread(
                target=lambda: Client(nginx.url).get(MAP))
            reader.start()
            begun.append(reader)
            return application.n_requests >= 3

        tap.wait_for(one_more_waits, "somebody else to ask")
        application.may_answer.set()
        for reader in begun:
            reader.join()


def a_write_between_read_and_fill_is_seen_after_one_lifetime():
    """What is kept was read before the write, and comes after it. nginx counts
    whole seconds: one of lifetime is less than two."""
    for path in MAP, DATES:
        check_write_between(path)


def check_write_between(path):
    old, new = (answer("Cache-Control: public, max-age=1", body=body)
                for body in ("old", "new"))
    with Application(old) as application, kept(application) as nginx:
        application.may_answer.clear()
        first = []
        reader = threading.Thread(
            target=lambda: first.append(Client(nginx.url).get(path).body))
        reader.start()
        tap.wait_for(lambda: application.n_requests == 1, "the read")
        application.says = new
        application.may_answer.set()
        reader.join()
        assert first == [b"old"], first
        filled, asked = time.monotonic(), []

        def is_new():
            asked.append(time.monotonic())
            return Client(nginx.url).get(path).body == b"new"

        tap.wait_for(is_new, "the new")
        assert all(at - filled < 2 for at in asked[:-1]), asked


def a_map_that_is_known_is_not_sent_again():
    with Nginx() as nginx:
        client = Client(nginx.url)
        path = f"{API}/performances/{api.open_performance()}/seats"
        first = expect(client.get(path), 200)
        assert first.headers["Cache-Control"] == \
            "public, max-age=1, stale-while-revalidate=1", first.headers
        for query in "", "?min_version=" + first.json()["version"]:
            again = client.get(path + query, headers={
                "If-None-Match": first.headers["ETag"]})
            expect(again, 304)
            assert again.body == b"", again


def shows_and_dates_that_are_known_are_not_sent_again():
    with Nginx() as nginx:
        client = Client(nginx.url)
        shows = expect(client.get(SHOWS), 200)
        at = f"{SHOWS}/{shows.json()['items'][0]['id']}"
        for path in SHOWS, at, at + "/dates", at + "/performances":
            first = expect(client.get(path), 200)
            again = expect(client.get(path, headers={
                "If-None-Match": first.headers["ETag"]}), 304)
            assert again.body == b"", again


def an_operator_sees_what_he_has_written_and_so_does_everybody_then():
    boss = Client().login(api.ENV["ADMIN_LOGIN"], api.ENV["ADMIN_PASSWORD"])
    key = "kept-" + uuid.uuid4().hex[:10]
    made = expect(boss.post(f"{API}/admin/shows", {
        "key": key, "kind": "play", "status": "running", "title": "Old",
        "running_minutes": 90}), 201)
    with Nginx() as nginx:
        path = f"{SHOWS}/{made.json()['id']}"
        nobody, reader = Client(nginx.url), Client(nginx.url, boss.token)
        tap.wait_for(lambda: reader.get(path).status == 200, "the replica")
        assert nobody.get(path).json()["title"] == "Old"
        expect(boss.ask("PATCH", f"{API}/admin/shows/{made.json()['id']}",
                        {"title": "New"},
                        {"If-Match": made.headers["ETag"]}), 200)
        tap.wait_for(lambda: reader.get(path).json()["title"] == "New",
                     "the replica")
        assert nobody.get(path).json()["title"] == "New"


# ---- what is written down, and what is not HTTP/1.1 ----

def sent(nginx, *pieces):
    """Every byte that comes back for these, until the other side closes or
    has answered."""
    with socket.create_connection(("127.0.0.1", nginx.port), 30) as wire:
        for piece in pieces:
            wire.sendall(piece)
        parts = []
        try:
            wire.shutdown(socket.SHUT_WR)
            while part := wire.recv(65536):
                parts.append(part)
        except OSError:         # it has hung up
            pass
        return b"".join(parts)


def every_line_of_the_access_log_is_json_in_ascii():
    head = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    odd = [b"GET /" + path + head + b"\r\n" for path in (
        b"", b"%ff%fe", b"\xff\xfe", b"%22%5c%0a", b"\xea\xb0\x80", b"%00",
        b"a" * 9000, b"api/v1/%ff%fe", b"api/v1/\xff", b"api/v1/\xea\xb0\x80",
        b"api/v1/%22%5c%0a%7f")]
    odd += [b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\n", b"\xff\r\n\r\n",
            b"GET / HTTP/1.1\r\nX", b"G", b"",
            b"GET /" + head + b"X-Request-Id: \xff\"\r\n\r\n",
            b"POST /api/v1/shows" + head + b"Content-Length: 9\r\n\r\n{"]
    with Nginx() as nginx:
        for text in odd:
            sent(nginx, text)
        sent(nginx, b"GET /api/v1/shows" + head + b"\r\n")
        tap.wait_for(lambda: any(b"/api/v1/shows" in line and b"GET" in line
                                 for line in nginx.accesses()), "the last")
        lines = nginx.accesses()
        assert len(lines) >= len(odd) - 4, lines
        for line in lines:
            told = json.loads(line.decode("ascii"))
            assert isinstance(told["status"], int), line


def frame(kind, flags, stream, body=b""):
    """One of HTTP/2 (RFC 9113 4.1)."""
    return len(body).to_bytes(3, "big") + bytes([kind, flags]) \
        + stream.to_bytes(4, "big") + body


def a_client_that_leaves_before_any_answer_is_a_line_of_json():
    """Its status is 000 for nginx: a head that HTTP/2 never ends."""
    get = b"\x82\x86\x84\x01\x01x"         # GET, http, "/", authority x
    with Nginx(listen="http2") as nginx:
        with socket.create_connection(("127.0.0.1", nginx.port), 30) as wire:
            wire.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                         + frame(4, 0, 0) + frame(1, 0, 1, get))
            wire.recv(9)        # of its settings
        line, = tap.wait_for(nginx.accesses, "the line")
        assert json.loads(line)["status"] == 0, line


def no_hold_token_comes_into_the_error_log():
    path = f"{API}/holds/1-a-token-of-somebody"
    head = f"POST {path}/extend HTTP/1.1\r\nHost: x\r\n".encode()
    with Nginx(changes={RUN: "/nonexistent"}) as nginx:
        for status, text in (
                (b"413", head + b"Content-Length: 70000\r\n\r\n"),
                (b"400", head + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
                (b"400", head + b"Content-Length: x\r\n\r\n"),
                (b"400", head + b"Content-Length: 1\r\nTransfer-Encoding: "
                 b"chunked\r\n\r\n0\r\n\r\n"),
                (b"431", head + b"X: " + b"a" * 9000 + b"\r\n\r\n"),
                (b"400", head.replace(b"Host: x\r\n", b"") + b"\r\n"),
                (b"502", head.replace(b"/holds/", b"/transfers/")
                 + b"Content-Length: 0\r\n\r\n"),
                (b"502", head + b"Content-Length: 0\r\n\r\n")):
            answer = sent(nginx, text)
            assert answer[9:12] == status, (text[:200], answer[:200])
        assert "a-token-of-somebody" not in nginx.errors(), nginx.errors()
        assert b"a-token-of-somebody" not in b"".join(nginx.accesses())
        # Elsewhere it still says what is wrong.
        expect(Client(nginx.url).get(f"{API}/shows"), 502)
        assert "/nonexistent" in nginx.errors(), nginx.errors()


def a_redirect_does_not_repeat_the_host_header():
    with open(f"{examples()}/nginx/snippets/boxoffice.conf") as file:
        root = re.search(r"^root (.*);", file.read(), re.M).group(0)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.mkdir(f"{folder}/sub", 0o755)
        with Nginx(changes={root: f"root {folder};"}) as nginx:
            answer = expect(Client(nginx.url).get(
                "/sub", headers={"Host": "evil.example"}), 301)
            assert answer.headers["Location"] == "/sub/", answer.headers


def http_0_9_is_hung_up_on():
    with Nginx() as nginx:
        for path in b"/", b"/api/v1/shows", b"/nothing":
            assert sent(nginx, b"GET " + path + b"\r\n\r\n") == b""
        answer = sent(nginx, b"GET / HTTP/1.0\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 "), answer


def a_tls_handshake_that_stops_is_cut_off():
    tls = f"{api.stack_dir()}/tls/server"
    with Nginx(f"ssl_certificate {tls}.pem; ssl_certificate_key {tls}.key;",
               {"client_header_timeout       15s": "client_header_timeout 1s"},
               "ssl") as nginx:
        for begun in b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03":
            with socket.create_connection(("127.0.0.1", nginx.port),
                                          60) as wire:
                wire.sendall(begun)
                assert wire.recv(100) == b""


def a_request_id_is_kept_or_replaced_by_one_rule():
    """What nginx keeps the application keeps, and the other way round."""
    with Nginx() as nginx:
        client = Client(nginx.url)
        for text, kept in (("12345678", True), ("1234567", False),
                           ("a" * 64, True), ("a" * 65, False),
                           ("A.b_c-d9", True), ("12345678 ", True),
                           ("1234567;", False), ("", False)):
            for path in ("/", f"{API}/shows", "/nothing-here"):
                answer = client.get(path, headers={"X-Request-Id": text})
                assert (answer.headers["X-Request-Id"] == text.strip()) \
                    == kept, (text, path, answer.headers)
                told = f'"{answer.headers["X-Request-Id"]}"'.encode()
                tap.wait_for(lambda: any(
                    told in line for line in nginx.accesses()), told)


def every_answer_tells_browsers_the_same():
    with browsers.allowed(), Nginx() as nginx:
        browsers.check(nginx.url)
        browsers.check_page(nginx.url)


def hsts_is_on_every_answer_once_it_is_turned_on():
    turned_on = {'#on     "max-age': 'default "max-age',
                 'map $https $boxoffice_hsts {\n\tdefault "";': \
                 "map $https $boxoffice_hsts {"}
    performance = api.open_performance()
    for changes, value in ((turned_on, "max-age=63072000"), ({}, None)):
        with Nginx(changes=changes) as nginx:
            client = Client(nginx.url)
            for path in ("/", "/login", "/nothing-here", f"{API}/me",
                         f"{API}/shows", f"{API}/posters/x",
                         f"{API}/performances/{performance}/seats"):
                answer = client.get(path)
                assert answer.headers["Strict-Transport-Security"] == value, \
                    (path, answer.headers)


def a_trace_is_known_in_both_logs():
    trace = os.urandom(16).hex()
    with Nginx() as nginx:
        expect(Client(nginx.url).get(f"{API}/shows", headers={
            "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}), 200)
        tap.wait_for(lambda: any(
            f'"trace_id":"{trace}"'.encode() in line
            for line in nginx.accesses()), "nginx's line")
    with open(LOG) as log:
        tap.wait_for(lambda: any(f'"trace_id":"{trace}"' in line
                                 for line in log), "the application's line")


tap.main([
    guessing_passwords_is_limited_by_address,
    who_is_limited_on_a_page_reads_a_page,
    holds_are_limited_by_address_more_than_reads,
    who_is_limited_leaves_no_hold_token_in_the_error_log,
    one_address_does_not_use_up_anothers,
    a_flood_from_one_address_costs_the_workers_little_and_others_nothing,
    a_subscriber_is_an_ipv4_address_or_an_ipv6_slash_64,
    an_address_cannot_be_claimed_by_a_client,
    health_and_metrics_are_for_this_machine_only,
    an_application_that_is_away_is_a_problem_document,
    a_silent_application_is_a_problem_document,
    a_post_that_broke_is_never_sent_again,
    one_of_many_who_ask_at_once_asks_for_all_of_them,
    methods_addresses_and_languages_are_kept_apart,
    errors_are_never_kept,
    nobodys_token_reaches_what_all_may_share,
    who_names_himself_reads_shows_anew_and_others_what_he_read,
    the_old_is_given_while_one_fetches_the_new,
    the_old_is_given_for_no_more_than_a_second,
    a_write_between_read_and_fill_is_seen_after_one_lifetime,
    a_map_that_is_known_is_not_sent_again,
    shows_and_dates_that_are_known_are_not_sent_again,
    an_operator_sees_what_he_has_written_and_so_does_everybody_then,
    every_line_of_the_access_log_is_json_in_ascii,
    a_client_that_leaves_before_any_answer_is_a_line_of_json,
    no_hold_token_comes_into_the_error_log,
    a_redirect_does_not_repeat_the_host_header,
    http_0_9_is_hung_up_on,
    a_tls_handshake_that_stops_is_cut_off,
    a_request_id_is_kept_or_replaced_by_one_rule,
    every_answer_tells_browsers_the_same,
    hsts_is_on_every_answer_once_it_is_turned_on,
    a_trace_is_known_in_both_logs,
])
