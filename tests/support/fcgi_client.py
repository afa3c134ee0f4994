# SPDX-License-Identifier: BSD-2-Clause
"""fcgi_client - a small FastCGI client, so that tests need no web server.

Speaks FastCGI 1.0 over a unix socket, with kept connections, one request at
a time on each.

Layer: tests.
"""
import socket
import struct

VERSION = 1
BEGIN_REQUEST, END_REQUEST = 1, 3
PARAMS, STDIN, STDOUT, STDERR = 4, 5, 6, 7
RESPONDER = 1
KEEP_CONN = 1
CONTENT_MAX = 65535


def record(kind, content, request_id=1):
    """One record without padding."""
    return struct.pack("!BBHHBB", VERSION, kind, request_id, len(content), 0,
                       0) + content


def stream(kind, data):
    """A whole stream: its records and the empty one that ends it."""
    out = b""
    for at in range(0, len(data), CONTENT_MAX):
        out += record(kind, data[at:at + CONTENT_MAX])
    return out + record(kind, b"")


def length(n):
    return struct.pack("!B", n) if n < 128 else struct.pack("!I",
                                                            n | 1 << 31)


def pair(name, value):
    name, value = name.encode(), value.encode("utf-8", "surrogateescape")
    return length(len(name)) + length(len(value)) + name + value


class Answer:
    """What came back: status, headers (lower-case names), body."""

    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.headers = {}
        for line in head.decode().split("\r\n"):
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        self.status = int(self.headers.get("status", "200").split()[0])


class Closed(Exception):
    """The other side closed the connection before the answer's end."""


class Connection:
    """One connection to a FastCGI application."""

    def __init__(self, path, timeout=30):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(path)

    def close(self):
        self.sock.close()

    def send(self, method, uri, body=b"", headers=None, keep=True,
             params=None):
        """Send a whole request; headers by their HTTP names."""
        env = {
            "REQUEST_METHOD": method,
            "REQUEST_URI": uri,
            "SCRIPT_NAME": uri.partition("?")[0],
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)) if body else "",
        }
        for name, value in (headers or {}).items():
            name = name.upper().replace("-", "_")
            env[name if name == "CONTENT_TYPE" else "HTTP_" + name] = value
        env.update(params or {})
        self.sock.sendall(
            record(BEGIN_REQUEST, struct.pack(
                "!HB5x", RESPONDER, KEEP_CONN if keep else 0)) +
            stream(PARAMS, b"".join(pair(*p) for p in env.items())) +
            stream(STDIN, body))

    def _exactly(self, n):
        data = b""
        while len(data) < n:
            part = self.sock.recv(n - len(data))
            if not part:
                raise Closed
            data += part
        return data

    def receive(self):
        """Read one whole answer."""
        out = b""
        while True:
            head = self._exactly(8)
            _, kind, _, size, padding, _ = struct.unpack("!BBHHBB", head)
            content = self._exactly(size + padding)[:size]
            if kind == STDOUT:
                out += content
            elif kind == END_REQUEST:
                return Answer(out)

    def call(self, *args, **kwargs):
        self.send(*args, **kwargs)
        return self.receive()

    def is_closed(self):
        """Whether the other side closes now (waits for it or for data)."""
        try:
            return self.sock.recv(1, socket.MSG_PEEK) == b""
        except ConnectionResetError:
            return True


def ask(path, method, uri, **kwargs):
    """One request on a connection of its own."""
    connection = Connection(path)
    try:
        return connection.call(method, uri, keep=False, **kwargs)
    finally:
        connection.close()
