#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a program that was taken over could do to its stores (A54), and where
a secret could be read by others (A55), those in what clients tell of themselves
too.

That nothing listens to the network is tried in test_quickstart, that no log
holds a secret in test_bad_input, that the printed settings mask them in
test_worker.
"""
import configparser
import glob
import os
import re
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from api import ENV  # noqa: E402
from settings import DropIn  # noqa: E402

PREFIX = os.path.dirname(os.path.dirname(ENV["CTL"].split()[0]))
EXAMPLES = f"{PREFIX}/share/doc/boxoffice/examples"
SETTINGS = os.path.dirname(ENV["CONFD"])
# By the access list, a script's call too; DEBUG by the server's settings.
REFUSED = "NOPERM|ACL failure|executing the script can't|not allowed"
SECRETS = os.path.join(os.path.dirname(ENV["PIDS_DIR"]), "secrets")


def settings():
    conf = configparser.ConfigParser(interpolation=None, strict=False)
    conf.read(sorted(glob.glob(os.path.join(ENV["CONFD"], "*.conf"))))
    return conf


def secrets():
    """What nobody but its owner may learn: name -> text."""
    found = {name: open(os.path.join(SECRETS, name)).read().strip()
             for name in os.listdir(SECRETS)}
    assert {"redis", "token", "admin"} <= found.keys(), found.keys()
    assert all(len(text) >= 32 for text in found.values())
    return found


# ---- A54 ----

def redis(*words, user="boxoffice", password=None):
    """What Redis says to a user of the access list; the programs' by
    default."""
    if password is None:
        password = settings()["redis"]["password"]
    login = ["--user", user, "--no-auth-warning"] if user else []
    return subprocess.run(
        ["redis-cli", "-s", ENV["REDIS_SOCKET"], *login, *words],
        capture_output=True, text=True, check=False,
        env={**os.environ, "REDISCLI_AUTH": password}).stdout.strip()


def A54_the_programs_user_administers_no_redis():
    assert redis("PING") == "PONG"
    assert redis("SET", "bo:job:exposure", "kept", "EX", "60") == "OK"
    for words in (
            "CONFIG GET *", "CONFIG SET dir /tmp", "CONFIG REWRITE",
            "FLUSHALL", "FLUSHDB", "KEYS *", "SHUTDOWN NOSAVE", "DEBUG SLEEP 0",
            "MONITOR", "CLIENT LIST", "CLIENT KILL TYPE normal",
            "CLIENT PAUSE 1", "ACL LIST", "ACL SETUSER x on",
            "SCRIPT FLUSH", "FUNCTION FLUSH", "FUNCTION LIST", "SCAN 0",
            "RANDOMKEY", "SAVE", "BGSAVE",
            "BGREWRITEAOF", "REPLICAOF 192.0.2.1 1", "FAILOVER",
            "MODULE LIST", "MODULE LOAD /tmp/x.so", "SLOWLOG GET",
            "LATENCY RESET", "MIGRATE h 1 k 0 1", "SWAPDB 0 1",
            "RESTORE bo:x 0 x", "SORT bo:x", "GET other:key",
            "SET other:key 1", "SUBSCRIBE other:news",
            "EVAL return(redis.call('FLUSHALL')) 0",
            "EVAL return(redis.call('GET','other:key')) 0"):
        said = redis(*words.split())
        assert re.search(REFUSED, said), (words, said)
    assert redis("GET", "bo:job:exposure") == "kept"


def A54_redis_knows_nobody_without_a_name_or_by_a_usual_password():
    for user, password in (("", ""), ("default", ""), ("default", "redis"),
                           ("boxoffice", "CHANGE-ME"), ("boxoffice", "x"),
                           ("admin", ""), ("admin", "admin"),
                           ("admin", "CHANGE-ADMIN"),
                           ("boxoffice-feed", "CHANGE-FEED")):
        said = redis("GET", "bo:x", user=user, password=password)
        assert "NOAUTH" in said or "WRONGPASS" in said, (user, said)


def A54_the_shipped_access_list_has_to_be_changed_first():
    """The program has no preset password, and Redis takes every line."""
    with open(f"{EXAMPLES}/redis/boxoffice.acl") as file:
        text = file.read()
    assert re.findall(r"^user default (.*)$", text, re.M) == ["off"], text
    users = re.findall(r"^user (\S+) on >CHANGE-", text, re.M)
    assert users == ["boxoffice", "boxoffice-feed", "admin"] and "nopass" not in text, text
    assert all(line.startswith("user ") for line in text.splitlines()), text
    with open(f"{EXAMPLES}/boxoffice.conf") as file:
        preset = dict(re.findall(r"^#?(password|key) = (.*)$", file.read(),
                                 re.M))
    assert not any(preset.values()), preset


def A54_without_a_token_key_nothing_starts():
    """There is no preset one that somebody could forget to change."""
    for program in ("sbin/boxoffice-fcgi", "sbin/boxoffice-worker",
                    "sbin/boxoffice-feedd"):
        done = subprocess.run(
            [f"{PREFIX}/{program}", "-t", "--config",
             f"{EXAMPLES}/boxoffice.conf"],
            capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "[token] key" in done.stderr, done


def role(text):
    """What PostgreSQL says to the programs' role."""
    words = api.shlex.split(ENV["PSQL_PRIMARY"])
    words[words.index("-U") + 1] = "boxoffice"
    done = subprocess.run([*words, "-Atc", text], capture_output=True,
                          text=True, check=False)
    return done.stdout.strip() + done.stderr.strip()


