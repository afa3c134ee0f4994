#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a request costs: every row as CPU time and as a multiple of H.

H is the CPU time of a "hello" (hello.c) behind the same nginx in the same
round. CPU time is what nginx, the workers, boxoffice-worker, Redis and the
PostgreSQL primary were on a processor together, divided by the units of work
done; it survives a noisy machine better than a rate does.

Usage: bench.py STACK_DIR BUILD_DIR [--rounds N] [--seconds S] [--rows a,b]
STACK_DIR is a running stack (its env file is read); the bench starts its own
nginx without TLS or access log in front of the stack's sockets.
"""
import argparse
import configparser
import glob
import json
import os
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time

N_PERFORMANCES = 1000
N_SEATS = 1000
N_USERS = 100_000
PORT = 18099

# name, scenario, connections, floor in H (None: no floor), what it is
ROWS = [
    ("map-spread", "map-spread", 32, 2.0,
     "seat map, reads spread over 1,000 performances"),
    ("map-one", "map-one", 32, 1.3,
     "seat map, everybody on one performance"),
    ("hold-sync", "hold", 32, 7.0, "hold 2 seats (sync)"),
    ("sale", "sale", 16, 28.0, "sale: hold + wallet payment"),
    ("hold-lose", "hold-lose", 32, 2.5, "hold that loses (seat sold)"),
]

NGINX_CONF = """
daemon off;
worker_processes 2;
pid {dir}/nginx.pid;
error_log {dir}/error.log warn;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    client_body_temp_path {dir}/body;
    fastcgi_temp_path {dir}/fcgi;
    proxy_temp_path {dir}/proxy;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    upstream hello {{
        server unix:{dir}/hello.sock;
        keepalive 32; keepalive_time 5s; keepalive_timeout 5s;
        keepalive_requests 100000000;
    }}
    upstream api {{
        server unix:{api};
        keepalive 32; keepalive_time 5s; keepalive_timeout 5s;
        keepalive_requests 100000000;
    }}
    upstream pay {{
        server unix:{pay};
        keepalive 32; keepalive_time 5s; keepalive_timeout 5s;
        keepalive_requests 100000000;
    }}
    fastcgi_keep_conn on;
    include /etc/nginx/fastcgi_params;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location = /hello {{ fastcgi_pass hello; }}
        location = /api/v1/payments {{ fastcgi_pass pay; }}
        location / {{ fastcgi_pass api; }}
    }}
}}
"""


def read_env(stack):
    """The stack's env file, as the shell understands it."""
    text = subprocess.run(
        ["bash", "-c", f"set -a; . {shlex.quote(stack)}/env; env -0"],
        check=True, capture_output=True, text=True).stdout
    return dict(item.split("=", 1) for item in text.split("\0") if "=" in item)


