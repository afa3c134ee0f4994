# SPDX-License-Identifier: BSD-2-Clause
"""fcgi_tree - one boxoffice-fcgi under test, without stores or web server.

Each tree lives in a folder of its own: settings, socket, log, metrics. What
a test asks about is read from the log's facts, from /proc and by requests.

Layer: tests.
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from fcgi_client import Connection, ask
from tap import Skip, wait_for

BUILD = os.environ.get("BUILDDIR", os.getcwd())
PROGRAM = os.path.join(BUILD, "boxoffice-fcgi")
LIVE = "/health/live"

SETTINGS = {
    "general": {"runtime_dir": "{dir}"},
    "redis": {"socket": "{dir}/no-redis", "command_ms": "50"},
    "postgresql": {"primary_dsn": "host={dir}", "lock_ms": "100",
                   "statement_ms": "200"},
    "fcgi": {"api_workers": "3", "pay_workers": "2",
             "api_socket": "{dir}/api.sock", "pay_socket": "{dir}/pay.sock",
             "socket_group": "", "worker_deadline_ms": "5000",
             "drain_s": "20"},
    "token": {"key": "k1:" + "A" * 43},
    "worker": {},
}


def need_faults():
    """The test pauses or crashes the program at a named point."""
    with open(os.path.join(BUILD, "lib/base/faults.h")) as header:
        if "#define FAULTS 1" not in header.read():
            raise Skip("built without --enable-faults")


class Tree:
    """with Tree() as t: ... ; started and ready unless start is False."""

    def __init__(self, pool="api", start=True, program=PROGRAM, faults="",
                 **settings):
        self.dir = tempfile.mkdtemp(prefix="bo")
        self.pool = pool
        self.program = program
        self.path = f"{self.dir}/{pool}.sock"
        self.config = f"{self.dir}/boxoffice.conf"
        self.log = f"{self.dir}/log"
        self.env = dict(os.environ)
        self.process = None
        if faults:
            self.env["BOXOFFICE_FAULTS"] = faults.format(dir=self.dir)
        self.settings = {s: dict(keys) for s, keys in SETTINGS.items()}
        self.write_settings(**settings)
        if start:
            self.start()
            self.wait_ready()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
            text = self.text()
            assert "Sanitizer" not in text, text
            assert "runtime error:" not in text, text
        finally:
            shutil.rmtree(self.dir)

    # ---- settings ----

    def write_settings(self, **changes):
        """Change keys of [fcgi], or of another section as section__key."""
        for name, value in changes.items():
            section, _, key = name.rpartition("__")
            self.settings.setdefault(section or "fcgi", {})[key] = str(value)
        with open(self.config, "w") as out:
            for section, keys in self.settings.items():
                out.write(f"[{section}]\n")
                for key, value in keys.items():
                    value = value.replace("{dir}", self.dir)
                    out.write(f"{key} = {value}\n")

    # ---- the processes ----

    def command(self):
        return [self.program, "--pool", self.pool, "--config", self.config]

    def start(self, **popen):
        popen.setdefault("stdin", subprocess.DEVNULL)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), env=self.env, stdout=log, stderr=log,
                **popen)
        return self.process

    def wait_ready(self, times=1):
        wait_for(lambda: len(self.facts("ready")) >= times
                 or self.process.poll() is not None, "the tree to be ready")
        assert self.process.poll() is None, self.text()

    def signal(self, number):
        os.kill(self.process.pid, number)

    def stop(self):
        """End the tree whatever state it is in; nothing of it stays."""
        if self.process is None:
            return
        pids = self.workers()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def workers(self):
        """Pids of the master's children."""
        pid = self.process.pid
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as children:
                return [int(p) for p in children.read().split()]
        except (FileNotFoundError, ProcessLookupError):
            return []

    # ---- the log ----

    def text(self):
        try:
            with open(self.log) as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def facts(self, fact, **fields):
        """Lines of one fact, with these values."""
        lines = [json.loads(line) for line in self.text().splitlines()
                 if line.startswith("{") and line.endswith("}")]
        return [line for line in lines if line["fact"] == fact and
                all(line.get(k) == v for k, v in fields.items())]

    def wait_fact(self, fact, n=1, seconds=20, **fields):
        wait_for(lambda: len(self.facts(fact, **fields)) >= n,
                 f"{n} x {fact} {fields} in the log", seconds)
        return self.facts(fact, **fields)

    # ---- requests ----

    def connect(self, timeout=30):
        return Connection(self.path, timeout)

    def ask(self, method="GET", uri=LIVE, **kwargs):
        return ask(self.path, method, uri, **kwargs)

    def server_of(self, connection):
        """The pid of the worker that holds a connection."""
        tag = f"probe-{os.urandom(8).hex()}"
        connection.call("GET", LIVE, headers={"X-Request-Id": tag})
        return self.wait_fact("request", request_id=tag)[0]["pid"]

    def metric(self, name, labels=""):
        """A series' value, as any worker tells it."""
        text = self.ask(uri="/metrics").body.decode()
        found = re.search(rf"^{name}{{pool=\"{self.pool}\"{labels}}} (\d+)$",
                          text, re.M)
        assert found, f"no {name} in {text}"
        return int(found.group(1))


def listening_socket(path):
    """A socket as systemd or a starter would hand over."""
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)
    sock.listen(64)
    return sock
