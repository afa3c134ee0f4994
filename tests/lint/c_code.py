#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What C sources say apart from comments.

usage: c_code.py code FILE...   "FILE:LINE text" of each line, literals emptied
       c_code.py sql FILE...    "FILE:LINE text" of each statement of SQL that is
                                made by formatting
"""
import re
import sys

COMMENT = re.compile(
    r"""/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\"""", re.S)
LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
# Adjacent literals are one text to the compiler, so they are one here.
TEXT = re.compile(rf"{LITERAL.pattern}(?:\s*{LITERAL.pattern})*")
# A text that begins like a statement and has a conversion ("... %" PRId64 ends
# in a bare %).
STATEMENT = re.compile(
    r"(?:\\[nt]|[ (])*(SELECT|INSERT|UPDATE|DELETE|WITH|COPY|CREATE|ALTER|DROP"
    r"|TRUNCATE|SET|LOCK|CALL|DO|GRANT|EXECUTE|NOTIFY|LISTEN|BEGIN|VALUES) ")
CONVERSION = re.compile(r"%([-0-9.*]*(hh|h|ll|l|z|j|t)?[sdiuxXcp]|$)")


def without_comments(text):
    """Lines stay lines."""
    def kept(found):
        token = found[0]
        return token if token[0] in "'\"" else "\n" * token.count("\n")
    return COMMENT.sub(kept, text)


def code(name, text):
    for number, line in enumerate(LITERAL.sub('""', text).split("\n"), 1):
        yield f"{name}:{number} {line}"


def sql(name, text):
    for found in TEXT.finditer(text):
        said = "".join(LITERAL.findall(found[0]))
        if STATEMENT.match(said) and CONVERSION.search(said):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{name}:{line} {said}"


def main():
    what = {"code": code, "sql": sql}[sys.argv[1]]
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            text = without_comments(file.read())
        for line in what(name, text):
            print(line)


main()
