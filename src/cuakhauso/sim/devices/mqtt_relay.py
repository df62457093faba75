"""A relay that speaks MQTT, with the same lane behind it as `barrier.py` has.

It keeps its contacts' last words at the broker, says every second that it lives, has the broker say when it
does not, and says of every output what it did.
"""

import asyncio
import json
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import aiomqtt

from cuakhauso.lane.contracts import Output, Signal
from cuakhauso.lane.drivers.mqtt import AT_ONCE, OFFLINE, ONLINE, Tls, ended
from cuakhauso.lane.drivers.mqtt_topics import Command, Count, State, Topics

from .lane_floor import Floor


class Fault(StrEnum):
    SILENT = "silent"  # connected, and says nothing more
    GARBLED = "garbled"
    REFUSED = "refused"  # takes commands and does nothing


def topics(root: str) -> Topics:
    """How this relay is laid out: every contact a topic below `root`."""
    return Topics(
        inputs={signal: State(topic=f"{root}/in/{signal}", on="ON", off="OFF") for signal in Signal},
        counters={Signal.LOOP_AFTER: Count(topic=f"{root}/tele", key="passed")},
        outputs={output: _command(root, output) for output in Output},
        availability=State(topic=f"{root}/alive", on=ONLINE, off=OFFLINE),
        beat=f"{root}/tele",
        node=f"{root}/node",
    )


def _command(root: str, output: Output) -> Command:
    state = State(topic=f"{root}/out/{output}/state", on="ON", off="OFF")
    return Command(topic=f"{root}/out/{output}/set", on="ON", off="OFF", state=state)


@dataclass(slots=True)
class Relay:
    host: str
    port: int
    root: str
    tls: Tls | None = None
    floor: Floor = field(default_factory=Floor)
    fault: Fault | None = None
    beat_s: float = 0.2
    presses: dict[Output, int] = field(default_factory=lambda: dict.fromkeys(Output, 0))
    node_said: list[str] = field(default_factory=list)

    _on: dict[Output, bool] = field(default_factory=lambda: dict.fromkeys(Output, False), init=False)
    _client: aiomqtt.Client | None = field(default=None, init=False)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    async def __aenter__(self) -> Self:
        self._client = await self._new_client().__aenter__()
        await self._client.subscribe(f"{self.root}/out/+/set", qos=1)
        await self._client.subscribe(f"{self.root}/node", qos=1)
        for output in Output:
            await self._say(f"out/{output}/state", "OFF")
        await self._say("alive", ONLINE)
        self._tasks = [asyncio.create_task(self._obey()), asyncio.create_task(self._tell())]
        return self

    async def __aexit__(self, *_: object) -> None:
        await ended(*self._tasks, again_s=0.1)
        assert self._client is not None
        with suppress(aiomqtt.MqttError):
            await self._client.__aexit__(None, None, None)

    def is_on(self, output: Output) -> bool:
        return self._on[output]

    def die(self) -> None:
        """Without a word of farewell: the broker finds out."""
        assert self._client is not None
        line = self._client._client.socket()
        with suppress(OSError):
            if isinstance(line, socket.socket):
                line.shutdown(socket.SHUT_RDWR)

    async def _obey(self) -> None:
        assert self._client is not None
        async for message in self._client.messages:
            word = bytes(message.payload).decode() if isinstance(message.payload, bytes) else ""
            if message.topic.value == f"{self.root}/node":
                self.node_said.append(word)
            elif self.fault is not Fault.REFUSED:
                await self._switch(Output(message.topic.value.split("/")[-2]), word == "ON")

    async def _switch(self, output: Output, on: bool) -> None:
        if on and not self._on[output]:
            self.presses[output] += 1
            if output is Output.OPEN:
                self.floor.open()
            if output is Output.CLOSE:
                self.floor.lower()
        self._on[output] = on
        self.floor.held_open = self._on[Output.OPEN]
        if self.fault is not Fault.SILENT:
            await self._say(f"out/{output}/state", "ON" if on else "OFF")

    async def _tell(self) -> None:
        """Changes at once, counts as its beat."""
        said: dict[Signal, bool] = {}
        next_beat = 0.0
        loop = asyncio.get_running_loop()
        while True:
            if self.fault is not Fault.SILENT:
                said = await self._tell_changes(said)
                if loop.time() >= next_beat:
                    next_beat = loop.time() + self.beat_s
                    counts = {"passed": self.floor.counts[Signal.LOOP_AFTER]}
                    await self._say("tele", json.dumps(counts))
            await asyncio.sleep(0.01)

    async def _tell_changes(self, said: dict[Signal, bool]) -> dict[Signal, bool]:
        if self.fault is Fault.GARBLED:
            await self._say(f"in/{Signal.LOOP_UNDER}", "\x00?")
            return {}
        signals = self.floor.signals()
        for signal, on in signals.items():
            if said.get(signal) is not on:
                await self._say(f"in/{signal}", "ON" if on else "OFF")
        return signals

    async def _say(self, what: str, word: str) -> None:
        assert self._client is not None
        await self._client.publish(f"{self.root}/{what}", word, qos=1, retain=True)

    def _new_client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self.host,
            self.port,
            identifier=f"relay of {self.root}",
            tls_context=self.tls.context() if self.tls else None,
            will=aiomqtt.Will(f"{self.root}/alive", OFFLINE, qos=1, retain=True),
            socket_options=AT_ONCE,
            timeout=5,
            keepalive=5,
        )
