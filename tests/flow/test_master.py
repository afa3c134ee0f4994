# SPDX-License-Identifier: BSD-2-Clause
"""test_master - the processes of boxoffice-fcgi, without a web server.

How a pool starts, serves over kept connections, replaces workers, takes new
settings, is upgraded and ends. Needs no store: /health/live asks none.

Layer: tests.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import tap                                                  # noqa: E402
from fcgi_client import Closed, record, BEGIN_REQUEST       # noqa: E402
from fcgi_tree import LIVE, Tree, listening_socket, need_faults  # noqa: E402
from tap import wait_for                                    # noqa: E402

BIG = b"x" * 30000


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_gone(pids):
    wait_for(lambda: not any(is_alive(p) for p in pids), f"{pids} to leave")


def breaks(connection):
    """Whether a request on the connection gets no answer."""
    try:
        connection.call("GET", LIVE)
    except (Closed, OSError):
        return True
    return False


def core_limits(pid):
    with open(f"/proc/{pid}/limits") as limits:
        line, = [li for li in limits if li.startswith("Max core file size")]
    return line.split()[4:6]


def no_process_of_a_tree_may_leave_a_core_file():
    with Tree() as t:
        for pid in [t.process.pid, *t.workers()]:
            assert core_limits(pid) == ["0", "0"], pid


# ---- serving ----

def a_pool_forks_its_workers_and_all_accept():
    with Tree() as t:
        assert len(t.workers()) == 3
        assert t.metric("boxoffice_workers") == 3
    with Tree(pool="pay") as t:
        assert len(t.workers()) == 2


def a_kept_connection_serves_many_requests():
    with Tree() as t:
        connection = t.connect()
        for _ in range(100):
            assert connection.call("GET", LIVE).status == 200


def a_connection_not_to_be_kept_is_closed_after_the_answer():
    with Tree() as t:
        connection = t.connect()
        assert connection.call("GET", LIVE, keep=False).status == 200
        assert connection.is_closed()


def idle_kept_connections_pin_no_worker():
    with Tree() as t:
        kept = [t.connect() for _ in range(30)]
        for connection in kept:
            assert connection.call("GET", LIVE).status == 200
        assert t.ask().status == 200
        for connection in kept:
            assert connection.call("GET", LIVE).status == 200


def connections_are_spread_over_all_workers():
    # A worker that the machine keeps from running leaves its share to others:
    # so many connections until each has had one, far fewer than chance needs
    # when one worker takes whatever comes.
    with Tree() as t:
        kept, servers = [], []
        while set(servers) != set(t.workers()) and len(kept) < 200:
            kept.append(t.connect())
            servers.append(t.server_of(kept[-1]))
        assert set(servers) == set(t.workers()), servers


def a_request_id_is_taken_over_only_when_it_is_harmless():
    with Tree() as t:
        answer = t.ask(headers={"X-Request-Id": "abc-123_DEF.9"})
        assert answer.headers["x-request-id"] == "abc-123_DEF.9"
        for bad in ("short", "x" * 65, "with space and more", "a\r\nb: cccc"):
            answer = t.ask(headers={"X-Request-Id": bad})
            assert len(answer.headers["x-request-id"]) == 32


def a_head_request_gets_the_head_of_get_and_no_body():
    with Tree() as t:
        answer = t.ask("HEAD")
        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["content-length"] == "17"


def what_no_route_fits_is_refused_with_a_problem():
    with Tree() as t:
        for method, uri, status, slug in (
                ("GET", "/nowhere", 404, "not-found"),
                ("GET", "//health/live", 400, "bad-request"),
                ("GET", "/health/%2flive", 400, "bad-request"),
                ("POST", LIVE, 405, "method-not-allowed"),
                ("TRACE", LIVE, 405, "method-not-allowed"),
                ("GET", "/api/v1/me", 401, "unauthenticated")):
            answer = t.ask(method, uri)
            assert answer.status == status, (method, uri, answer.status)
            assert f'"/problems/{slug}"'.encode() in answer.body, answer.body
            kind = answer.headers["content-type"]
            assert kind == "application/problem+json"
        assert t.ask("POST").headers["allow"] == "GET, HEAD"
        answer = t.ask(uri="/api/v1/me")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def a_refused_body_leaves_its_connection_usable():
    with Tree() as t:
        connection = t.connect()
        for uri, body, status in (("/api/v1/me", BIG, 401),
                                  ("/nowhere", BIG, 404),
                                  (LIVE, BIG, 405),
                                  ("/api/v1/auth/login", BIG * 4, 413)):
            method = "GET" if status == 401 else "POST"
            answer = connection.call(method, uri, body=body, headers={
                "Content-Type": "application/json"})
            assert answer.status == status, (uri, answer.status)
            assert connection.call("GET", LIVE).status == 200
        assert t.wait_fact("request")[0]["pid"] == t.server_of(connection)


def a_body_far_past_the_limit_is_answered_and_its_connection_closed():
    with Tree() as t:
        connection = t.connect()
        answer = connection.call("POST", "/api/v1/auth/login", body=BIG * 50,
                                 headers={"Content-Type": "application/json"})
        assert answer.status == 413
        assert connection.is_closed()
        assert t.ask().status == 200


def a_body_shorter_than_it_says_is_refused():
    with Tree() as t:
        answer = t.ask("POST", "/api/v1/auth/login", body=b"{}",
                       headers={"Content-Type": "application/json"},
                       params={"CONTENT_LENGTH": "3"})
        assert answer.status == 400, answer.body


def a_half_sent_request_holds_a_worker_for_seconds_only():
    with Tree(api_workers=1) as t:
        silent, half = t.connect(), t.connect()
        half.sock.sendall(record(BEGIN_REQUEST, b"\0\1\1\0\0\0\0\0")[:5])
        assert t.ask().status == 200
        assert half.is_closed()
        assert silent.call("GET", LIVE).status == 200


def a_client_gone_in_the_middle_of_its_body_harms_nobody():
    with Tree(api_workers=1) as t:
        for _ in range(5):
            gone = t.connect()
            gone.sock.sendall(
                record(BEGIN_REQUEST, b"\0\1\1\0\0\0\0\0") +
                record(4, b"\x0e\x04REQUEST_METHODPOST") + record(4, b"") +
                record(5, b"half a body"))
            gone.close()
        assert t.ask().status == 200
        wait_for(lambda: t.metric("boxoffice_connections") == 1,
                 "the connections to be forgotten")


# ---- workers that die, hang, grow old ----

def a_killed_worker_is_replaced_and_only_its_connections_break():
    with Tree() as t:
        kept = {c: t.server_of(c) for c in [t.connect() for _ in range(12)]}
        victim = t.workers()[0]
        os.kill(victim, signal.SIGKILL)
        t.wait_fact("worker-died", worker=victim)
        wait_for(lambda: len(t.workers()) == 3, "a new worker")
        for connection, pid in kept.items():
            assert breaks(connection) == (pid == victim)
        left = sum(pid != victim for pid in kept.values())
        assert t.metric("boxoffice_connections") == left + 1
        assert t.metric("boxoffice_workers_died_total") == 1


def a_stopped_worker_is_killed_and_replaced():
    with Tree(worker_deadline_ms=1500) as t:
        victim = t.workers()[0]
        os.kill(victim, signal.SIGSTOP)
        for _ in range(20):
            assert t.ask().status == 200
        t.wait_fact("worker-killed", worker=victim, why="stuck")
        wait_gone([victim])
        wait_for(lambda: t.metric("boxoffice_workers") == 3, "a new worker")


def a_worker_stuck_in_a_request_is_killed_and_replaced():
    need_faults()
    with Tree(worker_deadline_ms=1500,
              faults="pause:dispatch.before_handler:1:{dir}/stuck") as t:
        stuck = t.connect()
        stuck.send("GET", LIVE)
        wait_for(lambda: os.path.exists(f"{t.dir}/stuck.reached"),
                 "the request to begin")
        open(f"{t.dir}/other.go", "w").close()
        assert t.wait_fact("worker-killed", why="stuck")
        open(f"{t.dir}/stuck.go", "w").close()
        try:
            stuck.receive()
            assert False, "the stuck request was answered"
        except (Closed, ConnectionResetError):
            pass
        wait_for(lambda: len(t.workers()) == 3, "a new worker")
        assert t.ask().status == 200


def workers_that_die_young_are_replaced_ever_more_slowly():
    need_faults()
    with Tree(start=False, api_workers=1,
              faults="crash:worker.opened:1") as t:
        t.start()
        deaths = t.wait_fact("worker-died", n=4, exit=137)
        at = [float(d["at"][17:23]) + 60 * float(d["at"][14:16])
              for d in deaths]
        for i in range(3):
            assert (at[i + 1] - at[i]) % 3600 >= 0.09 * 2 ** i, at
        assert t.process.poll() is None


def a_password_being_hashed_by_a_killed_worker_blocks_nobody():
    need_faults()
    with Tree(faults="pause:dispatch.before_handler:1:{dir}/hash") as t:
        login = ("POST", "/api/v1/auth/login")
        body = {"body": b'{"login_id":"ann","password":"secret-1234"}',
                "headers": {"Content-Type": "application/json"}}
        first = t.connect()
        first.send(*login, **body)
        wait_for(lambda: os.path.exists(f"{t.dir}/hash.reached"),
                 "the first login to begin")
        second = t.ask(*login, **body)
        assert second.status == 503, second.body
        assert b"Too many logins" in second.body
        assert second.headers["retry-after"] == "1"
        open(f"{t.dir}/hash.go", "w").close()
        first.receive()
        assert b"Too many logins" not in t.ask(*login, **body).body
        os.unlink(f"{t.dir}/hash.go")
        os.unlink(f"{t.dir}/hash.reached")
        fresh = []

        # A worker without a hit so far stops at its first; which one takes a
        # connection is not for us to say.
        def another_stops():
            fresh.append(t.connect())
            fresh[-1].send(*login, **body)
            return os.path.exists(f"{t.dir}/hash.reached")

        wait_for(another_stops, "another login to begin")
        for pid in t.workers():
            os.kill(pid, signal.SIGKILL)
        open(f"{t.dir}/hash.go", "w").close()
        t.wait_fact("worker-died", n=3)
        wait_for(lambda: t.metric("boxoffice_workers") == 3, "new workers")
        assert b"Too many logins" not in t.ask(*login, **body).body


def an_old_worker_retires_only_when_its_relief_accepts():
    with Tree(api_workers=2, worker_max_age_s=10) as t:
        first = set(t.workers())
        t.wait_fact("worker-retires", n=2, why="age", seconds=40)
        wait_gone(first)
        assert len(t.facts("worker-started")) >= 4
        for pid in first:
            retired = t.facts("worker-retires", worker=pid)[0]
            left = t.facts("worker-left", pid=pid)[0]
            reliefs = [s for s in t.facts("worker-started")
                       if retired["at"] <= s["at"] <= left["at"]]
            assert reliefs, (retired, left)
        assert t.facts("worker-died") == []


def a_worker_that_is_too_large_retires():
    need_faults()
    with Tree(api_workers=2, faults="fail:worker.memory:1") as t:
        first = t.workers()
        t.wait_fact("worker-retires", why="memory", worker=first[0])
        wait_gone(first[:1])
        assert t.ask().status == 200
        assert t.facts("worker-died") == []


def a_master_that_dies_takes_its_workers_along():
    with Tree() as t:
        pids = t.workers()
        kept = t.connect()
        assert kept.call("GET", LIVE).status == 200
        t.process.kill()
        t.process.wait()
        # Drained as by SIGTERM: the kept connection is served to its end.
        assert kept.call("GET", LIVE).status == 200
        kept.close()
        wait_gone(pids)


# ---- settings ----

def a_reload_is_taken_over_by_living_workers():
    with Tree() as t:
        pids = t.workers()
        kept = t.connect()
        assert kept.call("GET", LIVE).status == 200
        t.write_settings(base_path="/tickets")
        t.signal(signal.SIGHUP)
        t.wait_fact("reloaded", generation=2)
        assert kept.call("GET", "/tickets" + LIVE).status == 200
        assert kept.call("GET", LIVE).status == 404
        assert t.workers() == pids


def invalid_settings_are_refused_with_file_and_line():
    with Tree() as t:
        t.write_settings(base_path="/tickets", worker_deadline_ms="soon")
        with open(t.config) as config:
            line = config.read().split("\n").index(
                "worker_deadline_ms = soon") + 1
        t.signal(signal.SIGHUP)
        refused = t.wait_fact("reload-refused")[0]
        assert (refused["file"], refused["line"]) == (t.config, line)
        assert t.ask().status == 200
        assert t.ask(uri="/tickets" + LIVE).status == 404
        t.write_settings(worker_deadline_ms=6000)
        t.signal(signal.SIGHUP)
        t.wait_fact("reloaded", generation=2)


def a_setting_that_needs_a_restart_is_told_and_waits():
    with Tree() as t:
        t.write_settings(api_workers=5, base_path="/tickets")
        t.signal(signal.SIGHUP)
        t.wait_fact("setting-waits-for-restart", key="api_workers")
        t.wait_fact("reloaded", generation=2)
        assert t.ask(uri="/tickets" + LIVE).status == 200
        assert len(t.workers()) == 3


def a_replaced_worker_begins_with_the_newest_settings():
    with Tree(api_workers=1) as t:
        t.write_settings(base_path="/tickets")
        t.signal(signal.SIGHUP)
        t.wait_fact("reloaded", generation=2)
        os.kill(t.workers()[0], signal.SIGKILL)
        t.wait_fact("worker-started", generation=2)
        assert t.ask(uri="/tickets" + LIVE).status == 200


def settings_are_checked_and_printed_by_hand():
    with Tree(start=False) as t:
        good = subprocess.run(t.command() + ["-t"], capture_output=True,
                              text=True)
        assert good.returncode == 0, good.stderr
        shown = subprocess.run(t.command() + ["-p"], capture_output=True,
                               text=True)
        assert "fcgi.api_workers = 3" in shown.stdout
        assert "A" * 43 not in shown.stdout
        t.write_settings(api_workers="many")
        bad = subprocess.run(t.command() + ["-t"], capture_output=True,
                             text=True)
        assert bad.returncode == 1
        assert bad.stderr.startswith(f"{t.config}:"), bad.stderr


# ---- upgrade ----

class Load:
    """Clients that ask without a pause and count what fails."""

    def __init__(self, tree, n=4):
        self.tree = tree
        self.n_ok = 0
        self.failures = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._run) for _ in range(n)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _run(self):
        while not self.over.is_set():
            try:
                connection = self.tree.connect()
                for _ in range(20):
                    assert connection.call("GET", LIVE).status == 200
                    self.n_ok += 1
                connection.close()
            except Exception as problem:
                self.failures.append(repr(problem))

    def wait_more(self, n=200):
        goal = self.n_ok + n
        wait_for(lambda: self.n_ok >= goal or self.failures,
                 "requests to flow")


def an_upgrade_keeps_pid_and_listener_and_loses_no_request():
    with Tree() as t:
        first = t.workers()
        with Load(t) as load:
            load.wait_more()
            for n in (2, 3):
                old = t.workers()
                t.signal(signal.SIGUSR2)
                t.wait_ready(times=n)
                load.wait_more()
                wait_gone(old)
            t.signal(signal.SIGHUP)
            load.wait_more()
        assert load.failures == []
        assert t.process.poll() is None
        assert len(t.facts("upgrading")) == 2
        assert set(t.workers()).isdisjoint(first)
        assert len(t.workers()) == 3
        assert {r["pid"] for r in t.facts("ready")} == {t.process.pid}


def new_workers_accept_before_the_old_ones_drain():
    with Tree() as t:
        old = set(t.workers())
        kept = t.connect()
        server = t.server_of(kept)
        t.signal(signal.SIGUSR2)
        t.wait_ready(times=2)
        started = [s for s in t.facts("worker-started")
                   if s["pid"] not in old]
        wait_gone(old - {server})
        left = [f for f in t.facts("worker-left") if f["pid"] in old]
        assert len(started) == 3
        assert max(s["at"] for s in started) <= min(f["at"] for f in left)
        # The kept connection stays with its old worker until we close it.
        assert t.server_of(kept) == server
        kept.close()
        wait_gone([server])


def only_lines_of_json(t):
    for line in t.text().splitlines():
        assert json.loads(line)["fact"], line


def an_upgrade_whose_program_speaks_gibberish_is_one_line_of_json():
    with Tree(start=False) as t:
        copy = f"{t.dir}/boxoffice-fcgi"
        shutil.copy(t.program, copy)
        t.program = copy
        t.start()
        t.wait_ready()
        pids = t.workers()
        os.rename(copy, copy + ".away")
        with open(copy, "w") as other:
            other.write("#!/bin/sh\nprintf 'a\\377\\n\\033b\\n%2000s' x >&2\n"
                        "exit 3\n")
        os.chmod(copy, 0o755)
        t.signal(signal.SIGUSR2)
        t.wait_fact("upgrade-refused")
        said = t.facts("upgrade-probe")[0]["said"]
        assert said.startswith("a\ufffd\n\x1bb\n"), said
        only_lines_of_json(t)
        assert t.workers() == pids


def an_upgrade_to_a_missing_program_keeps_the_old_one():
    with Tree(start=False) as t:
        copy = f"{t.dir}/boxoffice-fcgi"
        shutil.copy(t.program, copy)
        t.program = copy
        t.start()
        t.wait_ready()
        pids = t.workers()
        os.rename(copy, copy + ".away")
        t.signal(signal.SIGUSR2)
        t.wait_fact("upgrade-refused")
        assert t.facts("upgrade-probe")[0]["said"], t.text()
        only_lines_of_json(t)
        assert t.ask().status == 200
        assert t.workers() == pids
        os.rename(copy + ".away", copy)
        t.signal(signal.SIGUSR2)
        t.wait_ready(times=2)


def a_failed_exec_keeps_the_old_program():
    need_faults()
    with Tree(start=False, faults="fail:upgrade.exec:1") as t:
        t.start()
        t.wait_ready()
        pids = t.workers()
        t.signal(signal.SIGUSR2)
        t.wait_fact("upgrade-failed")
        assert t.ask().status == 200
        assert t.workers() == pids
        wait_for(lambda: len(t.facts("ready")) == 2, "ready again")


def an_upgrade_with_invalid_settings_is_refused():
    with Tree() as t:
        pids = t.workers()
        t.write_settings(api_workers="many")
        t.signal(signal.SIGUSR2)
        t.wait_fact("upgrade-refused")
        why, = t.facts("upgrade-probe")
        assert "api_workers" in why["said"], why
        only_lines_of_json(t)
        assert t.ask().status == 200
        assert t.workers() == pids


# ---- the end ----

def sigterm_serves_kept_connections_until_they_are_closed():
    with Tree() as t:
        kept = t.connect()
        assert kept.call("GET", LIVE).status == 200
        t.signal(signal.SIGTERM)
        t.wait_fact("draining")
        wait_for(lambda: not os.path.exists(t.path), "the path to go")
        assert kept.call("GET", LIVE).status == 200
        assert t.process.poll() is None
        kept.close()
        assert t.process.wait(20) == 0


def sigterm_closes_idle_connections_after_the_drain_time():
    with Tree(drain_s=1) as t:
        kept = t.connect()
        assert kept.call("GET", LIVE).status == 200
        t.signal(signal.SIGTERM)
        assert kept.is_closed()
        assert t.process.wait(20) == 0
        assert t.facts("worker-killed") == []


def a_worker_that_does_not_leave_is_killed():
    need_faults()
    with Tree(drain_s=1, worker_deadline_ms=1500,
              faults="pause:dispatch.before_handler:1:{dir}/stuck") as t:
        stuck = t.connect()
        stuck.send("GET", LIVE)
        wait_for(lambda: os.path.exists(f"{t.dir}/stuck.reached"),
                 "the request to begin")
        t.signal(signal.SIGTERM)
        assert t.process.wait(20) == 0
        assert t.facts("worker-killed")


# ---- the listening socket ----

def start_with_descriptors(t, sockets, names=None):
    """As systemd does: descriptors from 3 on, LISTEN_PID the child's own."""
    count = len(sockets)
    for i, sock in enumerate(sockets):
        os.dup2(sock.fileno(), 40 + i)

    def place():
        for i in range(count):
            os.dup2(40 + i, 3 + i)

    environment = f"LISTEN_PID=$$ LISTEN_FDS={count}"
    if names:
        environment += f" LISTEN_FDNAMES={names}"
    real = t.command()
    t.command = lambda: ["/bin/sh", "-c",
                         f'{environment} exec "$0" "$@"'] + real
    t.start(preexec_fn=place,
            pass_fds=list(range(3, 3 + count)) +
            list(range(40, 40 + count)))


