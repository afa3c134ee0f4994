#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The newcomer's command: what it starts, leaves alone and cleans up."""
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import tap  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
QUICKSTART = os.path.join(HERE, "../../quickstart")
# Long enough that no socket fits below it, and closed to everybody but root.
BASE = tempfile.mkdtemp(prefix="boxoffice-")
LONG = os.path.join(BASE, "a-folder-with-a-long-name-" * 3, "stack")
SHORT = tempfile.mkdtemp(prefix="bo")
os.chmod(SHORT, 0o755)


def quickstart(*words, want=0, before=(), **environment):
    done = subprocess.run([*before, QUICKSTART, *words], capture_output=True,
                          text=True, check=False,
                          env={**os.environ, **environment})
    assert done.returncode == want, (words, done.stdout, done.stderr)
    return done.stdout + done.stderr


def env(folder):
    text = subprocess.run(
        ["env", "-i", "bash", "-c", f"set -ae; . {folder}/env; env -0"],
        check=True, capture_output=True, text=True).stdout
    return dict(item.split("=", 1) for item in text.split("\0") if "=" in item)


def pids(folder):
    where = env(folder)["PIDS_DIR"]
    found = {}
    for name in os.listdir(where):
        with open(os.path.join(where, name)) as file:
            found[name] = int(file.read())
    return found


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def mentions(text):
    """The processes whose command line names text."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if text in line and int(pid) != os.getpid():
            found.append(line.replace("\0", " "))
    return found


def contents(folder):
    """Every file of the stack that no server writes to, with its time."""
    found = {}
    for part in ("src", "inst", "etc", "tls", "secrets"):
        for at, _, names in os.walk(os.path.join(folder, part)):
            for name in names:
                path = os.path.join(at, name)
                found[path] = os.lstat(path).st_mtime_ns
    return found


def enabled_services():
    out = subprocess.run(
        ["find", "/etc/systemd/system", "-type", "l", "-path", "*.wants/*"],
        capture_output=True, text=True, check=False).stdout
    return sorted(out.split())


def paste(told):
    """What the last printed line answers in a shell."""
    line = [row for row in told.splitlines() if row.startswith("( B=")][-1]
    return subprocess.run(["bash", "-c", line], capture_output=True,
                          text=True, check=True).stdout


def open_url(folder):
    where = env(folder)
    tls = ssl.create_default_context(cafile=where["CA_CERT"])
    return urllib.request.urlopen(where["BASE_URL"], context=tls).status


services_before = enabled_services()


def two_stacks_run_side_by_side():
    quickstart("up", "--dir", SHORT)
    quickstart("up", "--dir", LONG)
    assert env(SHORT)["BASE_URL"] != env(LONG)["BASE_URL"]
    assert open_url(SHORT) == 200 and open_url(LONG) == 200
    assert quickstart("status", "--dir", SHORT).count("running") == 11
    assert quickstart("status", "--dir", LONG).count("running") == 11


def the_env_file_has_all_that_is_promised():
    for folder in (SHORT, LONG):
        there = env(folder)
        for name in ("BASE_URL", "CA_CERT", "CTL", "REDIS_CLI",
                     "PSQL_PRIMARY", "PSQL_REPLICA", "CONFD", "REDIS_SOCKET",
                     "PIDS_DIR", "ADMIN_LOGIN", "ADMIN_PASSWORD",
                     "USER_LOGIN", "USER_PASSWORD"):
            assert there.get(name), name
        for name in ("nginx", "redis", "pg-primary", "pg-replica", "fcgi-api",
                     "fcgi-pay", "worker", "worker-pay",
                     "worker-messages", "paysim", "feedd"):
            assert runs(pids(folder)[f"{name}.pid"]), name
        shell = ["bash", "-c", f". {folder}/env; $REDIS_CLI config get save;"
                 " $PSQL_PRIMARY -Atc 'SELECT pg_is_in_recovery()';"
                 " $PSQL_REPLICA -Atc 'SELECT pg_is_in_recovery()';"
                 " $CTL check-config"]
        done = subprocess.run(shell, capture_output=True, text=True,
                              check=True)
        assert done.stdout.split()[:3] == ["save", "f", "t"], done


def the_printed_line_buys_a_seat_each_time():
    for folder in (SHORT, LONG):
        told = quickstart("up", "--dir", folder)
        assert '"CONFIRMED"' in paste(told), told
        assert '"CONFIRMED"' in paste(told), told


def a_second_up_changes_nothing():
    before = pids(SHORT), contents(SHORT), env(SHORT)
    assert "==" not in quickstart("up", "--dir", SHORT)
    assert (pids(SHORT), contents(SHORT), env(SHORT)) == before


def up_starts_what_is_down_and_leaves_the_rest():
    before = pids(SHORT)
    for name in ("fcgi-pay.pid", "redis.pid"):
        os.kill(before[name], 9)
        tap.wait_for(lambda: not runs(before[name]), f"the end of {name}")
    assert "down" in quickstart("status", "--dir", SHORT, want=1)
    told = quickstart("up", "--dir", SHORT)
    after = pids(SHORT)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"fcgi-pay.pid", "redis.pid"}, changed
    assert '"CONFIRMED"' in tap.wait_for(
        lambda: paste(told), "the maps to be filled again")


def a_taken_port_is_refused_before_anything_is_made():
    port = re.search(r":(\d+)$", env(SHORT)["BASE_URL"])[1]
    told = quickstart("up", "--dir", f"{BASE}/third", "--https-port", port,
                      want=1)
    assert f"port {port} is taken" in told, told
    assert os.listdir(f"{BASE}/third") == [".lock"]
    quickstart("down", "--dir", f"{BASE}/third", "--purge")


def a_folder_with_too_little_room_is_refused_before_anything_is_made():
    small = os.path.join(BASE, "small")
    os.mkdir(small)
    told = quickstart("up", "--dir", small, want=1, before=[
        "unshare", "-m", "sh", "-c",
        f'mount -t tmpfs -o size=50m none {small} && exec "$@"', "sh"])
    assert "50 MB free" in told and "==" not in told, told


def help_is_help_whatever_it_is_asked_of():
    for words in (["--help"], ["up", "--help"], ["test", "--help"],
                  ["bench", "--help"]):
        assert quickstart(*words).startswith("usage: ./quickstart"), words
    assert "no phase is called dance" in quickstart("test", "dance", want=1)


def who_called_through_sudo_can_read_the_env_file():
    quickstart("up", "--dir", SHORT, SUDO_UID="65534", SUDO_GID="65534")
    there = os.stat(f"{SHORT}/env")
    assert (there.st_uid, there.st_mode & 0o777) == (65534, 0o600)
    assert env(SHORT)["CTL"].startswith("sudo ")
    quickstart("up", "--dir", SHORT)
    assert os.stat(f"{SHORT}/env").st_uid == 0


def up_right_after_down_and_down_again_end_well():
    for _ in range(3):
        assert "stopped" in quickstart("down", "--dir", SHORT)
        quickstart("up", "--dir", SHORT)


def nobody_listens_to_the_network():
    ports = {format(int(re.search(r":(\d+)$", env(f)["BASE_URL"])[1]), "04X")
             for f in (SHORT, LONG)}
    loopback = ("0100007F", "00000000000000000000000001000000")
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table) as file:
            rows = [row.split()[1].split(":") for row in file][1:]
        for address, port in rows:
            assert port not in ports or address in loopback, (address, port)


def down_leaves_no_process():
    for folder in (SHORT, LONG):
        was = pids(folder)
        stack = os.path.dirname(env(folder)["PIDS_DIR"])
        quickstart("down", "--dir", folder)
        assert not any(runs(pid) for pid in was.values()), was
        tap.wait_for(lambda: not mentions(stack + "/"),
                     f"no process of {stack}")


def a_stack_that_was_down_comes_back_with_its_data():
    told = quickstart("up", "--dir", SHORT)
    assert '"CONFIRMED"' in tap.wait_for(lambda: paste(told), "a purchase")
    owned = subprocess.run(
        ["bash", "-c", f". {SHORT}/env; $PSQL_PRIMARY -Atc"
         " 'SELECT count(*) FROM reservations'"],
        capture_output=True, text=True, check=True).stdout
    assert int(owned) >= 4, owned


def purge_leaves_nothing():
    elsewhere = os.path.dirname(env(LONG)["PIDS_DIR"])
    quickstart("down", "--dir", LONG, "--purge")
    assert not os.path.exists(LONG), os.listdir(LONG)
    assert elsewhere != LONG and not os.path.exists(elsewhere)


def a_pid_file_that_names_nothing_stops_no_purge():
    where, kept = env(SHORT)["PIDS_DIR"], pids(SHORT)
    open(f"{where}/worker.pid", "w").close()
    os.unlink(f"{where}/nginx.pid")
    for name in ("worker", "nginx"):
        os.kill(kept[f"{name}.pid"], 15)
    quickstart("down", "--dir", SHORT, "--purge")
    assert not os.path.exists(SHORT), os.listdir(SHORT)


def the_machines_services_are_as_they_were():
    assert enabled_services() == services_before


try:
    tap.main([
        two_stacks_run_side_by_side,
        the_env_file_has_all_that_is_promised,
        the_printed_line_buys_a_seat_each_time,
        a_second_up_changes_nothing,
        up_starts_what_is_down_and_leaves_the_rest,
        a_taken_port_is_refused_before_anything_is_made,
        a_folder_with_too_little_room_is_refused_before_anything_is_made,
        help_is_help_whatever_it_is_asked_of,
        who_called_through_sudo_can_read_the_env_file,
        up_right_after_down_and_down_again_end_well,
        nobody_listens_to_the_network,
        down_leaves_no_process,
        a_stack_that_was_down_comes_back_with_its_data,
        purge_leaves_nothing,
        a_pid_file_that_names_nothing_stops_no_purge,
        the_machines_services_are_as_they_were,
    ])
finally:
    for stack in (SHORT, LONG):
        if os.path.isdir(stack):
            subprocess.run([QUICKSTART, "down", "--dir", stack, "--purge"],
                           capture_output=True, check=False)
    shutil.rmtree(BASE, ignore_errors=True)
