# SPDX-License-Identifier: BSD-2-Clause
"""feed - what it costs to tell many readers, and how late they hear.

Seats are held and given back over HTTP at a fixed rate; readers (feed.c) listen
at boxoffice-feedd's socket, or through the stack's nginx with TLS. CPU time is
boxoffice-feedd's alone; "looks" is the part of it that asks Redis for each
performance 20 times a second, whether or not anything changed. How late is told
from a change's log id to the reader's recv: on a machine that others use it is
theirs too, CPU time a delivery is not. "waits" is how often longer than it ran
boxoffice-feedd had to wait for a processor: near 0 where it has one to itself.

Layer: tests.
"""
import json
import os
import subprocess
import time
from urllib.parse import urlsplit

from measure import Wrong, memory_bytes, on_cpu_us, tree, waited_us

PORT = 18099            # the bench's nginx
READY_S = 180
N_SEATS = 1000
CPU_US = 15             # a delivery
OWN_BYTES = 1024        # a reader
N_IDLE = 500


class FeedRow:
    """readers of some performances, changes a second in all of them; p99 of
    the oldest change an event tells of, which is the newest where events tell
    of one."""

    def __init__(self, name, readers, rate, p99_ms, what, **options):
        self.name, self.readers, self.rate = name, readers, rate
        self.p99_ms, self.what = p99_ms, what
        self.performances = options.get("performances", 1)
        self.tls = options.get("tls", False)
        self.which = "oldest" if rate > self.performances else "newest"


FEED_ROWS = [
    FeedRow("feed-one", 10_000, 1, 250,
            "10,000 readers of one performance, a change a second"),
    FeedRow("feed-rush-1k", 1000, 200, 700,
            "1,000 readers of one performance, 200 changes a second"),
    FeedRow("feed-rush", 10_000, 200, 700, "the same for 10,000"),
    FeedRow("feed-spread", 10_000, 200, 700,
            "10,000 readers of 500 performances, 200 changes a second",
            performances=500),
    FeedRow("feed-tls", 2000, 200, 500,
            "2,000 readers through nginx with TLS, 200 changes a second",
            tls=True),
]


