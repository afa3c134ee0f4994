#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Three Redis and three sentinels with the shipped files: the master is killed, and
stands still and comes back, while buyers buy.

Some two minutes, with a stack: STACK_DIR.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from apache import examples, free_port  # noqa: E402
from sale import Sale  # noqa: E402
from settings import DropIn  # noqa: E402

SECRET = "of-this-test-alone"


def example(name):
    """A shipped file, with the secret of this test for each."""
    with open(f"{examples()}/redis/{name}") as file:
        return re.sub(r"CHANGE-[A-Z]+", SECRET, file.read())


class Server:
    """A Redis, or a sentinel with the word for it."""

    def __init__(self, folder, name, settings, *words):
        self.folder, self.words = f"{folder}/{name}", words
        self.port = free_port()
        os.mkdir(self.folder)
        self.config = f"{self.folder}/redis.conf"
        with open(self.config, "w") as file:
            file.write(settings.format(port=self.port, folder=self.folder))
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["/usr/bin/redis-server", self.config, *self.words],
            stdout=subprocess.DEVNULL)
        tap.wait_for(lambda: self.ask("ping") == "PONG", self.folder)

    def ask(self, *words):
        user = [] if self.words else ["--user", "admin"]
        return subprocess.run(
            ["redis-cli", "--no-auth-warning", "-p", str(self.port),
             "-a", SECRET, *user, *words], capture_output=True,
            text=True, timeout=5).stdout.strip()

    def role(self):
        return self.ask("role").split("\n")[0]

    def end(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()


class Trio:
    """with Trio() as trio: three of each, which know each other."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="boxoffice-sentinel-")
        with open(f"{self.folder}/users.acl", "w") as file:
            file.write(example("boxoffice.acl") +
                       example("boxoffice-replicated.acl"))
        common = (example("boxoffice.conf") +
                  example("boxoffice-replicated.conf") +
                  f"aclfile {self.folder}/users.acl\n"
                  "bind 127.0.0.1\nport {port}\ndir {folder}\n")
        self.redis = [Server(self.folder, "redis-0", common)]
        first = self.redis[0].port
        for i in (1, 2):
            self.redis.append(Server(
                self.folder, f"redis-{i}",
                common + f"replicaof 127.0.0.1 {first}\n"))
        watch = example("sentinel.conf").replace("26379", "{port}")
        watch = watch.replace("192.0.2.21 6379", f"127.0.0.1 {first}")
        self.sentinels = [
            Server(self.folder, f"sentinel-{i}",
                   watch + "dir {folder}\nbind 127.0.0.1\n", "--sentinel")
            for i in range(3)]
        tap.wait_for(self.is_whole, "the sentinels to know all", 30)
        return self

    def __exit__(self, *_):
        for server in self.sentinels + self.redis:
            server.end()
        shutil.rmtree(self.folder)

    def knows(self, sentinel):
        words = sentinel.ask("sentinel", "master", "boxoffice").split("\n")
        return dict(zip(words[::2], words[1::2]))

    def is_whole(self):
        """Every sentinel knows the others, and two replicas that follow."""
        facts = [self.knows(s) for s in self.sentinels]
        return all(f.get("num-slaves") == "2" and
                   f.get("num-other-sentinels") == "2" and
                   f.get("flags") == "master" for f in facts) and \
            "connected_slaves:2" in self.master().ask("info", "replication")

    def master(self):
        """The one that the first sentinel names."""
        port = self.sentinels[0].ask("sentinel", "get-master-addr-by-name",
                                     "boxoffice").split("\n")[1]
        return next(r for r in self.redis if str(r.port) == port)

    def settings(self):
        where = " ".join(f"127.0.0.1:{s.port}" for s in self.sentinels)
        return (f"[redis]\nsentinels = {where}\n"
                f"sentinel_password = {SECRET}\npassword = {SECRET}\n"
                f"[feed]\nredis_password = {SECRET}\n")


def epoch():
    return stage.number("SELECT epoch FROM sys_epoch")


def fails_over(what, break_it, mend_it):
    """Somebody else is the master, and there is one epoch more, which stays when
    the old one is back."""
    with Sale() as sale:
        before, old = epoch(), TRIO.master()
        break_it(old)
        tap.wait_for(lambda: TRIO.master() is not old, "another master", 60)
        sale.more()
        mend_it(old)
        tap.wait_for(lambda: old.role() == "slave", "the old one to follow", 60)
        after = epoch()
        assert after > before, (before, after)
        sale.more()
        tap.wait_for(TRIO.is_whole, "two replicas again", 60)
        sale.more()
        assert epoch() == after, "the epoch was raised once more"
    sale.tell(f"{what}, epoch {before} -> {after}")
    stage.settle()


def the_master_is_found_and_sells():
    with Sale() as sale:
        sale.more()
    sale.tell("found by its sentinels")
    assert "boxoffice" in TRIO.master().ask("client", "list")


def a_killed_master_is_replaced_without_an_operator():
    fails_over("the master was killed", lambda old: old.end(),
               lambda old: old.start())


def a_master_that_stood_still_is_not_believed_again():
    fails_over("the master stood still",
               lambda old: old.process.send_signal(signal.SIGSTOP),
               lambda old: old.process.send_signal(signal.SIGCONT))


def a_master_without_replicas_takes_no_writes():
    """And is one again for buyers when it has one."""
    with Sale() as sale:
        master = TRIO.master()
        others = [r for r in TRIO.redis if r is not master]
        for other in others:
            other.process.send_signal(signal.SIGSTOP)
        tap.wait_for(lambda: "NOREPLICAS" in master.ask("set", "x", "1"),
                     "it to notice", 30)
        for other in others:
            other.process.send_signal(signal.SIGCONT)
        sale.more()
    sale.tell("the master lacked replicas")
    stage.settle()


with Trio() as TRIO, DropIn(TRIO.settings()):
    tap.main([
        the_master_is_found_and_sells,
        a_killed_master_is_replaced_without_an_operator,
        a_master_that_stood_still_is_not_believed_again,
        a_master_without_replicas_takes_no_writes,
    ])
