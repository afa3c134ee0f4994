# SPDX-License-Identifier: BSD-2-Clause
"""measure - what processes have cost so far.

Layer: tests.
"""
import os


class Wrong(Exception):
    """A row that did not get the answers it is about measures nothing."""


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


def waited_us(pid):
    """Microseconds that it could have run and others were."""
    with open(f"/proc/{pid}/schedstat") as stat:
        return int(stat.read().split()[1]) / 1000


def memory_bytes(pid):
    """Memory that is the process's alone."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status
                    if line.startswith("RssAnon:")) * 1024
