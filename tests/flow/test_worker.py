#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""boxoffice-worker as a process: options, signals, what it tells systemd.

Without stores: its jobs end in faults, and it goes on trying.
"""
import json
import os
import signal
import socket
import subprocess
import sys
from datetime import datetime

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import tap  # noqa: E402
from fcgi_tree import BUILD, Tree, need_faults  # noqa: E402

PROGRAM = os.path.join(BUILD, "boxoffice-worker")


class Worker(Tree):
    """with Worker() as w: ... ; started, and its loop is running."""

    def __init__(self):
        super().__init__(program=PROGRAM, start=False,
                         worker__expiry_period_ms=50)

    def command(self):
        return [self.program, "--config", self.config]

    def begin(self):
        self.start()
        tap.wait_for(lambda: self.facts("worker-started"), "the worker")
        return self


def n_faults(worker, **fields):
    return sum(line["count"] for line in worker.facts("job-fault", **fields))


def run(worker, *options):
    return subprocess.run([PROGRAM, *options, "--config", worker.config],
                          capture_output=True, text=True)


def the_metrics_of_all_programs_are_as_prometheus_wants_them():
    """promtool check metrics, of two pools, a worker and feedd."""
    with Worker() as w, Tree(general__runtime_dir=w.dir) as api, \
            Tree("pay", general__runtime_dir=w.dir), \
            Tree(program=os.path.join(BUILD, "boxoffice-feedd"), start=False,
                 general__runtime_dir=w.dir,
                 feed__socket="{dir}/feed.sock") as feed:
        w.begin()
        feed.command = lambda: [feed.program, "--config", feed.config]
        feed.start()

        def text():
            told = api.ask(uri="/metrics").body.decode()
            return all(series in told for series in (
                '_workers{pool="api"}', '_workers{pool="pay"}',
                "_job_rounds_total{", "_feed_readers ")) and told

        told = tap.wait_for(text, "four trees to tell what they count")
        assert "\nboxoffice_build_info{version=" in told, told
        checked = subprocess.run(["promtool", "check", "metrics"], input=told,
                                 capture_output=True, text=True)
        assert checked.returncode == 0 and not checked.stderr, checked


def settings_are_checked_and_printed_with_secrets_masked():
    with Worker() as w:
        assert run(w, "-t").returncode == 0
        printed = run(w, "-p")
        assert printed.returncode == 0
        assert "worker.expiry_period_ms = 50" in printed.stdout, printed
        assert "AAAA" not in printed.stdout, printed


def wrong_settings_are_named_by_file_and_line():
    with Worker() as w:
        w.write_settings(worker__expiry_period_ms=1)
        refused = run(w, "-t")
        assert refused.returncode == 1
        assert f"{w.config}:" in refused.stderr, refused
        assert "expiry_period_ms" in refused.stderr, refused
        assert run(w).returncode == 1


def a_wrong_call_says_how_it_is_called():
    for words in (["--nonsense"], ["word"], ["--config"],
                  ["--jobs", "nonsense"]):
        called = subprocess.run([PROGRAM, *words], capture_output=True,
                                text=True)
        assert called.returncode == 2
        line = json.loads(called.stderr)
        assert line["fact"] == "called-wrongly", called
        assert line["program"] == "boxoffice-worker", called
        assert line["usage"].startswith("usage: "), called


def it_goes_on_while_its_stores_are_away():
    with Worker() as w:
        w.begin()
        tap.wait_for(lambda: n_faults(w) > 5, "more rounds")
        assert w.facts("job-fault")[0]["fault_name"] != "unknown"
        assert w.process.poll() is None


def faults_of_jobs_are_told_once_a_second_with_their_count():
    with Worker() as w:
        w.begin()
        tap.wait_for(lambda: len(w.facts("job-fault")) > 3, "some seconds")
        lines = w.facts("job-fault")
        times = [datetime.fromisoformat(line["at"].replace("Z", "+00:00"))
                 for line in lines]
        # The clock of the log may be set a little meanwhile.
        assert all((b - a).total_seconds() > 0.9
                   for a, b in zip(times, times[1:])), times
        assert n_faults(w) > 2 * len(lines), lines


def one_that_dies_between_two_rounds_is_replaced_by_the_next():
    need_faults()
    with Worker() as w:
        w.env["BOXOFFICE_FAULTS"] = "crash:worker.after_round:3"
        w.start()
        assert w.process.wait(20) == 137, w.text()
        del w.env["BOXOFFICE_FAULTS"]
        w.start()
        tap.wait_for(lambda: len(w.facts("worker-started")) == 2,
                     "the next worker")
        tap.wait_for(lambda: n_faults(w, pid=w.process.pid) > 5,
                     "its rounds")


def sigterm_ends_it():
    with Worker() as w:
        w.begin()
        w.signal(signal.SIGTERM)
        assert w.process.wait(20) == 0, w.text()
        assert w.facts("worker-stopped")


def sighup_takes_good_settings_and_refuses_bad_ones():
    with Worker() as w:
        w.begin()
        w.write_settings(worker__expiry_period_ms=70)
        w.signal(signal.SIGHUP)
        tap.wait_for(lambda: w.facts("settings-taken"), "the new settings")
        w.write_settings(worker__expiry_period_ms="soon")
        w.signal(signal.SIGHUP)
        refused = tap.wait_for(lambda: w.facts("settings-refused"),
                               "the refusal")[0]
        assert refused["file"] == w.config and refused["line"] > 0, refused
        assert w.process.poll() is None


def systemd_is_told():
    with Worker() as w:
        path = f"{w.dir}/notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(path)
            told.settimeout(20)
            w.env["NOTIFY_SOCKET"] = path
            w.begin()
            assert b"READY=1" in told.recv(4096)
            w.signal(signal.SIGHUP)
            assert b"RELOADING=1" in told.recv(4096)
            assert b"READY=1" in told.recv(4096)
            w.signal(signal.SIGTERM)
            assert b"STOPPING=1" in told.recv(4096)
            w.process.wait(20)


def what_it_counts_is_in_the_runtime_folder_while_it_runs():
    def files():
        return [f for f in os.listdir(w.dir) if f.endswith(".metrics") and
                f.startswith(f"boxoffice-worker-{w.process.pid}.")]

    with Worker() as w:
        w.begin()
        assert len(files()) == 1, os.listdir(w.dir)
        w.signal(signal.SIGTERM)
        w.process.wait(20)
        assert files() == []


tap.main([
    the_metrics_of_all_programs_are_as_prometheus_wants_them,
    settings_are_checked_and_printed_with_secrets_masked,
    wrong_settings_are_named_by_file_and_line,
    a_wrong_call_says_how_it_is_called,
    it_goes_on_while_its_stores_are_away,
    faults_of_jobs_are_told_once_a_second_with_their_count,
    one_that_dies_between_two_rounds_is_replaced_by_the_next,
    sigterm_ends_it,
    sighup_takes_good_settings_and_refuses_bad_ones,
    systemd_is_told,
    what_it_counts_is_in_the_runtime_folder_while_it_runs,
])
