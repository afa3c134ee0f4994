#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Check tickets as a gate does: verify_ticket.py KEYS VOID < CODES

KEYS and VOID are what ticket-keys and void-tickets of one performance answered;
a code a line comes in. Everything is believed only as far as it is signed.
"""
import base64
import datetime
import json
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unbase45(text):
    out = b""
    for i in range(0, len(text), 3):
        part = text[i:i + 3]
        number = sum(LETTERS.index(c) * 45 ** n for n, c in enumerate(part))
        out += number.to_bytes(len(part) - 1, "big")
    return out


def void_ids(public, void):
    """The ids that are void, once the list's signature was checked."""
    ids = b"".join(bytes.fromhex(i) for i in void["ids"])
    at = int(datetime.datetime.fromisoformat(
        void["at"].replace("Z", "+00:00")).timestamp())
    public.verify(unbase64(void["signature"]), b"boxoffice-revocations-1"
                  + struct.pack(">QQQ", void["performance_id"],
                                len(void["ids"]), at) + ids)
    return set(void["ids"])


def check(code, keys, void):
    """The ticket's id, or a ValueError that says why nobody is let in."""
    try:
        bytes_ = unbase45(code)
        fields, signature = bytes_[:31], bytes_[31:]
        version, number, performance, seat, id_, _ = struct.unpack(
            ">BHQI8s8s", fields)
        public = Ed25519PublicKey.from_public_bytes(unbase64(next(
            k["public"] for k in keys["keys"] if k["number"] == number)))
        public.verify(signature, b"boxoffice-ticket-1" + fields)
    except (InvalidSignature, ValueError, OverflowError, StopIteration,
            struct.error) as error:
        raise ValueError("not a ticket of this house") from error
    if version != 1 or performance != keys["performance_id"]:
        raise ValueError("for another performance")
    if id_.hex() in void_ids(public, void):
        raise ValueError("void")
    return id_.hex(), seat


def main():
    with open(sys.argv[1]) as keys, open(sys.argv[2]) as void:
        keys, void = json.load(keys), json.load(void)
    for line in sys.stdin:
        try:
            print("welcome", *check(line.rstrip("\n"), keys, void))
        except ValueError as error:
            print("refused:", error)


if __name__ == "__main__":
    main()