def systemds_socket_is_taken_and_outlives_the_process():
    with Tree(start=False) as t:
        sock = listening_socket(t.path)
        start_with_descriptors(t, [sock])
        t.wait_ready()
        assert t.ask().status == 200
        t.signal(signal.SIGUSR2)
        t.wait_ready(times=2)
        # What is sealed (base/seal.h) only root can look into.
        if os.geteuid() == 0:
            with open(f"/proc/{t.process.pid}/environ") as environ:
                assert "LISTEN_" not in environ.read()
        t.signal(signal.SIGTERM)
        assert t.process.wait(20) == 0
        assert os.path.exists(t.path)


def of_several_descriptors_the_one_named_like_the_pool_is_taken():
    with Tree(start=False) as t:
        other = listening_socket(f"{t.dir}/other.sock")
        sock = listening_socket(t.path)
        start_with_descriptors(t, [other, sock], "pay:api")
        t.wait_ready()
        assert t.ask().status == 200


def several_descriptors_without_names_are_refused():
    with Tree(start=False) as t:
        sockets = [listening_socket(f"{t.dir}/{i}.sock") for i in range(2)]
        start_with_descriptors(t, sockets)
        assert t.process.wait(20) == 1
        assert t.facts("listen-failed", pool="api")


def descriptors_with_other_names_are_refused():
    with Tree(start=False) as t:
        sockets = [listening_socket(f"{t.dir}/{i}.sock") for i in range(2)]
        start_with_descriptors(t, sockets, "pay:apis")
        assert t.process.wait(20) == 1


