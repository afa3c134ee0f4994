#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What Redis keeps of a large catalog: maps of what is on sale, no more,
whatever strangers read."""
import concurrent.futures
import json
import os
import sys
import tempfile
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import faults  # noqa: E402
import tap  # noqa: E402

API = "/api/v1"
TIMES = [f"{at // 60:02}:{at % 60:02}" for at in range(0, 1250, 50)]
# What is not sold now, for each reason there is; days of 25 performances.
KINDS = {
    "past": (50, {"sales_open_at": "now-2d", "sales_close_at": "now-1h"}),
    "closed": (50, {"status": "closed", "sales_open_at": "now-1d"}),
    "cancelled": (50, {"status": "cancelled", "sales_open_at": "now-1d"}),
    "soon": (49, {"sales_open_at": "start-1d"}),
    "sold": (1, {"sales_open_at": "now-1d"}),
}
N = sum(days for days, _ in KINDS.values()) * len(TIMES)


def load_catalog():
    """N performances of a new show; status -> ids. Only "sold" is on sale."""
    key = "m" + uuid.uuid4().hex[:10]
    name = {"ko": key, "en": key}
    plan = {"price_classes": [{"key": "all", "name": name}],
            "sections": [{"key": "main", "name": name, "rows": [
                {"from": "1", "to": "2", "numbers": [1, 10],
                 "price_class": "all"}]}]}
    catalog = {
        "shows": [{"key": key, "kind": "concert", "status": "running",
                   "title": name, "running_minutes": 30}],
        "venues": [{"key": key, "name": name, "time_zone": "Asia/Seoul",
                    "halls": [{"key": kind, "name": name, "plan": plan}
                              for kind in KINDS]}],
        "schedules": [
            {"key": f"{key}-{kind}", "show": key, "venue": key, "hall": kind,
             "starts_on": "today+9", "days": days, "times": TIMES,
             "currency": "KRW", "prices": {"all": 1000}, **more}
            for kind, (days, more) in KINDS.items()]}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(catalog, file)
        file.flush()
        api.command("CTL", "load", file.name)
    return {kind: {int(line) for line in api.sql(
        "SELECT id FROM performances"
        f" WHERE key LIKE '{key}-{kind}@%'").splitlines()} for kind in KINDS}


def read_all(ids):
    """The seats of each, as a stranger."""
    mine = threading.local()

    def read(performance):
        if not hasattr(mine, "client"):
            mine.client = api.Client()
        answer = mine.client.get(f"{API}/performances/{performance}/seats")
        return len(api.expect(answer, 200).json()["statuses"])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, ids)) == {20}


def maps_in_redis():
    """Ids of performances that have any key there, of whatever epoch."""
    keys = faults.redis("--scan", "--pattern", "bo:{p*").splitlines()
    return {int(key[len("bo:{p"):].split(".")[0]) for key in keys}


def used_memory():
    return int(faults.redis("info", "memory").split("used_memory:")[1]
               .split()[0])


def redis_keeps_maps_of_what_is_on_sale_whatever_is_read():
    performances = load_catalog()
    ours = set().union(*performances.values())
    assert len(ours) == N == 5000, len(ours)
    before = used_memory()
    read_all(ours)
    print(f"# Redis took {used_memory() - before} bytes for it")
    assert maps_in_redis() & ours == performances["sold"]


tap.main([
    redis_keeps_maps_of_what_is_on_sale_whatever_is_read,
])
