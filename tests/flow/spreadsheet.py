#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""spreadsheet - does an export open in LibreOffice, numbers as numbers, and
all else as the text it is?

usage: spreadsheet.py FILE, or without one against a stack that has sold something

By hand (HACKING.md); Debian's libreoffice-calc-nogui has the soffice that opens.

Layer: tests.
"""
import csv
import os
import re
import subprocess
import sys
import tempfile

NUMBERS = {"performance_id", "section_id", "seats", "given_back", "amount",
           "refunded", "payment_id", "user_id", "seat", "seat_id", "price",
           "till_id"}
# What a person reads as a word, however it looks.
WORDS = {"number", "status", "show", "hall", "venue", "login_id", "name",
         "currency", "row", "ticket_type", "method", "email", "price_class",
         "seat_type", "channel", "slip", "note"}
# What somebody is asked who opens it: commas, quotes, UTF-8, the first line.
AS_CSV = "Text - txt - csv (StarCalc):44,34,76,1"
# The same written again, with quotes around what is text there, and nothing else.
QUOTED = "csv:" + AS_CSV + ",,0,true,false"
CELL = re.compile(r'("(?:[^"]|"")*"|[^,]*)(?:,|$)')
HOUR_S = 3600


def as_opened(path, folder):
    """A file in which LibreOffice says what it saw in that of path."""
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/me",
                    "--headless", f"--infilter={AS_CSV}", "--convert-to",
                    QUOTED, "--outdir", folder, path],
                   check=True, capture_output=True, timeout=HOUR_S)
    return os.path.join(folder, os.path.splitext(os.path.basename(path))[0]
                        + ".csv")


def cells_of(line):
    """[(is it a number, text)]; an empty one is none."""
    found = CELL.findall(line.rstrip("\n") + ",")[:-1]
    return [(False, text[1:-1].replace('""', '"')) if text.startswith('"')
            else (True, text) for text in found]


def check_row(head, told, seen):
    """returns: how many cells were numbers, how many words"""
    n_numbers = n_words = 0
    assert len(seen) == len(told) == len(head), (told, seen)
    for name, text, (is_number, shown) in zip(head, told, seen):
        if text == "":
            continue
        if name in NUMBERS:
            assert is_number and float(shown) == float(text), \
                (name, text, shown)
            n_numbers += 1
        elif name in WORDS:
            assert not is_number and shown == text, (name, text, shown)
            n_words += 1
    return n_numbers, n_words


def compare(path):
    """Row by row: a large one is in no memory."""
    n_rows = n_numbers = n_words = 0
    with tempfile.TemporaryDirectory() as folder, \
            open(path, encoding="utf-8-sig", newline="") as file, \
            open(as_opened(path, folder), encoding="utf-8-sig") as again:
        told = csv.reader(file)
        head = next(told)
        assert [text for _, text in cells_of(next(again))] == head
        for line, row in zip(again, told, strict=True):
            counts = check_row(head, row, cells_of(line))
            n_rows += 1
            n_numbers += counts[0]
            n_words += counts[1]
    assert n_rows > 0, "nothing was sold yet"
    print(f"{os.path.basename(path)}: {n_rows} rows, {n_numbers} cells are "
          f"numbers, {n_words} are words", flush=True)


def exported(what, folder):
    """The file of an export that the stack is asked for."""
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
    import tap
    from api import ENV, Client
    house = Client().login(ENV["ADMIN_LOGIN"], ENV["ADMIN_PASSWORD"])
    made = house.ask("POST", "/api/v1/admin/exports",
                     {"what": what, "reason": "a test"})
    assert made.status == 202, made
    at = f"/api/v1/admin/exports/{made.json()['id']}"
    tap.wait_for(lambda: house.ask("GET", at).json()["status"] == "done",
                 "the export to be written")
    path = os.path.join(folder, what + ".csv")
    with open(path, "wb") as file:
        file.write(house.ask("GET", at + "/file").body)
    return path


def main():
    if len(sys.argv) > 1:
        compare(sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        for what in ("reservations", "seats"):
            compare(exported(what, folder))


main()
