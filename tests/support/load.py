# SPDX-License-Identifier: BSD-2-Clause
"""load - many requests at once through the web server, by hey(1).

Layer: tests.  Uses: api.
"""
import csv
import subprocess
import tempfile
import time

from api import ENV


class Load:
    """with Load(path, ...) as load: do something to the stack meanwhile.

    Afterwards load.rows has (status, seconds, at) of every request that was
    answered: how long it took and when it was begun, as time.monotonic().
    """

    def __init__(self, path, requests=None, seconds=None, connections=50,
                 rate=None, token=None, body=None):
        self.requests = requests
        self.words = ["hey", "-o", "csv", "-c", str(connections), "-t", "60"]
        if requests is not None:
            self.words += ["-n", str(requests)]
        if seconds is not None:
            self.words += ["-z", f"{seconds}s"]
        if rate is not None:	# a second, of each connection
            self.words += ["-q", str(rate)]
        if token is not None:
            self.words += ["-H", f"Authorization: Bearer {token}"]
        if body is not None:
            self.words += ["-m", "POST", "-T", "application/json", "-d", body]
        self.words.append(ENV["BASE_URL"] + path)

    def __enter__(self):
        self.began = time.monotonic()
        # A file: a pipe would be full before hey has ended.
        self.out = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(self.words, stdout=self.out)
        return self

    def __exit__(self, *_):
        assert self.process.wait() == 0
        self.out.seek(0)
        self.rows = [(int(row["status-code"]), float(row["response-time"]),
                      self.began + float(row["offset"]))
                     for row in csv.DictReader(self.out)]
        self.out.close()

    def runs(self):
        return self.process.poll() is None

    def statuses(self):
        """How many answers of each status."""
        counts = {}
        for status, _, _ in self.rows:
            counts[status] = counts.get(status, 0) + 1
        return counts

    def failed(self):
        """The rows of all 5xx."""
        return [row for row in self.rows if row[0] >= 500]

    def percentile_ms(self, share):
        """Of the requests that went well."""
        times = sorted(s for status, s, _ in self.rows if status < 500)
        return 1000 * times[int(share * (len(times) - 1))]
