#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The systemd units as make install put them, without a running systemd."""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import api  # noqa: E402
import tap  # noqa: E402
from fcgi_client import ask  # noqa: E402

PREFIX = os.path.dirname(os.path.dirname(api.ENV["CTL"].split()[0]))
UNITS = f"{PREFIX}/lib/systemd/system"
SERVICES = ["boxoffice-fcgi@.service", "boxoffice-worker.service",
            "boxoffice-migrate.service",
            "boxoffice-worker-pay.service",
            "boxoffice-worker-messages.service", "boxoffice-feedd.service"]
EXPOSURE_MAX = 1.5


def analyze(*words):
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True,
        check=False, env={**os.environ, "MANPATH": f"{PREFIX}/share/man",
                          "SYSTEMD_COLORS": "0", "SYSTEMD_EMOJI": "0"})


def every_unit_verifies_without_a_word():
    for unit in SERVICES + ["boxoffice-fcgi@.socket", "boxoffice-feedd.socket"]:
        done = analyze("verify", f"{UNITS}/{unit}")
        said = (done.stdout + done.stderr).strip()
        assert done.returncode == 0 and said == "", f"{unit}: {said}"


def no_service_is_exposed():
    for unit in SERVICES:
        done = analyze("security", "--offline=true", f"{UNITS}/{unit}")
        level = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
        assert level is not None, done
        assert float(level[1]) <= EXPOSURE_MAX, f"{unit}: {level[1]}"


def every_hardening_line_stands_under_a_reason():
    """A reader of a unit learns why, not only that."""
    for unit in SERVICES:
        with open(f"{UNITS}/{unit}") as file:
            text = file.read()
        service = text.split("[Service]")[1].split("[Install]")[0]
        for paragraph in service.strip().split("\n\n")[1:]:
            assert paragraph.lstrip().startswith("#") or \
                "#" in paragraph, f"{unit}: {paragraph}"


def the_sockets_folder_is_the_one_the_web_servers_are_told():
    with open(f"{UNITS}/boxoffice-fcgi@.socket") as file:
        path = re.search(r"ListenStream=(\S+)", file.read())[1]
    nginx = f"{PREFIX}/share/doc/boxoffice/examples/nginx/boxoffice-http.conf"
    with open(nginx) as file:
        text = file.read()
    for pool in ("api", "pay"):
        assert f"unix:{path.replace('%i', pool)} " in text, path


def listens(path):
    """Its name is there a moment before anybody may connect."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(path)
        return True
    except (FileNotFoundError, ConnectionRefusedError):
        return False


def systemd_may_hand_over_the_socket():
    """systemd's own starter, as a socket unit would use the service."""
    folder = tempfile.mkdtemp(prefix="bo")
    shutil.chown(folder, "www-data", "www-data")
    path = f"{folder}/api.sock"
    program, config = f"{PREFIX}/sbin/boxoffice-fcgi", conf_file()
    starter = subprocess.Popen(
        ["setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups",
         "systemd-socket-activate", "--listen", path, "--fdname=api",
         program, "--pool", "api", "--config", config],
        stderr=subprocess.DEVNULL)
    try:
        tap.wait_for(lambda: listens(path), "the socket")
        answer = ask(path, "GET", "/health/ready")
        assert answer.status == 200, answer.body
    finally:
        starter.terminate()
        starter.wait()
        shutil.rmtree(folder)


def conf_file():
    words = api.ENV["CTL"].split()
    return words[words.index("--config") + 1]


tap.main([
    every_unit_verifies_without_a_word,
    no_service_is_exposed,
    every_hardening_line_stands_under_a_reason,
    the_sockets_folder_is_the_one_the_web_servers_are_told,
    systemd_may_hand_over_the_socket,
])