def A54_the_programs_role_administers_no_postgresql():
    assert role("SELECT current_user") == "boxoffice"
    somebody = api.sql("SELECT pid FROM pg_stat_replication LIMIT 1")
    for text in (
            "ALTER SYSTEM SET log_statement = 'all'",
            "COPY (SELECT 1) TO PROGRAM 'id'",
            "COPY users TO '/tmp/users'", "COPY users FROM '/etc/passwd'",
            "SELECT pg_read_file('/etc/passwd')", "SELECT pg_ls_dir('/')",
            "SELECT rolpassword FROM pg_authid",
            "SELECT lo_import('/etc/passwd')", "SELECT pg_reload_conf()",
            "CREATE ROLE thief", "ALTER ROLE boxoffice SUPERUSER",
            "CREATE DATABASE thief", "DROP DATABASE postgres",
            "SET ROLE postgres", "SET session_replication_role = replica",
            f"SELECT pg_terminate_backend({somebody})",
            "SELECT pg_drop_replication_slot('replica')",
            "SELECT pg_create_physical_replication_slot('thief')",
            "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/x', 'x'",
            "CREATE EXTENSION file_fdw"):
        said = role(text)
        assert re.search("permission denied|must be|not permitted", said), \
            (text, said)


# ---- A55 ----

def processes():
    """Those of the stack and their children: pid -> name."""
    mine = {api.pid_of(name[:-4]): name[:-4]
            for name in os.listdir(ENV["PIDS_DIR"])}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                words = file.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(words[1]) in mine:
            mine.setdefault(int(path.split("/")[2]), mine[int(words[1])])
    return mine


def A55_no_command_line_or_environment_has_a_secret():
    hidden, looked = secrets(), set()
    for pid, name in processes().items():
        for kind in ("cmdline", "environ"):
            try:
                with open(f"/proc/{pid}/{kind}", "rb") as file:
                    text = file.read()
            except (FileNotFoundError, ProcessLookupError):
                continue
            looked.add((name, kind))
            shown = [s for s, secret in hidden.items()
                     if secret.encode() in text]
            assert not shown, (name, kind, shown)
    for name in ("fcgi-api", "fcgi-pay", "worker", "redis", "nginx"):
        assert {(name, "cmdline"), (name, "environ")} <= looked, looked