def with_the_socket_on_descriptor_0_one_process_serves_by_itself():
    with Tree(start=False) as t:
        t.start(stdin=listening_socket(t.path))
        t.wait_fact("worker-started")
        kept = t.connect()
        assert kept.call("GET", LIVE).status == 200
        assert t.workers() == []
        t.write_settings(base_path="/tickets")
        t.signal(signal.SIGHUP)
        t.wait_fact("reloaded")
        assert kept.call("GET", "/tickets" + LIVE).status == 200
        kept.close()
        t.signal(signal.SIGTERM)
        assert t.process.wait(20) == 0


def a_stale_socket_is_replaced():
    with Tree(start=False) as t:
        listening_socket(t.path).close()
        t.start()
        t.wait_ready()
        assert t.ask().status == 200
        assert os.stat(t.path).st_mode & 0o777 == 0o660


def a_served_socket_is_not_taken_away():
    with Tree(start=False) as t:
        sock = listening_socket(t.path)
        t.start()
        assert t.process.wait(20) == 1
        assert t.facts("listen-failed", what="somebody serves this path")
        assert os.path.exists(t.path)
        sock.close()


def a_file_that_is_no_socket_is_left_alone():
    with Tree(start=False) as t:
        open(t.path, "w").close()
        t.start()
        assert t.process.wait(20) == 1
        assert os.path.exists(t.path)


