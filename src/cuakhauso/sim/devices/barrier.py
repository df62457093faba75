"""A barrier with its loops behind an I/O module that speaks Modbus TCP.

`async with Barrier(wiring) as barrier:` serves on `barrier.port`. Where things are is `barrier.floor`
(`lane_floor.py`); who drives over it is `traffic.py`. The addresses are those of the wiring that it is given,
so every maker's table can be served. Faults of the module are `barrier.fault`, of the boom `floor.jam`.
"""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Self

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from cuakhauso.lane.contracts import Output
from cuakhauso.lane.drivers.modbus_modules import Bits, Wiring, Words

from .lane_floor import Floor

READ_COILS, READ_DISCRETE, READ_HOLDING, WRITE_COIL, WRITE_REGISTER, WRITE_COILS = 1, 2, 3, 5, 6, 15
COIL_CALLS = {READ_COILS, WRITE_COIL, WRITE_COILS}
WATCHDOG_UNIT = 0.1  # seconds
DEAF_SECONDS = 2.0  # longer than anybody waits for an answer


class Fault(StrEnum):
    SILENT = "silent"  # takes requests, answers none
    CUT = "cut"  # nothing arrives, either way
    GARBLED = "garbled"
    SLOW = "slow"
    REFUSED = "refused"  # busy, whatever is asked
    UNMOVED = "unmoved"  # says yes to a write and changes nothing
    READ_ONLY = "read_only"  # answers what is read, refuses what is written
    DEAF = "deaf"  # answers what is read, and says nothing to what is written


