"""What is asked of a camera over HTTP, signed in by digest (RFC 2617, RFC 7616).

Cameras lock the account after a few wrong passwords: after two in a row nothing is asked any more until the
node starts anew with the right one. Requests begin one at a time, so that no more are sent than are counted.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from ..contracts import Garbled, Refused, Unauthorized, Unreachable

REJECTIONS = 2
LARGEST = 16 * 1024 * 1024
ACCEPTED = 200
UNAUTHORIZED = 401
AUTHORIZATION = "authorization"


@dataclass(frozen=True, slots=True)
class Answer:
    content: bytes
    content_type: str = ""


class Asking:
    """One camera. `timeout_s` is for a whole answer, and for each silence of one that goes on."""

    def __init__(
        self,
        address: str,
        *,
        user: str = "",
        password: str = "",
        timeout_s: float = 5.0,
        largest: int = LARGEST,
    ) -> None:
        if httpx.URL(address).userinfo:
            raise ValueError("name and password stand beside the address, not in it")
        self._address = address
        self._who = (user, password)
        self._timeout_s, self._largest = timeout_s, largest
        self._auth = self._new_auth()
        hooks = {"response": [self._heard]}
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=False, event_hooks=hooks)
        self._one = asyncio.Lock()
        self.rejections = 0

    async def ask(self, path: str = "", *, method: str = "GET", json: Any = None) -> Answer:
        """Raises `DeviceFault`; after two wrong passwords, without asking."""
        try:
            async with asyncio.timeout(self._timeout_s), self.open(path, method=method, json=json) as said:
                content = await body_of(said, self._largest)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(f"no answer: {type(error).__name__}") from error
        return Answer(content, said.headers.get("content-type", ""))

    @asynccontextmanager
    async def open(
        self, path: str = "", *, method: str = "GET", json: Any = None
    ) -> AsyncIterator[httpx.Response]:
        """An answer that is accepted; its body is still to come. Raises `Refused`, and what httpx raises."""
        async with self._one:
            if self.rejections >= REJECTIONS:
                raise Unauthorized("wrong name or password: not tried again")
            request = self._client.build_request(method, self._address + path, json=json)
            said = await self._client.send(request, auth=self._auth, stream=True)
            fault = self._judged(said)
        try:
            if fault:
                raise fault
            yield said
        finally:
            await said.aclose()

    async def close(self) -> None:
        await self._client.aclose()

    def _new_auth(self) -> httpx.DigestAuth | None:
        return httpx.DigestAuth(*self._who) if self._who[0] else None

    async def _heard(self, said: httpx.Response) -> None:
        """Each answer, those within a sign-in too: one that knew an old challenge tries twice."""
        if said.status_code == UNAUTHORIZED and AUTHORIZATION in said.request.headers:
            self.rejections += 1

    def _judged(self, said: httpx.Response) -> Refused | None:
        if said.status_code == UNAUTHORIZED:
            self.rejections += AUTHORIZATION not in said.request.headers
            self._auth = self._new_auth()
            return Unauthorized("wrong name or password (401)")
        if said.status_code != ACCEPTED:
            return Refused(f"answered {said.status_code}")
        self.rejections = 0
        return None


async def body_of(said: httpx.Response, largest: int = LARGEST) -> bytes:
    content = bytearray()
    async for part in said.aiter_bytes():
        content += part
        if len(content) > largest:
            raise Garbled("an answer without end")
    return bytes(content)
