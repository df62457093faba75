"""A camera that pushes, and that we know the address of: it can be asked who it is, and told to look now."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ..contracts import DeviceFault, Garbled, Manifest, Read
from .asking import Asking
from .plates import Mounting, Push


class AskedCamera:
    """`look` is the path that makes it read now, where this model has another one than its maker's usual."""

    def __init__(
        self,
        address: str,
        push: Push,
        mounting: Mounting,
        *,
        user: str = "",
        password: str = "",
        look: str = "",
        timeout_s: float = 5.0,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        if push.questions is None:
            raise ValueError(f"nothing can be asked of {push.manifest.name}")
        self._questions, self._push, self._mounting = push.questions, push, mounting
        self._path = look or push.questions.look
        self._asking = Asking(address.rstrip("/"), user=user, password=password, timeout_s=timeout_s)
        self._address = address
        self._now = now or (lambda: datetime.now(UTC))
        self._looks = 0
        self._fault = ""

    @property
    def manifest(self) -> Manifest:
        return self._push.manifest

    async def look(self) -> tuple[Read, ...]:
        """What it answers that it sees; most push it instead, as any other. Nothing where its maker has no
        way to ask. Raises `DeviceFault`."""
        if not self._path:
            return ()
        self._looks += 1
        try:
            answer = await self._asking.ask(self._path)
            if not self._questions.answers_with_read:
                return ()
            return self._push.parse(answer.content, answer.content_type, self._mounting, self._now())
        except DeviceFault as fault:
            self._fault = f"{fault.code}: {fault}"
            raise

    async def check(self) -> str:
        who = self._questions
        told = await self._asking.ask(who.who, method=who.method, json=who.json)
        try:
            return f"{self._address}: {who.identity(told.content)}"
        except ValueError as error:
            raise Garbled(f"it does not say who it is: {error}") from error

    def diagnostics(self) -> dict[str, Any]:
        return {
            "make": self.manifest.name,
            "source": self._mounting.source,
            "address": self._address,
            "looks": self._looks,
            "rejections": self._asking.rejections,
            "last_fault": self._fault,
        }

    async def close(self) -> None:
        await self._asking.close()
