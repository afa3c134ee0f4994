# SPDX-License-Identifier: BSD-2-Clause
"""settings - change a setting of the running stack for a while.

Layer: tests.  Uses: api, tap.
"""
import json
import os
import signal

import api
import tap
from api import ENV

LOG = os.path.join(os.path.dirname(ENV["PIDS_DIR"]), "log/fcgi-api.log")


class DropIn:
    """with DropIn("[sale]\\nhold_seconds = 30"): it is in the drop-in folder
    and the programs were told; afterwards it is gone and they were told."""

    def __init__(self, text):
        self.path = os.path.join(ENV["CONFD"], "90-test.conf")
        self.text = text

    def __enter__(self):
        with open(self.path, "w") as file:
            file.write(self.text)
        return self.tell()

    def __exit__(self, *_):
        os.unlink(self.path)
        self.tell()

    def tell(self):
        """What the api pool's master then logged."""
        with open(LOG) as log:
            log.seek(0, os.SEEK_END)
            for name in ("fcgi-api", "fcgi-pay", "worker", "worker-pay",
                         "worker-messages", "feedd"):
                os.kill(api.pid_of(name), signal.SIGHUP)
            lines = []
            return tap.wait_for(lambda: self.outcome(log, lines),
                                "the master to have read the settings")

    @staticmethod
    def outcome(log, lines):
        lines.extend(line for line in log if line.endswith("\n"))
        facts = [json.loads(line) for line in lines if line[0] == "{"]
        return next((fact for fact in facts
                     if fact["fact"].startswith("reload")), None)
