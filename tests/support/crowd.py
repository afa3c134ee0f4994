# SPDX-License-Identifier: BSD-2-Clause
"""crowd - many buyers at once, and a record of every answer they had.

Layer: tests.  Uses: api.
"""
import http.client
import json
import multiprocessing
import random
import threading
import time
import uuid

from api import Client, unkept

API = "/api/v1"
# How long a person looks at a map without a free seat.
THOUGHT_S = 0.05


def n_places(what):
    """Of a list of seats, or of so many places."""
    return what if isinstance(what, int) else len(what)


class Record:
    """One answer: what was asked when, by whom, and what came of it."""

    def __init__(self, op, buyer, began, answer, **more):
        self.op, self.user = op, buyer.user
        self.began, self.ended = began, time.monotonic()
        self.status = answer.status if answer else None
        self.problem = answer.problem() if answer and \
            answer.headers["Content-Type"] == "application/problem+json" \
            else None
        self.more = more

    def __repr__(self):
        return f"{self.op} {self.status} {self.problem} {self.more}"


class Buyer:
    """One person with one kept connection, who remembers every answer."""

    def __init__(self, client, performance, front=100):
        self.client, self.performance = client, performance
        self.front = front		# how many of the free seats are wanted
        self.records = []
        self.left = None		# places, where too few were
        self.held = {}			# hold token -> (seats, when it was told)
        self.unsure = set()		# tokens whose payment had no answer
        self.bought = {}		# reservation number -> seats

    def ask(self, op, call, **more):
        """call() with its answer recorded; None when no answer came."""
        began = time.monotonic()
        try:
            answer = call()
        except (http.client.HTTPException, OSError):
            answer = None
        self.records.append(
            Record(op, self.client, began, answer, **more))
        return answer

    def free_seats(self):
        answer = self.ask("map", lambda: self.client.get(
            unkept(f"{API}/performances/{self.performance}/seats")))
        if answer is None or answer.status != 200:
            return None
        letters = answer.json()["statuses"]
        return [i + 1 for i, letter in enumerate(letters) if letter == "A"]

    def hold(self, seats, tries=1):
        """The hold's token or None. No answer, and 503, are no answer: the
        same seats are asked for again, which is safe."""
        for _ in range(tries):
            answer = self.ask("hold", lambda: self.client.hold(
                self.performance, seats), seats=seats)
            if answer is not None and answer.status in (200, 201):
                return self.keep(answer.json())
            if answer is not None and answer.status < 500:
                break
        return None

    def keep(self, hold):
        """Seats, or how many places of a counter section."""
        what = hold.get("seat_ids") or hold["quantity"]
        self.held[hold["hold_token"]] = (what, time.monotonic())
        return hold["hold_token"]

    def hold_places(self, section, n, key):
        """n places of a section, whichever; the token, or None: the last answer
        says why. By a key, since asking again would be asking for more."""
        answer = self.ask("hold", lambda: self.client.post(
            f"{API}/performances/{self.performance}/holds",
            {"section_id": section, "quantity": n},
            headers={"Idempotency-Key": key}), n=n)
        self.left = None
        if answer is not None and answer.status == 201:
            hold = answer.json()
            assert n_places(hold.get("seat_ids") or hold["quantity"]) == n, hold
            return self.keep(hold)
        if answer is not None and answer.status == 409:
            self.left = answer.json().get("remaining")
        return None

    def forgotten_hold(self):
        """The token of a hold whose answer was lost, or None."""
        answer = self.ask("holds", lambda: self.client.get(
            f"{API}/performances/{self.performance}/holds"))
        if answer is None or answer.status != 200:
            return None
        return next((self.keep(hold) for hold in answer.json()["items"]),
                    None)

    def pay(self, token, key, tries=1):
        """Again by the same key while the answer is not final: 429 is not, the
        payment may have been made by an attempt that had no answer."""
        self.unsure.add(token)
        for _ in range(tries):
            answer = self.ask("payment",
                              lambda: self.client.pay(token, key), key=key)
            if answer is None or answer.status in (202, 429, 503, 502, 504) or \
                    self.records[-1].problem == "idempotency-in-progress":
                continue
            self.unsure.discard(token)
            seats, _ = self.held.pop(token, (None, 0))
            if answer.status == 201:
                number = answer.json()["reservation"]["number"]
                self.bought[number] = seats
                self.records[-1].more["reservation"] = number
            return answer.status
        return None

    def buy_one(self, tries=20):
        """Look, hold one seat of the front, pay. Whether it was bought."""
        free = self.free_seats()
        if not free:
            time.sleep(THOUGHT_S)
            return False
        token = self.hold([random.choice(free[:self.front])], tries)
        if token is None and self.records[-1].problem == "seat-limit":
            token = self.forgotten_hold()
        if token is None:
            return False
        return self.pay(token, uuid.uuid4().hex, tries) == 201