def tree(pid):
    """pid and all its living descendants."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as stat:
                    parent = int(stat.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


def on_cpu_us(pids):
    """Microseconds that living processes have spent on a processor, by pid."""
    spent = {}
    for pid in pids:
        try:
            with open(f"/proc/{pid}/schedstat") as stat:
                spent[pid] = int(stat.read().split()[0]) / 1000
        except OSError:
            pass
    return spent


class Bench:
    def __init__(self, args):
        self.args = args
        # seats of an earlier run are sold: each has performances of its own
        self.name = f"bench{int(time.time())}"
        self.env = read_env(args.stack)
        self.dir = tempfile.mkdtemp(prefix="bobench.", dir="/tmp")
        os.chmod(self.dir, 0o755)
        self.children = []
        self.numbers = {"next": 0, "low": 0, "high": 0}

    def setting(self, section, key):
        """What the stack's drop-in files say; a later one wins."""
        found = configparser.ConfigParser(interpolation=None)
        found.read(sorted(glob.glob(self.env["CONFD"] + "/*.conf")))
        return found[section][key]

    def pid_of(self, name):
        with open(os.path.join(self.env["PIDS_DIR"], name + ".pid")) as file:
            return int(file.readline())

    def start(self, argv):
        child = subprocess.Popen(argv)
        self.children.append(child)
        return child.pid

    def start_servers(self):
        hello = os.path.join(self.args.build, "tests/bench/hello")
        self.hello = self.start([hello, f"{self.dir}/hello.sock"])
        self.wait_for(lambda: os.path.exists(f"{self.dir}/hello.sock"))
        os.chmod(f"{self.dir}/hello.sock", 0o666)
        conf = f"{self.dir}/nginx.conf"
        user = "user www-data;" if os.geteuid() == 0 else ""
        with open(conf, "w") as file:
            file.write(NGINX_CONF.format(
                dir=self.dir, user=user, port=PORT,
                api=self.setting("fcgi", "api_socket"),
                pay=self.setting("fcgi", "pay_socket")))
        self.nginx = self.start(["nginx", "-c", conf, "-p", self.dir])
        self.wait_for(lambda: os.path.exists(f"{self.dir}/nginx.pid"))

    def wait_for(self, ready):
        end = time.monotonic() + 10
        while not ready():
            if time.monotonic() > end:
                raise TimeoutError("a server of the bench did not start")
            time.sleep(0.02)

    def ctl(self, *args, **options):
        return subprocess.run(shlex.split(self.env["CTL"]) + list(args),
                              check=True, text=True, **options)

    def sql(self, text):
        return subprocess.run(
            shlex.split(self.env["PSQL_PRIMARY"]) + ["-Atc", text],
            check=True, capture_output=True, text=True).stdout.strip()

    def fixture(self):
        """1,000 performances of 1,000 seats, 100,000 users with money."""
        path = f"{self.dir}/fixture.json"
        with open(path, "w") as file:
            json.dump(make_fixture(self.name), file)
        self.ctl("load", path, stdout=subprocess.DEVNULL)
        mine = f"FROM performances WHERE key LIKE '{self.name}-%'"
        self.first = int(self.sql(f"SELECT min(id) {mine}"))
        last = int(self.sql(f"SELECT max(id) {mine}"))
        assert last - self.first == N_PERFORMANCES - 1, "ids are not dense"
        self.tokens = f"{self.dir}/tokens"
        with open(self.tokens, "w") as file:
            self.ctl("user", "add", "--many", str(N_USERS), "--prefix",
                     f"{self.name}-", "--credit", "100000000000",
                     stdout=file)

    def groups(self):
        """Which processes are counted, by the name in the split."""
        return {
            "nginx": tree(self.nginx),
            "hello": tree(self.hello),
            "workers": tree(self.pid_of("fcgi-api")) +
            tree(self.pid_of("fcgi-pay")),
            "boxoffice-worker": tree(self.pid_of("worker")),
            "redis": tree(self.pid_of("redis")),
            "primary": tree(self.pid_of("pg-primary")),
        }

    def load(self, scenario, connections, seconds):
        argv = [os.path.join(self.args.build, "tests/bench/load"),
                "--scenario", scenario, "--port", str(PORT),
                "--connections", str(connections),
                "--seconds", str(seconds), "--tokens", self.tokens,
                "--performance", str(self.first),
                "--performances", str(N_PERFORMANCES),
                "--next", str(self.numbers["next"]),
                "--low", str(self.numbers["low"]),
                "--high", str(self.numbers["high"])]
        out = subprocess.run(argv, check=True, capture_output=True, text=True)
        result = json.loads(out.stdout)
        if scenario in ("hold", "sale"):
            if scenario == "sale":
                # the last units may have been cut off before they were paid
                self.numbers["low"] = self.numbers["next"]
                self.numbers["high"] = result["next"] - 2 * connections
            self.numbers["next"] = result["next"]
        if result["wrong"]:
            print(f"# {scenario}: {result['wrong']} unexpected answers, "
                  f"first: {result['first_wrong']}")
        return result

    def measure(self, scenario, connections):
        """One run: its result with CPU microseconds a unit, by group."""
        groups = self.groups()
        before = on_cpu_us([p for pids in groups.values() for p in pids])
        result = self.load(scenario, connections, self.args.seconds)
        groups = self.groups()
        after = on_cpu_us([p for pids in groups.values() for p in pids])
        units = max(result["units"], 1)
        result["split"] = {
            name: sum(after.get(p, 0) - before.get(p, 0) for p in pids) / units
            for name, pids in groups.items()}
        result["cpu_us"] = sum(result["split"].values())
        return result

    def run(self):
        rows = [r for r in ROWS
                if not self.args.rows or r[0] in self.args.rows.split(",")]
        results = {r[0]: [] for r in rows}
        hellos = []
        self.load("map-spread", 8, 3)   # every performance loaded, all warm
        for _ in range(self.args.rounds):
            hello = self.measure("hello", 32)
            hellos.append(hello)
            for name, scenario, connections, _, _ in rows:
                result = self.measure(scenario, connections)
                result["h"] = result["cpu_us"] / hello["cpu_us"]
                results[name].append(result)
        report(hellos, rows, results)

    def stop(self):
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
        for child in self.children:
            child.wait()


