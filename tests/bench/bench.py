#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a request costs: every row as CPU time and as a multiple of H.

H is the CPU time of a "hello" (hello.c) behind the same nginx in the same
round. CPU time is what nginx, the workers, boxoffice-worker, Redis and the
PostgreSQL primary were on a processor together, divided by the units of work
done; it survives a noisy machine better than a rate does.

The rows of the feed (feed.py) come last, in figures of their own, and those
of the page (page.py), if they are named.

Usage: bench.py STACK_DIR BUILD_DIR [--rounds N] [--seconds S] [--rows a,b*]
STACK_DIR is a running stack (its env file is read); the bench starts its own
nginx without TLS or access log in front of the stack's sockets.
"""
import argparse
import configparser
import fnmatch
import glob
import json
import os
import re
import shlex
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from feed import FEED_ROWS, Feed
from measure import Wrong, on_cpu_us, tree
from page import PAGE_ROWS, measure_pages

N_PERFORMANCES = 1000
N_SEATS = 1000
N_ANY = 300                     # performances each, where seats are not named
N_USERS = 200_000
N_FEED_USERS = 2000
N_REBUILT_SEATS = 50_000
N_WAITING = 100_000
N_NEAR = 40_000                 # of those: scenarios.c has the same
N_LINES = 5                     # for those who join while it is measured
N_DRAWN = 200_000               # in a lobby
PORT, CACHED_PORT, PAY_PORT = 18099, 18098, 18097
SPREAD, ONE, SOLD_OUT = "spread", "one", "sold out"
SLOTS, BEST, COUNTERS = "slots", "best", "counters"
LINE, SHOW = "line", "show"
# How many performances each has, where some are sold.
SOLD = {SPREAD: N_PERFORMANCES, SLOTS: N_ANY, BEST: N_ANY, COUNTERS: N_ANY}
MANY = (*SOLD, LINE)
# On a busy machine Redis may answer later than a tenth of a second.
# Limits are counted and let everybody through.
PATIENT = "[redis]\ncommand_ms = 2000\n" \
    "[postgresql]\nlock_ms = 2500\nstatement_ms = 10000\n" \
    "[limits]\nhold = 6000/600\npay = 864000/86400\n" \
    "queue = 864000/86400\npoll = 864000/86400\n"


class Row:
    """scenario on which performances, by how many connections; floor in H, or
    (another row, what this one may cost more, in H or as "5%" of that)."""

    def __init__(self, name, scenario, floor, what, **options):
        self.name, self.scenario, self.what = name, scenario, what
        self.floor = floor
        self.connections = options.get("connections", 32)
        self.where = options.get("where", SPREAD)
        self.port = options.get("port", PORT)
        self.durability = options.get("durability", "behind")
        # So many a second and no more are asked for, and all have their end.
        self.per_s = options.get("per_s")
        # Whether consumers are told of it.
        self.told = options.get("told", True)
        # Requests a second; 0: one as soon as the one before was answered.
        self.rate = options.get("rate", 0)
        # The name of such a row that goes on beside it: what that costs alone
        # is no cost of this one.
        self.beside = options.get("beside")


ROWS = [
    Row("map-spread", "map-spread", 2.0,
        "seat map, reads spread over 1,000 performances"),
    Row("map-one", "map-one", 1.3,
        "seat map, everybody on one performance: the worker's map",
        where=ONE),
    Row("map-cached", "map-one", 1.3, "the same through nginx's micro-cache",
        where=ONE, port=CACHED_PORT),
    Row("sections", "sections", 13.0, "sections and what is left of them",
        where=ONE),
    Row("sections-cached", "sections", 1.3,
        "the same through nginx's micro-cache", where=ONE, port=CACHED_PORT),
    Row("shows", "shows", 13.0, "list of shows, from the replica"),
    Row("shows-cached", "shows", 1.3,
        "the same through nginx's micro-cache", port=CACHED_PORT),
    Row("dates", "dates", 26.0, "dates of a show, from the replica",
        where=SHOW),
    Row("dates-cached", "dates", 1.3,
        "the same through nginx's micro-cache", where=SHOW, port=CACHED_PORT),
    Row("hold", "hold", 4.8, "hold 2 seats (behind, its batches included)"),
    Row("hold-sync", "hold", 7.0, "hold 2 seats (sync)", durability="sync"),
    Row("hold-lose", "hold-lose", 2.5,
        "hold that loses, everybody on one sold-out performance",
        where=SOLD_OUT),
    Row("hold-slot", "hold-section", ("hold", 0.2),
        "hold 2 of 1,000 places that nobody picks", where=SLOTS),
    Row("hold-counter", "hold-section", ("hold", 0),
        "hold 2 places of a counter section", where=COUNTERS),
    Row("hold-best", "hold-best", ("hold", 0.6),
        "hold the best 2 of 1,000 seats", where=BEST),
    Row("sale", "sale", 28.0, "sale: hold + wallet payment", connections=16),
    Row("sale-untold", "sale", ("sale", 0),
        "the same while no consumer is told of it", connections=16,
        told=False),
    Row("sale-counter", "sale-section", ("sale", 0),
        "sale of 2 places of a counter section", connections=16,
        where=COUNTERS),
    Row("sale-card", "sale-card", ("sale", 30),
        "sale by card, the bank (0 ms) apart, to its end: 20 a second",
        connections=4, per_s=20),
    Row("hold-cards", "hold", ("hold", "5%"),
        "hold 2 seats while 50 cards a second are charged, those taken off",
        beside="cards"),
    Row("map-cards", "map-spread", ("map-spread", "5%"),
        "seat map while 50 cards a second are charged, those taken off",
        beside="cards"),
    Row("queue-poll", "queue-poll", 1.4,
        "where one of 100,000 stands, far from the front", where=LINE),
    Row("queue-poll-front", "queue-poll-front", 2.6,
        "the same near the front, who is there: each five times in ten seconds",
        where=LINE),
    Row("queue-join", "queue-join", 3.5,
        "a place behind 100,000, tokens not seen before", where=LINE),
]

# What goes on beside others.
BESIDE = {"cards": Row("cards", "sale-card", 0, "", connections=16, per_s=50,
                       rate=100)}

# name, floor, unit, what it is; measured once, by Bench.figures
FIGURES = [
    ("never-held", 8, "bytes", "Redis memory of a seat never held"),
    ("sold-out", 100, "bytes", "more of it for each buyer when sold out"),
    ("live-hold", 300, "bytes", "more of it for each running hold"),
    ("slot", 200, "bytes", "a sold place that nobody picks, in Redis, and "
                           "its claim in PostgreSQL"),
    ("layout", 20, "ms", "a map of 1,000 such places laid out"),
    ("rebuild", 100, "ms", "rebuild of 50,000 claimed seats, from the end of "
                           "the old map to the new one"),
]
# The same, where a row of lines is asked for.
LINE_FIGURES = [
    ("waiting", 110, "bytes", "Redis memory of each who waits in a line"),
    ("draw", 5, "ms", "longest kind of command of Redis, a script's own ones "
                      "too, while a lobby of 200,000 is drawn and becomes a "
                      "line"),
]

# name, floor, unit, what it is, and of which processes
TOLD_FIGURES = [
    ("told", 15, "%", "more CPU for a sale of which consumers are told, all "
                      "daemons and the replica included", None),
    ("told-path", 3, "%", "of it by those who answer requests: as much as two "
                          "runs differ",
     ("nginx", "workers")),
]
MESSAGE_FIGURES = [
    ("message-lag", 500, "ms", "p99 of the time from a fact to all effects of "
                               "it, at most, over all rows"),
]
LAG_BUCKET = re.compile(
    r'^boxoffice_message_lag_seconds_bucket\{le="([^"]+)"\} (\d+)', re.M)

# Redis tells how long a command was on its way, also while others had its
# processor: a ZSCORE may have taken 30 ms. Of each kind, a script or a command
# of so many words, the median is what it takes; of all kinds the longest.
LONGEST = """
local kinds, most = {}, 0
for _, one in ipairs(redis.call('SLOWLOG', 'GET', -1)) do
    local words = one[4]
    local kind = words[1] .. string.gsub(words[2] or '', '{.*}', '') .. #words
    kinds[kind] = kinds[kind] or {}
    table.insert(kinds[kind], one[3])