def a_socket_group_that_does_not_exist_is_refused():
    with Tree(start=False, socket_group="no-such-group") as t:
        t.start()
        assert t.process.wait(20) == 1
        assert t.facts("listen-failed", what="socket_group is unknown")


# ---- systemd ----

def systemd_is_told_how_we_are():
    with Tree(start=False) as t:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(f"{t.dir}/notify")
        sock.settimeout(20)
        t.env.update(NOTIFY_SOCKET=f"{t.dir}/notify", WATCHDOG_USEC="400000")

        def hear(word):
            while True:
                text = sock.recv(4096).decode()
                if word in text.split("\n"):
                    return text

        t.start()
        assert "STATUS=api: 3 workers" in hear("READY=1")
        hear("WATCHDOG=1")
        t.signal(signal.SIGHUP)
        hear("RELOADING=1")
        assert "settings generation 2" in hear("READY=1")
        t.signal(signal.SIGUSR2)
        hear("RELOADING=1")
        hear("READY=1")
        hear("WATCHDOG=1")
        t.signal(signal.SIGTERM)
        hear("STOPPING=1")
        assert t.process.wait(20) == 0


tap.main([
    no_process_of_a_tree_may_leave_a_core_file,
    a_pool_forks_its_workers_and_all_accept,
    a_kept_connection_serves_many_requests,
    a_connection_not_to_be_kept_is_closed_after_the_answer,
    idle_kept_connections_pin_no_worker,
    connections_are_spread_over_all_workers,
    a_request_id_is_taken_over_only_when_it_is_harmless,
    a_head_request_gets_the_head_of_get_and_no_body,
    what_no_route_fits_is_refused_with_a_problem,
    a_refused_body_leaves_its_connection_usable,
    a_body_far_past_the_limit_is_answered_and_its_connection_closed,
    a_body_shorter_than_it_says_is_refused,
    a_half_sent_request_holds_a_worker_for_seconds_only,
    a_client_gone_in_the_middle_of_its_body_harms_nobody,
    a_killed_worker_is_replaced_and_only_its_connections_break,
    a_stopped_worker_is_killed_and_replaced,
    a_worker_stuck_in_a_request_is_killed_and_replaced,
    workers_that_die_young_are_replaced_ever_more_slowly,
    a_password_being_hashed_by_a_killed_worker_blocks_nobody,
    an_old_worker_retires_only_when_its_relief_accepts,
    a_worker_that_is_too_large_retires,
    a_master_that_dies_takes_its_workers_along,
    a_reload_is_taken_over_by_living_workers,
    invalid_settings_are_refused_with_file_and_line,
    a_setting_that_needs_a_restart_is_told_and_waits,
    a_replaced_worker_begins_with_the_newest_settings,
    settings_are_checked_and_printed_by_hand,
    an_upgrade_keeps_pid_and_listener_and_loses_no_request,
    new_workers_accept_before_the_old_ones_drain,
    an_upgrade_to_a_missing_program_keeps_the_old_one,
    an_upgrade_whose_program_speaks_gibberish_is_one_line_of_json,
    a_failed_exec_keeps_the_old_program,
    an_upgrade_with_invalid_settings_is_refused,
    sigterm_serves_kept_connections_until_they_are_closed,
    sigterm_closes_idle_connections_after_the_drain_time,
    a_worker_that_does_not_leave_is_killed,
    systemds_socket_is_taken_and_outlives_the_process,
    of_several_descriptors_the_one_named_like_the_pool_is_taken,
    several_descriptors_without_names_are_refused,
    descriptors_with_other_names_are_refused,
    with_the_socket_on_descriptor_0_one_process_serves_by_itself,
    a_stale_socket_is_replaced,
    a_served_socket_is_not_taken_away,
    a_file_that_is_no_socket_is_left_alone,
    a_socket_group_that_does_not_exist_is_refused,
    systemd_is_told_how_we_are,
])