class Readers:
    """with Readers(bench, row, seconds) as readers: they are where they
    stand; readers.result() when the seconds are over."""

    def __init__(self, bench, row, seconds):
        where = bench.setting("feed", "socket")
        if row.tls:
            where = str(urlsplit(bench.env["BASE_URL"]).port)
        ids = [str(bench.first + n) for n in range(row.performances)]
        self.process = subprocess.Popen(
            [os.path.join(bench.args.build, "tests/bench/feed"), where,
             str(row.readers), str(seconds), *ids],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.row = row

    def __enter__(self):
        if self.process.stderr.readline() != "ready\n":
            raise Wrong(f"{self.row.name}: readers do not come")
        return self

    def result(self):
        out, _ = self.process.communicate(timeout=READY_S)
        result = json.loads(out)
        if result["readers"] != self.row.readers or result["ended"]:
            raise Wrong(f"{self.row.name}: {result}")
        return result

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Feed:
    def __init__(self, bench):
        self.bench = bench
        self.feedd = bench.pid_of("feedd")
        self.redis = bench.pid_of("redis")
        self.seconds = max(bench.args.seconds, 10)

    def load(self, row, *args):
        bench = self.bench
        out = subprocess.run(
            [os.path.join(bench.args.build, "tests/bench/load"),
             "--port", str(PORT), "--tokens", bench.tokens,
             "--performance", str(bench.first),
             "--performances", str(row.performances),
             "--seats", str(N_SEATS), *args],
            check=True, capture_output=True, text=True)
        result = json.loads(out.stdout)
        if result["wrong"]:
            raise Wrong(f"{row.name}: {result}")
        return result

    def change(self, row):
        """Seats of the row's performances are taken and given back for the
        bench's seconds; none is left taken, the next row wants it."""
        units = row.rate * self.seconds // 2
        return self.load(row, "--scenario", "change", "--connections", "8",
                         "--units", str(units),
                         "--seconds", str(2 * self.seconds),
                         "--rate", str(row.rate))

    def warm_up(self, row):
        """There are maps, and workers know the performances."""
        for scenario, units in (("map-spread", 4 * N_IDLE),
                                ("hold-nothing", 40 * N_IDLE)):
            self.load(row, "--scenario", scenario, "--units", str(units))

    @staticmethod
    def cpu(pids):
        return sum(on_cpu_us(pids).values())

    def nginx(self):
        return tree(self.bench.pid_of("nginx"))

    def measure(self, row):
        with Readers(self.bench, row, self.seconds + 2) as readers:
            feedd, nginx = self.cpu([self.feedd]), self.cpu(self.nginx())
            memory, waited = memory_bytes(self.feedd), waited_us(self.feedd)
            changes = self.change(row)
            # what is on its way
            time.sleep(1)
            feedd = self.cpu([self.feedd]) - feedd
            nginx = self.cpu(self.nginx()) - nginx
            waited = waited_us(self.feedd) - waited
            result = readers.result()
        n = max(result["events"], 1)
        return {**result, "late": result[row.which + "_p99_ms"],
                "cpu_us": feedd / n, "nginx_us": nginx / n,
                "memory": memory, "waits": waited / max(feedd, 1),
                "changes": changes["requests"] / changes["seconds"]}

    def idle(self):
        """CPU of Redis and of boxoffice-feedd for a performance with a reader
        in which nothing changes, ms a second."""
        def spent():
            before = [self.cpu([pid]) for pid in (self.redis, self.feedd)]
            time.sleep(self.seconds)
            after = [self.cpu([pid]) for pid in (self.redis, self.feedd)]
            return [(b - a) / self.seconds / 1000
                    for a, b in zip(before, after)]
        alone = spent()
        row = FeedRow("feed-idle", N_IDLE, 0, 0, "", performances=N_IDLE)
        with Readers(self.bench, row, self.seconds + 5):
            watched = spent()
        return [(w - a) / N_IDLE for a, w in zip(alone, watched)] + alone

    def run(self, rows):
        self.bench.settle("[feed]\nreaders_per_address = 20000\n", "feedd")
        self.warm_up(FeedRow("", 0, 0, 0, "", performances=N_IDLE))
        own = 0
        redis_ms, feedd_ms, redis_alone, feedd_alone = self.idle()
        without = memory_bytes(self.feedd)
        print(f"{'row':<13} {'readers':>7} {'chg/s':>6} {'events/s':>8} "
              f"{'p50 ms':>6} {'p99 ms':>6} {'goal':>5} {'':<6} "
              f"{'CPU us':>6} {'goal':>4} {'':<6} {'looks':>5} {'nginx':>5} {'waits':>5}")
        for row in rows:
            got = self.measure(row)
            looks_us = feedd_ms * 1000 * row.performances * \
                (self.seconds + 1) / max(got["events"], 1)
            print(f"{row.name:<13} {row.readers:>7} {got['changes']:>6.0f} "
                  f"{got['events'] / self.seconds:>8.0f} "
                  f"{got['newest_p50_ms']:>6} {got['late']:>6} "
                  f"{row.p99_ms:>5} {verdict(got['late'], row.p99_ms):<6} "
                  f"{got['cpu_us']:>6.2f} {CPU_US:>4} "
                  f"{verdict(got['cpu_us'], CPU_US):<6} "
                  f"{looks_us:>5.2f} {got['nginx_us']:>5.1f} "
                  f"{got['waits']:>5.1f}   # {row.what}")
            if row.readers >= 10_000 and row.performances == 1:
                own = (got["memory"] - without) / row.readers
        print(f"feed-idle     {redis_ms:.3f} ms of Redis and {feedd_ms:.3f} ms "
              "of boxoffice-feedd a second for a performance with a reader; "
              f"with none in all {redis_alone:.1f} and {feedd_alone:.1f} ms")
        # Of a process that had as many readers before nothing can be told.
        if own > 0:
            print(f"feed-memory   {own:.0f} bytes a reader, goal {OWN_BYTES} "
                  f"{verdict(own, OWN_BYTES)}")


def verdict(got, goal):
    return "met" if got <= goal else "missed"