def A55_a_file_with_a_secret_is_not_for_everybody():
    hidden = secrets()
    found = []
    for at, _, names in os.walk(os.path.dirname(SETTINGS)):
        for name in names:
            path = os.path.join(at, name)
            with open(path, "rb") as file:
                text = file.read()
            if any(secret.encode() in text for secret in hidden.values()):
                found.append(path)
                mode = os.stat(path).st_mode
                assert not mode & stat.S_IRWXO, (path, oct(mode))
    assert len(found) >= 2, found
    assert not os.stat(SECRETS).st_mode & (stat.S_IRWXO | stat.S_IRWXG)


def A55_the_services_write_no_core():
    units = glob.glob(f"{PREFIX}/lib/systemd/system/*.service")
    assert len(units) == 6, units
    for unit in units:
        with open(unit) as file:
            assert "\nLimitCORE=0\n" in file.read(), unit


def A55_what_is_printed_of_the_settings_has_no_secret():
    config = f"{SETTINGS}/boxoffice.conf"
    for words in ([f"{PREFIX}/sbin/boxoffice-fcgi", "-p"],
                  [f"{PREFIX}/sbin/boxoffice-worker", "-p"]):
        done = subprocess.run([*words, "--config", config],
                              capture_output=True, text=True, check=True)
        shown = [s for s, secret in secrets().items()
                 if secret in done.stdout + done.stderr]
        assert "token.key" in done.stdout and not shown, shown


# ---- what clients tell of themselves ----

N_TOLD, AT_ONCE = 10_000, 40


def card(n):
    """A number whose last digit is right (Luhn), each another one."""
    digits = f"4{n:014}"
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10))
                for i, d in enumerate(digits))
    return digits + str(-total % 10)


def told(n):
    """An entry with a card and a token somewhere in it, and the two."""
    number, token = card(n), f"eyJwbGFudGVk{n}.eyJzdWIi{n}.c2lnbmVk{n}"
    return {"level": "error", "message": f"no. {n}: {number} by {token} failed",
            "context": {"header": f"Bearer {token}", "field": number}}, \
        (number, token)


def what_is_kept():
    """The table as text, and all that the programs and servers have logged."""
    yield api.sql("SELECT * FROM client_log")
    logs = os.path.join(os.path.dirname(ENV["PIDS_DIR"]), "log")
    for path in glob.glob(f"{logs}/*"):
        with open(path, errors="replace") as file:
            yield file.read()


def of_ten_thousand_told_secrets_none_is_kept():
    client, hidden, answers = api.Client(), set(), set()
    with DropIn("[limits]\nlogs = off\n"):
        for first in range(0, N_TOLD, AT_ONCE):
            entries, planted = zip(*map(told, range(first, first + AT_ONCE)))
            hidden.update(*planted)
            answers.add(client.post("/api/v1/logs", list(entries)).status)
    assert answers == {202}, answers
    assert len(hidden) == 2 * N_TOLD
    kept = list(what_is_kept())
    assert kept[0].count("[masked]") >= 4 * N_TOLD
    shown = {found for text in kept for found in
             re.findall(r"4\d{15}|eyJwbGFudGVk[\w.-]+", text)}
    assert not shown & hidden, sorted(shown & hidden)[:3]


tap.main([
    A54_the_programs_user_administers_no_redis,
    A54_redis_knows_nobody_without_a_name_or_by_a_usual_password,
    A54_the_shipped_access_list_has_to_be_changed_first,
    A54_without_a_token_key_nothing_starts,
    A54_the_programs_role_administers_no_postgresql,
    A55_no_command_line_or_environment_has_a_secret,
    A55_a_file_with_a_secret_is_not_for_everybody,
    A55_the_services_write_no_core,
    A55_what_is_printed_of_the_settings_has_no_secret,
    of_ten_thousand_told_secrets_none_is_kept,
])
