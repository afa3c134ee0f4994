#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""usage: broken.py NAME: end a server of the stack; a line on standard input
starts it again.

Layer: tests.  Uses: faults.
"""
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import faults  # noqa: E402

killed = faults.Killed(sys.argv[1], signal.SIGKILL)
print("gone", flush=True)
sys.stdin.readline()
killed.start()
print("there", flush=True)
