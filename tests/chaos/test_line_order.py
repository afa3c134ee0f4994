#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A line of three places, in real time: fifty people come and go.

They join, poll as they are told, buy, leave, let their passes lapse, go silent and
come back. Meanwhile the line is looked at every 10 ms. LINE_SECONDS in the
environment is how long it goes on (300 for the whole length).
"""
import base64
import collections
import os
import random
import shlex
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from settings import DropIn  # noqa: E402

SECONDS = float(os.environ.get("LINE_SECONDS", "12"))
N_PEOPLE, LIMIT, N_EACH = 50, 3, 20
API = "/api/v1"
PATIENT = "[redis]\ncommand_ms = 2000\n[postgresql]\nlock_ms = 2500\n" \
    "[limits]\nhold = off\npay = off\nqueue = off\npoll = off\n"
# A run takes nobody for absent whom it has heard of within 90 s, and may have
# picked before what was said to somebody in these.
AWAY_S, RUN_S = 80, 2
# The web server ends connections that are silent for longer than this.
IDLE_S = 15

# Now, who have passes, how often more had than may, who of those near is there,
# who were ever admitted, and when the last run was.
LOOK = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local line = redis.call('HMGET', KEYS[4], 'over', 'admitted', 'ran')
local here = 0
for _, user in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    local seen = redis.call('ZSCORE', KEYS[3], user)
    here = here + (seen and now - seen < %d and 1 or 0)
end
return table.concat({now, redis.call('ZCARD', KEYS[1]), line[1] or 0, here,
    line[2] or 0, line[3] or 0}, ' ')
""" % (AWAY_S * 1000)
Look = collections.namedtuple("Look", "now active over here admitted ran")


def seq_of(ticket):
    """The number in it, which its owner is not meant to read."""
    raw = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
    return int(raw[16:].split(b" ")[1])


class Place:
    """One place in the line: when its owner was told that he has it, the times
    at which he was told where he stands, and when he gave it up."""

    def __init__(self, seq):
        self.seq, self.told, self.left = seq, [time.time()], None

    def waits_at(self, when):
        """Whether he was there then, without a doubt."""
        return (self.left is None or self.left > when) and any(
            when - AWAY_S < told < when - RUN_S for told in self.told)


class Person(threading.Thread):
    def __init__(self, number, client, performance, end):
        super().__init__()
        self.number, self.client, self.end = number, client, end
        self.at = f"{API}/performances/{performance}"
        self.dice = random.Random(client.user)
        self.places, self.ticket, self.wrong = [], None, None
        self.bought, self.asked = 0, 0

    def run(self):
        try:
            while time.time() < self.end:
                self.sleep(self.dice.random() * 2)
                self.visit()
        except Exception as error:	# told by whoever asks, not lost
            self.wrong = error

    def sleep(self, seconds):
        time.sleep(max(0, min(seconds, self.end - time.time())))

    def ask(self, method, path, want, body=None):
        headers = {"X-Queue-Token": self.ticket} if self.ticket else {}
        if time.time() - self.asked > IDLE_S:
            self.client.connection = None
        self.asked = time.time()
        answer = self.client.ask(method, path, body, headers)
        assert answer.status in want, answer
        return answer

    def hear(self, answer):
        """What he is told; his place, where he has another one."""
        said = answer.json()
        if "queue_token" in said:
            self.ticket = said["queue_token"]
            seq = seq_of(self.ticket)
            if not self.places or self.places[-1].seq != seq:
                self.places.append(Place(seq))
        if said["state"] == "waiting":
            self.places[-1].told.append(time.time())
        return said

    def visit(self):
        """From joining until he has bought, left, or been away for too long."""
        self.ticket = None
        said = self.hear(self.ask("POST", self.at + "/queue", {200, 201}))
        while said["state"] == "waiting" and time.time() < self.end:
            if self.dice.random() < 0.03:
                return self.leave()
            if self.dice.random() < 0.05:
                self.sleep(self.dice.random() * 200)
            self.sleep(said["poll_after"])
            said = self.hear(self.ask("GET", self.at + "/queue", {200}))
        if said["state"] == "admitted":
            self.buy()

    def leave(self):
        self.places[-1].left = time.time()
        self.ask("DELETE", self.at + "/queue", {204})

    def buy(self):
        """Most do; some give their passes back or forget them."""
        self.sleep(self.dice.random())
        what = self.dice.random()
        if what < 0.1 or self.bought == N_EACH:
            return self.leave()
        if what < 0.15:
            return self.sleep(100)
        # Seats of his own: nobody is in his way.
        self.bought += 1
        seat = self.number * N_EACH + self.bought
        answer = self.ask("POST", self.at + "/holds", {201, 403},
                          {"seat_ids": [seat]})
        if answer.status == 201:
            api.expect(self.client.pay(answer.json()["hold_token"]), 201)


