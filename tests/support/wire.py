# SPDX-License-Identifier: BSD-2-Clause
"""wire - bytes to the stack's HTTPS port that no HTTP client would send.

Layer: tests.  Uses: api.
"""
import http.client
import socket
import ssl

from api import Answer, Client, ENV

URL = Client().url
TLS = ssl.create_default_context(cafile=ENV["CA_CERT"])


def connect():
    """A TLS connection to the stack, nothing sent yet."""
    plain = socket.create_connection((URL.hostname, URL.port), 30)
    return TLS.wrap_socket(plain, server_hostname=URL.hostname)


def read_answer(connection, method=None):
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    return Answer(response, response.read())


def raw(text):
    """The answer to these bytes."""
    with connect() as connection:
        connection.sendall(text)
        return read_answer(connection)


def raw_all(text):
    """Every byte that comes until the other side closes."""
    with connect() as connection:
        connection.sendall(text)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)
