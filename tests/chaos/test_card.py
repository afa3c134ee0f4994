#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Buyers pay by card while their bank, its provider and our own parts fail:
every capture ends as one reservation or one whole refund.

N_CARDS in the environment is how many purchases there are, 2000 for the drill;
PACE_S, for how many seconds fifty a second pay while the provider is slow and lets
in few, 30 for the drill, which looks at how late other jobs are too.
"""
import concurrent.futures
import datetime
import json
import os
import random
import re
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import faults  # noqa: E402
import paysim  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from settings import DropIn  # noqa: E402

N = int(os.environ.get("N_CARDS", "50"))
PACE_S = int(os.environ.get("PACE_S", "2"))
PER_S = 50
# None may have more than 20 seats.
SEATS_MAX = 20
N_BUYERS = max(min(N, 50), N // SEATS_MAX)
# What ends by its deadline alone takes its time: in the drill only.
IS_DRILL = N >= 1000
# The shortest there is, and what may come on top of it once all is well.
DEADLINE_S, GRACE_S = 60, 60
SETTINGS = f"[pay]\ndeadline_s = {DEADLINE_S}\n" \
    "[redis]\ncommand_ms = 2000\n[postgresql]\nlock_ms = 2500\n" \
    "[sale]\nredis_down = database\n"
CARDS = ["visa"] * 8 + ["authenticationRequired"] * 2 + [
    "visa_chargeDeclined", "visa_chargeDeclinedInsufficientFunds"]
# Of paysim's faults those that a provider who keeps his word may have: to take
# money twice, or to tell of another amount than he took, is none of them.
FAULTS = ["status&status=500", "status&status=503", "status&status=409",
          "done_500", "lost", "drop", "delay&ms=3000", "garbage",
          "truncated", "huge", "redirect", "conflict", "limit"] + ["keep"] * IS_DRILL
OPERATIONS = ["create", "confirm", "retrieve", "cancel", "refund", "list",
              "any"]
FINAL = {201, 402, 410}


class Purchase:
    """One hold, paid for by one key."""

    def __init__(self, buyer, performance, seat):
        self.buyer, self.performance, self.seat = buyer, performance, seat
        self.key, self.hold, self.payment = uuid.uuid4().hex, None, None
        self.source = "pm_card_" + random.choice(CARDS)

    def place(self):
        answer = api.surely(lambda: self.buyer.hold(self.performance,
                                                    [self.seat]))
        if answer.status in (200, 201):
            self.hold = answer.json()["hold_token"]
        return self.hold is not None

    def pay(self):
        return api.surely(lambda: self.buyer.post("/api/v1/payments", {
            "hold_token": self.hold, "method": "card", "source": self.source},
            headers={"Idempotency-Key": self.key}))

    def buy(self):
        if not self.place():
            return
        answer = self.pay()
        if answer.status == 202:
            self.payment = answer.json()["id"]
            self.see_it_through()

    def see_it_through(self):
        """Until it has its end, or one has lost patience."""
        end, was_there = time.monotonic() + 20, False
        while time.monotonic() < end:
            said = api.surely(lambda: self.buyer.get(
                f"/api/v1/payments/{self.payment}",
                headers={"Prefer": "wait=2"})).json()
            if said["status"] != "SENT":
                return
            if said["next"] and not was_there:
                self.go_to_bank(said["next"]["redirect"].split("/")[-1])
                was_there = True

    def go_to_bank(self, intent):
        """Some refuse there; some never go."""
        if IS_DRILL and random.random() < 0.1:
            return
        paysim.tell("authenticate", ok=int(random.random() < 0.7),
                    intent=intent)


def spoil():
    """The next questions to the provider go wrong."""
    kind = random.choice(FAULTS)
    words = dict(word.split("=") for word in kind.split("&")[1:])
    paysim.tell("fault", op=random.choice(OPERATIONS), kind=kind.split("&")[0],
                n=random.choice([1, 2, 4]), **words)


def meanwhile(over):
    """Each of these once at least, then any of them until it is over."""
    once = [faults.kill_pay_worker, faults.kill_paysim, faults.kill_worker,
            faults.kill_pools, faults.kill_redis, faults.flush_redis]
    random.shuffle(once)
    while once or not over.is_set():
        for _ in range(3):
            spoil()
        (once.pop() if once else random.choice([
            faults.kill_pay_worker, faults.kill_pools, faults.flush_redis]))()
        over.wait(2)


def all_at_once(purchases):
    """By every buyer in turn, while things break."""
    over, broken = threading.Event(), []

    def go_through(mine):
        try:
            for purchase in mine:
                purchase.buy()
        except Exception as error:	# told below, not lost
            broken.append(error)

    threads = [threading.Thread(target=go_through,
                                args=(purchases[i::N_BUYERS],))
               for i in range(N_BUYERS)]
    for thread in threads:
        thread.start()
    nemesis = threading.Thread(target=meanwhile, args=(over,))
    nemesis.start()
    for thread in threads:
        thread.join()
    over.set()
    nemesis.join()
    paysim.tell("calm")
    if broken:
        raise broken[0]


def check_money(performance):
    """Each capture at the provider against what we have of it."""
    rows = api.sql(
        "SELECT o.outside_ref, p.status, p.amount, r.number IS NOT NULL"
        " FROM payments p JOIN payment_outside o ON o.payment_id = p.id"
        " LEFT JOIN reservations r ON r.payment_id = p.id"
        f" WHERE p.performance_id = {performance}")
    money, counts = paysim.journal(), {}
    for line in rows.splitlines():
        ref, status, amount, is_owned = line.split("|")
        taken = money.get(ref, paysim.Money())
        counts[status] = counts.get(status, 0) + 1
        assert taken.captures <= 1, line
        kept = taken.taken - taken.given_back
        assert kept == (int(amount) if status == "CAPTURED" else 0), \
            (line, vars(taken))
        assert (status == "CAPTURED") == (is_owned == "t"), line
    return counts


def check_answers(performance, purchases):
    """The repetition of each has the one final answer of its payment."""
    status_of = dict(line.split("|") for line in api.sql(
        "SELECT id, status FROM payments WHERE performance_id ="
        f" {performance}").splitlines())
    for purchase in purchases:
        if purchase.payment is None:
            continue
        answer = purchase.pay()
        assert answer.status in FINAL, answer
        status = status_of[str(purchase.payment)]
        assert (answer.status == 201) == (status == "CAPTURED"), \
            (status, answer)


def give_some_back(purchases):
    """A third of what was bought."""
    for purchase in purchases[::3]:
        if purchase.payment is None:
            continue
        said = purchase.buyer.get(f"/api/v1/payments/{purchase.payment}").json()
        if said["status"] == "CAPTURED":
            number = said["reservation_number"]
            api.expect(purchase.buyer.post(
                f"/api/v1/reservations/{number}/cancel", {},
                headers={"Idempotency-Key": "back-" + purchase.key}), 200)


def settlement(performance):
    """(sold, refunded) as operators are told."""
    day = datetime.timedelta(days=1)
    today = datetime.date.today()
    lines = json.loads(api.command(
        "CTL", "payment", "settlement", "--json", "--from",
        str(today - day), "--to", str(today + day)))["lines"]
    mine = [line for line in lines if line["performance_id"] == performance]
    return (sum(line["sold"] for line in mine),
            sum(line["refunded"] for line in mine))


def check_settlement(performance):
    """It is the ledger, and what the provider has, to the last unit."""
    refs = api.sql("SELECT o.outside_ref FROM payments p JOIN payment_outside o"
                   " ON o.payment_id = p.id WHERE p.performance_id ="
                   f" {performance}").split()
    money = paysim.journal()
    there = [money[ref] for ref in refs if ref in money]
    booked = api.sql(
        "SELECT coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0),"
        " coalesce(-sum(l.amount) FILTER (WHERE l.amount < 0), 0)"
        " FROM ledger l JOIN payments p ON p.id = l.payment_id"
        f" WHERE l.account = 'sales' AND p.performance_id = {performance}")
    sold, refunded = settlement(performance)
    assert (sold, refunded) == tuple(map(int, booked.split("|"))), \
        (sold, refunded, booked)
    assert sold == sum(one.taken for one in there) > 0, sold
    assert refunded == sum(one.given_back for one in there) > 0, refunded
    print(f"# settled: {sold} sold, {refunded} given back", flush=True)


def every_capture_is_one_reservation_or_one_refund():
    performance = stage.make_performance((N + 49) // 50 * 50,
                                         SEATS_MAX)
    buyers = api.buyers(N_BUYERS)
    purchases = [Purchase(buyers[i % N_BUYERS], performance, i + 1)
                 for i in range(N)]
    with DropIn(SETTINGS):
        began = time.monotonic()
        all_at_once(purchases)
        mended = time.monotonic()
        tap.wait_for(lambda: paysim.n_open(performance) == 0,
                     "every payment to have its end", DEADLINE_S + GRACE_S)
        took = time.monotonic() - mended
        counts = check_money(performance)
        print(f"# {N} purchases in {mended - began:.0f} s, the last decided "
              f"{took:.0f} s later: {counts}", flush=True)
        assert counts.get("CAPTURED", 0) > N / 4, counts
        assert counts.get("LATE", 0) == 0, counts
        check_answers(performance, purchases)
        give_some_back(purchases)
        tap.wait_for(lambda: paysim.n_open(performance) == 0,
                     "the money to be back", DEADLINE_S + GRACE_S)
        check_settlement(performance)
    stage.settle()


def fifty_repetitions_while_the_job_is_killed_are_one_capture():
    performance = stage.make_performance(50)
    buyer, = api.buyers(1)
    one = Purchase(buyer, performance, 1)
    one.source = "pm_card_visa"
    assert one.place()
    statuses, lock = [], threading.Lock()

    def repeat():
        mine = Purchase(api.Client(token=buyer.token), performance, 1)
        mine.key, mine.hold, mine.source = one.key, one.hold, one.source
        answer = mine.pay()
        with lock:
            statuses.append(answer.status)

    threads = [threading.Thread(target=repeat) for _ in range(50)]
    for i, thread in enumerate(threads):
        thread.start()
        if i % 20 == 10:
            faults.kill_pay_worker()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 202, 409}, statuses
    tap.wait_for(lambda: one.pay().status == 201, "the payment", 90)
    counts = check_money(performance)
    assert counts == {"CAPTURED": 1}, counts


def a_double_click_is_one_capture():
    """The same at once, and then as two keys."""
    for keys in ["one", "one"], ["one", "two"]:
        performance = stage.make_performance(50)
        buyer, = api.buyers(1)
        one = Purchase(buyer, performance, 1)
        one.source = "pm_card_visa"
        assert one.place()
        statuses = []

        def click(key):
            mine = Purchase(api.Client(token=buyer.token), performance, 1)
            mine.hold, mine.source = one.hold, one.source
            mine.key = one.hold + key
            statuses.append(mine.pay().status)

        threads = [threading.Thread(target=click, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 202 in statuses and set(statuses) <= {202, 409}, statuses
        tap.wait_for(lambda: paysim.n_open(performance) == 0,
                     "the payment", 30)
        counts = check_money(performance)
        assert counts == {"CAPTURED": 1}, counts


# Other programs' than boxoffice-worker --jobs core.
NOT_CORE = {"pay", "reconcile-pay", "mail", "export", "export-purge", "webhook"}


def rounds_by_lateness():
    """core job -> seconds -> how many rounds began no later than that"""
    found = {}
    for line in api.Client().get("/metrics").body.decode().splitlines():
        if line.startswith("boxoffice_job_late_seconds_bucket"):
            job, bound = re.search('job="(.*?)".*le="(.*?)"', line).groups()
            if job not in NOT_CORE:
                found.setdefault(job, {})[float(bound)] = int(line.split()[-1])
    return found


def n_limited():
    """How often paysim has let nobody in so far."""
    with open(os.path.join(paysim.DIR, "journal.jsonl"),
              encoding="utf-8") as file:
        return sum(json.loads(line)["what"] == "limited" for line in file)


def late_rounds(before):
    """Since then: job -> rounds that were more than 50 ms late; and the latest of
    any job, as the bound of its bucket."""
    late, latest = {}, 0
    for job, after in rounds_by_lateness().items():
        n = {bound: after[bound] - before[job][bound] for bound in after}
        rounds = n[float("inf")]
        if rounds > n[0.05]:
            late[job] = rounds - n[0.05]
        latest = max(latest, min(b for b in n if n[b] == rounds))
    return late, latest


def pay_at_a_pace(purchases):
    """Fifty begin a second, whatever becomes of those before."""
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        began, asked = time.monotonic(), []
        for i, purchase in enumerate(purchases):
            time.sleep(max(0, began + i / PER_S - time.monotonic()))
            asked.append(pool.submit(purchase.pay))
        assert {one.result().status for one in asked} == {202}
    return time.monotonic() - began


def a_slow_provider_who_lets_in_few_takes_fifty_a_second():
    n = PER_S * PACE_S
    performance = stage.make_performance(n)
    purchases = [Purchase(buyer, performance, i + 1)
                 for i, buyer in enumerate(api.buyers(n))]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(Purchase.place, purchases))
    for purchase in purchases:
        purchase.source = "pm_card_visa"
    paysim.tell("pace", ms=300, limit=25)
    before, limited = rounds_by_lateness(), n_limited()
    took = pay_at_a_pace(purchases)
    tap.wait_for(lambda: paysim.n_open(performance) == 0,
                 "every payment to have its end", n / 10 + 60)
    (late, latest), limited = late_rounds(before), n_limited() - limited
    paysim.tell("pace")
    wait = api.sql(
        "SELECT percentile_disc('{0.5,1}'::float[]) WITHIN GROUP (ORDER BY"
        " round(extract(epoch FROM changed_at - created_at), 1))"
        f" FROM payments WHERE performance_id = {performance}")
    counts = check_money(performance)
    print(f"# {n} in {took:.0f} s: {counts}, decided after {wait} s (median, "
          f"last), {limited} times refused with 429; core jobs began at most "
          f"{latest} s late, rounds over 50 ms: {late}", flush=True)
    assert counts == {"CAPTURED": n}, counts
    assert not (late and PACE_S >= 30), late


tap.main([
    every_capture_is_one_reservation_or_one_refund,
    fifty_repetitions_while_the_job_is_killed_are_one_capture,
    a_double_click_is_one_capture,
    a_slow_provider_who_lets_in_few_takes_fifty_a_second,
])
