# SPDX-License-Identifier: BSD-2-Clause
"""page - how fast the buyer's page is, in Debian's chromium.

The map alone (web/browser/map_bench.mjs) with 50,000 seats, drawn without a
graphics card; the page of the stack (tests/browser/bench.cjs) as Lighthouse sees
it on a telephone, and as a buyer far away does. These rows are measured when they
are named, page-* for all of them: they need chromium, and the page with what tests
it, of which PAGE_MODULES says the folder.

Layer: tests.
"""
import os
import subprocess

from measure import Wrong

SIZES = ("1280x800", "412x915")
LEVELS = ("overview", "seats", "numbers")


class PageRow:
    """A figure, and what it has to be: at most, or a score at least."""

    def __init__(self, name, floor, what):
        self.name, self.floor, self.what = name, floor, what

    def is_met(self, figure):
        if self.name.startswith("page-score-"):
            return figure >= self.floor
        return figure <= self.floor


SCORES = [
    PageRow("page-score-list", 95, "Lighthouse, performance: what is on"),
    PageRow("page-score-show", 95, "a show"),
    PageRow("page-score-timetable", 95, "what is played on a day"),
    PageRow("page-score-login", 95, "login"),
    PageRow("page-score-map", 90, "a hall of 120 seats"),
    PageRow("page-score-arena", 90, "an arena of 20,000"),
]
FIRST_SEAT = [
    PageRow("page-first-seat", 5,
            "from an arena's address to seats that are held: 150 ms away, "
            "1.6 Mbit/s, a processor of a quarter"),
]
MAP = [row for size in SIZES for row in [
    PageRow(f"page-map-first-{size}", 1500, "first picture after the data"),
    *(PageRow(f"page-map-pan-{level}-{size}-{part}", most,
              "a frame while it is dragged")
      for level in LEVELS for part, most in (("median", 33), ("p95", 66))),
    *(PageRow(f"page-map-live-{level}-{size}", 10,
              "what 100 changes a second cost")
      for level in LEVELS[:2]),
]]
PAGE_ROWS = SCORES + FIRST_SEAT + MAP


def node(script, *args):
    """What a script prints: name, figure and unit a line."""
    done = subprocess.run(["node", script, *args], stdout=subprocess.PIPE,
                          text=True)
    if done.returncode != 0:
        raise Wrong(f"{script} left with {done.returncode}")
    return [line.split("\t") for line in done.stdout.splitlines()]


def measure_pages(stack, rows):
    """Print the rows."""
    here = os.path.dirname(os.path.abspath(__file__))
    modules = os.environ["PAGE_MODULES"]
    os.environ["STACK_DIR"] = stack
    wanted = {row.name: row for row in rows}
    told = []
    asked = [name for name in wanted if not name.startswith("page-map-")]
    if asked:
        told += node(os.path.join(here, "../browser/bench.cjs"), *asked)
    if len(asked) < len(wanted):
        told += node(os.path.join(modules, "browser/map_bench.mjs"))
    print(f"{'figure':<38} {'':>7} {'floor':>7}")
    for name, figure, unit in told:
        row = wanted.get(name)
        if row is not None:
            verdict = "met" if row.is_met(float(figure)) else "missed"
            print(f"{name:<38} {float(figure):>7.1f} {row.floor:>7} "
                  f"{verdict:<6}  {unit}   # {row.what}")
