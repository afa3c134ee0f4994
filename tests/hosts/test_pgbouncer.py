#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""pgbouncer with the shipped file between the programs and the primary: it is found,
asked about, and killed while buyers buy.

Half a minute, with pgbouncer and a stack: STACK_DIR.
"""
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
import stage  # noqa: E402
import tap  # noqa: E402
from apache import examples  # noqa: E402
from sale import Sale  # noqa: E402
from settings import DropIn  # noqa: E402

WORDS = shlex.split(api.ENV["PSQL_PRIMARY"])
PG_SOCKETS = WORDS[WORDS.index("-h") + 1]


def shipped():
    with open(f"{examples()}/postgresql/pgbouncer.ini") as file:
        return file.read()


class Pgbouncer:
    """with Pgbouncer() as pooler: the shipped file; the socket is the only way in,
    and whoever reaches it is let in."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="boxoffice-pgbouncer-")
        shutil.chown(self.folder, "www-data", "www-data")
        os.chmod(self.folder, 0o755)
        text = shipped().replace("host=192.0.2.7 port=5432",
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
        tap.wait_for(self.answers, "pgbouncer")

    def answers(self):
        return subprocess.run(
            ["psql", "-h", self.folder, "-p", "6432", "-U", "boxoffice", "-d",
             "boxoffice", "-Atc", "SELECT 1"], capture_output=True
        ).returncode == 0

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder)

    def settings(self):
        return ("[postgresql]\nprimary_dsn = host=" + self.folder +
                " port=6432 user=boxoffice dbname=boxoffice\n")


def of_the_role(verb):
    """What the shipped file says of the role, or the contrary."""
    for line in re.findall(r"^;   (ALTER ROLE .*);$", shipped(), flags=re.M):
        if verb == "RESET":
            line = re.sub(r" SET (\w+) .*", r" RESET \1", line)
        api.sql(line)


def online():
    done = subprocess.run(
        shlex.split(api.ENV["CTL"]) + ["check-config", "--online"],
        capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def without_the_role_s_time_outs_check_config_says_so():
    of_the_role("RESET")
    status, said = online()
    assert status == 1 and "ALTER ROLE" in said, said


def with_them_it_is_well_and_sells():
    of_the_role("SET")
    POOLER.kill()		# sessions of before are without them
    POOLER.start()
    status, said = online()
    assert status == 0, said
    with Sale() as sale:
        sale.more()
    sale.tell("through pgbouncer")
    assert sale.failures() == [], sale.failures()
    stage.settle()


def it_is_killed_and_what_was_sold_stays_sold():
    with Sale() as sale:
        since = time.monotonic()
        POOLER.kill()
        POOLER.start()
        sale.more()
    sale.tell("pgbouncer was killed")
    print(f"# no purchase for {sale.longest_gap(since):.1f} s at most")
    stage.settle()


try:
    with Pgbouncer() as POOLER, DropIn(POOLER.settings()):
        tap.main([
            without_the_role_s_time_outs_check_config_says_so,
            with_them_it_is_well_and_sells,
            it_is_killed_and_what_was_sold_stays_sold,
        ])
finally:
    of_the_role("RESET")
