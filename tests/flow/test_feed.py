#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Seats are followed through the web server: whatever happens on the way, each
follower's map is in the end the one that everybody reads.

FOLLOWERS and SHARE (of a page's waits) in the environment make it a larger one;
by hand: FOLLOWERS=10000 SHARE=1 STACK_DIR=.stack tests/flow/test_feed.py killed
"""
import asyncio
import contextlib
import json
import os
import random
import select
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import faults  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from follower import Follower  # noqa: E402
from nginx import Nginx  # noqa: E402

N = int(os.environ.get("FOLLOWERS", 60))
SEATS = 400
# A follower is two connections of a process of nginx, which may have as many
# files as anybody.
PER_PROCESS = 3000
SOCKET = os.path.join(os.path.dirname(api.ENV["PIDS_DIR"]),
                      "run/boxoffice/feed.sock")


class Crowd:
    """with Crowd(performance) as crowd: N followers in a loop of their own."""

    def __init__(self, performance, n=N, url=None):
        self.performance = performance
        self.followers = [Follower(performance, url) for _ in range(n)]

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def run(self):
        self.tasks = [self.loop.create_task(f.follow())
                      for f in self.followers]
        self.loop.run_forever()

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.end)
        self.thread.join()

    def end(self):
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.call_later(0.1, self.loop.stop)

    def break_some_off(self, share=0.3):
        for follower in self.followers:
            if random.random() < share:
                self.loop.call_soon_threadsafe(follower.break_off)

    def total(self, what):
        return sum(f.stats[what] for f in self.followers)

    def n_that_agree(self):
        statuses = seats(self.performance)
        return sum(f.agrees(statuses) for f in self.followers)

    def all_agree(self, seconds=60):
        tap.wait_for(lambda: self.n_that_agree() == len(self.followers),
                     "all followers to have the map of all", seconds)

    def failed(self):
        """A follower ends by an error only where this test is wrong."""
        return [t.exception() for t in self.tasks
                if t.done() and not t.cancelled() and t.exception()]


def seats(performance):
    answer = api.Client().get(
        api.unkept(f"/api/v1/performances/{performance}/seats"))
    return answer.json()["statuses"] if answer.status == 200 else None


class Rush:
    """Buyers who hold seats and give some of them back."""

    def __init__(self, performance, n=8):
        self.performance = performance
        self.buyers = api.buyers(n)
        self.tokens = []

    def step(self):
        buyer = random.choice(self.buyers)
        held = buyer.hold(self.performance, [random.randrange(SEATS) + 1])
        if held.status == 201:
            self.tokens.append((buyer, held.json()["hold_token"]))
        if len(self.tokens) > 20:
            buyer, token = self.tokens.pop(random.randrange(20))
            buyer.ask("DELETE", f"/api/v1/holds/{token}")

    def steps(self, n):
        for _ in range(n):
            self.step()


@contextlib.contextmanager
def settings(text):
    """boxoffice-feedd goes by them meanwhile."""
    path = os.path.join(api.ENV["CONFD"], "91-feed.conf")
    with open(path, "w") as file:
        file.write(f"[feed]\n{text}\n")
    try:
        os.kill(api.pid_of("feedd"), signal.SIGHUP)
        yield
    finally:
        os.unlink(path)
        os.kill(api.pid_of("feedd"), signal.SIGHUP)


def feed(performance, query=""):
    return api.Client().get(f"/api/v1/performances/{performance}/feed{query}")


def a_performance_tells_where_it_is_followed():
    performance = api.open_performance()
    answer = api.Client().get(f"/api/v1/performances/{performance}")
    assert answer.json()["feed_url"] == \
        f"/api/v1/performances/{performance}/feed", answer


def what_is_no_reader_is_refused_with_a_problem():
    performance = api.open_performance()
    api.expect_problem(feed(10 ** 12), 503, "seat-store-unavailable")
    api.expect_problem(feed(performance, "?x=1"), 400, "bad-request")
    api.expect_problem(api.Client().post(
        f"/api/v1/performances/{performance}/feed", {}), 405,
        "method-not-allowed")


def followers_see_seats_go():
    performance = stage.make_performance(SEATS)
    with Crowd(performance) as crowd:
        crowd.all_agree()
        Rush(performance).steps(100)
        crowd.all_agree()
        assert not crowd.failed(), crowd.failed()
        assert crowd.total("seats") > 0
        assert crowd.total("resync") == 0, crowd.total("resync")


def who_is_broken_off_goes_on_where_he_was():
    performance = stage.make_performance(SEATS)
    with Crowd(performance) as crowd:
        crowd.all_agree()
        rush = Rush(performance)
        for _ in range(10):
            rush.steps(15)
            crowd.break_some_off()
        crowd.all_agree()
        assert not crowd.failed(), crowd.failed()
        assert crowd.total("opened") > 2 * N
        assert crowd.total("resync") == 0, crowd.total("resync")


def restart_feedd():
    faults.Killed("feedd", signal.SIGKILL).start()


def drain_feedd():
    faults.Killed("feedd", signal.SIGTERM).start()


def empty_redis():
    faults.redis("FLUSHALL")


def kill_redis():
    killed = faults.Killed("redis", signal.SIGKILL)
    time.sleep(0.5)     # so long it is away
    killed.start()
    tap.wait_for(faults.redis_answers, "Redis")


def all_that_may_be_lost_is():
    """One after the other, while seats go and readers are broken off."""
    performance = stage.make_performance(SEATS)
    with Crowd(performance) as crowd:
        crowd.all_agree()
        rush = Rush(performance)
        for lose in (restart_feedd, empty_redis, drain_feedd, kill_redis,
                     lambda: api.command("CTL", "rebuild",
                                         str(performance))):
            rush.steps(15)
            crowd.break_some_off()
            lose()
            rush.steps(15)
            crowd.all_agree(120)
        assert not crowd.failed(), crowd.failed()


def asked_of_workers(nginx, performance, first):
    """(how many maps workers were asked for, how many answers were errors),
    from a line of the access log on."""
    lines = [json.loads(line) for line in nginx.accesses()[first:]]
    maps = [line for line in lines
            if line["uri"] == f"/api/v1/performances/{performance}/seats"]
    return (sum(line["upstream"] not in ("", "-") for line in maps),
            sum(line["status"] >= 500 for line in maps))


def killed_under_its_readers_they_ask_for_maps_and_few_reach_a_worker():
    performance = stage.make_performance(SEATS)
    # Nobody is limited: all come from here.
    with settings(f"readers_per_address = {2 * N}"), Nginx(
            changes={"#127.0.0.0/8": "127.0.0.0/8"},
            places=4 * min(N, PER_PROCESS) + 1000, listen="reuseport",
            workers=1 + N // PER_PROCESS) as nginx, \
            Crowd(performance, url=nginx.url) as crowd:
        crowd.all_agree(120)
        first, began = len(nginx.accesses()), time.monotonic()
        killed = faults.Killed("feedd", signal.SIGKILL)
        tap.wait_for(lambda: all(f.polls for f in crowd.followers),
                     "all of them to ask for maps", 60)
        polled = time.monotonic() - began
        Rush(performance).steps(15)
        tap.wait_for(lambda: crowd.total("polls") > 8 * N,
                     "some maps for each", 400)
        killed.start()
        tap.wait_for(lambda: all(f.streams or f.polls
                                 for f in crowd.followers),
                     "all of them to have something", 60)
        crowd.all_agree(120)
        took = time.monotonic() - began
        n_asked, n_errors = asked_of_workers(nginx, performance, first)
        n_polls = crowd.total("polls")
        print(f"# {N} followers: all asked for maps after {polled:.1f} s and"
              f" streamed after {took:.1f} s; {n_polls} maps, of which workers"
              f" were asked for {n_asked}, {n_asked / took:.1f} a second")
        assert not crowd.failed(), crowd.failed()
        assert n_polls > 2 * n_asked, (n_polls, n_asked)
        assert n_asked / took <= 20, (n_asked, took)
        assert n_errors == 0, n_errors


def a_reader_who_takes_nothing_is_closed_alone():
    """Blocks of seats make texts of many bytes; a setting makes it soon."""
    performance = stage.make_performance(2000)
    with settings("slow_s = 1"), Crowd(performance, 5) as crowd:
        crowd.all_agree()
        slow = socket.socket(socket.AF_UNIX)
        slow.connect(SOCKET)
        slow.sendall(f"GET /api/v1/performances/{performance}/feed"
                     " HTTP/1.1\r\n\r\n".encode())
        deadline = time.monotonic() + 60
        while not closed(slow):
            assert time.monotonic() < deadline
            for move in ("block", "unblock"):
                api.command("CTL", "seats", move, str(performance),
                            "1001-1500", "--reason", "test")
        crowd.all_agree()
        assert crowd.total("opened") == 5, crowd.total("opened")


def closed(connection):
    """Whether the other end has closed it; nothing is taken out of it."""
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return bool(poll.poll(0))


tap.main([
    a_performance_tells_where_it_is_followed,
    what_is_no_reader_is_refused_with_a_problem,
    followers_see_seats_go,
    who_is_broken_off_goes_on_where_he_was,
    all_that_may_be_lost_is,
    killed_under_its_readers_they_ask_for_maps_and_few_reach_a_worker,
    a_reader_who_takes_nothing_is_closed_alone,
])
