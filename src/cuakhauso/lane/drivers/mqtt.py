"""Contacts of a barrier, its loops and its lights on a relay that speaks MQTT through a broker.

Start at `MqttContacts`. What is said on which topic is `Topics` (`mqtt_topics.py`). One task holds the
connection and listens; it begins at the first call and comes back by itself. When we die the broker says so,
on `Topics.node`, or itself commands the barrier's "open" contact off where no such topic is named.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

import aiomqtt
from aiomqtt.exceptions import MqttConnectError
from paho.mqtt.reasoncodes import ReasonCode

from ..contracts import DeviceFault, Inputs, Manifest, Output, Refused, Signal, Unreachable
from .mqtt_topics import Command, Mirror, Topics
from .pulses import Pulses

MANIFEST = Manifest(
    name="mqtt",
    makes=("any relay that says each contact on a topic of its own, or in one JSON message",),
    protocol="MQTT 3.1.1 over TCP or TLS 1.2+, client certificate",
    tested=("simulator of a relay", "mosquitto 2.0 with client certificates and an ACL by their names"),
    source="OASIS MQTT 3.1.1",
    gives=tuple(Signal),
    takes=tuple(Output),
)

ONLINE, OFFLINE = "online", "offline"
KEEPALIVE_S = 5  # a broker takes us for dead after one and a half of these
# Without it a command waits 40 ms for the broker's kernel to say that it has the one before.
AT_ONCE = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)
AT_LEAST_ONCE = 1  # the broker says that it has it; a level that is commanded twice changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Paths. `ca` alone is who the broker must be; `certificate` and `key` are who we are."""

    ca: str
    certificate: str = ""
    key: str = field(default="", repr=False)

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certificate:
            context.load_cert_chain(self.certificate, self.key or None)
        return context