def history(buyers, path):
    """What was acknowledged, a JSON line each, for boxofficectl audit."""
    with open(path, "w") as file:
        for buyer in buyers:
            for r in buyer.records:
                if r.op == "payment" and r.status is not None:
                    file.write(json.dumps({
                        "op": r.op, "user": r.user, "status": r.status,
                        **r.more}) + "\n")


def statuses(buyers):
    """How many answers of each kind: (op, status, problem) -> n."""
    counts = {}
    for buyer in buyers:
        for r in buyer.records:
            kind = (r.op, r.status, r.problem)
            counts[kind] = counts.get(kind, 0) + 1
    return counts


# ---- a race: everybody at once, in several processes ----

def _race_process(buyers, act, ready, start, results):
    """One process's share of the race, a thread each."""
    for buyer in buyers:
        buyer.client.connect()
        buyer.client.connection.connect()
    threads = [threading.Thread(target=act, args=(buyer,))
               for buyer in buyers]
    ready.release()
    start.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for buyer in buyers:
        buyer.client = Client(token=buyer.client.token,
                              user=buyer.client.user)
    results.put(buyers)


def race(buyers, act, n_processes=4, meanwhile=None):
    """act(buyer) by all of them at once, and meanwhile() here. Gives (buyers as
    they came back, seconds it took)."""
    ready, start = multiprocessing.Semaphore(0), multiprocessing.Event()
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(
        target=_race_process,
        args=(buyers[i::n_processes], act, ready, start, results), daemon=True)
        for i in range(n_processes)]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    began = time.monotonic()
    start.set()
    try:
        if meanwhile is not None:
            meanwhile()
    except BaseException:
        # Nobody buys on beside the next test.
        for process in processes:
            process.kill()
        raise
    back = [buyer for _ in processes for buyer in results.get()]
    took = time.monotonic() - began
    for process in processes:
        process.join()
    return back, took


# ---- a crowd: a few buyers who go on and on while something happens ----

class Crowd:
    """with Crowd(buyers, act): do something to the stack meanwhile. Each
    buyer repeats act(buyer) in a thread of its own, with a thought between,
    until the block ends; with every_s he begins anew so often instead, or at
    once where he is late."""

    def __init__(self, buyers, act, think_s=0.02, every_s=None):
        self.buyers, self.act = buyers, act
        self.think_s, self.every_s = think_s, every_s
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.go_on, args=(buyer,))
                        for buyer in buyers]
        self.broken = []

    def go_on(self, buyer):
        try:
            began = time.monotonic()
            while not self.over.wait(self.pause(began)):
                began = time.monotonic()
                self.act(buyer)
        except Exception as error:	# told by whoever asks, not lost
            self.broken.append(error)

    def pause(self, began):
        """Seconds until a buyer who began his last act then begins again."""
        wanted = random.random() * 2
        if self.every_s is None:
            return self.think_s * wanted
        return max(0, began + self.every_s * wanted - time.monotonic())

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()
        assert self.goes_on()

    def goes_on(self):
        """True, unless a buyer met what nobody should."""
        if self.broken:
            raise self.broken[0]
        return True

    def records(self, op=None, since=0.0, until=float("inf")):
        """Of all buyers, begun in that span, by when they began."""
        found = [r for buyer in self.buyers for r in list(buyer.records)
                 if since <= r.began < until and (op is None or r.op == op)]
        return sorted(found, key=lambda r: r.began)