class Looker:
    """Looks every 10 ms, by one connection."""

    def __init__(self, performance):
        self.cli = subprocess.Popen(
            shlex.split(api.ENV["REDIS_CLI"]), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        epoch = self.ask("GET bo:job:epoch")
        keys = " ".join(f"bo:{{p{performance}.{epoch}}}:{kind}"
                        for kind in ("active", "ready", "seen", "line"))
        sha = self.ask(f'SCRIPT LOAD "{LOOK}"'.replace("\n", " "))
        self.command = f"EVALSHA {sha} 4 {keys}"
        self.looks = []

    def ask(self, command):
        self.cli.stdin.write(command + "\n")
        self.cli.stdin.flush()
        return self.cli.stdout.readline().strip().strip('"')

    def look(self):
        self.looks.append(Look(*map(int, self.ask(self.command).split())))

    def look_until(self, end):
        while time.time() < end:
            began = time.time()
            self.look()
            time.sleep(max(0, began + 0.01 - time.time()))
        self.cli.communicate()


def stretches(looks):
    """Times while a place is free, somebody is there for it, and nobody is
    admitted: seconds, and how many runs went by."""
    first, last, found = None, None, []
    # The last one ends with the looks.
    for look in [*looks, None]:
        idle = look and look.active < LIMIT and look.here > 0
        if first and (not idle or look.admitted != first.admitted):
            found.append(((last.now - first.now) / 1000, len(runs)))
            first = None
        if idle and first is None:
            first, runs = look, set()
        if idle:
            last = look
            runs.add(look.ran)
    return found


def admitted(performance):
    """(when, number) of each pass."""
    rows = api.sql("SELECT extract(epoch FROM made_at), seq FROM queue_pass"
                   f" WHERE performance_id = {performance} ORDER BY 1")
    return [(float(when), int(seq)) for when, seq in
            (line.split("|") for line in rows.splitlines())]


def passed_over(passes, places):
    """Who was there when somebody behind him was admitted."""
    when_of = {seq: when for when, seq in passes}
    assert len(when_of) == len(passes)
    return [(place.seq, seq) for when, seq in passes for place in places
            if place.seq < seq and when_of.get(place.seq, when + 1) > when
            and place.waits_at(when)]


def fifty_come_and_go_and_are_admitted_in_order():
    with DropIn(PATIENT):
        performance = stage.make_performance(
            N_PEOPLE * N_EACH, seats_per_user=N_EACH)
        api.command("CTL", "queue", "set", str(performance), "--mode", "fifo",
                    "--active", str(LIMIT), "--claim", "30", "--pass", "60",
                    "--reason", "they come and go")
        buyers = api.buyers(N_PEOPLE)
        # Whose map is read has it loaded, and his line begun.
        buyers[0].get(api.unkept(f"{API}/performances/{performance}/seats"))
        end = time.time() + SECONDS
        people = [Person(i, buyer, performance, end)
                  for i, buyer in enumerate(buyers)]
        looker = Looker(performance)
        for person in people:
            person.start()
        looker.look_until(end)
        for person in people:
            person.join()
        for person in people:
            if person.wrong:
                raise person.wrong
        passes = admitted(performance)
        places = [place for person in people for place in person.places]
        idle = sorted(stretches(looker.looks)) or [(0, 0)]
        print(f"# {SECONDS:.0f} s: {len(places)} places, {len(passes)} passes, "
              f"{stage.sold(performance)} sold, {len(looker.looks)} looks, at "
              f"most {max(look.active for look in looker.looks)} at a time; a "
              f"free place was filled within {idle[len(idle) // 2][0]:.2f} s "
              f"(half), {idle[-1][0]:.2f} s (all)")
        assert max(look.active for look in looker.looks) == LIMIT
        assert looker.looks[-1].over == 0
        # A run that had begun before may see neither the place nor him.
        assert max(runs for _, runs in idle) <= 3, idle
        assert len(passes) > LIMIT
        assert passed_over(passes, places) == []


tap.main([fifty_come_and_go_and_are_admitted_in_order])
