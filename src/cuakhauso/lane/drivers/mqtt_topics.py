"""What an MQTT relay says on which topic, and what we know from it: pure, messages in, inputs out.

A broker repeats the last word of a device that has been dead for a week. So a value is believed only while
the device is known to live: by its own availability (its last will, kept true by the broker), by having been
heard within `stale_s`, or by both.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..contracts import Garbled, Inputs, Output, Signal, Unreachable


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A contact on a topic. `key` picks one member of a JSON message; words are compared without case."""

    topic: str
    on: str = "1"
    off: str = "0"
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """`end`: how many values it has before it begins again at 0, where its maker says so."""

    topic: str
    key: str = ""
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`pulse` is what makes the relay itself close and open the contact; `state` is where it says what it
    did: without it, accepted means that the broker has the command."""

    topic: str
    on: str = "1"
    off: str = "0"
    pulse: str = ""
    state: State | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """What hangs on one relay. `beat`: where it regularly says something, whatever. `node`: where we say
    that we live, and the broker that we do not any more."""

    inputs: Mapping[Signal, State]
    outputs: Mapping[Output, Command] = field(default_factory=dict)
    counters: Mapping[Signal, Count] = field(default_factory=dict)
    availability: State | None = None
    beat: str = ""
    node: str = ""

    def heard(self) -> Iterator[State | Count]:
        yield from self.inputs.values()
        yield from self.counters.values()
        yield from (command.state for command in self.outputs.values() if command.state)
        if self.availability:
            yield self.availability


class NotSaid(Exception):
    """A JSON message about something else."""


@dataclass(slots=True)
class Mirror:
    """What the relay said last. `stale_s`: how old its last living word may be; none where it only speaks
    when something changes."""

    topics: Topics
    stale_s: float | None
    _by_topic: dict[str, list[State | Count]] = field(default_factory=lambda: defaultdict(list), init=False)
    _known: dict[State | Count, bool | int | Garbled] = field(default_factory=dict, init=False)
    _words: Counter[State | Count] = field(default_factory=Counter, init=False)
    _heard_at: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.stale_s is None and not self.topics.availability:
            raise ValueError("a relay without availability must be heard regularly: stale_s is missing")
        for said in self.topics.heard():
            self._by_topic[said.topic].append(said)
        if self.topics.beat:
            self._by_topic.setdefault(self.topics.beat, [])

    @property
    def subscriptions(self) -> list[str]:
        return sorted(self._by_topic)

    def feed(self, topic: str, payload: bytes, *, retained: bool, now: float) -> None:
        for said in self._by_topic.get(topic, ()):
            try:
                self._known[said] = _value(said, payload)
            except NotSaid:
                continue
            except Garbled as garbled:
                self._known[said] = garbled
        # What the broker kept says nothing about when.
        if not retained and topic in self._by_topic:
            self._heard_at = now
            self._words.update(self._by_topic[topic])

    def forget(self) -> None:
        """The line to the broker is cut: from now on anything may happen unheard."""
        self._known.clear()
        self._heard_at = None

    def is_complete(self, now: float) -> bool:
        try:
            self.inputs(now)
        except (Unreachable, Garbled):
            return False
        return True

    def inputs(self, now: float) -> Inputs:
        """Raises `Unreachable` for what is not known, `Garbled` for what was said last and means nothing."""
        self.must_live(now)
        return Inputs(
            on={signal: bool(self._of(state)) for signal, state in self.topics.inputs.items()},
            counts={signal: int(self._of(count)) for signal, count in self.topics.counters.items()},
            ends={signal: count.end for signal, count in self.topics.counters.items() if count.end},
        )

    def is_on(self, output: Output) -> bool | None:
        """None where it has not been said."""
        state = self.topics.outputs[output].state
        said = self._known.get(state) if state else None
        return said if isinstance(said, bool) else None

    def words(self, output: Output) -> int:
        """How often the relay has spoken of this output: a command is answered by what is said after it."""
        state = self.topics.outputs[output].state
        return self._words[state] if state else 0

    def must_live(self, now: float) -> None:
        """Raises `Unreachable` for a relay that is gone or silent."""
        if (availability := self.topics.availability) and not self._of(availability):
            raise Unreachable(f"{availability.topic} says that the relay is gone")
        if self.stale_s is None:
            return
        if self._heard_at is None or now - self._heard_at > self.stale_s:
            raise Unreachable(f"the relay has not been heard for {self.stale_s} s")

    def _of(self, said: State | Count) -> bool | int:
        known = self._known.get(said)
        if known is None:
            raise Unreachable(f"nothing has been said on {said.topic} {said.key}".rstrip())
        if isinstance(known, Garbled):
            raise Garbled(str(known)) from known
        return known


def _value(said: State | Count, payload: bytes) -> bool | int:
    text = _text(said.topic, said.key, payload)
    if isinstance(said, Count):
        if not (text.isascii() and text.isdigit()):
            raise Garbled(f"{said.topic}: no count: {text[:40]!r}")
        return int(text)
    word = text.casefold()
    if word not in (said.on.casefold(), said.off.casefold()):
        raise Garbled(f"{said.topic}: neither {said.on} nor {said.off}: {text[:40]!r}")
    return word == said.on.casefold()


def _text(topic: str, key: str, payload: bytes) -> str:
    try:
        text = payload.decode()
        if not key:
            return text.strip()
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Garbled(f"{topic}: {payload[:40]!r}") from error
    if not isinstance(told, dict):
        raise Garbled(f"{topic}: no object: {payload[:40]!r}")
    if key not in told:
        raise NotSaid
    member = told[key]
    return member if isinstance(member, str) else json.dumps(member)
