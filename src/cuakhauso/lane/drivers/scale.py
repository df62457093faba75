"""A scale on a line: bytes from a `Wire`, through the parser of its protocol, as weights.

A site names the address and the protocol; `PROTOCOLS` says what there is. Some protocols must be asked; the
others speak by themselves. Start at `WiredScale.weights`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..contracts import Garbled, Manifest, Weight
from . import mtsics, rinstrum, toledo, yaohua
from .frames import Frames
from .wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One protocol: its parser, what the driver says of itself, and how to ask where it must be asked."""

    parser: Callable[..., Frames]
    manifest: Manifest
    ask: bytes = b""


def _plain_toledo(**dialect: bool) -> toledo.Toledo:
    return toledo.Toledo(toledo.Dialect(checksum=False, **dialect))


def _toledo(**dialect: bool) -> toledo.Toledo:
    return toledo.Toledo(toledo.Dialect(**dialect))


PROTOCOLS: Mapping[str, Spoken] = {
    "toledo": Spoken(parser=_toledo, manifest=toledo.MANIFEST),
    "toledo-plain": Spoken(parser=_plain_toledo, manifest=toledo.MANIFEST),
    "mtsics": Spoken(parser=mtsics.MtSics, manifest=mtsics.MANIFEST, ask=mtsics.ASK),
    "yaohua": Spoken(parser=yaohua.Continuous, manifest=yaohua.MANIFEST),
    "yaohua-reversed": Spoken(parser=yaohua.Reversed, manifest=yaohua.MANIFEST),
    "yaohua-forward": Spoken(parser=yaohua.Forward, manifest=yaohua.MANIFEST),
    "yaohua-asked": Spoken(parser=yaohua.Answers, manifest=yaohua.MANIFEST, ask=yaohua.GROSS),
    "yaohua-a12": Spoken(parser=yaohua.A12, manifest=yaohua.MANIFEST),
    "rinstrum-1": Spoken(parser=rinstrum.Format1, manifest=rinstrum.MANIFEST),
    "rinstrum-2": Spoken(parser=rinstrum.Format2, manifest=rinstrum.MANIFEST),
    "rinstrum-4": Spoken(parser=rinstrum.Format4, manifest=rinstrum.MANIFEST),
}


class WiredScale:
    """One scale. `options` go to the parser: the dialect of Toledo, the unit that a Yaohua shows."""

    def __init__(
        self,
        wire: Wire,
        protocol: str,
        *,
        options: Mapping[str, Any] | None = None,
        ask_every_s: float = 0.2,
        patience_s: float = 3.0,
    ) -> None:
        if protocol not in PROTOCOLS:
            raise ValueError(f"no protocol of a scale: {protocol}")
        spoken = PROTOCOLS[protocol]
        self.manifest = spoken.manifest
        self.protocol = protocol
        self._wire = wire
        self._ask = spoken.ask
        self._parser = spoken.parser(**(options or {}))
        self._ask_every_s = ask_every_s
        self._patience_s = patience_s
        self._asked_at = float("-inf")
        self._hearing = asyncio.Lock()
        self._last: Weight | None = None
        self._last_at: datetime | None = None

    async def weights(self) -> AsyncIterator[Weight]:
        """Every frame as it comes, those that do not count as well. Raises `Unreachable` for silence and
        `Garbled` for bytes without a frame among them; asked again, it goes on."""
        while True:
            async with self._hearing:
                weights = await self._heard()
            for weight in weights:
                yield weight

    async def check(self) -> str:
        """One frame, in a line. Raises `DeviceFault`."""
        was_open = self._wire.is_open
        async with self._hearing:
            weight = (await self._heard())[-1]
        if not was_open:
            # Nobody listens: what comes meanwhile would be read much later, as if it were new.
            await self._wire.close()
        figure = "no figure" if weight.kg is None else f"{weight.kg} kg"
        state = weight.fault or {True: "stable", None: "does not say whether stable"}.get(weight.stable)
        return f"{self._wire.address} {self.protocol}: {figure}, {state}"

    def diagnostics(self) -> dict[str, Any]:
        return {
            "protocol": self.protocol,
            "wire": self._wire.diagnostics(),
            "frames": self._parser.diagnostics(),
            "last_raw": self._last.raw.hex(" ") if self._last else "",
            "last_at": self._last_at.isoformat() if self._last_at else "",
        }

    async def close(self) -> None:
        await self._wire.close()

    async def _heard(self) -> list[Weight]:
        """The next weights, at least one."""
        now = asyncio.get_running_loop().time
        until = now() + self._patience_s
        while not (weights := list(self._parser.feed(await self._answer()))):
            if now() > until:
                raise Garbled(f"{self._wire.address}: no frame of {self.protocol} in what came")
        self._last, self._last_at = weights[-1], datetime.now(UTC)
        return weights

    async def _answer(self) -> bytes:
        """What comes next. Where it must be asked, it is asked again: an answer may come damaged."""
        if self._ask:
            now = asyncio.get_running_loop().time
            await asyncio.sleep(self._asked_at + self._ask_every_s - now())
            self._asked_at = now()
            await self._wire.write(self._ask)
        return await self._wire.read()
