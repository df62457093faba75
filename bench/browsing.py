"""What a browser does to the platform, without a browser: requests with a session, and live streams."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

from . import place


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    goes_to: str
    body: str


class Session:
    """One signed-in person. `cookie` is that of the session; the one against forgery is made here."""

    def __init__(self, cookie: str) -> None:
        self.token = secrets.token_hex(16)
        self.cookie = f"{cookie}; csrftoken={self.token}"

    async def get(self, path: str) -> Answer:
        """Until the last byte, redirections followed."""
        answer = await self._ask("GET", path)
        return await self.get(answer.goes_to) if answer.status == 302 else answer

    async def post(self, path: str, form: dict[str, str]) -> Answer:
        return await self._ask("POST", path, urlencode(form))

    async def _ask(self, method: str, path: str, body: str = "") -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", place.PORT, limit=4_000_000)
        writer.write((self._head(method, path, f"Content-Length: {len(body)}\r\n") + body).encode())
        told = (await reader.read()).decode()
        writer.close()
        head, _, content = told.partition("\r\n\r\n")
        goes_to = head.lower().partition("\r\nlocation: ")[2].partition("\r\n")[0]
        return Answer(int(head.split(" ", 2)[1]), goes_to, content)

    def _head(self, method: str, path: str, more: str = "") -> str:
        return (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept-Language: vi\r\n"
            f"Cookie: {self.cookie}\r\nX-CSRFToken: {self.token}\r\nHX-Request: true\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n{more}\r\n"
        )

    async def events(self, path: str) -> AsyncIterator[tuple[float, str]]:
        """Each event of a live stream as it came, and the second at which it was whole."""
        reader, writer = await asyncio.open_connection("127.0.0.1", place.PORT, limit=4_000_000)
        try:
            writer.write(self._head("GET", path, "Accept: text/event-stream\r\n").encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"bench: a live page was answered {head.decode()}")
            pending = b""
            while True:
                size = int(await reader.readline(), 16)
                pending += await reader.readexactly(size)
                await reader.readexactly(2)
                arrived = time.perf_counter()
                *whole, pending = pending.split(b"\n\n")
                for event in whole:
                    yield arrived, event.decode()
        finally:
            writer.close()
