# SPDX-License-Identifier: BSD-2-Clause
"""lynx - a browser that shows text alone, driven by keys as somebody would.

Layer: tests.  Uses: api.
"""
import os
import pty
import re
import select
import tempfile
import time

from api import ENV

SCREEN = re.compile(r"\x1b[\[\(][0-9;?]*[A-Za-z]|[\x00-\x09\x0b-\x1f]")
OWN = ("keys", "lynx.cfg", ".lynx_cookies")
ENTER, DOWN = "^J", "Down Arrow"


class Script:
    """Keys, written down one after the other, from the first link of a page on.
    find(text) goes to the next link or button that has it; lynx alone says where a
    word of plain text is."""

    def __init__(self):
        # The first key is lost while lynx gets ready.
        self.lines = ["key Up Arrow"]

    def key(self, *names):
        self.lines += [f"key {name}" for name in names]
        return self

    def type(self, text):
        return self.key(*("<space>" if c == " " else c for c in text))

    def find(self, text):
        return self.key("/").type(text).key(ENTER)

    def press(self, text):
        """A link or a button, by its beginning."""
        return self.find(text).key(ENTER)


def run(script, path, seconds=60):
    """What was on the screens, from the first to the last, as plain text, and what
    was printed to files."""
    with tempfile.TemporaryDirectory() as folder:
        cfg, keys = folder + "/lynx.cfg", folder + "/keys"
        with open(cfg, "w") as file:
            file.write("INCLUDE:/etc/lynx/lynx.cfg\n"
                       "ACCEPT_ALL_COOKIES:TRUE\nCHARACTER_SET:utf-8\n"
                       "PREFERRED_LANGUAGE:en\n")
        with open(keys, "w") as file:
            file.write("\n".join(script.lines + ["exit"]) + "\n")
        said = watch(folder, ["lynx", "-cfg=" + cfg, "-cmd_script=" + keys,
                      "-term=vt100", ENV["BASE_URL"] + path],
                     {**os.environ, "HOME": folder,
                      "SSL_CERT_FILE": ENV["CA_CERT"], "LINES": "100",
                      "COLUMNS": "100", "LANG": "C.UTF-8"}, seconds)
        return said, printed(folder)


def printed(folder):
    texts = []
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if name not in OWN and os.path.isfile(path):
            with open(path) as file:
                texts.append(file.read())
    return texts


def watch(folder, command, environment, seconds):
    pid, screen = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(command[0], command, environment)
    said, deadline = b"", time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([screen], [], [],
                                    max(deadline - time.monotonic(), 0))
        if not ready:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            raise AssertionError("lynx waits: " + plain(said)[-2000:])
        try:
            part = os.read(screen, 65536)
        except OSError:
            part = b""
        if not part:
            break
        said += part
    os.close(screen)
    os.waitpid(pid, 0)
    return plain(said)


def plain(said):
    return " ".join(SCREEN.sub(" ", said.decode(errors="replace")).split())