end
for _, took in pairs(kinds) do
    table.sort(took)
    most = math.max(most, took[math.ceil(#took / 2)])
end
return most
""".replace("\n", " ")

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
    fastcgi_cache_path {dir}/cache keys_zone=maps:1m max_size=16m;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location = /hello {{ fastcgi_pass hello; }}
        location = /api/v1/payments {{ fastcgi_pass pay; }}
        location / {{ fastcgi_pass api; }}
    }}
    # For warming up only: whatever is asked for, the pay workers answer.
    server {{
        listen 127.0.0.1:{pay_port} backlog=1024;
        location / {{ fastcgi_pass pay; }}
    }}
    server {{
        listen 127.0.0.1:{cached_port} backlog=1024;
        location / {{
            fastcgi_pass api;
            fastcgi_cache maps;
            # A HEAD must never fill a GET.
            fastcgi_cache_methods GET;
            fastcgi_cache_key "$request_method $request_uri";
            fastcgi_cache_lock on;
        }}
    }}
}}
"""


def read_env(stack):
    """The stack's env file, as the shell understands it."""
    text = subprocess.run(
        ["bash", "-c", f"set -a; . {shlex.quote(stack)}/env; env -0"],
        check=True, capture_output=True, text=True).stdout
    return dict(item.split("=", 1) for item in text.split("\0") if "=" in item)


class Bench:
    def __init__(self, args):
        self.args = args
        # seats of an earlier run are sold: each has performances of its own
        self.name = f"bench{int(time.time())}"
        self.env = read_env(args.stack)
        self.dir = tempfile.mkdtemp(prefix="bobench.", dir="/tmp")
        os.chmod(self.dir, 0o755)
        self.children = []
        self.next = 0           # first unit not asked for yet
        self.n_joined = 0       # users who stand in a line
        self.n_near = 0         # polls near its front
        self.durability = None
        self.untold = None      # while no consumer is told: who keeps them off

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
                cached_port=CACHED_PORT, pay_port=PAY_PORT,
                api=self.setting("fcgi", "api_socket"),
                pay=self.setting("fcgi", "pay_socket")))
        self.nginx = self.start(["nginx", "-c", conf, "-p", self.dir])
        self.wait_for(lambda: os.path.exists(f"{self.dir}/nginx.pid"))

    def wait_for(self, ready, seconds=10):
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                raise TimeoutError("a server of the bench is too slow")
            time.sleep(0.02)

    def settle(self, text, *programs):
        """They take these settings by a reload."""
        with open(f"{self.env['CONFD']}/90-bench.conf", "w") as file:
            file.write(text)
        os.chmod(file.name, 0o644)
        for name in programs:
            os.kill(self.pid_of(name), signal.SIGHUP)

    def ctl(self, *args, **options):
        return subprocess.run(shlex.split(self.env["CTL"]) + list(args),
                              check=True, text=True, **options)

    def sql(self, text):
        return subprocess.run(
            shlex.split(self.env["PSQL_PRIMARY"]) + ["-Atc", text],
            check=True, capture_output=True, text=True).stdout.strip()

    def fixture(self, n_users):
        """1,000 performances of 1,000 seats and four more: one to be sold
        out, one to be held, a large one, one whose places are to be sold
        out; then those for buyers who do not name seats, those with a line
        that admits nobody, and one with a lobby; users with money."""
        path = f"{self.dir}/fixture.json"
        with open(path, "w") as file:
            json.dump(make_fixture(self.name), file)
        self.ctl("load", path, stdout=subprocess.DEVNULL)
        mine = f"FROM performances WHERE key LIKE '{self.name}-%'"
        ids = [int(id) for id in
               self.sql(f"SELECT id {mine} ORDER BY key").split()]
        self.first = ids[0]
        assert ids[N_PERFORMANCES - 1] - self.first == N_PERFORMANCES - 1, \
            "ids are not dense"
        self.sold_out, self.held, self.large, self.floor, self.slots = \
            ids[N_PERFORMANCES:N_PERFORMANCES + 5]
        self.best = self.slots + N_ANY
        self.counters = self.best + N_ANY
        self.line = self.counters + N_ANY
        self.lobby = self.line + N_LINES
        self.show = int(self.sql("SELECT id FROM shows WHERE key = 'bench'"))
        self.tickets = f"{self.dir}/tickets"
        self.tokens = f"{self.dir}/tokens"
        with open(self.tokens, "w") as file:
            self.ctl("user", "add", "--many", str(n_users), "--prefix",
                     f"{self.name}-", "--credit", "100000000000",
                     stdout=file)

    # ---- Redis, from outside ----

    def redis(self, *commands):
        """The replies' lines, all commands on one connection."""
        return subprocess.run(
            shlex.split(self.env["REDIS_CLI"]), check=True,
            input="\n".join(commands) + "\n", capture_output=True,
            text=True, errors="replace").stdout

    def keys_of(self, performance):
        epoch = self.redis("GET bo:job:epoch").strip().strip('"')
        return "bo:{p%d.%s}:" % (performance, epoch)

    def memory_of(self, *performances):
        """Bytes that Redis has for their maps and holds, the logs apart."""
        self.redis("MEMORY PURGE")
        return self.memory(("seats", "refs", "meta", "holds", "due", "ends"),
                           performances)

    def memory(self, kinds, performances):
        prefixes = [self.keys_of(performances[0]).replace(
            "{p%d." % performances[0], "{p%d." % p) for p in performances]
        out = self.redis(*(f"MEMORY USAGE {prefix}{kind} SAMPLES 0"
                           for prefix in prefixes for kind in kinds))
        return sum(int(line) for line in out.split() if line.isdigit())

    # ---- hold_durability ----

    def journals(self):
        """Whether the newest log entries carry their holds: all, none, or
        some (None)."""
        first = self.next
        self.load(Row("probe", "hold", 0, ""), 0, units=256)
        said = {"h" in self.redis(
            f"XREVRANGE {self.keys_of(performance)}log + - COUNT 1").splitlines()
                for performance in {self.first + n % N_PERFORMANCES
                                    for n in range(first, first + 200, 10)}}
        return said.pop() if len(said) == 1 else None

    def set_durability(self, row):
        """Settings reach a worker between two requests: see what it does."""
        if row.durability == self.durability:
            return
        self.settle(f"{PATIENT}[sale]\nhold_durability = {row.durability}\n",
                    "fcgi-api", "fcgi-pay", "worker")
        end = time.monotonic() + 20
        while self.journals() is not (row.durability == "behind"):
            if time.monotonic() > end:
                raise Wrong(f"{row.name}: not {row.durability}")
            time.sleep(0.1)
        self.durability = row.durability

    def set_told(self, row):
        """Who has the outbox keeps those off who would send what is in it; what
        came meanwhile nobody will be told of."""
        if row.told == (self.untold is None):
            return
        if not row.told:
            self.untold = subprocess.Popen(
                shlex.split(self.env["PSQL_PRIMARY"]) + ["-Atq"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.untold.stdin.write(
                "SELECT 'had' FROM pg_advisory_lock(hashtext('outbox'), 0);\n")
            self.untold.stdin.flush()
            assert self.untold.stdout.readline() == "had\n"
        else:
            self.untold.communicate(
                "UPDATE outbox SET done = true WHERE NOT done")
            self.untold = None

    def groups(self):
        """Which processes are counted, by the name in the split."""
        return {
            "nginx": tree(self.nginx),
            "hello": tree(self.hello),
            "workers": tree(self.pid_of("fcgi-api")) +
            tree(self.pid_of("fcgi-pay")),
            "boxoffice-worker": tree(self.pid_of("worker")),
            "pay": tree(self.pid_of("worker-pay")),
            "messages": tree(self.pid_of("worker-messages")),
            "redis": tree(self.pid_of("redis")),
            "primary": tree(self.pid_of("pg-primary")),
            "replica": tree(self.pid_of("pg-replica")),
        }

    def load(self, row, seconds, units=0):
        """One run of row; the next one begins behind its units."""
        out = subprocess.run(self.load_argv(row, seconds, units), check=True,
                             capture_output=True, text=True)
        return self.loaded(row, json.loads(out.stdout))

    def load_argv(self, row, seconds, units):
        first, n = {SPREAD: (self.first, N_PERFORMANCES),
                    ONE: (self.first, 1),
                    SLOTS: (self.slots, N_ANY),
                    BEST: (self.best, N_ANY),
                    COUNTERS: (self.counters, N_ANY),
                    LINE: (self.line, N_LINES),
                    SHOW: (self.show, 1),
                    SOLD_OUT: (self.sold_out, 1)}.get(row.where) or \
            (row.where, 1)
        many = row.where in MANY
        argv = [os.path.join(self.args.build, "tests/bench/load"),
                "--scenario", row.scenario, "--port", str(row.port),
                "--connections", str(row.connections),
                "--seconds", str(seconds or 30), "--units", str(units),
                "--tokens", self.tokens, "--performance", str(first),
                "--performances", str(n),
                "--next", str(self.next if many else 0),
                "--seats", str(N_SEATS), "--rate", str(row.rate)]
        if row.where == LINE:
            argv += ["--tickets", self.tickets]
            argv[argv.index("--next") + 1] = str(
                self.n_near if row.scenario == "queue-poll-front"
                else self.n_joined)
        return argv

    def loaded(self, row, result):
        """What load has said, if all was well; what it used up is used up."""
        if row.scenario == "queue-join":
            self.n_joined = result["next"]
        if row.scenario == "queue-poll-front":
            self.n_near = result["next"]
        if row.where in MANY and row.scenario in (
                "hold", "hold-section", "hold-best", "sale", "sale-section",
                "sale-card"):
            self.next = result["next"]
        if result["wrong"] or not result["units"]:
            raise Wrong(f"{row.name}: {result['wrong']} unexpected answers of "
                        f"{result['units']}, first: {result['first_wrong']}")
        return result

    def measure(self, row):
        """One run: its result with CPU microseconds a unit, by group."""
        self.set_durability(row)
        self.set_told(row)
        self.warm_up(row)
        alone = {}
        if row.beside:
            beside = BESIDE[row.beside]
            took, alone = self.cost_of(self.to_the_end, beside)
            result, cost = self.cost_of(self.side_by_side, row, beside,
                                        took["seconds"])
        elif row.per_s:
            result, cost = self.cost_of(self.to_the_end, row)
        else:
            result, cost = self.cost_of(self.load, row, self.args.seconds)
        result["split"] = {
            name: (cost[name] - alone.get(name, 0)) / result["units"]
            for name in cost}
        result["cpu_us"] = sum(result["split"].values())
        return result

    def cost_of(self, run, *args):
        """What run says, and CPU microseconds by group."""
        before = on_cpu_us([p for pids in self.groups().values()
                            for p in pids])
        result, groups = run(*args), self.groups()
        after = on_cpu_us([p for pids in groups.values() for p in pids])
        return result, {
            name: sum(after.get(p, 0) - before.get(p, 0) for p in pids)
            for name, pids in groups.items()}

    def until_decided(self):
        """What a provider is asked for goes on when the buyers were answered.
        By one connection, whose beginning costs more than all it asks."""
        self.sql("DO $$ BEGIN WHILE EXISTS (SELECT FROM payment_outside"
                 " WHERE phase IS NOT NULL) LOOP PERFORM pg_sleep(0.1);"
                 " END LOOP; END $$")

    def to_the_end(self, row):
        began = time.monotonic()
        result = self.load(row, 0, int(row.per_s * self.args.seconds))
        self.until_decided()
        result["seconds"] = time.monotonic() - began
        return result

    def side_by_side(self, row, beside, alone_s):
        """row's result, when what goes on beside it has its end too. It takes no
        less time than that alone: what goes on anyway costs as much in both."""
        end = time.monotonic() + alone_s
        n = int(beside.per_s * self.args.seconds)
        other = subprocess.Popen(self.load_argv(beside, 0, n),
                                 stdout=subprocess.PIPE, text=True)
        self.next += n		# these are the other's
        result = self.load(row, self.args.seconds)
        mine, said = self.next, json.loads(other.communicate()[0])
        self.loaded(beside, said)
        self.next = mine
        self.until_decided()
        time.sleep(max(0, end - time.monotonic()))
        return result

    def warm_up(self, row):
        """Once to each of the row's performances: reading terms, halls and maps
        that nobody has read lately is no cost of a hold or a sale. Rows have
        more performances together than a tree of workers keeps."""
        if row.where in SOLD and not row.per_s:
            self.load(row, 0, SOLD[row.where])

    def figures(self):
        """Memory and rebuild, in the order of FIGURES."""
        # every performance loaded, every worker warm
        self.load(Row("warm", "map-spread", 0, ""), 0, units=4000)
        spread = range(self.first, self.first + N_PERFORMANCES)
        free = self.memory_of(*spread)
        self.load(Row("warm", "map-one", 0, "", where=self.sold_out), 0,
                  units=64)
        self.load(Row("warm", "map-one", 0, "", where=self.held), 0, units=64)
        sold, held = self.memory_of(self.sold_out), self.memory_of(self.held)
        n_units = N_SEATS // 2
        self.load(Row("fill", "sale", 0, "", where=self.sold_out), 0, n_units)
        self.load(Row("fill", "hold", 0, "", where=self.held), 0, n_units)
        return [free / N_PERFORMANCES / N_SEATS,
                (self.memory_of(self.sold_out) - sold) / n_units,
                (self.memory_of(self.held) - held) / n_units,
                self.slot_bytes(),
                self.rebuild_ms(self.floor),
                self.claimed_rebuild_ms()]

    def waiting_bytes(self):
        """What each has who stands in a line."""
        for line in range(self.line, self.line + N_LINES):
            self.ctl("queue", "pause", str(line), "--reason", "bench",
                     stdout=subprocess.DEVNULL)
        self.load(Row("warm", "map-one", 0, "", where=self.line), 0, units=64)
        kinds = ("queue", "ready", "seen", "absent", "active", "pass", "line")
        before = self.memory(kinds, [self.line])
        self.load(Row("fill", "queue-join", 0, "", where=LINE), 300,
                  units=N_WAITING)
        after = self.memory(kinds, [self.line])
        self.ctl("queue", "set", str(self.line), "--per-minute", str(N_NEAR),
                 "--reason", "bench", stdout=subprocess.DEVNULL)
        return (after - before) / self.n_joined

    def draw_ms(self):
        """The people are made up: in Redis as if they had come."""
        key = self.keys_of(self.lobby)
        line = lambda field: self.redis(
            f"HGET {key}line {field}").strip().strip('"')
        self.load(Row("warm", "map-one", 0, "", where=self.lobby), 0, units=64)
        self.wait_for(lambda: line("lobby") == "open")
        self.redis(*(
            f"EVAL \"for i = {at + 1}, {at + 1000} do redis.call('HSET', "
            "KEYS[1], i, string.sub(redis.sha1hex(i), 1, 16)) end\" "
            f"1 {key}lobby" for at in range(0, N_DRAWN, 1000)),
            f"HSET {key}line closes 0", "CONFIG SET slowlog-max-len 100000",
            "CONFIG SET slowlog-log-slower-than 0", "SLOWLOG RESET")
        self.sql("UPDATE performances SET sales_open_at = clock_timestamp()"
                 f" WHERE id = {self.lobby}")
        self.wait_for(lambda: line("lobby") == "drawn" and
                      line("swept") == line("near").split()[-1], 120)
        longest_us = self.redis("EVAL \"" + LONGEST + "\" 0")
        self.redis("CONFIG SET slowlog-log-slower-than 10000", "SLOWLOG RESET")
        return int(longest_us.split()[-1]) / 1000

    def slot_bytes(self):
        size = "SELECT pg_total_relation_size('seat_claim')"
        before = int(self.sql(size))
        self.load(Row("fill", "sale-section", 0, "", where=self.floor), 0,
                  units=N_SEATS // 2)
        claims = int(self.sql(size)) - before
        return (self.memory_of(self.floor) + claims) / N_SEATS

    def rebuild_ms(self, performance):
        took = []
        for _ in range(5):
            said = self.ctl("rebuild", str(performance),
                            stdout=subprocess.PIPE).stdout.split()
            took.append(int(said[said.index("ms") + 1]))
        return statistics.median(took)

    def claimed_rebuild_ms(self):
        self.sql(f"""
            INSERT INTO seat_claim (performance_id, seat_no, state, mark,
                user_id, hold_token)
            SELECT {self.large}, n, 'R', n, u.id, 'bench-' || n
            FROM generate_series(1, {N_REBUILT_SEATS}) AS n
            JOIN (SELECT row_number() OVER () AS i, id FROM users
                WHERE login_id LIKE '{self.name}-%') AS u ON u.i = n / 2 + 1;
            ANALYZE seat_claim""")
        return self.rebuild_ms(self.large)

    def run(self):
        rows = wanted_rows(self.args.rows)
        feeds = named(FEED_ROWS, self.args.rows or "*")
        pages = named(PAGE_ROWS, self.args.rows)
        if rows or feeds:
            self.fixture(N_USERS if rows else N_FEED_USERS)
        if rows:
            self.requests(rows)
        if feeds:
            Feed(self).run(feeds)
        if pages:
            measure_pages(self.args.stack, pages)

    def lags(self):
        """How many effects came within so many ms of their facts."""
        trust = ssl.create_default_context(cafile=self.env["CA_CERT"])
        with urllib.request.urlopen(self.env["BASE_URL"] + "/metrics",
                                    context=trust) as answer:
            found = LAG_BUCKET.findall(answer.read().decode())
        return {float(le) * 1000: int(n) for le, n in found}

    def requests(self, rows):
        results = {r.name: [] for r in rows}
        hello, hellos = Row("hello", "hello", 0, ""), []
        self.settle(PATIENT, "fcgi-api", "fcgi-pay", "worker")
        figures = self.figures()
        lines = [self.waiting_bytes()] if any(r.where == LINE for r in rows) \
            else []
        before = self.lags()
        for _ in range(self.args.rounds):
            hellos.append(self.measure(hello))
            for row in rows:
                result = self.measure(row)
                result["h"] = result["cpu_us"] / hellos[-1]["cpu_us"]
                results[row.name].append(result)
            self.set_told(hello)
        report(hellos, rows, results)
        report_figures(FIGURES, figures)
        if "sale-untold" in results:
            report_figures([row[:4] for row in TOLD_FIGURES],
                           [more_than_untold(results, row[4])
                            for row in TOLD_FIGURES])
        lag_ms = p99_since(before, self.lags())
        if lag_ms is not None:
            report_figures(MESSAGE_FIGURES, [lag_ms])
        if lines:
            lines.append(self.draw_ms())
            report_figures(LINE_FIGURES, lines)

    def stop(self):
        settings = f"{self.env['CONFD']}/90-bench.conf"
        if os.path.exists(settings):
            os.unlink(settings)
        self.set_told(ROWS[0])
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
        for child in self.children:
            child.wait()
        shutil.rmtree(self.dir)


def named(rows, names):
    """Of a list with commas, in which * stands for anything."""
    return [row for row in rows if any(fnmatch.fnmatch(row.name, name)
                                       for name in names.split(","))]


def wanted_rows(names):
    """The same, '' for all; and those that they are judged by."""
    wanted = {row.name for row in named(ROWS, names or "*")}
    for row in ROWS:
        if row.name in wanted and isinstance(row.floor, tuple):
            wanted.add(row.floor[0])
    return [row for row in ROWS if row.name in wanted]


def more_than_untold(results, groups):
    """Percent of a sale of which nobody is told, by these processes, or all."""
    def cost(result):
        return sum(result["split"][group] for group in
                   groups or result["split"])
    # Of rounds, each of which has both.
    return statistics.median(
        100 * (cost(told) - cost(untold)) / untold["cpu_us"]
        for told, untold in zip(results["sale"], results["sale-untold"]))


def median_of(results, field):
    return statistics.median(r[field] for r in results)


def floor_of(row, results):
    """In H, as this run measured the row that it is told by."""
    if not isinstance(row.floor, tuple):
        return row.floor
    base, more = row.floor
    h = median_of(results[base], "h")
    if isinstance(more, str):
        return h * (1 + float(more.rstrip("%")) / 100)
    return h + more


def report(hellos, rows, results):
    rate = statistics.median(h["units"] / h["seconds"] for h in hellos)
    print(f"H = {median_of(hellos, 'cpu_us'):.1f} us CPU a hello "
          f"({rate:.0f} req/s, p50 {median_of(hellos, 'p50_us'):.0f} us, "
          f"p99 {median_of(hellos, 'p99_us'):.0f} us)")
    print(f"{'row':<16} {'per s':>7} {'p50 us':>7} {'p99 us':>7} "
          f"{'CPU us':>7} {'x H':>6} {'floor':>6} {'':<6}  split (us)")
    for row in rows:
        got = results[row.name]
        rate = statistics.median(r["units"] / r["seconds"] for r in got)
        split = " ".join(
            f"{group}={statistics.median(r['split'][group] for r in got):.0f}"
            for group in got[0]["split"] if group != "hello")
        in_h, floor = median_of(got, "h"), floor_of(row, results)
        print(f"{row.name:<16} {rate:>7.0f} {median_of(got, 'p50_us'):>7.0f} "
              f"{median_of(got, 'p99_us'):>7.0f} "
              f"{median_of(got, 'cpu_us'):>7.0f} {in_h:>6.2f} "
              f"{floor:>6.2f} {verdict(in_h, floor):<6}  "
              f"{split}   # {row.what}")


def p99_since(before, after):
    """The bound of the bucket that it is in; None: nothing was told."""
    n = {bound: after[bound] - before.get(bound, 0) for bound in after}
    whole = n.get(float("inf"), 0)
    return min((bound for bound in n if n[bound] * 100 >= whole * 99),
               default=None) if whole > 0 else None


def verdict(got, floor):
    return "met" if got <= floor else "missed"


def report_figures(table, figures):
    print(f"{'figure':<16} {'':>7} {'floor':>7}")
    for (name, floor, unit, what), got in zip(table, figures):
        print(f"{name:<16} {got:>7.1f} {floor:>7} {verdict(got, floor):<6}  "
              f"{unit}   # {what}")


def names(text):
    return {"ko": text, "en": text}


def make_hall(key, n_seats, n_in_row):
    rows = {"from": "1", "to": str(n_seats // n_in_row), "numbers": [1, n_in_row],
            "price_class": "all"}
    plan = {"price_classes": [{"key": "all", "name": names("All")}],
            "sections": [{"key": "main", "name": names("Main"),
                          "rows": [rows]}]}
    return {"key": key, "name": names("Bench"), "plan": plan}


def make_open(key, kind, capacity):
    plan = {"price_classes": [{"key": "all", "name": names("All")}],
            "sections": [{"key": key, "name": names("Open"),
                          "kind": kind, "capacity": capacity,
                          "price_class": "all"}]}
    return {"key": key, "name": names("Bench"), "plan": plan}


def make_performance(key, hall, number, **terms):
    """A hall has one performance at a time, also of earlier rounds."""
    starts = time.time() + 7 * 86400 + number * 7200
    return {"key": key, "show": "bench", "venue": "bench", "hall": hall,
            "starts_at": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                       time.gmtime(starts)),
            "sales_open_at": "now-1d",
            "currency": "KRW", "prices": {"all": 1000}, **terms}


def make_fixture(name):
    """See doc/load.md for the format."""
    halls = ["bench"] * (N_PERFORMANCES + 2) + ["large"] + \
        ["floor"] * (N_ANY + 1) + ["bench"] * N_ANY + ["lawn"] * N_ANY
    lines = range(len(halls), len(halls) + N_LINES)
    return {
        "shows": [{"key": "bench", "kind": "concert", "status": "running",
                   "title": names("Bench"), "running_minutes": 60}],
        "venues": [{"key": "bench", "name": names("Bench"),
                    "time_zone": "Asia/Seoul",
                    "halls": [make_hall("bench", N_SEATS, 40),
                              make_hall("large", N_REBUILT_SEATS, 100),
                              make_open("floor", "slot", N_SEATS),
                              make_open("lawn", "counter", 100_000)]}],
        "performances": [make_performance(f"{name}-{number:04}", hall, number)
                         for number, hall in enumerate(halls)] +
        [make_performance(f"{name}-{number:04}", "bench", number,
                          queue_mode="fifo") for number in lines] +
        [make_performance(f"{name}-{lines.stop:04}", "bench", lines.stop,
                          queue_mode="lobby", queue_lobby_s=7200,
                          sales_open_at="now+1h")]}


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
        bench.run()
    except Wrong as wrong:
        sys.exit(f"bench: {wrong}")
    finally:
        bench.stop()


if __name__ == "__main__":
    sys.exit(main())