@dataclass(slots=True)
class MqttContacts:
    """One relay. `name` is who we are for the broker, one for each connection; `stale_s` as in `Mirror`."""

    host: str
    port: int = 8883
    topics: Topics = field(kw_only=True)
    name: str = field(kw_only=True)
    tls: Tls | None = field(default=None, kw_only=True)
    user: str | None = field(default=None, kw_only=True)
    password: str | None = field(default=None, kw_only=True, repr=False)
    stale_s: float | None = field(default=15.0, kw_only=True)
    timeout: float = field(default=2.0, kw_only=True)
    pulse_seconds: float = field(default=0.5, kw_only=True)
    wait_s: float = field(default=1.0, kw_only=True)

    manifest: ClassVar[Manifest] = MANIFEST

    _mirror: Mirror = field(init=False)
    _pulses: Pulses = field(init=False)
    _client: aiomqtt.Client | None = field(default=None, init=False)
    _listening: asyncio.Task[None] | None = field(default=None, init=False)
    _leaving: bool = field(default=False, init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _fault: DeviceFault | None = field(default=None, init=False)
    _connections: int = field(default=0, init=False)
    _messages: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._mirror = Mirror(self.topics, self.stale_s)
        timed = {o for o, command in self.topics.outputs.items() if o.is_pulsed and not command.pulse}
        self._pulses = Pulses(self._put, self.pulse_seconds, timed)

    # --- what is asked of it -----------------------------------------------------------------

    async def read(self) -> Inputs:
        await asyncio.sleep(0)  # who asks again and again must let in what has arrived
        await self._connected()
        await self._pulses.release_held()
        if not self._mirror.is_complete(_now()):
            await self._until(lambda: self._client is None or self._mirror.is_complete(_now()))
        await self._connected()
        return self._mirror.inputs(_now())

    async def pulse(self, output: Output) -> None:
        command = self._command(output)
        if command.pulse:
            await self._publish(command.topic, command.pulse)
            return
        await self._pulses.pulse(output)

    async def switch(self, output: Output, on: bool) -> None:
        if on and output.is_pulsed:
            raise Refused(f"{output} is pulsed, never held")
        self._pulses.held.discard(output)
        await self._put(output, on)

    async def check(self) -> str:
        inputs = await self.read()
        on = ", ".join(signal for signal, is_on in inputs.on.items() if is_on) or "none"
        return f"mqtt {self.host}:{self.port} as {self.name}: {len(inputs.on)} inputs, on: {on}"

    def diagnostics(self) -> dict[str, Any]:
        return {
            "address": f"{self.host}:{self.port}",
            "name": self.name,
            "tls": self.tls is not None,
            "connected": self._client is not None,
            "connections": self._connections,
            "messages": self._messages,
            "last_fault": self._fault.code if self._fault else "",
            "not_released": sorted(self._pulses.held),
            "topics": self._mirror.subscriptions,
        }

    async def close(self) -> None:
        await self._pulses.finish()
        if self._listening:
            await ended(self._listening, again_s=self.timeout)
            self._listening = None

    # --- outputs -----------------------------------------------------------------------------

    def _command(self, output: Output) -> Command:
        if command := self.topics.outputs.get(output):
            return command
        raise Refused(f"no output is wired for {output}")

    async def _put(self, output: Output, on: bool) -> None:
        """Accepted is what the relay says of itself; a broker takes a command for a relay that is dead."""
        command = self._command(output)
        before = self._mirror.words(output)
        await self._publish(command.topic, command.on if on else command.off)
        if not command.state:
            return
        await self._until(lambda: self._client is None or self._answered(output, on, before))
        self._mirror.must_live(_now())  # what a dead relay said last answers nothing
        if self._mirror.is_on(output) is None:
            raise Unreachable(f"{command.state.topic} says nothing")
        if self._mirror.is_on(output) is not on:
            raise Refused(f"{command.state.topic} says that {output} did not change")

    def _answered(self, output: Output, on: bool, before: int) -> bool:
        return self._mirror.words(output) > before and self._mirror.is_on(output) is on

    async def _publish(self, topic: str, word: str) -> None:
        client = await self._connected()
        try:
            await client.publish(topic, word, qos=AT_LEAST_ONCE)
        except aiomqtt.MqttError as error:
            raise Unreachable(f"the broker did not take {topic}: {error}") from error

    # --- the line ----------------------------------------------------------------------------

    async def _connected(self) -> aiomqtt.Client:
        if self._listening is None or self._listening.done():
            self._leaving = False
            self._listening = asyncio.create_task(self._listen(), name=f"mqtt {self.name}")
        if self._client is None and self._fault is None:
            await self._until(lambda: self._client is not None or self._fault is not None)
        if self._client is not None:
            return self._client
        if self._fault:
            raise type(self._fault)(str(self._fault)) from self._fault
        raise Unreachable(f"no answer from {self.host}:{self.port} within {self.timeout} s")

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Waits for a change, not for ever: who asked looks again whether it holds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.timeout):
                while not holds():
                    self._changed.clear()
                    await self._changed.wait()

    async def _listen(self) -> None:
        while not self._leaving:
            try:
                async with _entered(self._new_client()) as client:
                    await self._serve(client)
            except (aiomqtt.MqttError, OSError) as error:
                self._fault = _fault_of(error, f"{self.host}:{self.port}")
            except DeviceFault as fault:
                self._fault = fault
            finally:
                self._client = None
                self._mirror.forget()
                self._changed.set()
            await asyncio.sleep(self.wait_s)

    async def _serve(self, client: aiomqtt.Client) -> None:
        try:
            await self._greet(client)
            await self._hear(client)
        except asyncio.CancelledError:
            # A farewell that fails must not hide that we were told to leave.
            self._leaving = True
            # Who leaves in good order is not said to be dead by the broker.
            if self.topics.node:
                with suppress(aiomqtt.MqttError):
                    await client.publish(self.topics.node, OFFLINE, qos=AT_LEAST_ONCE, retain=True)
            raise

    async def _greet(self, client: aiomqtt.Client) -> None:
        if wanted := self._mirror.subscriptions:
            granted: Sequence[int | ReasonCode] = await client.subscribe(
                [(topic, AT_LEAST_ONCE) for topic in wanted]
            )
            answers = zip(wanted, granted, strict=False)
            if refused := [topic for topic, code in answers if _is_no(code)]:
                raise Refused(f"the broker lets us not hear {refused[0]}")
        if self.topics.node:
            await client.publish(self.topics.node, ONLINE, qos=AT_LEAST_ONCE, retain=True)
        for output in list(self._pulses.held):
            command = self._command(output)
            await client.publish(command.topic, command.off, qos=AT_LEAST_ONCE)
        self._client, self._fault = client, None
        self._connections += 1
        self._changed.set()

    async def _hear(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            self._messages += 1
            payload = message.payload if isinstance(message.payload, bytes) else b""
            self._mirror.feed(message.topic.value, payload, retained=message.retain, now=_now())
            self._changed.set()

    def _new_client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self.host,
            self.port,
            identifier=self.name,
            username=self.user,
            password=self.password,
            timeout=self.timeout,
            keepalive=KEEPALIVE_S,
            tls_context=self.tls.context() if self.tls else None,
            will=self._will(),
            socket_options=AT_ONCE,
        )

    def _will(self) -> aiomqtt.Will | None:
        """One per connection: who names no topic for it, has the contact opened that must not stay closed."""
        if self.topics.node:
            return aiomqtt.Will(self.topics.node, OFFLINE, qos=AT_LEAST_ONCE, retain=True)
        if command := self.topics.outputs.get(Output.OPEN):
            return aiomqtt.Will(command.topic, command.off, qos=AT_LEAST_ONCE)
        return None


@asynccontextmanager
async def _entered(client: aiomqtt.Client) -> AsyncIterator[aiomqtt.Client]:
    """The thread that connects cannot be stopped. What it brings after we were told to leave is closed: else
    it would stay, and throw out whoever comes next under our name."""
    entering = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(entering)
    except asyncio.CancelledError:
        with suppress(aiomqtt.MqttError):
            await entering
            await client.__aexit__(None, None, None)
        raise
    try:
        yield client
    finally:
        await client.__aexit__(None, None, None)


async def ended(*tasks: asyncio.Task[None], again_s: float) -> None:
    """Cancelled until they are: `asyncio.wait_for` of Python 3.11, which the library waits with, loses a
    cancellation that comes in the same moment as what it waits for."""
    pending: Collection[asyncio.Task[None]] = tasks
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=again_s)


def _is_no(code: int | ReasonCode) -> bool:
    return (code.value if isinstance(code, ReasonCode) else code) >= 0x80


def _now() -> float:
    return asyncio.get_running_loop().time()


def _fault_of(error: Exception, where: str) -> DeviceFault:
    if isinstance(error, MqttConnectError):
        fault: DeviceFault = Refused(f"{where} lets us not in: {error}")
    else:
        fault = Unreachable(f"{where}: {error}")
    fault.__cause__ = error
    return fault
