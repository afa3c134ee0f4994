#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""smtp - a mail server for one message

    smtp.py DIR [plain]

DIR has tls.crt and tls.key, and gets smtp-port once it listens and the message
as mail. With "plain" it does not offer STARTTLS.

Layer: tests.
"""
import os
import socket
import ssl
import sys

DIR, WORDS = sys.argv[1], sys.argv[2:]


def put(name, data):
    with open(f"{DIR}/{name}.new", "wb") as file:
        file.write(data)
    os.rename(f"{DIR}/{name}.new", f"{DIR}/{name}")


def serve(wire):
    file, text = wire.makefile("rb"), b""
    wire.sendall(b"220 test\r\n")
    while True:
        line = file.readline()
        word = line[:4].upper().strip()
        if not line or word == b"QUIT":
            return
        if word == b"EHLO":
            offer = b"" if "plain" in WORDS else b"250-STARTTLS\r\n"
            wire.sendall(b"250-test\r\n" + offer + b"250 8BITMIME\r\n")
        elif word == b"STAR":
            wire.sendall(b"220 go\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{DIR}/tls.crt", f"{DIR}/tls.key")
            wire = context.wrap_socket(wire, server_side=True)
            file, text = wire.makefile("rb"), b"TLS\r\n"
        elif word == b"DATA":
            wire.sendall(b"354 go\r\n")
            while (line := file.readline()) not in (b".\r\n", b""):
                text += line
            put("mail", text)
            wire.sendall(b"250 taken\r\n")
        else:
            text += line
            wire.sendall(b"250 ok\r\n")


with socket.create_server(("127.0.0.1", 0)) as listener:
    put("smtp-port", str(listener.getsockname()[1]).encode())
    try:
        serve(listener.accept()[0])
    except OSError:
        pass
