#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""mailer - a mail server that keeps what it takes, and what reads it again

    mailer.py serve DIR PORT     PORT 0: any
    mailer.py read DIR N

serve: DIR has tls.crt and tls.key, and gets smtp-port once it listens and each
message as mail-N; STARTTLS is required. While there is a file refuse in DIR its
words answer each RCPT. read: mail-N as a line "name: value" for each thing that a
mail program would show of it, by Python's email and Debian's icalendar.

Layer: tests.
"""
import asyncio
import email
import email.policy
import os
import re
import ssl
import sys

import icalendar
from aiosmtpd.smtp import SMTP

DIR = sys.argv[2]


def put(name, data):
    with open(f"{DIR}/{name}.new", "wb") as file:
        file.write(data)
    os.rename(f"{DIR}/{name}.new", f"{DIR}/{name}")


class Keeper:
    n = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        try:
            with open(f"{DIR}/refuse") as file:
                return file.read()
        except FileNotFoundError:
            envelope.rcpt_tos.append(address)
            return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        put(f"mail-{self.n}", envelope.original_content)
        self.n += 1
        return "250 taken"


async def serve(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{DIR}/tls.crt", f"{DIR}/tls.key")
    keeper = Keeper()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="test", require_starttls=True,
                     tls_context=context), "127.0.0.1", port)
    put("smtp-port", str(server.sockets[0].getsockname()[1]).encode())
    await server.serve_forever()


def places(text):
    """What only HTML or only a text has is none of the message."""
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def read(name):
    with open(f"{DIR}/{name}", "rb") as file:
        raw = file.read()
    assert re.search(rb"[^\r]\n", raw) is None, "a bare line feed"
    assert max(map(len, raw.split(b"\r\n"))) <= 78, "a long line"
    raw.decode("ascii")
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert not mail.defects, mail.defects
    for header in ("From", "To", "Subject", "Message-ID", "Auto-Submitted"):
        print(f"{header}: {mail[header]}")
    print(f"Year: {mail['Date'].datetime.year}")
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    print(f"Text: {places(text)}")
    print(f"Html: {places(html)}")
    print(f"Script: {'<script' in html.lower()}")
    for part in mail.iter_attachments():
        entry = icalendar.Calendar.from_ical(part.get_content())
        event = entry.walk("VEVENT")[0]
        print(f"File: {part.get_filename()} {part.get_content_type()}"
              f" {part.get_param('method')}")
        print(f"Uid: {event['UID']}")
        print(f"Sequence: {event['SEQUENCE']}")
        print(f"Status: {event['STATUS']}")


if sys.argv[1] == "serve":
    asyncio.run(serve(int(sys.argv[3])))
else:
    read(f"mail-{sys.argv[3]}")
