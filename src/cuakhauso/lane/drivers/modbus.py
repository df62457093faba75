"""Contacts of a barrier, its loops and its lights on an I/O module that speaks Modbus TCP.

Start at `ModbusContacts`. What is wired where is a `Wiring` (`modbus_modules.py`). A barrier's contact is
closed for a moment only: the driver opens it again whatever happens to it, and the module's host watchdog
opens it when nobody is left to do so. That the boom moved is not said here: limit switches and loops say it.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from ..contracts import DeviceFault, Garbled, Inputs, Manifest, Output, Refused, Signal, Unreachable
from .modbus_modules import Bits, Counter, Relay, Watchdog, Wiring, Words
from .modbus_requests import (
    Request,
    bits_of,
    number,
    read_bits,
    read_words,
    refusal,
    span,
    words_of,
    write_coil,
    write_register,
)
from .pulses import Pulses

MANIFEST = Manifest(
    name="modbus",
    makes=("Advantech ADAM-60xx", "ICP DAS ET-7000", "Moxa ioLogik E1200", "any module by its address table"),
    protocol="Modbus TCP",
    tested=("simulator of a barrier", "mbpoll 1.4 (libmodbus) against that simulator"),
    source="MODBUS Application Protocol V1.1b3; the modules' manuals are named in modbus_modules.py",
    gives=tuple(Signal),
    takes=tuple(Output),
)


@dataclass(slots=True)
class ModbusContacts:
    """One module. `pulse_seconds`: how long a contact is closed where the module does not time it itself."""

    host: str
    port: int = 502
    wiring: Wiring = field(kw_only=True)
    unit: int = field(default=1, kw_only=True)
    timeout: float = field(default=1.0, kw_only=True)
    pulse_seconds: float = field(default=0.5, kw_only=True)

    manifest: ClassVar[Manifest] = MANIFEST

    _client: AsyncModbusTcpClient | None = field(default=None, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _pulses: Pulses = field(init=False)
    _heard: int = field(default=0, init=False)
    _asked: int = field(default=0, init=False)
    _faults: int = field(default=0, init=False)
    _last_fault: str = field(default="", init=False)

    def __post_init__(self) -> None:
        timed = {o for o, relay in self.wiring.outputs.items() if o.is_pulsed and relay.pulse is None}
        self._pulses = Pulses(self._put, self.pulse_seconds, timed)

    # --- what is asked of it -----------------------------------------------------------------

    async def read(self) -> Inputs:
        await self._pulses.release_held()
        counts = await self._counts()  # before the contacts: who is counted and seen nowhere has passed
        bits = {kind: await self._bits(kind) for kind in Bits}
        wires = self.wiring.inputs.items()
        on = {signal: bits[wire.bits][wire.address] is not wire.inverted for signal, wire in wires}
        ends = {signal: counter.values for signal, counter in self.wiring.counters.items()}
        return Inputs(on=on, counts=counts, ends=ends)

    async def pulse(self, output: Output) -> None:
        relay = self._relay(output)
        if relay.pulse is not None:
            # Nothing to read back: the module may have ended the pulse before we ask.
            await self._ask(write_coil(relay.pulse, True, self.unit))
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
        return f"modbus {self.host}:{self.port} unit {self.unit}: {len(inputs.on)} inputs, on: {on}"

    def diagnostics(self) -> dict[str, Any]:
        return {
            "address": f"{self.host}:{self.port}",
            "unit": self.unit,
            "connected": bool(self._client and self._client.connected),
            "requests": self._asked,
            "faults": self._faults,
            "last_fault": self._last_fault,
            "not_released": sorted(self._pulses.held),
            "watchdog": self.wiring.watchdog is not None,
        }

    async def close(self) -> None:
        await self._pulses.finish()
        self._hang_up()

    # --- outputs -----------------------------------------------------------------------------

    def _relay(self, output: Output) -> Relay:
        if relay := self.wiring.outputs.get(output):
            return relay
        raise Refused(f"no output is wired for {output}")

    async def _put(self, output: Output, on: bool) -> None:
        """Accepted is what can be read back, not what was answered."""
        relay = self._relay(output)
        await self._ask(write_coil(relay.coil, on, self.unit))
        back = await self._ask(read_bits(Bits.COIL, relay.coil, 1, self.unit))
        if bits_of(back, 1)[0] is not on:
            raise self._noted(Refused(f"coil {relay.coil} was written and did not change"))

    # --- inputs ------------------------------------------------------------------------------

    async def _bits(self, kind: Bits) -> Mapping[int, bool]:
        addresses = [wire.address for wire in self.wiring.inputs.values() if wire.bits is kind]
        if not addresses:
            return {}
        first, count = span(addresses)
        answer = await self._ask(read_bits(kind, first, count, self.unit))
        return dict(enumerate(bits_of(answer, count), first))

    async def _counts(self) -> Mapping[Signal, int]:
        counts: dict[Signal, int] = {}
        for kind in Words:
            wired = {signal: c for signal, c in self.wiring.counters.items() if c.kind is kind}
            if wired:
                words = await self._words(kind, wired.values())
                counts |= {signal: number(words, counter) for signal, counter in wired.items()}
        return counts

    async def _words(self, kind: Words, counters: Iterable[Counter]) -> Mapping[int, int]:
        first, count = span(address for c in counters for address in (c.address, c.end - 1))
        answer = await self._ask(read_words(kind, first, count, self.unit))
        return dict(enumerate(words_of(answer, count), first))

    # --- the line ----------------------------------------------------------------------------

    async def _ask(self, request: Request) -> ModbusPDU:
        """One at a time: many modules serve one request and drop the second."""
        async with self._turn:
            try:
                return await self._exchange(await self._connected(), request)
            except DeviceFault as fault:
                self._noted(fault)
                raise

    def _noted(self, fault: DeviceFault) -> DeviceFault:
        self._faults += 1
        self._last_fault = fault.code
        return fault

    async def _exchange(self, client: AsyncModbusTcpClient, request: Request) -> ModbusPDU:
        self._asked += 1
        self._heard = 0
        try:
            answer = await request(client)
        except ModbusException as error:
            # A late answer must not be taken for the next one's.
            self._hang_up()
            raise self._silence() from error
        if answer.isError():
            raise refusal(answer)
        return answer

    def _silence(self) -> DeviceFault:
        if self._heard:
            return Garbled(f"{self._heard} bytes came from {self.host}:{self.port} that are no answer")
        return Unreachable(f"no answer from {self.host}:{self.port} within {self.timeout} s")

    async def _connected(self) -> AsyncModbusTcpClient:
        if self._client and self._client.connected:
            return self._client
        self._hang_up()
        self._client = client = self._new_client()
        armed = False
        try:
            if not await client.connect():
                raise Unreachable(f"nothing listens on {self.host}:{self.port}")
            if dog := self.wiring.watchdog:
                await self._arm(client, dog)
            armed = True
        finally:
            if not armed:
                self._hang_up()
        return client

    def _new_client(self) -> AsyncModbusTcpClient:
        return AsyncModbusTcpClient(
            self.host,
            port=self.port,
            timeout=self.timeout,
            retries=0,  # a write that is sent twice is a pulse that is sent twice
            reconnect_delay=0,
            trace_packet=self._hear,
        )

    async def _arm(self, client: AsyncModbusTcpClient, dog: Watchdog) -> None:
        """Before anything else: from now on a silence of ours opens every contact."""
        for coil in dog.safe:
            is_on = await self._exchange(client, read_bits(Bits.COIL, coil, 1, self.unit))
            if bits_of(is_on, 1)[0]:
                await self._exchange(client, write_coil(coil, False, self.unit))
        found = await self._exchange(client, read_words(Words.HOLDING, dog.register, 1, self.unit))
        if words_of(found, 1)[0] != dog.value:
            await self._exchange(client, write_register(dog.register, dog.value, self.unit))

    def _hear(self, sending: bool, data: bytes) -> bytes:
        if not sending:
            self._heard += len(data)
        return data

    def _hang_up(self) -> None:
        if self._client:
            self._client.close()
            self._client = None
