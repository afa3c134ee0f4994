#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the documents name: each line that is printed is one that is not there.

usage: told_checks.py links|verbs|settings|units|examples|runbooks|parts FILE...

told.sh says what each asks; the sources are the working directory.
"""
import glob
import os
import re
import sys

FRAME = re.compile(r"^```.*?^```[^\n]*$", re.S | re.M)
SPAN = re.compile(r"`([^`]+)`")


def read(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def title_of(heading):
    """As a link to it has it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def headings(name):
    return re.findall(r"^#+ (.*)$", FRAME.sub("", read(name)), re.M)


def links(names):
    for name in names:
        for target in re.findall(r"\]\(([^)\s]+)\)", read(name)):
            if re.match(r"https?://", target):
                continue
            path, _, title = target.partition("#")
            path = os.path.normpath(os.path.join(os.path.dirname(name), path)) \
                if path else name
            if not os.path.exists(path):
                yield f"{name}: {target}"
            elif title and title not in map(title_of, headings(path)):
                yield f"{name}: {target}"


def code(name):
    """What is marked as code: spans, frames and indented lines."""
    text = read(name)
    for frame in FRAME.findall(text):
        yield from frame.splitlines()[1:-1]
    rest = FRAME.sub("", text)
    yield from re.findall(r"^    (.*)$", rest, re.M)
    rest = re.sub(r"^    .*$", "", rest, flags=re.M)
    for span in SPAN.findall(rest):
        yield " ".join(span.split())


def table_of_verbs():
    table = read("ctl/main.c").split("struct verb verbs[]", 1)[1]
    return re.findall(r'^\t\{ "([a-z -]+)"', table.split("\n};", 1)[0], re.M)


def verbs(names):
    known = table_of_verbs()
    first = {verb.split()[0] for verb in known}
    for name in names:
        for line in code(name):
            for said in re.findall(
                    r"(?:^|[(;|&$-] ?)(?:boxofficectl|ctl|\$CTL) ([a-z].*)", line):
                words = re.match(r"[a-z-]+( [a-z-]+)?", said)[0].split()
                if " ".join(words) in known or words[0] in known or \
                        (len(words) == 1 and words[0] in first and
                         said == words[0]):
                    continue
                yield f"{name}: {line}"


def table_of_settings():
    section, known = None, set()
    for line in read("conf/boxoffice.conf").splitlines():
        if re.fullmatch(r"\[[a-z]+\]", line):
            section = line
            known.add(section)
        elif re.match(r"#[a-z0-9_]+ =", line):
            known.add(f"{section} {line[1:].split(' =')[0]}")
    return known


def settings(names):
    known = table_of_settings()
    for name in names:
        for line in code(name):
            for said in re.findall(r"(\[[a-z]+\] [a-z0-9_]+)", line):
                if said not in known:
                    yield f"{name}: {said}"


def beginnings():
    """Names of files and packages of ours, without what stands behind."""
    files = glob.glob("**/boxoffice*", recursive=True)
    names = {os.path.basename(file).removesuffix(".in") for file in files}
    names |= set(re.findall(r"^Package: (.*)$", read("debian/control"), re.M))
    for make in glob.glob("*/local.mk"):
        names |= set(re.findall(r"bin_PROGRAMS \+= (boxoffice-[a-z]+)",
                                read(make)))
    return names


def units(names):
    known = beginnings()
    for name in names:
        text = re.sub(r"https?://\S+", "", read(name))
        for said in set(re.findall(
                r"(?<![\w.-])(?<!/root/)boxoffice-[a-z]+(?:-[a-z]+)*", text)):
            if not any(file.startswith(said) for file in known):
                yield f"{name}: {said}"


def examples(names):
    """conf/ is installed as examples/, but for what is made of a FILE.in."""
    for name in names:
        for said in re.findall(r"(?:\$|\b)examples/([a-zA-Z0-9./*-]+[a-zA-Z*])",
                               read(name)):
            if not glob.glob(f"conf/{said}") and not glob.glob(f"conf/{said}.in"):
                yield f"{name}: examples/{said}"


def runbooks(names):
    """Headings with lines to type, which no test types."""
    typed = set()
    for file in ["tests/install/follow.sh", "debian/tests/sell",
                 "tests/hosts/test_restore.py"]:
        text = read(file).replace("\\\n", " ")
        for quoted, word in re.findall(
                r'(?:follow|commands) \S+\.md (?:"([^"]+)"|(\w+))', text):
            typed.add(quoted or word)
        typed |= set(re.findall(r'commands\("([^"]+)"\)', text))
        for loop in re.findall(r"for heading in (.*?); do", text):
            typed |= {a or b for a, b in
                      re.findall(r'"([^"]+)"|(\S+)', loop)}
    typed.add("A purchase, step by step")       # typing.sh
    typed.add("Try it")                         # tests/flow/test_quickstart.py
    for name in names:
        heading = None
        for line in FRAME.sub("", read(name)).splitlines():
            if line.startswith("#"):
                heading = line.lstrip("# ")
            elif re.match(r"    \S", line) and heading not in typed:
                typed.add(heading)              # told once
                yield f"{name}: {heading}"


def first_cells(name, heading):
    """The first two of each row of the tables under it."""
    found = []
    for text in re.split(rf"^#+ {re.escape(heading)}$", read(name),
                         flags=re.M)[1:]:
        text = re.split(r"^#+ ", text, flags=re.M)[0]
        rows = re.findall(r"^\| *(.*?) *\| *(.*?) *\|", text, re.M)
        found += [row for row in rows if not set(row[0]) <= set("- ")][1:]
    return found


def parts(names):
    """What dies, by the document, and by which tests, by HACKING.md: there a row
    has the beginning of the document's."""
    (document,) = names
    told = [what for what, _ in first_cells(document, "When a part dies")]
    tried = first_cells("HACKING.md", "When a part dies")
    for what in told:
        if not any(what.startswith(row) for row, _ in tried):
            yield f"nothing tries: {what}"
    for what, tests in tried:
        if not any(row.startswith(what) for row in told):
            yield f"no row of {document}: {what}"
        named = re.findall(r"[a-z_]+/[a-z_]+(?:\.py)?", tests)
        if not named:
            yield f"by no test: {what}"
        for test in named:
            if not glob.glob(f"tests/{test}") and not glob.glob(f"tests/{test}.c"):
                yield f"no such test: {test}"


CHECKS = {"links": links, "verbs": verbs, "settings": settings, "units": units,
          "examples": examples, "runbooks": runbooks, "parts": parts}
for violation in CHECKS[sys.argv[1]](sys.argv[2:]):
    print(violation)
