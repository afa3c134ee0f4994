#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""spreadsheet - does an export open in LibreOffice, numbers as numbers, and
all else as the text it is?

By hand, against a stack that has sold something (HACKING.md); Debian's
libreoffice-calc-nogui has the soffice that converts.

Layer: tests.
"""
import csv
import io
import os
import subprocess
import sys
import tempfile
import zipfile
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap
from api import ENV, Client

NUMBERS = {"performance_id", "section_id", "seats", "given_back", "amount",
           "refunded", "payment_id", "user_id", "seat", "seat_id", "price"}
# What a person reads as a word, however it looks.
WORDS = {"number", "status", "show", "hall", "venue", "login_id", "name",
         "currency", "row", "ticket_type", "method", "email"}
# What somebody is asked who opens it: commas, quotes, UTF-8, the first line.
AS_CSV = "Text - txt - csv (StarCalc):44,34,76,1"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def exported(house, what):
    made = house.ask("POST", "/api/v1/admin/exports",
                     {"what": what, "reason": "a test"})
    assert made.status == 202, made
    at = f"/api/v1/admin/exports/{made.json()['id']}"
    tap.wait_for(lambda: house.ask("GET", at).json()["status"] == "done",
                 "the export to be written")
    return house.ask("GET", at + "/file").body


def column(reference):
    """0 of A7, 27 of AB7."""
    at = 0
    for letter in reference.rstrip("0123456789"):
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def opened(table):
    """Rows of {column: (is it a number, text)}, as LibreOffice has them."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "export.csv"), "wb") as file:
            file.write(table)
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/me",
                        "--headless", f"--infilter={AS_CSV}", "--convert-to",
                        "xlsx", "--outdir", folder,
                        os.path.join(folder, "export.csv")],
                       check=True, capture_output=True, timeout=300)
        book = zipfile.ZipFile(os.path.join(folder, "export.xlsx"))
        shared = ["".join(text.text or "" for text in item.iter(SHEET + "t"))
                  for item in ET.fromstring(book.read("xl/sharedStrings.xml"))]
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(SHEET + "row"):
        cells = {}
        for cell in row.iter(SHEET + "c"):
            value = cell.find(SHEET + "v")
            if value is None:
                continue
            is_text = cell.get("t") == "s"
            text = shared[int(value.text)] if is_text else value.text
            cells[column(cell.get("r"))] = (not is_text, text)
        rows.append(cells)
    return rows


def compare(table):
    """returns: how many cells were numbers, how many words"""
    told = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    seen = opened(table)
    head = told[0]
    assert len(told) > 1, "nothing was sold yet"
    assert len(seen) == len(told), (len(seen), len(told))
    n_numbers = n_words = 0
    for line, cells in zip(told[1:], seen[1:]):
        for at, text in enumerate(line):
            if text == "":
                continue
            is_number, shown = cells[at]
            if head[at] in NUMBERS:
                assert is_number and float(shown) == float(text), \
                    (head[at], text, shown)
                n_numbers += 1
            elif head[at] in WORDS:
                assert not is_number and shown == text, \
                    (head[at], text, shown)
                n_words += 1
    return n_numbers, n_words


def main():
    house = Client().login(ENV["ADMIN_LOGIN"], ENV["ADMIN_PASSWORD"])
    for what in ("reservations", "seats"):
        n_numbers, n_words = compare(exported(house, what))
        print(f"{what}: {n_numbers} cells are numbers, {n_words} are words")


main()
