# SPDX-License-Identifier: BSD-2-Clause
"""follower - one who follows a performance as a page in a browser does.

He reads the map and opens the stream from its version on, reads the map anew when
he is told to, keeps what the stream says meanwhile, applies what is newer, and
comes again with his Last-Event-ID. Where the stream
is refused he asks for the map and tries the stream again later. Waits are
shorter than a page's by SHARE, so that tests end; SHARE=1 in the environment is
a page's.

Layer: tests.  Uses: api.
"""
import asyncio
import json
import os
import random
import ssl
from urllib.parse import urlsplit

import api

SHARE = float(os.environ.get("SHARE", 0.05))
POLL_S, AGAIN_S = (2, 10), (10, 40)


def version(text):
    """Three integers, compared in order."""
    return tuple(int(part) for part in text.split("-"))


class Follower:
    """One reader; follow() runs until it is cancelled."""

    def __init__(self, performance, url=None):
        self.path = f"/api/v1/performances/{performance}"
        self.url = urlsplit(url or api.ENV["BASE_URL"])
        self.tls = ssl.create_default_context(cafile=api.ENV["CA_CERT"]) \
            if self.url.scheme == "https" else None
        self.letters, self.at = None, None
        self.last_id = None
        self.buffer = []        # while the map is on its way
        self.reading = None     # the task that reads it
        self.paused = False
        self.streams = self.polls = self.over = False
        self.retry_s = 3
        self.stats = dict.fromkeys(
            ("seats", "resync", "pause", "end", "polls", "refused",
             "opened"), 0)

    # ---- HTTP ----

    async def ask(self, path, headers=""):
        """(status, reader, writer), the head read."""
        reader, writer = await asyncio.open_connection(
            self.url.hostname, self.url.port, ssl=self.tls)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.url.hostname}\r\n"
                     f"Accept: */*\r\nConnection: close\r\n{headers}\r\n"
                     .encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        reader.chunked = "transfer-encoding: chunked" in head
        return int(head.split(" ", 2)[1]), reader, writer

    @staticmethod
    async def pieces(reader):
        """The body as it comes."""
        while reader.chunked:
            size = int(await reader.readuntil(b"\r\n"), 16)
            piece = await reader.readexactly(size + 2)
            if size == 0:
                return
            yield piece[:-2]
        while piece := await reader.read(65536):
            yield piece

    async def read_map(self, min_version=None):
        query = f"?min_version={min_version}" if min_version else ""
        status, reader, writer = await self.ask(f"{self.path}/seats{query}")
        body = b"".join([piece async for piece in self.pieces(reader)])
        writer.close()
        if status != 200:
            return False
        seats = json.loads(body)
        at = version(seats["version"])
        # A cache on the way may have an older one than he has.
        if self.at is None or at >= self.at:
            self.letters, self.at = list(seats["statuses"]), at
        return True

    # ---- events ----

    def apply(self, at, data):
        if self.at is not None and at <= self.at:
            return
        for letter, seats in data.items():
            if letter != "sections":
                for seat in seats:
                    self.letters[seat - 1] = letter
        self.at = at

    async def resync(self, within_ms, min_version):
        await asyncio.sleep(random.uniform(0, within_ms / 1000))
        while not await self.read_map(min_version):
            await asyncio.sleep(random.uniform(*POLL_S) * SHARE)
        for at, data in self.buffer:
            self.apply(at, data)
        self.buffer, self.reading = [], None

    def begin_resync(self, within_ms):
        self.paused = False
        if self.reading is not None:
            self.reading.cancel()
        self.buffer = []
        self.reading = asyncio.ensure_future(
            self.resync(within_ms, self.last_id))

    def take(self, text):
        name, data = None, {}
        for line in text.split("\n"):
            field, _, value = line.partition(": ")
            if field == "id":
                self.last_id = value
            elif field == "event":
                name = value
            elif field == "data":
                data = json.loads(value)
            elif field == "retry":
                self.retry_s = int(value) / 1000
        if name is None:
            return
        self.stats[name] += 1
        if name == "seats" and self.reading is not None:
            self.buffer.append((version(self.last_id), data))
        elif name == "seats":
            self.apply(version(self.last_id), data)
        elif name == "resync":
            self.begin_resync(data["within_ms"])
        elif name == "pause":
            self.paused = True
        elif name == "end":
            self.over = True

    # ---- the stream ----

    async def stream(self):
        """Until it ends; whether there was one."""
        headers = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
        since = "" if self.last_id or self.at is None else \
            "?since=" + "-".join(map(str, self.at))
        status, reader, self.writer = await self.ask(
            f"{self.path}/feed{since}", headers)
        if status == 204:
            self.over = True
        if status != 200:
            self.stats["refused"] += 1
            self.writer.close()
            return False
        self.stats["opened"] += 1
        self.streams, self.paused = True, False
        text = ""
        try:
            async for piece in self.pieces(reader):
                text += piece.decode()
                *events, text = text.split("\n\n")
                for event in events:
                    self.take(event)
        finally:
            self.streams = False
            self.break_off()
        return True

    async def poll(self):
        """As long as the stream is left alone."""
        until = asyncio.get_running_loop().time() \
            + random.uniform(*AGAIN_S) * SHARE
        while asyncio.get_running_loop().time() < until:
            try:
                self.polls = await self.read_map()
                self.stats["polls"] += 1
            except (OSError, asyncio.IncompleteReadError):
                self.polls = False
            await asyncio.sleep(random.uniform(*POLL_S) * SHARE)

    async def follow(self):
        """A browser's EventSource comes again by itself where a stream broke,
        and never where it was refused: then the page makes a new one, which
        knows no Last-Event-ID but the version of the page's map."""
        while not await self.read_map():
            await asyncio.sleep(random.uniform(*POLL_S) * SHARE)
        while not self.over:
            try:
                was = await self.stream()
            except (OSError, asyncio.IncompleteReadError):
                was = True
            if self.over:
                return
            if was:
                await asyncio.sleep(self.retry_s * SHARE)
            else:
                self.last_id = None
                await self.poll()
                self.polls = False

    def break_off(self):
        """The network loses him."""
        if getattr(self, "writer", None) is not None:
            self.writer.transport.abort()

    def agrees(self, statuses):
        """Whether he is told what changes, and has this map."""
        return self.streams and self.reading is None and \
            not self.paused and "".join(self.letters) == statuses
