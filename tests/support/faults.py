# SPDX-License-Identifier: BSD-2-Clause
"""faults - break a server of the running stack, and see when it is well again.

Layer: tests.  Uses: api, tap.
"""
import os
import pwd
import shlex
import signal
import subprocess
import time

import api
import tap


def redis(*words, **options):
    return api.command("REDIS_CLI", *words, **options).strip()


def redis_answers():
    words = shlex.split(api.ENV["REDIS_CLI"]) + ["ping"]
    done = subprocess.run(words, capture_output=True, text=True)
    return done.stdout.strip() == "PONG"


def primary_answers():
    words = shlex.split(api.ENV["PSQL_PRIMARY"]) + ["-Atc", "SELECT 1"]
    return subprocess.run(words, capture_output=True).returncode == 0


class Killed:
    """A server of the stack that was ended; start() starts it again as it
    was started, which is what systemd would do."""

    # Those that this program started itself have to be reaped.
    children = {}

    def __init__(self, name, signal_number):
        self.name = name
        pid = api.pid_of(name)
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            # Redis joins its words by blanks; no path has any.
            self.words = file.read().replace(b"\0", b" ").split()
        self.who = os.stat(f"/proc/{pid}")
        os.kill(pid, signal_number)
        if pid in self.children:
            self.children.pop(pid).wait()
        tap.wait_for(lambda: not os.path.exists(f"/proc/{pid}"),
                     f"{name} to leave")

    def start(self):
        log = open(os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]),
                                f"log/{self.name}.log"), "ab")
        process = subprocess.Popen(
            self.words, cwd="/", stdin=subprocess.DEVNULL, stdout=log,
            stderr=log, start_new_session=True, user=self.who.st_uid,
            group=self.who.st_gid, extra_groups=os.getgrouplist(
                pwd.getpwuid(self.who.st_uid).pw_name, self.who.st_gid))
        log.close()
        self.children[process.pid] = process
        with open(os.path.join(api.ENV["PIDS_DIR"], f"{self.name}.pid"),
                  "w") as file:
            file.write(f"{process.pid}\n")


class Fault:
    """with Fault() as fault: break something and mend it again. began and
    ended are when that was, as time.monotonic()."""

    def __enter__(self):
        self.began = time.monotonic()
        return self

    def __exit__(self, *_):
        self.ended = time.monotonic()


def flush_redis():
    with Fault() as fault:
        redis("flushall")
    return fault


def kill_redis():
    """kill -9 and a restart: from a dump if there is one, else empty."""
    with Fault() as fault:
        Killed("redis", signal.SIGKILL).start()
        tap.wait_for(redis_answers, "Redis")
    return fault


def forget_dump():
    """The next restart is an empty one."""
    os.remove(os.path.join(redis("config", "get", "dir").split()[1],
                           "dump.rdb"))


def pause_redis(seconds):
    """It answers nobody for so long, and has forgotten nothing."""
    with Fault() as fault:
        assert redis("debug", "sleep", str(seconds)) == "OK"
    return fault


def loop_in_redis():
    """A script that never ends and writes nothing. It ends when somebody
    kills it."""
    words = shlex.split(api.ENV["REDIS_CLI"])
    with Fault() as fault:
        done = subprocess.run(words + ["eval", "while true do end", "0"],
                              capture_output=True, text=True, timeout=60)
    assert "killed by user" in done.stdout + done.stderr, done
    return fault


def restart_primary():
    with Fault() as fault:
        Killed("pg-primary", signal.SIGINT).start()
        tap.wait_for(primary_answers, "the primary")
    return fault


def crash_primary():
    """It ends as if it had been killed, but leaves no process that a restart
    would have to wait for. What it has to read again may be much."""
    with Fault() as fault:
        Killed("pg-primary", signal.SIGQUIT).start()
        tap.wait_for(primary_answers, "the primary", 120)
    return fault


def kill_worker():
    """boxoffice-worker"""
    with Fault() as fault:
        Killed("worker", signal.SIGKILL).start()
    return fault


def kill_pay_worker():
    """boxoffice-worker --jobs pay"""
    with Fault() as fault:
        Killed("worker-pay", signal.SIGKILL).start()
    return fault


def kill_paysim():
    """The provider of cards is gone for a moment, and has forgotten nothing."""
    with Fault() as fault:
        killed = Killed("paysim", signal.SIGKILL)
        time.sleep(1)
        killed.start()
    return fault


def kill_pools():
    """Every FastCGI worker, whatever it does; the masters fork others."""
    with Fault() as fault:
        for name in ("fcgi-api", "fcgi-pay"):
            master = api.pid_of(name)
            with open(f"/proc/{master}/task/{master}/children") as file:
                for pid in file.read().split():
                    os.kill(int(pid), signal.SIGKILL)
    return fault


class RedisAway:
    """with RedisAway() as fault: no Redis at all; afterwards it is there
    again, empty."""

    def __enter__(self):
        self.began = time.monotonic()
        self.killed = Killed("redis", signal.SIGKILL)
        return self

    def __exit__(self, *_):
        self.killed.start()
        tap.wait_for(redis_answers, "Redis")
        self.ended = time.monotonic()
