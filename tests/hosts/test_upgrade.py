#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Two hosts of the last release behind HAProxy come to this one while buyers buy: the
schema is expanded under the old programs, the hosts follow one by one, and what only
the old ones needed is contracted then.

Run by tests/hosts/upgrade. STACK_DIR is a stack of the last release, which is worn out
by it, and NEW the build of this checkout.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import fleet  # noqa: E402

fleet.move_in()

import api  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from fleet import Haproxy, Host  # noqa: E402
from sale import Sale  # noqa: E402

NEW = os.environ["NEW"]
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
PROGRAMS = ("boxoffice-fcgi", "boxoffice-worker")

# What the next release might add to this one's schema: to tables that each purchase
# writes, told by a trigger where programs do not know it yet.
EXPAND = """
-- Planted by a test.
ALTER TABLE reservations ADD COLUMN planted_channel text;
ALTER TABLE payments ADD COLUMN planted_count int NOT NULL DEFAULT 0;
CREATE TABLE planted (
	reservation_id bigint PRIMARY KEY,
	made_at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION planted_fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.planted_channel := coalesce(NEW.planted_channel, 'old');
	INSERT INTO planted (reservation_id) VALUES (NEW.id);
	RETURN NEW;
END $$;
CREATE TRIGGER planted_fill BEFORE INSERT ON reservations
    FOR EACH ROW EXECUTE FUNCTION planted_fill();
"""
# And what is said when no old program is left.
CONTRACT = """
-- Planted by a test.
UPDATE reservations SET planted_channel = 'old' WHERE planted_channel IS NULL;
ALTER TABLE reservations ALTER COLUMN planted_channel SET DEFAULT 'new';
DROP TRIGGER planted_fill ON reservations;
DROP FUNCTION planted_fill();
ALTER TABLE reservations ADD CONSTRAINT planted_known
    CHECK (planted_channel IS NOT NULL) NOT VALID;
DROP TABLE planted;
"""


class Installed(Host):
    """Programs of its own, which an upgrade replaces as a package does: another file
    of the same name."""

    def install(self, folder):
        for program in PROGRAMS:
            path = self.path_of(program)
            shutil.copy(f"{folder}/{program}", f"{path}.new")
            os.rename(f"{path}.new", path)

    def path_of(self, program):
        return f"{self.folder}/{program}"

    def write_settings(self):
        super().write_settings()
        self.install(os.path.dirname(super().path_of(PROGRAMS[0])))

    def is_new(self):
        """Whether all of it runs what was built here."""
        with open(f"{NEW}/boxoffice-fcgi", "rb") as file:
            want = file.read()
        for master in self.masters:
            with open(f"/proc/{master.pid}/exe", "rb") as file:
                if file.read() != want:
                    return False
        return True


def migrate(folder):
    """By the new boxofficectl, as boxoffice-migrate does it."""
    done = subprocess.run(
        [f"{NEW}/boxofficectl", *api.ENV["CTL"].split()[1:], "migrate"],
        env={**os.environ, "BOXOFFICE_SQL_DIR": folder},
        capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def plant(number, text):
    with open(f"{SQL}/{number}_planted.sql", "w") as file:
        file.write(text)
    migrate(SQL)


def schema():
    return stage.number("SELECT max(version) FROM schema_migration")


def sold_nothing_wrong(sale, what, may_wait=False):
    """may_wait: for the schema, which has tables to itself while it changes them. Who
    does not get his lock within lock_ms is told 503, and asks again by the same key."""
    sale.tell(what)
    wrong = [r for r in sale.failures()
             if not (may_wait and r.status == 503)]
    assert wrong == [], wrong


def the_last_release_sells():
    with Sale(Haproxy.url) as sale:
        sale.more()
    sold_nothing_wrong(sale, "the last release on its schema")


def its_programs_sell_on_this_schema():
    before = schema()
    with Sale(Haproxy.url) as sale:
        migrate(f"{SOURCE}/sql")
        sale.more()
    sold_nothing_wrong(
        sale, f"the last release, schema {before} became {schema()}", True)


def and_on_one_that_is_expanded_further():
    with Sale(Haproxy.url) as sale:
        plant(9001, EXPAND)
        sale.more()
    sold_nothing_wrong(sale, "the last release, planted columns and triggers",
                       True)
    assert stage.number("SELECT count(*) FROM planted") > 0
    stage.settle()


def the_hosts_follow_one_by_one():
    with Sale(Haproxy.url) as sale:
        for host in HOSTS:
            host.ctl("drain")
            BALANCER.wait_state(host.name, "DOWN")
            host.install(NEW)
            host.upgrade()
            assert host.is_new()
            host.ctl("undrain")
            BALANCER.wait_state(host.name, "UP")
            sale.more()
    sold_nothing_wrong(sale, "one host new, then both")


def what_the_old_ones_needed_is_contracted():
    leave_the_stack_s_programs()
    with Sale(Haproxy.url) as sale:
        plant(9002, CONTRACT)
        sale.more()
    sold_nothing_wrong(sale, "contracted", True)


def leave_the_stack_s_programs():
    """They are of the last release, and serve nobody; its jobs were done beside the
    new ones until now."""
    for name in ("fcgi-api", "fcgi-pay", "worker", "worker-pay",
                 "worker-messages", "feedd"):
        pid = api.pid_of(name)
        os.kill(pid, signal.SIGTERM)
        tap.wait_for(lambda: not os.path.exists(f"/proc/{pid}"),
                     f"{name} to leave")


def the_books_agree():
    """As the new boxofficectl counts."""
    words = api.ENV["CTL"].split()
    api.ENV["CTL"] = " ".join([f"{NEW}/boxofficectl", *words[1:]])
    stage.settle()
    api.ENV["CTL"] = " ".join(words)


with tempfile.TemporaryDirectory() as made:
    SQL = f"{made}/sql"
    shutil.copytree(f"{SOURCE}/sql", SQL)
    with Installed("a") as a, Installed("b") as b, Haproxy() as BALANCER:
        HOSTS = (a, b)
        tap.main([
            the_last_release_sells,
            its_programs_sell_on_this_schema,
            and_on_one_that_is_expanded_further,
            the_hosts_follow_one_by_one,
            what_the_old_ones_needed_is_contracted,
            the_books_agree,
        ])
