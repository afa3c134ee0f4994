#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""usage: test_syscalls.py DIR CALLS

Every system call that strace counted (CALLS/NAME.calls) while the flow tests
ran against the stack in DIR is allowed by the filter of NAME's unit.
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import tap  # noqa: E402

DIR, CALLS = sys.argv[1:]
del sys.argv[1:]
UNIT_OF = {"fcgi-api": "boxoffice-fcgi@.service",
           "fcgi-pay": "boxoffice-fcgi@.service",
           "worker": "boxoffice-worker.service",
           "feedd": "boxoffice-feedd.service"}


def stack_folder():
    """Where the stack's files are: DIR, or the place DIR names."""
    try:
        with open(f"{DIR}/elsewhere") as file:
            return file.read().strip()
    except FileNotFoundError:
        return DIR


UNITS = f"{stack_folder()}/inst/lib/systemd/system"


def members(word):
    """The calls of a filter word: a call's name, or a @group, whole."""
    if not word.startswith("@"):
        return {word}
    out = subprocess.run(["systemd-analyze", "syscall-filter", word],
                         capture_output=True, text=True, check=True).stdout
    found = set()
    for line in out.splitlines()[1:]:
        name = line.strip()
        if name and not name.startswith("#"):
            found |= members(name)
    return found


def allowed(unit):
    """What is left when the unit's lines are read from top to bottom."""
    calls = set()
    with open(f"{UNITS}/{unit}") as file:
        for line in file:
            key, _, value = line.strip().partition("=")
            if key != "SystemCallFilter":
                continue
            listed = set()
            for word in value.lstrip("~").split():
                listed |= members(word)
            calls = calls - listed if value[0] == "~" else calls | listed
    return calls


def counted(name):
    """The calls in strace's summary: a name a line below its head."""
    with open(f"{CALLS}/{name}.calls") as file:
        words = [line.strip() for line in file]
    return {w for w in words if w.isidentifier() and
            w not in ("syscall", "total")}


def check(name):
    made = counted(name)
    assert {"epoll_wait", "read", "write"} & made, f"nothing traced: {made}"
    outside = made - allowed(UNIT_OF[name])
    print(f"# {name}: {len(made)} system calls", flush=True)
    assert not outside, f"not in the filter: {sorted(outside)}"


def the_api_pool_keeps_to_its_filter():
    check("fcgi-api")


def the_pay_pool_keeps_to_its_filter():
    check("fcgi-pay")


def the_worker_keeps_to_its_filter():
    check("worker")


def the_feed_keeps_to_its_filter():
    check("feedd")


tap.main([
    the_api_pool_keeps_to_its_filter,
    the_pay_pool_keeps_to_its_filter,
    the_worker_keeps_to_its_filter,
    the_feed_keeps_to_its_filter,
])
