#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The primary is lost while buyers buy, and its replica is promoted by the shipped
script, which does nothing without a fence.

Under a minute, with a stack of its own, which is worn out by it: STACK_DIR. With a
synchronous replica no acknowledged purchase is lost.
"""
import os
import shlex
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import stage  # noqa: E402
import tap  # noqa: E402
from apache import examples  # noqa: E402
from faults import Killed  # noqa: E402
from sale import Sale  # noqa: E402
from settings import DropIn  # noqa: E402

WORDS = shlex.split(api.ENV["PSQL_PRIMARY"])
SOCKETS = WORDS[WORDS.index("-h") + 1]
REPLICA = f"host={SOCKETS} port=5433 user=postgres dbname=postgres"
# The DSN of a house that may fail over names both.
BOTH = (f"[postgresql]\nprimary_dsn = host={SOCKETS},{SOCKETS} port=5432,5433"
        " user=boxoffice dbname=boxoffice\nreplica_dsn =\n")


def failover(*fence):
    # A sample is installed as data.
    return subprocess.run(
        ["bash", f"{examples()}/postgresql/boxoffice-failover", REPLICA,
         *fence], capture_output=True, text=True)


def is_replica():
    return api.sql("SELECT pg_is_in_recovery()", "PSQL_REPLICA") == "t"


def without_a_fence_nothing_is_promoted():
    done = failover("false")
    assert done.returncode == 1 and "not surely off" in done.stderr, done
    assert is_replica()
    assert failover().returncode == 1
    assert is_replica()


def a_lost_primary_is_replaced_and_no_purchase_is_lost():
    api.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
    api.sql("SELECT pg_reload_conf()")
    tap.wait_for(lambda: api.sql(
        "SELECT sync_state FROM pg_stat_replication") == "sync",
        "the replica to be synchronous")
    with Sale() as sale:
        since = time.monotonic()
        Killed("pg-primary", signal.SIGQUIT)
        lost = time.monotonic()
        # The replica would wait for one of its own.
        api.sql("ALTER SYSTEM SET synchronous_standby_names = ''",
                "PSQL_REPLICA")
        done = failover("true")
        assert done.returncode == 0, done
        api.ENV["PSQL_PRIMARY"] = api.ENV["PSQL_REPLICA"]
        promoted = time.monotonic()
        sale.more()
    sale.tell("the primary was lost")
    print("# " + done.stdout.replace("\n", "; "))
    print(f"# promoted {promoted - lost:.1f} s after it was lost; no purchase "
          f"for {sale.longest_gap(since):.1f} s at most")
    stage.settle()


with DropIn(BOTH):
    tap.main([
        without_a_fence_nothing_is_promoted,
        a_lost_primary_is_replaced_and_no_purchase_is_lost,
    ])
