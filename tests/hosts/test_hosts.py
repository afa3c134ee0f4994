#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Two hosts behind HAProxy, and behind nginx, with the shipped files: one is
drained, both are upgraded, one loses its power, while buyers buy.

Some two minutes, as root, with haproxy and a stack: STACK_DIR.
"""
import os
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import fleet  # noqa: E402

fleet.move_in()

import api  # noqa: E402
import crowd  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from api import Client, expect  # noqa: E402
from fleet import ADDRESSES, Haproxy, Host, NginxBalancer  # noqa: E402
from sale import N_BUYERS, Sale  # noqa: E402


def at(host, port=8080):
    return f"http://{ADDRESSES[host]}:{port}"


def a_buyer_is_bound_to_no_host():
    performance = stage.make_performance(50)
    buyer = api.buyers(1, base_url=at("a"))[0]
    other = Client(at("b"), buyer.token, buyer.user)
    token = expect(buyer.hold(performance, [1]), 201).json()["hold_token"]
    expect(other.get(f"{crowd.API}/holds/{token}"), 200)
    key = uuid.uuid4().hex
    first = expect(other.pay(token, key), 201)
    again = expect(buyer.pay(token, key), 201)
    assert first.body == again.body, (first, again)


def what_is_private_is_told_to_the_balancer_alone():
    private = Client(at("a", 8081))
    ready = expect(private.get("/health/ready"), 200).json()
    assert ready["status"] == "ready", ready
    load = expect(private.get("/health/load"), 200).json()
    assert 0 <= load["load"] <= 1, load
    assert load["load"] == load["sources"][load["most"]] \
        == max(load["sources"].values()), load
    expect(private.get("/metrics"), 200)
    expect(private.get(f"{crowd.API}/shows"), 404)
    for path in ("/health/ready", "/health/load", "/metrics"):
        expect(Client(at("a")).get(path), 403)


def load_now_is_one_number_with_its_sources():
    with Sale(Haproxy.url):
        lines = HOSTS["a"].ctl("load-now").split()
    sources = dict(zip(lines[1::2], map(float, lines[2::2])))
    assert sorted(sources) == ["api", "cpu", "holds", "pay", "primary",
                               "redis"], lines
    assert float(lines[0]) == max(sources.values()), lines
    assert sources["api"] > 0 and sources["pay"] > 0, lines
    print(f"# under load: {' '.join(lines)}")


def drained(host):
    HOSTS[host].ctl("drain")
    BALANCER.wait_state(host, "DOWN")


def undrained(host):
    HOSTS[host].ctl("undrain")
    BALANCER.wait_state(host, "UP")


def a_drained_host_is_left_and_no_request_is_lost():
    with Sale(Haproxy.url) as sale:
        drained("a")
        sale.more()		# what was under way is done, and logged
        tap.wait_for(lambda: still(HOSTS["a"].n_served), "the last of it")
        served, other = HOSTS["a"].n_served(), HOSTS["b"].n_served()
        sale.more()
        assert HOSTS["a"].n_served() == served
        assert HOSTS["b"].n_served() > other
        undrained("a")
        tap.wait_for(lambda: HOSTS["a"].n_served() > served, "new buyers", 60)
    sale.tell("drained and back")
    assert sale.failures() == [], sale.failures()


def still(count):
    """Whether it has not grown for longer than a log is kept back."""
    before = count()
    time.sleep(1.5)
    return count() == before


def both_are_upgraded_and_no_request_is_lost():
    with Sale(Haproxy.url) as sale:
        api.command("CTL", "migrate")
        for host in HOSTS.values():
            drained(host.name)
            host.upgrade()
            undrained(host.name)
            sale.more()
    sale.tell("upgraded")
    assert sale.failures() == [], sale.failures()


def where_no_host_may_sell_what_is_on_is_still_shown():
    for host in HOSTS:
        drained(host)
    expect(Client(Haproxy.url).get(f"{crowd.API}/shows"), 200)
    for host in HOSTS:
        undrained(host)
    BALANCER.wait_state("a", "UP")


def a_host_loses_its_power_and_what_was_in_flight_alone_is_lost():
    with Sale(Haproxy.url) as sale:
        since = time.monotonic()
        HOSTS["b"].lose_power()
        BALANCER.wait_state("b", "DOWN")
        known = time.monotonic()
        tap.wait_for(lambda: all(any(r.began > known for r in buyer.records)
                                 for buyer in sale.buyers),
                     "every buyer to go on", 60)
    failed = sale.failures()
    sale.tell("a host lost its power")
    slowest = max(r.ended - r.began for r in sale.crowd.records(since=since))
    print(f"# known after {known - since:.1f} s, the longest request "
          f"{slowest:.1f} s; {len(failed)} of {N_BUYERS} in flight failed")
    # A buyer has one request under way, and meets the dead host again only
    # while nobody knows that it is dead.
    late = [r for r in failed if r.began > known]
    assert late == [], late
    assert len(failed) <= N_BUYERS, len(failed)


def the_books_agree():
    stage.settle()


def nginx_balances_too_when_told_whom_to_leave_out():
    """Its reload ends idle connections of buyers: a browser then asks again on a new
    one, a client of these tests tells that it had no answer."""
    with NginxBalancer() as balancer, Sale(balancer.url) as sale:
        balancer.take_out("b")
        sale.more()
        tap.wait_for(lambda: still(HOSTS["b"].n_served), "the last of it")
        served = HOSTS["b"].n_served()
        HOSTS["b"].upgrade()
        sale.more()
        assert HOSTS["b"].n_served() == served
        balancer.take_out()
        tap.wait_for(lambda: HOSTS["b"].n_served() > served, "new buyers", 60)
    sale.tell("nginx, reloaded twice")
    assert [r for r in sale.failures() if r.status] == [], sale.failures()
    assert len(sale.failures()) <= 2 * N_BUYERS


with Host("a") as a, Host("b") as b, Haproxy() as BALANCER:
    HOSTS = {"a": a, "b": b}
    tap.main([
        a_buyer_is_bound_to_no_host,
        what_is_private_is_told_to_the_balancer_alone,
        load_now_is_one_number_with_its_sources,
        a_drained_host_is_left_and_no_request_is_lost,
        both_are_upgraded_and_no_request_is_lost,
        nginx_balances_too_when_told_whom_to_leave_out,
        where_no_host_may_sell_what_is_on_is_still_shown,
        a_host_loses_its_power_and_what_was_in_flight_alone_is_lost,
        the_books_agree,
    ])
