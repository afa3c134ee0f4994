#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""pgbouncer with the shipped file between the programs and the primary, in session
mode and in transaction mode: it is found, asked about, raced through, and killed while
buyers buy.

Under two minutes, with pgbouncer and a stack: STACK_DIR.
"""
import glob
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import crowd  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from api import expect  # noqa: E402
from apache import examples  # noqa: E402
from sale import Sale  # noqa: E402
from settings import DropIn  # noqa: E402

WORDS = shlex.split(api.ENV["PSQL_PRIMARY"])
PG_SOCKETS = WORDS[WORDS.index("-h") + 1]
# Sessions of PostgreSQL that the 24 workers of both pools share.
N_SHARED = 5


def shipped():
    with open(f"{examples()}/postgresql/pgbouncer.ini") as file:
        return file.read()


def transaction_mode(text):
    """The shipped file with what it has for that, and few sessions."""
    return re.sub(r"^;(\w+ = )", r"\1", text, flags=re.M).replace(
        "default_pool_size = 20\n", f"default_pool_size = {N_SHARED}\n")


class Pgbouncer:
    """with Pgbouncer(shipped()) as pooler: that file; the socket is the only way
    in, and whoever reaches it is let in."""

    def __init__(self, text):
        self.text = text

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="boxoffice-pgbouncer-")
        shutil.chown(self.folder, "www-data", "www-data")
        os.chmod(self.folder, 0o755)
        text = self.text.replace("host=192.0.2.7 port=5432",
                                 f"host={PG_SOCKETS} port=5432 user=boxoffice")
        text = text.replace("listen_addr = 127.0.0.1", "listen_addr =")
        text = text.replace("/run/postgresql", self.folder)
        text = text.replace("scram-sha-256", "any")
        text = re.sub(r"^auth_file.*\n", "", text, flags=re.M)
        self.config = f"{self.folder}/pgbouncer.ini"
        with open(self.config, "w") as file:
            file.write(text)
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen(
            ["/usr/sbin/pgbouncer", self.config], user="www-data",
            group="www-data", stderr=subprocess.DEVNULL)
        tap.wait_for(lambda: self.ask("boxoffice", "SELECT 1").returncode == 0,
                     "pgbouncer")

    def ask(self, database, text):
        return subprocess.run(
            ["psql", "-h", self.folder, "-p", "6432", "-U", "boxoffice", "-d",
             database, "-Atc", text], capture_output=True, text=True)

    def connections(self, kind):
        """CLIENTS or SERVERS of boxoffice."""
        lines = self.ask("pgbouncer", f"SHOW {kind}").stdout.splitlines()
        return [line for line in lines if "|boxoffice|boxoffice|" in line]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def restart(self):
        self.kill()
        self.start()

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder)

    def settings(self, more=""):
        return ("[postgresql]\nprimary_dsn = host=" + self.folder +
                " port=6432 user=boxoffice dbname=boxoffice\n" + more)


def direct(port=5432):
    return (f"direct_dsn = host={PG_SOCKETS} port={port} user=boxoffice"
            " dbname=boxoffice\n")


def of_the_role(verb):
    """What the shipped file says of the role, or the contrary."""
    for line in re.findall(r"^;   (ALTER ROLE .*);$", shipped(), flags=re.M):
        if verb == "RESET":
            line = re.sub(r" SET (\w+) .*", r" RESET \1", line)
        api.sql(line)


def online(settings):
    """What check-config --online says of the stack's settings with these."""
    with tempfile.TemporaryDirectory() as folder:
        confd = api.ENV["CONFD"]
        shutil.copy(f"{confd}/../boxoffice.conf", folder)
        os.mkdir(f"{folder}/conf.d")
        for path in glob.glob(f"{confd}/*.conf"):
            shutil.copy(path, f"{folder}/conf.d")
        with open(f"{folder}/conf.d/90-test.conf", "w") as file:
            file.write(settings)
        done = subprocess.run(
            [shlex.split(api.ENV["CTL"])[0], "--config",
             f"{folder}/boxoffice.conf", "check-config", "--online"],
            capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def refused(settings, *words):
    status, said = online(settings)
    assert status == 1 and all(word in said for word in words), said


def sells(what):
    with Sale() as sale:
        sale.more()
    sale.tell(what)
    assert sale.failures() == [], sale.failures()
    stage.settle()


def is_killed_and_what_was_sold_stays_sold(pooler, what):
    with Sale() as sale:
        pooler.restart()
        sale.more()
    sale.tell(what)
    stage.settle()


# ---- session mode ----

def without_the_role_s_time_outs_check_config_says_so():
    with Pgbouncer(shipped()) as pooler:
        of_the_role("RESET")
        refused(pooler.settings(), "ALTER ROLE")


def in_session_mode_it_sells_and_may_be_killed():
    of_the_role("SET")
    with Pgbouncer(shipped()) as pooler, DropIn(pooler.settings()):
        status, said = online(pooler.settings())
        assert status == 0, said
        sells("session mode")
        is_killed_and_what_was_sold_stays_sold(
            pooler, "session mode, pgbouncer was killed")


# ---- transaction mode ----

def in_transaction_mode_settings_that_do_not_fit_are_told():
    with Pgbouncer(transaction_mode(shipped())) as pooler:
        refused(pooler.settings(), "not ok primary", "prepared = off")
        refused(pooler.settings("prepared = off\n"), "needs direct_dsn")
        pooled = f"direct_dsn = host={pooler.folder} port=6432" \
            " user=boxoffice dbname=boxoffice\n"
        refused(pooler.settings("prepared = off\n" + pooled), "not ok direct",
                "lead past it")
        refused(pooler.settings("prepared = off\n" + direct(5433)),
                "not ok direct")


def in_transaction_mode_few_sessions_serve_all_workers():
    of_the_role("SET")
    with Pgbouncer(transaction_mode(shipped())) as pooler:
        settings = pooler.settings("prepared = off\n" + direct())
        status, said = online(settings)
        assert status == 0 and "\nok direct: " in said, said
        with DropIn(settings):
            sells("transaction mode")
            clients = len(pooler.connections("CLIENTS"))
            servers = len(pooler.connections("SERVERS"))
            print(f"# {clients} connections of programs share {servers}")
            assert clients > servers and 1 <= servers <= N_SHARED
            races()
            is_killed_and_what_was_sold_stays_sold(
                pooler, "transaction mode, pgbouncer was killed")


def buy_until_one_is_mine(buyer):
    """Nobody gives up: there is a seat for everybody."""
    end = time.monotonic() + 60
    while not buyer.buy_one() and time.monotonic() < end:
        pass


def races():
    """As many seats as buyers, of which all want the first; then each gives his
    back, and the seats are free again."""
    performance = stage.make_performance(100)
    back, took = crowd.race(
        [crowd.Buyer(client, performance, 3) for client in api.buyers(100)],
        buy_until_one_is_mine)
    assert stage.sold(performance) == 100
    assert len(stage.owners(performance)) == 100
    wrong = {kind: n for kind, n in crowd.statuses(back).items()
             if kind[1] is None or kind[1] >= 500}
    assert not wrong, wrong
    for buyer in back:
        number, = buyer.bought
        expect(buyer.client.post(
            f"{crowd.API}/reservations/{number}/cancel", {},
            headers={"Idempotency-Key": "cancel-" + number}), 200)
    assert stage.sold(performance) == 0
    print(f"# 100 buyers raced for 100 seats in {took:.1f} s, and gave all back")
    stage.settle()


try:
    tap.main([
        without_the_role_s_time_outs_check_config_says_so,
        in_session_mode_it_sells_and_may_be_killed,
        in_transaction_mode_settings_that_do_not_fit_are_told,
        in_transaction_mode_few_sessions_serve_all_workers,
    ])
finally:
    of_the_role("RESET")
