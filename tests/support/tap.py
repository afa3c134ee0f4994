# SPDX-License-Identifier: BSD-2-Clause
"""tap - run test functions and speak TAP, as Check programs do.

A test is a function whose name is a sentence; it fails by an exception.

Layer: tests.
"""
import sys
import time
import traceback


class Skip(Exception):
    """This build or host cannot run the test; the text says why."""


def wait_for(condition, what, seconds=20):
    """Poll until condition() is truthy and return that; fail after seconds.

    What a test waits for is a state, never a span of time: the deadline only
    bounds a failing run.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        time.sleep(0.01)


def _run_one(number, test):
    name = test.__name__.replace("_", " ")
    try:
        test()
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        return True
    except Exception:
        print(f"not ok {number} - {name}", flush=True)
        for line in traceback.format_exc().splitlines():
            print(f"# {line}", flush=True)
        return False
    print(f"ok {number} - {name}", flush=True)
    return True


def main(tests):
    """Run the tests, or only those whose names hold an argument's text."""
    wanted = sys.argv[1:]
    tests = [t for t in tests
             if not wanted or any(w in t.__name__ for w in wanted)]
    print(f"1..{len(tests)}", flush=True)
    results = [_run_one(i + 1, t) for i, t in enumerate(tests)]
    sys.exit(0 if all(results) else 1)