@dataclass(slots=True)
class Barrier:
    """`own_pulse_seconds`: how long a pulse lasts that the module times itself."""

    wiring: Wiring
    floor: Floor = field(default_factory=Floor)
    fault: Fault | None = None
    slow_seconds: float = 0.3
    own_pulse_seconds: float = 0.3
    presses: dict[Output, int] = field(default_factory=lambda: dict.fromkeys(Output, 0))
    writes: list[tuple[int, bool]] = field(default_factory=list)

    _coils: dict[int, bool] = field(default_factory=dict, init=False)
    _until: dict[Output, float] = field(default_factory=dict, init=False)
    _registers: dict[int, int] = field(default_factory=dict, init=False)
    _last_word: float = field(default_factory=monotonic, init=False)
    _server: ModbusTcpServer | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        for coil in self.wiring.watchdog.safe if self.wiring.watchdog else ():
            self._coils.setdefault(coil, True)  # as somebody left it: the driver must put it right
        self._server = ModbusTcpServer(self._device(), address=("127.0.0.1", port), trace_packet=self._spoil)
        await self._server.serve_forever(background=True)

    async def stop(self) -> None:
        if self._server:
            await self._server.shutdown()  # type: ignore[no-untyped-call]
            self._server = None

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.transport.sockets[0].getsockname()[1])  # type: ignore[attr-defined]

    # --- the module ----------------------------------------------------------------------------

    def is_on(self, output: Output) -> bool:
        """Whether the contact is closed now."""
        self._watch()
        relay = self.wiring.outputs[output]
        return self._coils.get(relay.coil, False) or monotonic() < self._until.get(output, 0.0)

    @property
    def watchdog_events(self) -> int:
        self._watch()
        dog = self.wiring.watchdog
        return self._registers.get(dog.events, 0) if dog and dog.events is not None else 0

    def _watch(self) -> None:
        """The host watchdog: without a word for too long, every output goes to its safe value."""
        dog = self.wiring.watchdog
        limit = self._registers.get(dog.register, 0) * WATCHDOG_UNIT if dog else 0
        if not dog or not limit or monotonic() - self._last_word < limit:
            return
        self._last_word = float("inf")  # acts once, until somebody speaks again
        for relay, safe in zip(self.wiring.outputs.values(), dog.safe, strict=False):
            self._coils[relay.coil] = self._coils.get(safe, False)
        self.floor.held_open = self._coils.get(self._coil_of(Output.OPEN), False)
        if dog.events is not None:
            self._registers[dog.events] = self._registers.get(dog.events, 0) + 1

    def _coil_of(self, output: Output) -> int:
        relay = self.wiring.outputs.get(output)
        return relay.coil if relay else -1

    def _write(self, coil: int, on: bool) -> None:
        self.writes.append((coil, on))
        if self.fault is Fault.UNMOVED:
            return
        was = self._coils.get(coil, False)
        for output, relay in self.wiring.outputs.items():
            if coil == relay.coil and on and not was:
                self._press(output)
            if coil == relay.pulse and on:
                self._until[output] = monotonic() + self.own_pulse_seconds
                self._press(output)
        self._coils[coil] = on
        self.floor.held_open = self._coils.get(self._coil_of(Output.OPEN), False)

    def _press(self, output: Output) -> None:
        """A controller acts when a contact closes."""
        self.presses[output] += 1
        if output is Output.OPEN:
            self.floor.open()
        if output is Output.CLOSE:
            self.floor.lower()

    def _bit(self, kind: Bits, address: int) -> bool:
        for signal, wire in self.wiring.inputs.items():
            if wire.bits is kind and wire.address == address:
                return self.floor.signals()[signal] is not wire.inverted
        if kind is Bits.DISCRETE:
            return False
        for output, relay in self.wiring.outputs.items():
            if address in (relay.coil, relay.pulse):
                return self.is_on(output)
        return self._coils.get(address, False)

    def _word(self, kind: Words, address: int) -> int:
        self.floor.settle()
        for signal, counter in self.wiring.counters.items():
            if counter.kind is kind and counter.address <= address < counter.end:
                from_top = address - counter.address
                place = from_top if counter.low_word_first else counter.words - 1 - from_top
                return self.floor.counts[signal] >> (16 * place) & 0xFFFF
        return self._registers.get(address, 0) if kind is Words.HOLDING else 0

    # --- the wire ------------------------------------------------------------------------------

    def _device(self) -> SimDevice:
        bits = SimData(0, values=[False] * 640, datatype=DataType.BITS)
        words = SimData(0, values=[0] * 640, datatype=DataType.REGISTERS)
        return SimDevice(id=0, simdata=([bits], [bits], [words], [words]), action=self._serve)

    async def _serve(
        self,
        call: int,
        start: int,
        address: int,
        count: int,
        block: list[int],
        values: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        """pymodbus asks here before it answers: `block` is what it will read from."""
        self._watch()
        self._last_word = monotonic()
        if self.fault is Fault.SLOW:
            await asyncio.sleep(self.slow_seconds)
        if self.fault is Fault.REFUSED:
            return ExcCodes.DEVICE_BUSY
        if values is not None and self.fault is Fault.READ_ONLY:
            return ExcCodes.DEVICE_FAILURE
        if values is not None and self.fault is Fault.DEAF:
            await asyncio.sleep(DEAF_SECONDS)
        elif values is not None:
            self._take(call, address, values)
        elif call in COIL_CALLS | {READ_DISCRETE}:
            kind = Bits.DISCRETE if call == READ_DISCRETE else Bits.COIL
            first = address // 16
            for register in range(first, first + count):
                block[register - start] = self._packed(kind, register * 16)
        else:
            kind_of_word = Words.HOLDING if call in (READ_HOLDING, WRITE_REGISTER) else Words.INPUT
            for register in range(address, address + count):
                block[register - start] = self._word(kind_of_word, register)
        return None

    def _take(self, call: int, address: int, values: list[int] | list[bool]) -> None:
        for offset, value in enumerate(values):
            if call in COIL_CALLS:
                self._write(address + offset, bool(value))
            else:
                self._registers[address + offset] = int(value)

    def _packed(self, kind: Bits, first: int) -> int:
        return sum(self._bit(kind, first + place) << place for place in range(16))

    def _spoil(self, sending: bool, data: bytes) -> bytes:
        if self.fault is Fault.CUT or (sending and self.fault is Fault.SILENT):
            return b""
        if sending and self.fault is Fault.GARBLED:
            return b"\x15" * len(data)
        return data
