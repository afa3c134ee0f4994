#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The primary is lost while buyers buy: doc/operations.md is followed word for word,
then the old one becomes a standby, and is promoted again by the shipped script, which
does nothing without a fence.

Some two minutes, with a stack: STACK_DIR. With a synchronous replica no acknowledged
purchase is lost.
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
from runbook import commands, replica_anew, typed  # noqa: E402
from sale import Sale  # noqa: E402
from settings import DropIn  # noqa: E402

WORDS = shlex.split(api.ENV["PSQL_PRIMARY"])
SOCKETS = WORDS[WORDS.index("-h") + 1]
# The DSN of a house that may fail over names both.
BOTH = (f"[postgresql]\nprimary_dsn = host={SOCKETS},{SOCKETS} port=5432,5433"
        " user=boxoffice dbname=boxoffice\nreplica_dsn =\n")


def failover(port, *fence):
    # A sample is installed as data.
    return subprocess.run(
        ["bash", f"{examples()}/postgresql/boxoffice-failover",
         f"host={SOCKETS} port={port} user=postgres dbname=postgres", *fence],
        capture_output=True, text=True)


def is_replica():
    return api.sql("SELECT pg_is_in_recovery()", "PSQL_REPLICA") == "t"


def timeline():
    """Of what the primary writes: its control file tells of its last checkpoint."""
    return api.sql("SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)")


def wait_for_each_commit():
    """Of the primary for its replica; where that is promoted it is told the same."""
    for where in ("PSQL_REPLICA", "PSQL_PRIMARY"):
        api.sql("ALTER SYSTEM SET synchronous_standby_names = '*'", where)
        api.sql("SELECT pg_reload_conf()", where)
    tap.wait_for(lambda: api.sql(
        "SELECT sync_state FROM pg_stat_replication") == "sync",
        "the replica to be synchronous")


def without_a_fence_nothing_is_promoted():
    done = failover(5433, "false")
    assert done.returncode == 1 and "not surely off" in done.stderr, done
    assert is_replica()
    assert failover(5433).returncode == 1
    assert is_replica()


def lost(what, name, promote):
    """The primary, so called in the stack, while buyers buy."""
    wait_for_each_commit()
    before = timeline()
    with Sale() as sale:
        Killed(name, signal.SIGQUIT)
        began = time.monotonic()
        promote()
        env = api.ENV
        env["PSQL_PRIMARY"], env["PSQL_REPLICA"] = \
            env["PSQL_REPLICA"], env["PSQL_PRIMARY"]
        promoted = time.monotonic() - began
        sale.more()
    sale.tell(f"{what}, in {promoted:.1f} s")
    assert timeline() > before
    stage.settle()


def follow_the_runbook():
    typed(commands("Failing over to the replica"))


def run_the_script():
    done = failover(5432, "true")
    assert done.returncode == 0, done
    print("# " + done.stdout.strip().replace("\n", "; "))


def a_lost_primary_is_replaced_by_the_runbook_and_no_purchase_is_lost():
    lost("the primary was lost, the runbook followed", "pg-primary",
         follow_the_runbook)


def the_old_one_becomes_a_standby_while_buyers_buy():
    with Sale() as sale:
        typed(commands("The old primary becomes a standby"))
        tap.wait_for(lambda: api.sql(
            "SELECT state FROM pg_stat_replication") == "streaming",
            "it to follow")
        sale.more()
    sale.tell("the old primary became a standby")
    assert sale.failures() == [], sale.failures()
    assert is_replica()


def and_is_promoted_by_the_script():
    lost("the new primary was lost, the script run", "pg-replica",
         run_the_script)


try:
    with DropIn(BOTH):
        tap.main([
            without_a_fence_nothing_is_promoted,
            a_lost_primary_is_replaced_by_the_runbook_and_no_purchase_is_lost,
            the_old_one_becomes_a_standby_while_buyers_buy,
            and_is_promoted_by_the_script,
        ])
finally:
    replica_anew()