def median_of(results, field):
    return statistics.median(r[field] for r in results)


def report(hellos, rows, results):
    rate = statistics.median(h["units"] / h["seconds"] for h in hellos)
    print(f"H = {median_of(hellos, 'cpu_us'):.1f} us CPU a hello "
          f"({rate:.0f} req/s, p50 {median_of(hellos, 'p50_us'):.0f} us, "
          f"p99 {median_of(hellos, 'p99_us'):.0f} us)")
    print(f"{'row':<12} {'per s':>7} {'p50 us':>7} {'p99 us':>7} "
          f"{'CPU us':>7} {'x H':>6} {'floor':>6}  split (us)")
    for name, _, _, floor, what in rows:
        got = results[name]
        rate = statistics.median(r["units"] / r["seconds"] for r in got)
        split = " ".join(
            f"{group}={statistics.median(r['split'][group] for r in got):.0f}"
            for group in got[0]["split"] if group != "hello")
        print(f"{name:<12} {rate:>7.0f} {median_of(got, 'p50_us'):>7.0f} "
              f"{median_of(got, 'p99_us'):>7.0f} "
              f"{median_of(got, 'cpu_us'):>7.0f} {median_of(got, 'h'):>6.2f} "
              f"{floor or '-':>6}  {split}   # {what}")


def names(text):
    return {"ko": text, "en": text}


def make_fixture(name):
    """See doc/load.md for the format."""
    rows = {"from": "1", "to": str(N_SEATS // 40), "numbers": [1, 40],
            "price_class": "all"}
    plan = {"price_classes": [{"key": "all", "name": names("All")}],
            "sections": [{"key": "main", "name": names("Main"),
                          "rows": [rows]}]}
    return {
        "shows": [{"key": "bench", "kind": "concert", "status": "running",
                   "title": names("Bench"), "running_minutes": 60}],
        "venues": [{"key": "bench", "name": names("Bench"),
                    "time_zone": "Asia/Seoul",
                    "halls": [{"key": "bench", "name": names("Bench"),
                               "plan": plan}]}],
        "performances": [
            {"key": f"{name}-{number:04}", "show": "bench", "venue": "bench",
             "hall": "bench", "starts_on": "today+7", "at": "19:30",
             "sales_open_at": "now-1d", "currency": "KRW",
             "prices": {"all": 1000}}
            for number in range(N_PERFORMANCES)]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stack")
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rows", default="")
    bench = Bench(parser.parse_args())
    try:
        bench.start_servers()
        bench.fixture()
        bench.run()
    finally:
        bench.stop()


if __name__ == "__main__":
    sys.exit(main())
