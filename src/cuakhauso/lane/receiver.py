"""Where cameras push to: on disk first, then answered, then handed on (`handing.py`).

Each camera has a secret of its own, which also says which one it is. Where it stands in the request:

    POST /push/<secret>                                   the address typed into the camera
    POST /push/<secret>/NotificationInfo/TollgateInfo     makers that append a path of their own
    POST /NotificationInfo/TollgateInfo                   makers whose path cannot be changed: `?secret=`, the
                                                          header `X-Camera-Secret`, or the user's name

The path is a secret: keep it out of access logs.
"""

import asyncio
import base64
import hashlib
import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from .cameras import Camera, Notice, Outcome, PushedCamera, unnoticed
from .handing import Handing, Taker
from .kept import Full, Incoming, Limit
from .spool import Spool

BODY_SECONDS = 30.0
AT_ONCE = 256 * 1024  # bytes: a thread for every packet would cost more than the writing
REPORTS = frozenset({"TollgateInfo"})
SIGNS_OF_LIFE = frozenset({"KeepAlive", "DeviceInfo"})
LONGEST_SIGN = 64 * 1024
LONGEST_TYPE = 300
ASKED_IN_VAIN, MOST_ASKED = 3, 1000
USER = re.compile(r'\busername="([^"]{1,200})"')


class Receiver:
    """`app` is mounted where cameras reach it; `run` hands on, for ever. `unknown` counts requests that were
    no camera's. `notice` hears of all that went wrong or was not used."""

    def __init__(
        self, cameras: Iterable[Camera], spool: Spool, taker: Taker, *,
        body_seconds: float = BODY_SECONDS, notice: Notice = unnoticed,
    ) -> None:  # fmt: skip
        self._spool, self._body_seconds, self._notice = spool, body_seconds, notice
        listed = list(cameras)
        self.cameras = {camera.mounting.source: PushedCamera(camera, spool.now, notice) for camera in listed}
        self._by_secret = {_hashed(device.camera.secret): device for device in self.cameras.values()}
        if len(self._by_secret) < len(listed):
            raise ValueError("two cameras have one name, or one secret")
        self.unknown: Counter[Outcome] = Counter()
        self._asked: Counter[str] = Counter()
        self._handing = Handing(spool, self.cameras, taker, notice)
        self.app = Starlette(
            routes=[
                Route("/push/{secret}", self._push, methods=["POST"]),
                Route("/push/{secret}/NotificationInfo/{what}", self._push, methods=["POST"]),
                Route("/push", self._push, methods=["POST"]),
                Route("/NotificationInfo/{what}", self._push, methods=["POST"]),
            ]
        )

    async def run(self) -> None:
        await self._handing.run()

    async def drain(self) -> None:
        await self._handing.drain()

    async def _push(self, request: Request) -> Response:
        said = list(_secrets(request))
        device = next(filter(None, (self._by_secret.get(_hashed(secret)) for secret in said)), None)
        host = request.client.host if request.client else ""
        if device is None:
            return self._nobody(host, bool(said))
        self._asked.pop(host, None)
        what = request.path_params.get("what", "TollgateInfo")
        if what in SIGNS_OF_LIFE:
            return await self._sign_of_life(device, request)
        return await self._report(device, request) if what in REPORTS else Response(status_code=404)

    def _nobody(self, host: str, said_one: bool) -> Response:
        if said_one:
            self.unknown[Outcome.STRANGER] += 1
            self._notice("", Outcome.STRANGER, host)
            return Response(status_code=404)
        # Cameras send what they have only when asked. Their digests are computed in ways of their own, so the
        # user name is the secret and nothing else is looked at.
        self.unknown[Outcome.ANONYMOUS] += 1
        self._asked_for_its_secret(host)
        ask = f'Digest realm="cameras", qop="auth", algorithm=MD5, nonce="{secrets.token_hex(16)}"'
        return Response(status_code=401, headers={"WWW-Authenticate": ask})

    def _asked_for_its_secret(self, host: str) -> None:
        """Once is how a camera begins; one that never says it is a stranger."""
        if len(self._asked) > MOST_ASKED:
            self._asked.clear()
        self._asked[host] += 1
        if self._asked[host] >= ASKED_IN_VAIN:
            self._notice("", Outcome.ANONYMOUS, host)

    async def _sign_of_life(self, device: PushedCamera, request: Request) -> Response:
        device.heard(Outcome.ALIVE)
        await self._read_on(request.stream(), LONGEST_SIGN)
        return _answer(device)

    async def _report(self, device: PushedCamera, request: Request) -> Response:
        chunks = request.stream()
        try:
            await self._keep(device, request, chunks)
        except Full as error:
            # A camera that is cut off in the middle of its body hears no answer, only a broken line.
            await self._read_on(chunks, 4 * self._spool.limits.largest)
            status = 413 if error.code is Limit.TOO_LARGE else 503
            return self._refuse(device, Outcome(error.code), status)
        except TimeoutError:
            return self._refuse(device, Outcome.TOO_SLOW, 408)
        except ClientDisconnect:
            return self._refuse(device, Outcome.BROKEN_OFF, 400)
        device.heard(Outcome.SPOOLED)
        self._handing.arrived()
        return _answer(device)

    async def _keep(self, device: PushedCamera, request: Request, chunks: AsyncIterator[bytes]) -> None:
        """On disk when it returns. Raises `Full`, `TimeoutError`, `ClientDisconnect`."""
        content_type = request.headers.get("content-type", "")[:LONGEST_TYPE]
        incoming = await asyncio.to_thread(
            self._spool.open, device.camera.mounting.source, content_type, _declared(request)
        )
        try:
            async with asyncio.timeout(self._body_seconds):
                rest = await _write(incoming, chunks)
            await asyncio.to_thread(incoming.commit, rest)
        finally:
            incoming.abort()

    async def _read_on(self, chunks: AsyncIterator[bytes], most: int) -> None:
        with suppress(TimeoutError, ClientDisconnect):
            async with asyncio.timeout(self._body_seconds):
                async for chunk in chunks:
                    most -= len(chunk)
                    if most < 0:
                        return

    def _refuse(self, device: PushedCamera, outcome: Outcome, status: int) -> Response:
        device.went_wrong(outcome, f"answered {status}")
        return Response(status_code=status, headers={"Connection": "close"})


async def _write(incoming: Incoming, chunks: AsyncIterator[bytes]) -> bytes:
    """All but the end, which is given back: it is written when the whole is made to last."""
    pending = bytearray()
    async for chunk in chunks:
        pending += chunk
        if len(pending) >= AT_ONCE:
            await asyncio.to_thread(incoming.write, bytes(pending))
            pending.clear()
    return bytes(pending)


def _secrets(request: Request) -> Iterator[str]:
    """Every secret that the request may have meant."""
    said = (
        request.path_params.get("secret"),
        request.query_params.get("secret"),
        request.headers.get("x-camera-secret"),
        _user(request.headers.get("authorization", "")),
    )
    yield from filter(None, said)


def _user(authorization: str) -> str:
    kind, _, said = authorization.partition(" ")
    if kind.casefold() == "digest":
        found = USER.search(said)
        return found[1] if found else ""
    if kind.casefold() == "basic":
        with suppress(ValueError):
            return base64.b64decode(said, validate=True).decode().partition(":")[0]
    return ""


def _hashed(secret: str) -> bytes:
    """Looked up by hash: how long that takes says nothing about the secrets that there are."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def _declared(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0


def _answer(device: PushedCamera) -> Response:
    push = device.camera.push
    return Response(push.answer, media_type=push.answer_type)
