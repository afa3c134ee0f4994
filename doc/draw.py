#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""draw.py FILE [LOBBY_ID] - the order of a draw, from what is published of it

FILE is what GET /api/v1/performances/{performance}/queue/draw answers. Prints
"place id" of the id given, or of all.
"""
import hashlib
import json
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


with open(sys.argv[1], encoding="utf-8") as file:
    draw = json.load(file)
seed, ids = bytes.fromhex(draw["seed"]), bytes.fromhex(draw["ids"])
each = [ids[i:i + 16] for i in range(0, len(ids), 16)]
if sha256(seed).hex() != draw["seed_sha256"]:
    sys.exit("the seed is not that of seed_sha256")
if sha256(ids).hex() != draw["list_sha256"] or sorted(set(each)) != each:
    sys.exit("the ids are not those of list_sha256, or not sorted")
if (draw["beacon"] is None) != (draw["beacon_source"] is None):
    sys.exit("a beacon was promised or used, not both")
head = (b"boxoffice draw 1\0" + seed + sha256(ids)
        + sha256((draw["beacon"] or "").encode()))
for place, one in enumerate(sorted(each, key=lambda i: sha256(head + i)), 1):
    if sys.argv[2:] in ([], [one.hex()]):
        print(place, one.hex())
