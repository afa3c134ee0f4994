#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""hooks - who is told by webhooks, and what reads what he was told

    hooks.py serve DIR PORT               PORT 0: any
    hooks.py check DIR N SECRET [SECRET]  is hook-N signed by each?

serve: HTTPS on all addresses of IPv4. DIR has tls.crt and tls.key, and gets
hooks-port once it listens, a line in accepted for each connection, and each
request as hook-N: the address it came to, its path, its headers, an empty line,
its body. The answer is 204, or what the file answer in DIR says: a status, then
headers. What comes to /slow is answered when there is a file go.

Layer: tests.
"""
import base64
import hashlib
import hmac
import http.server
import os
import ssl
import sys
import threading
import time

DIR = sys.argv[2]
LOCK = threading.Lock()


def put(name, data):
    with open(f"{DIR}/{name}.new", "wb") as file:
        file.write(data)
    os.rename(f"{DIR}/{name}.new", f"{DIR}/{name}")


def answer():
    try:
        with open(f"{DIR}/answer") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return ["204"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = [self.connection.getsockname()[0], self.path]
        head += [f"{k.lower()}: {v}" for k, v in self.headers.items()]
        with LOCK:
            n = sum(name.startswith("hook-") for name in os.listdir(DIR))
            put(f"hook-{n}", "\n".join(head).encode() + b"\n\n" + body)
        while self.path == "/slow" and not os.path.exists(f"{DIR}/go"):
            time.sleep(0.01)
        status, *headers = answer()
        self.send_response_only(int(status))
        for header in headers:
            self.send_header(*header.split(": "))
        self.send_header("Connection", "close")
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = True

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def get_request(self):
        connection, peer = super().get_request()
        with open(f"{DIR}/accepted", "a") as file:
            file.write(f"{connection.getsockname()[0]}\n")
        return connection, peer

    def handle_error(self, request, client_address):
        pass


def serve(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{DIR}/tls.crt", f"{DIR}/tls.key")
    server = Server(("0.0.0.0", port), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    put("hooks-port", str(server.server_address[1]).encode())
    server.serve_forever()


def check(n, secrets):
    with open(f"{DIR}/hook-{n}", "rb") as file:
        head, body = file.read().split(b"\n\n", 1)
    lines = head.decode().split("\n")[2:]
    headers = dict(line.split(": ", 1) for line in lines)
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
    given = headers["webhook-signature"].split(" ")
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 300
    assert len(given) == len(secrets), given
    for secret in secrets:
        kind, text = secret.split("_", 1)
        assert kind == "whsec"
        mac = hmac.new(base64.b64decode(text), said + body, hashlib.sha256)
        assert "v1," + base64.b64encode(mac.digest()).decode() in given


if sys.argv[1] == "serve":
    serve(int(sys.argv[3]))
else:
    check(sys.argv[3], sys.argv[4:])
