"""Where an I/O module keeps what is wired to it: addresses as they travel, from 0, not as manuals print them.

A `Module` is a maker's table; `wired` turns "the loop is on input 2" into the addresses of that module. What
no manual that we could read says is in `on_site`: an empty tuple means that nothing is left to be checked.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum

from ..contracts import Output, Signal


class Bits(StrEnum):
    """Some modules show their inputs as coils (ADAM), most as discrete inputs."""

    DISCRETE = "discrete"
    COIL = "coil"


class Words(StrEnum):
    INPUT = "input"
    HOLDING = "holding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """`inverted`: the contact is closed when the signal is off, as fail-safe detectors are wired."""

    address: int
    bits: Bits = Bits.DISCRETE
    inverted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One of 16 bits starts again at 0 after 65,535, one of 32 after 4,294,967,295."""

    address: int
    words: int = 2
    low_word_first: bool = False
    kind: Words = Words.INPUT

    def __post_init__(self) -> None:
        if self.words not in (1, 2):
            raise ValueError(f"a counter is in one register or two, not in {self.words}")

    @property
    def values(self) -> int:
        return 1 << 16 * self.words

    @property
    def end(self) -> int:
        return self.address + self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """`pulse`: a coil that makes the module itself close the contact and open it again, by its own clock."""

    coil: int
    pulse: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchdog:
    """The module's own: without a word from us it puts its outputs to their safe values, which are off.

    `register` holds the time-out in the module's own unit; `safe` are the coils that hold the safe values;
    `events` counts how often it has acted. Written only where it differs: some keep it in worn-out memory.
    """

    register: int
    value: int
    safe: tuple[int, ...] = ()
    events: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What hangs on one module."""

    inputs: Mapping[Signal, Input]
    outputs: Mapping[Output, Relay] = field(default_factory=dict)
    counters: Mapping[Signal, Counter] = field(default_factory=dict)
    watchdog: Watchdog | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A maker's address table. Channels count from 0, as the makers print them on the case."""

    name: str
    make: str
    inputs: int
    outputs: int
    bits: Bits = Bits.DISCRETE
    first_input: int = 0
    first_output: int = 0
    first_pulse: int | None = None
    first_counter: int | None = None
    counter_words: int = 2
    low_word_first: bool = False
    counter_kind: Words = Words.INPUT
    watchdog: Watchdog | None = None
    source: str = ""
    on_site: tuple[str, ...] = ()

    def wired(
        self,
        inputs: Mapping[Signal, int],
        outputs: Mapping[Output, int] | None = None,
        *,
        inverted: Set[Signal] = frozenset(),
        counted: Set[Signal] = frozenset(),
        counters: Mapping[Signal, Counter] | None = None,
        own_pulses: Set[Output] = frozenset(),
        watchdog: Watchdog | None = None,
    ) -> Wiring:
        """`counted`: inputs that the module counts on their own channel; `counters` are told by hand.
        `own_pulses`: outputs set to pulse mode in the module. Raises `ValueError` for what it has not."""
        outputs = outputs or {}
        _must_have(self, "input", inputs.values(), self.inputs)
        _must_have(self, "output", outputs.values(), self.outputs)
        return Wiring(
            inputs={signal: self._input(channel, signal in inverted) for signal, channel in inputs.items()},
            outputs={
                output: self._relay(channel, output in own_pulses) for output, channel in outputs.items()
            },
            counters={signal: self.counter(inputs[signal]) for signal in counted} | dict(counters or {}),
            watchdog=watchdog or self.watchdog,
        )

    def _input(self, channel: int, inverted: bool) -> Input:
        return Input(address=self.first_input + channel, bits=self.bits, inverted=inverted)

    def _relay(self, channel: int, own_pulse: bool) -> Relay:
        if not own_pulse:
            return Relay(coil=self.first_output + channel)
        if self.first_pulse is None:
            raise ValueError(f"{self.name} makes no pulses by itself that we know how to ask for")
        return Relay(coil=self.first_output + channel, pulse=self.first_pulse + channel)

    def counter(self, channel: int) -> Counter:
        _must_have(self, "input", [channel], self.inputs)
        if self.first_counter is None:
            raise ValueError(f"{self.name} counts nothing by itself")
        return Counter(
            address=self.first_counter + channel * self.counter_words,
            words=self.counter_words,
            low_word_first=self.low_word_first,
            kind=self.counter_kind,
        )


def _must_have(module: Module, what: str, channels: Iterable[int], count: int) -> None:
    if missing := [channel for channel in channels if not 0 <= channel < count]:
        raise ValueError(f"{module.name} has {count} {what}s; there is no {what} {missing[0]}")


ADAM_6060 = Module(
    name="ADAM-6060",
    make="Advantech",
    inputs=6,
    outputs=6,
    bits=Bits.COIL,
    first_output=16,
    first_counter=0,
    low_word_first=True,
    counter_kind=Words.HOLDING,
    source="ADAM-6000 Series User Manual, edition 9, appendix B.2",
    on_site=(
        "outputs from 16: read in the tables of the ADAM-6024 and 4056SO",
        "an input counts only in counter mode, set with the maker's utility",
        "host watchdog and safe values are set with the maker's utility, not by Modbus",
        "the length of a module's own pulse depends on the output's mode: not used here",
    ),
)

ADAM_6050 = Module(
    name="ADAM-6050",
    make="Advantech",
    inputs=12,
    outputs=6,
    bits=Bits.COIL,
    first_output=16,
    first_counter=0,
    low_word_first=True,
    counter_kind=Words.HOLDING,
    source="taken to be laid out as the ADAM-6060",
    on_site=("all addresses", *ADAM_6060.on_site),
)

ET_7060 = Module(
    name="ET-7060",
    make="ICP DAS",
    inputs=6,
    outputs=6,
    watchdog=Watchdog(register=257, value=50, safe=tuple(range(515, 521)), events=558),
    source="ET-7000 DIO manual p. 142; PET/ET-7026 manual p. 112; table of the ET-7017",
    on_site=(
        "inputs and outputs from 0: read for the outputs of the ET-7017",
        "unit of the watchdog register (taken as 0.1 s), and whether 257, 515 and 558 count from 0 here",
        "where the counters of inputs are, low word first: none are read until given by hand",
        "safe values last over a restart only after a write to coil 432",
    ),
)

E1214 = Module(
    name="ioLogik E1214",
    make="Moxa",
    inputs=6,
    outputs=6,
    first_pulse=16,
    first_counter=16,
    source="ioLogik E1200 Series User's Manual, appendix A, default Modbus/TCP addresses",
    on_site=(
        "addresses can be changed in the web console; these are the defaults",
        "counters run after coils 256.. are on; relay pulses cannot be shorter than 1.5 s",
        "an output must be in pulse mode for its pulse coil to act",
        "host watchdog and safe values are set in the web console",
    ),
)

MODULES = {module.name: module for module in (ADAM_6060, ADAM_6050, ET_7060, E1214)}
