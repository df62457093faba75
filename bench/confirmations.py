"""(a) Audited confirmations per second over HTTP, between two measurements of the floor each.

Eight connections that stay open; each sends a confirmation, waits for its answer, and sends the next, every
one on a crossing of its own. The client is one thread over plain sockets, so that it takes little of the
processors that it shares with what it measures.
"""

import contextlib
import json
import random
import resource
import selectors
import socket
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from . import floor, place, ready
from .capture import Statement, fact_of
from .floor import Numbered

CONNECTIONS = 8
WARM_UP = 400


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each: rounds, confirmations a round, floor transactions a measurement."""

    rounds: int
    http: int
    floor: int

    @property
    def crossings(self) -> int:
        return WARM_UP + self.rounds * self.http + (self.rounds + 1) * self.floor + 2


FULL = Sizes(rounds=3, http=4_000, floor=12_000)
QUICK = Sizes(rounds=1, http=1_000, floor=4_000)


@dataclass(slots=True)
class Load:
    """What came of one burst of requests."""

    seconds: float
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies_ms) / self.seconds


def measure(sizes: Sizes) -> dict[str, Any]:
    url = place.fresh("bench_ready")
    made = place.in_django(url, "ready", str(sizes.crossings))
    crossings = [Numbered(made["first"], k) for k in range(sizes.crossings)]
    captured, path, number = prepare_floor(url, made["token"], crossings[-2:])
    return alternate(url, made["token"], crossings, sizes, path, number) | {"statements": len(captured)}


def prepare_floor(url: str, token: str, two: list[Numbered]) -> tuple[list[Statement], Path, str]:
    told = place.in_django(url, "capture", token, *(one.id for one in two))
    captured = [Statement(one["sql"], {int(n): v for n, v in one["values"].items()}) for one in told]
    number = place.ask(url, "SELECT number FROM shared_crossing WHERE id = %s", two[-1].id)
    path = place.DATA / "floor.sql"
    path.write_text(floor.script(captured, two[-1], number))
    return captured, path, number


@dataclass(slots=True)
class Used:
    """Processor time of the whole machine that a kind of work used, part by part, in seconds."""

    database: float = 0.0
    web: float = 0.0
    pgbench: float = 0.0


def alternate(
    url: str, token: str, crossings: list[Numbered], sizes: Sizes, path: Path, number: str
) -> dict[str, Any]:
    """Floor, HTTP, floor, HTTP … floor: what else the machine does meets both alike."""
    floors: list[float] = []
    loads: list[Load] = []
    by_floor, by_http = Used(), Used()
    each = sizes.floor // CONNECTIONS
    with place.platform(url) as platform:
        send(token, crossings[:WARM_UP])
        for turn in range(sizes.rounds + 1):
            base = WARM_UP + sizes.rounds * sizes.http + turn * each * CONNECTIONS
            with measured(by_floor, platform):
                floors.append(floor.run(url, path, number=number, base=base, each=each))
            if turn == sizes.rounds:
                break
            begin = WARM_UP + turn * sizes.http
            with measured(by_http, platform):
                loads.append(send(token, crossings[begin : begin + sizes.http]))
    check(url, WARM_UP + sizes.rounds * sizes.http)
    return report(floors, loads) | processor(
        by_floor, len(floors) * each * CONNECTIONS, by_http, sizes.rounds * sizes.http
    )


@contextlib.contextmanager
def measured(used: Used, platform: place.Platform) -> Iterator[None]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    used.database -= place.database_processor_s()
    used.web -= platform.processor_s()
    used.pgbench -= children.ru_utime + children.ru_stime
    yield
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    used.database += place.database_processor_s()
    used.web += platform.processor_s()
    used.pgbench += children.ru_utime + children.ru_stime


def report(floors: list[float], loads: list[Load]) -> dict[str, Any]:
    latencies = [one for load in loads for one in load.latencies_ms]
    http = statistics.mean(load.per_second for load in loads)
    bottom = statistics.mean(floors)
    return {
        "confirmations_per_s": round(http, 1),
        "floor_per_s": round(bottom, 1),
        "ratio": round(http / bottom, 3),
        "aim": 0.25,
        "p50_ms": round(place.percentile(latencies, 50), 2),
        "p95_ms": round(place.percentile(latencies, 95), 2),
        "p99_ms": round(place.percentile(latencies, 99), 2),
        "samples": len(latencies),
        "rounds_http": [round(load.per_second, 1) for load in loads],
        "rounds_floor": [round(one, 1) for one in floors],
        "protocol": "prepared statements, in both",
    }


def processor(by_floor: Used, floors: int, by_http: Used, https: int) -> dict[str, Any]:
    """What one transaction costs: tells more than the ratio where others use the machine too."""
    floor_ms = (by_floor.database + by_floor.pgbench) / floors * 1000
    database_ms, web_ms = by_http.database / https * 1000, by_http.web / https * 1000
    return {
        "processor_ms": {
            "floor": round(floor_ms, 3),
            "http_database": round(database_ms, 3),
            "http_web": round(web_ms, 3),
        },
        "ratio_by_processor_time": round(floor_ms / (database_ms + web_ms), 3),
    }


def check(url: str, confirmed: int) -> None:
    """Each answer of 200 is a fact in the database."""
    query = "SELECT count(*) FROM shared_factrow WHERE kind = 'confirmed' AND body->>'source' = 'api'"
    floors = "SELECT count(*) FROM shared_outboxevent"
    facts, events = place.ask(url, query), place.ask(url, floors)
    if not facts == events >= confirmed:
        sys.exit(
            f"bench: {confirmed} confirmations were answered, but there are {facts} facts, {events} events"
        )


# --- the client ----------------------------------------------------------------------------------


def request(token: str, crossing: str) -> bytes:
    body = json.dumps({"id": fact_of(crossing), "step": ready.STEP}).encode()
    head = (
        f"POST /api/v1/crossings/{crossing}/confirm HTTP/1.1\r\nHost: 127.0.0.1:{place.PORT}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send(token: str, crossings: list[Numbered]) -> Load:
    ids = [one.id for one in crossings]
    random.Random(1).shuffle(ids)
    waiting = [request(token, crossing) for crossing in ids]
    selector = selectors.DefaultSelector()
    begun: dict[int, float] = {}
    load = Load(0.0)
    began = time.perf_counter()
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", place.PORT))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        _next(connection, waiting, begun, selector)
    while selector.get_map():
        for key, _ in selector.select():
            connection = cast(socket.socket, key.fileobj)
            _answered(connection)
            load.latencies_ms.append((time.perf_counter() - begun[connection.fileno()]) * 1000)
            _next(connection, waiting, begun, selector)
    load.seconds = time.perf_counter() - began
    return load


def _next(connection: Any, waiting: list[bytes], begun: dict[int, float], selector: Any) -> None:
    if not waiting:
        selector.unregister(connection)
        connection.close()
        return
    begun[connection.fileno()] = time.perf_counter()
    connection.sendall(waiting.pop())


def _answered(connection: Any) -> None:
    """Reads one whole answer; anything but 200 ends the bench."""
    got = connection.recv(65536)
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += connection.recv(65536)
    if not head.startswith(b"HTTP/1.1 200"):
        sys.exit(f"bench: answered {head.decode()}\n{body.decode()}")
