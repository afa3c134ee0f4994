#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Clients that send or read ever so slowly (A4, A5): nginx, as shipped but
for shorter time-outs, lets go of them, and no worker ever waits for one."""
import gzip
import http.client
import io
import json
import os
import re
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))
import stage  # noqa: E402
import tap  # noqa: E402
from apache import Apache, FCGID, PROXY  # noqa: E402
from api import Client, expect  # noqa: E402
from nginx import Nginx  # noqa: E402

API = "/api/v1"
# Of seconds in the shipped snippet, so that a test need not wait for them.
SOON = {f"{name}{' ' * (28 - len(name))}{shipped};": f"{name} 1s;"
        for name, shipped in (("client_header_timeout", "15s"),
                              ("client_body_timeout", "15s"),
                              ("send_timeout", "30s"))}
# No route of the workers' takes this, but they would have to be asked.
HEAD = b"POST /api/v1/shows HTTP/1.1\r\nHost: x\r\n" \
    b"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
# Answers of this are larger than what lies in a socket below.
LAYOUT = f"{API}/performances/{stage.make_performance(400)}/layout"
# 11 MiB of layout: plain it is more than nginx keeps in memory.
LARGE_HALL = f"{API}/performances/{stage.make_performance(100_000)}"
BEGUN = b"HTTP/1.1 200"
LARGE, LARGE_MAP = f"{LARGE_HALL}/layout", f"{LARGE_HALL}/seats"
ESTABLISHED = "01"


def connect(nginx):
    return socket.create_connection(("127.0.0.1", nginx.port), 60)


def others_are_served(nginx, connections):
    """While these are open: more than there are workers, of either pool."""
    assert len(connections) >= 30
    for path in (f"{API}/shows", LAYOUT):
        expect(Client(nginx.url).get(path), 200)
    expect(Client(nginx.url).post(f"{API}/payments", {}), 401)


def reader(port, path, *headers):
    """A connection that asks and takes only what the kernel keeps for it."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.settimeout(60)
    connection.connect(("127.0.0.1", port))
    connection.sendall("\r\n".join(
        [f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode())
    return connection


def begun_reader(port, path, *headers):
    """A reader whose answer has begun with BEGUN. One comes after the other:
    mod_fcgid would start a process for each of forty that come at once. One
    that a busy machine cannot start soon enough is refused, and asks again."""
    for _ in range(20):
        connection = reader(port, path, *headers)
        begun = connection.recv(len(BEGUN), socket.MSG_WAITALL)
        if begun == BEGUN:
            return connection
        connection.close()
        assert begun.endswith(b" 503"), begun
    raise AssertionError("refused again and again")


def read_to_its_end(connection):
    """The whole answer of a reader: http.client misses no byte of it."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    body = response.read()
    assert response.status == 200, response.status
    if response.headers["Content-Encoding"] == "gzip":
        body = gzip.decompress(body)
    return body


def tell_how_soon_others_are_served(port, n=100):
    """A figure for people: it is the machine's as much as ours."""
    client, times = Client(f"http://127.0.0.1:{port}"), []
    for _ in range(n):
        began = time.monotonic()
        expect(client.get(f"{API}/shows"), 200)
        times.append(time.monotonic() - began)
    print(f"# others: p99 {1000 * sorted(times)[n * 99 // 100]:.1f} ms")


def deaths():
    """Of workers, so far, for whatever reason."""
    text = expect(Client().get("/metrics"), 200).body.decode()
    return re.findall(r"^boxoffice_workers_(?:died|killed)_total.*", text,
                      re.M)


def slow_readers_hold_no_worker(server, path, *headers):
    """Forty readers have begun an answer, and others are served; then each
    of them gets his to its end."""
    tap.wait_for(lambda: Client().get(path).status == 200, "the layout", 60)
    before = deaths()
    slow = [begun_reader(server.port, path, *headers) for _ in range(40)]
    others_are_served(server, slow)
    tell_how_soon_others_are_served(server.port)
    slow.pop(0).close()
    for connection in slow[:3]:
        body = read_to_its_end(Behind(BEGUN, connection))
        assert json.loads(body), len(body)
    others_are_served(server, slow)
    for connection in slow:
        connection.close()
    assert deaths() == before, (deaths(), before)


class Behind:
    """A connection of which some bytes were read already."""

    def __init__(self, begun, connection):
        self.begun, self.connection = begun, connection

    def makefile(self, mode):
        return io.BufferedReader(self.Raw(self))

    class Raw(io.RawIOBase):
        def __init__(self, behind):
            self.behind = behind

        def readable(self):
            return True

        def readinto(self, room):
            begun, self.behind.begun = self.behind.begun, b""
            if not begun:
                return self.behind.connection.recv_into(room)
            room[:len(begun)] = begun
            return len(begun)


def hangs_up(connection, send=None):
    """The other side closes without an answer; until then, send one more
    byte each time that it is looked at."""
    connection.settimeout(0.1)

    def closed():
        try:
            if send is not None:
                connection.sendall(send)
            answer = connection.recv(100)
            assert answer == b"", answer
            return True
        except TimeoutError:
            return False
        except (BrokenPipeError, ConnectionResetError):
            return True
    tap.wait_for(closed, "nginx to hang up", 60)


def A4_a_head_that_comes_byte_by_byte_is_cut_off():
    with Nginx(changes=SOON) as nginx:
        slow = [connect(nginx) for _ in range(40)]
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nX-A: ")
        others_are_served(nginx, slow)
        hangs_up(slow[0], b"a")
        for connection in slow[1:]:
            hangs_up(connection)


def A4_a_body_that_stops_is_cut_off_and_no_worker_saw_it():
    with Nginx(changes=SOON) as nginx:
        slow = [connect(nginx) for _ in range(40)]
        for connection in slow:
            connection.sendall(HEAD + b"{")
        others_are_served(nginx, slow)
        for connection in slow:
            hangs_up(connection)


def A4_a_body_that_trickles_holds_no_worker():
    """It waits in nginx until it is whole, however long that takes."""
    with Nginx() as nginx:
        slow = [connect(nginx) for _ in range(40)]
        for connection in slow:
            connection.sendall(HEAD)
        for _ in range(5):
            for connection in slow:
                connection.sendall(b" ")
            others_are_served(nginx, slow)
        for connection in slow:
            connection.close()


def A4_one_address_has_only_so_many_connections():
    few = {"boxoffice_conn 200;": "boxoffice_conn 20;"}
    with Nginx(changes=few) as nginx:
        slow = [connect(nginx) for _ in range(20)]
        for connection in slow:
            connection.sendall(HEAD)

        def answered(status):
            return lambda: Client(nginx.url).get(
                f"{API}/shows").status == status
        tap.wait_for(answered(429), "the limit to be reached")
        slow[0].close()
        tap.wait_for(answered(200), "room for one more")
        for connection in slow[1:]:
            connection.close()


def state_of(local, remote):
    """What the kernel says of our own server's end of a connection."""
    with open("/proc/net/tcp") as file:
        for row in file.readlines()[1:]:
            words = row.split()
            if words[1].endswith(f":{local:04X}") and \
                    words[2].endswith(f":{remote:04X}"):
                return words[3]
    return None


def A5_a_reader_that_does_not_read_is_cut_off():
    with Nginx(changes=SOON, listen="sndbuf=4k") as nginx:
        slow = []
        for _ in range(40):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.settimeout(60)
            connection.connect(("127.0.0.1", nginx.port))
            connection.sendall(f"GET {LAYOUT} HTTP/1.1\r\nHost: x\r\n\r\n"
                               .encode() * 2)
            slow.append(connection)
        others_are_served(nginx, slow)
        for connection in slow:
            tap.wait_for(
                lambda: state_of(nginx.port, connection.getsockname()[1])
                != ESTABLISHED, "nginx to hang up", 60)
            connection.close()


def A5_slow_readers_of_a_large_layout_hold_no_worker():
    with Nginx(listen="sndbuf=4k") as nginx:
        slow_readers_hold_no_worker(nginx, LARGE)


def A5_slow_readers_of_what_fits_no_buffer_hold_no_worker():
    """Were it not packed on its way to nginx, it would wait in a file."""
    plain = {"fastcgi_param HTTP_ACCEPT_ENCODING gzip;": ""}
    with Nginx(changes=plain, listen="sndbuf=4k") as nginx:
        slow_readers_hold_no_worker(nginx, LARGE)


def A5_a_rush_for_a_layout_nobody_has_read_yet_costs_no_worker():
    """One worker makes it; the others say when to come again."""
    at = f"{API}/performances/{stage.make_performance(100_000)}"
    path = at + "/layout"
    tap.wait_for(lambda: Client().get(at).status == 200, "the replica's copy")
    before = deaths()
    with Nginx() as nginx:
        rush = [reader(nginx.port, path) for _ in range(40)]
        others_are_served(nginx, rush)
        for connection in rush:
            response = http.client.HTTPResponse(connection)
            response.begin()
            body = response.read()
            assert response.status in (200, 503), response.status
            if response.status == 503:
                assert response.headers["Retry-After"] == "1", body
            connection.close()
        tap.wait_for(lambda: Client().get(path).status == 200, "the layout")
    assert deaths() == before, (deaths(), before)


def A5_slow_readers_of_a_packed_layout_hold_no_worker():
    with Nginx(listen="sndbuf=4k") as nginx:
        slow_readers_hold_no_worker(nginx, LARGE, "Accept-Encoding: gzip")


def A5_slow_readers_of_a_large_map_hold_no_worker():
    with Nginx(listen="sndbuf=4k") as nginx:
        slow_readers_hold_no_worker(nginx, LARGE_MAP)


def A5_readers_of_a_large_layout_who_stop_are_cut_off():
    """Not one byte more is read; what lay on disk goes with them."""
    with Nginx(changes=SOON, listen="sndbuf=4k") as nginx:
        slow = [reader(nginx.port, LARGE) for _ in range(40)]
        others_are_served(nginx, slow)
        for connection in slow:
            tap.wait_for(
                lambda: state_of(nginx.port, connection.getsockname()[1])
                != ESTABLISHED, "nginx to hang up", 60)
            connection.close()
        others_are_served(nginx, slow)


SMALL_BUFFER = "SendBufferSize 4096\n"


def A5_slow_readers_hold_no_worker_behind_mod_proxy_fcgi():
    with Apache(*PROXY, SMALL_BUFFER) as apache:
        slow_readers_hold_no_worker(apache, LARGE)


def A5_slow_readers_hold_no_worker_behind_mod_fcgid():
    """A smaller hall: each of its processes has to make the layout."""
    path = f"{API}/performances/{stage.make_performance(10_000)}/layout"
    with Apache(FCGID[0], FCGID[1], SMALL_BUFFER + FCGID[2]) as apache:
        slow_readers_hold_no_worker(apache, path)


tap.main([
    A4_a_head_that_comes_byte_by_byte_is_cut_off,
    A4_a_body_that_stops_is_cut_off_and_no_worker_saw_it,
    A4_a_body_that_trickles_holds_no_worker,
    A4_one_address_has_only_so_many_connections,
    A5_a_reader_that_does_not_read_is_cut_off,
    A5_slow_readers_of_a_large_layout_hold_no_worker,
    A5_slow_readers_of_what_fits_no_buffer_hold_no_worker,
    A5_a_rush_for_a_layout_nobody_has_read_yet_costs_no_worker,
    A5_slow_readers_of_a_packed_layout_hold_no_worker,
    A5_slow_readers_of_a_large_map_hold_no_worker,
    A5_readers_of_a_large_layout_who_stop_are_cut_off,
    A5_slow_readers_hold_no_worker_behind_mod_proxy_fcgi,
    A5_slow_readers_hold_no_worker_behind_mod_fcgid,
])
