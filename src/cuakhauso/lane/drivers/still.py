"""A picture by HTTP GET with digest sign-in: cameras that give a still where they give no stream.

Hikvision: `/ISAPI/Streaming/channels/1/picture`; Dahua: `/cgi-bin/snapshot.cgi`; ONVIF says its own.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx

from cuakhauso.lane.contracts import DeviceFault, Garbled, Manifest, Refused, Unauthorized, Unreachable
from cuakhauso.lane.jpeg import LARGEST, is_jpeg

from .frame import Frame

MANIFEST = Manifest(
    name="still",
    makes=("any camera with a snapshot address",),
    protocol="HTTP GET, digest sign-in (RFC 2617, RFC 7616)",
    tested=("simulator (sim.devices.video)",),
    source="RFC 7616",
    gives=("picture",),
)
REJECTIONS = 2  # cameras lock the account after a few: we stop before
ACCEPTED = 200
UNAUTHORIZED = 401
AUTHORIZATION = "authorization"


class Still:
    """One request at a time, so that a wrong password is never sent more often than we count."""

    manifest = MANIFEST

    def __init__(
        self, url: str, *, user: str = "", password: str = "", timeout_s: float = 5.0, every_s: float = 0.5
    ) -> None:
        if httpx.URL(url).userinfo:
            raise ValueError("name and password stand beside the address, not in it")
        self.url = url
        self._who = (user, password)
        self._timeout_s, self._every_s = timeout_s, every_s
        self._auth = self._new_auth()
        hooks = {"response": [self._heard]}
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=False, event_hooks=hooks)
        self._one = asyncio.Lock()
        self._rejections = 0
        self._pictures = 0
        self._took_s: float | None = None
        self._fault: DeviceFault | None = None

    async def snapshot(self) -> bytes:
        """The camera's JPEG as it came. Raises `DeviceFault`; after two wrong passwords, without asking."""
        async with self._one:
            if self._rejections >= REJECTIONS:
                raise Unauthorized("wrong name or password: not tried again") from self._fault
            began = time.monotonic()
            try:
                content = await self._ask()
            except DeviceFault as fault:
                self._fault = fault
                raise
            self._took_s, self._fault = time.monotonic() - began, None
            self._pictures += 1
            return content

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """A picture every `every_s`, for readers. Raises `DeviceFault`; ask again to go on."""
        for number in count(1):
            content = await self.snapshot()
            yield Frame(at=datetime.now(UTC), heard=time.monotonic(), number=number, content=content)
            await asyncio.sleep(self._every_s)

    async def check(self) -> str:
        content = await self.snapshot()
        return f"{self.url}: JPEG, {len(content)} bytes in {self._took_s or 0:.1f} s"

    def diagnostics(self) -> dict[str, Any]:
        fault = self._fault
        return {
            "address": self.url,
            "pictures": self._pictures,
            "rejections": self._rejections,
            "took_s": round(self._took_s, 3) if self._took_s is not None else None,
            "fault": f"{fault.code}: {fault}" if fault else "",
        }

    async def close(self) -> None:
        await self._client.aclose()

    def _new_auth(self) -> httpx.DigestAuth | None:
        return httpx.DigestAuth(*self._who) if self._who[0] else None

    async def _ask(self) -> bytes:
        try:
            async with asyncio.timeout(self._timeout_s):
                content = await self._get()
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(f"no picture: {type(error).__name__}") from error
        if not is_jpeg(content):
            raise Garbled("what came is no JPEG")
        return content

    async def _get(self) -> bytes:
        async with self._client.stream("GET", self.url, auth=self._auth) as said:
            self._judge(said)
            return await body_of(said)

    async def _heard(self, said: httpx.Response) -> None:
        """Each answer, those within a sign-in too: one that knew an old challenge tries twice."""
        if said.status_code == UNAUTHORIZED and AUTHORIZATION in said.request.headers:
            self._rejections += 1

    def _judge(self, said: httpx.Response) -> None:
        if said.status_code == UNAUTHORIZED:
            self._rejections += AUTHORIZATION not in said.request.headers
            self._auth = self._new_auth()
            raise Unauthorized("wrong name or password")
        if said.status_code != ACCEPTED:
            raise Refused(f"answered {said.status_code}")
        self._rejections = 0


async def body_of(said: httpx.Response) -> bytes:
    content = bytearray()
    async for part in said.aiter_bytes():
        content += part
        if len(content) > LARGEST:
            raise Garbled("a picture without end")
    return bytes(content)
