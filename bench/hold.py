"""From a hold that an officer presses to the lane that refuses: over HTTP, the stream, and the node's book.

The time runs from sending the request until the node has checked the signed answer with the hold in it, and a
beat after which it believes it: from then on the lane refuses.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
from httpx_sse import aconnect_sse

from cuakhauso.core.answer import Signed
from cuakhauso.core.words import CheckpointKind, Direction
from cuakhauso.lane import identity as who
from cuakhauso.lane.book import Book
from cuakhauso.lane.link import Link

from . import place
from .floor import Numbered

YARD = (CheckpointKind.YARD, Direction.OUT)
EVERY_S = 0.1


def measure(holds: int) -> dict[str, Any]:
    url = place.fresh("bench_hold")
    made = place.in_django(url, "ready", str(holds))
    told = place.in_django(url, "enrolment")
    crossings = [UUID(Numbered(made["first"], k).id) for k in range(holds)]
    with place.platform(url):
        centre = f"http://127.0.0.1:{place.PORT}"
        with httpx.Client() as client:
            identity = who.enrol(client, centre, told["code"], "bench", "bench")
        took = asyncio.run(_held(identity, told["token"], crossings))
    return {f"p{p}_ms": round(place.percentile(took, p), 1) for p in (50, 95, 99)} | {
        "samples": len(took), "aim": {"p95_ms": 500},
    }  # fmt: skip


async def _held(identity: who.Identity, token: str, crossings: list[UUID]) -> list[float]:
    enrolled = identity.enrolled
    places = frozenset((lane.checkpoint, lane.direction) for lane in enrolled.lanes)
    book = Book(enrolled.node, identity.centre_keys, places)
    changed = asyncio.Event()
    async with Link.client_for(identity) as client:
        listening = asyncio.create_task(_listen(client, book, changed))
        took = []
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=identity.centre, headers=headers) as officer:
            for crossing in crossings:
                await _until(changed, lambda c=crossing: c in book.index(YARD).by_crossing)
                began = time.perf_counter()
                body = {"id": str(uuid4()), "reason": "papers", "note": "thử"}
                answer = await officer.post(f"/api/v1/crossings/{crossing}/hold", json=body)
                answer.raise_for_status()
                await _until(changed, lambda c=crossing: _is_held(book, c))
                took.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(EVERY_S)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    return took


def _is_held(book: Book, crossing: UUID) -> bool:
    known = book.index(YARD).by_crossing[crossing]
    return any(because.code == "hold_live" for because in known.against)


async def _listen(client: httpx.AsyncClient, book: Book, changed: asyncio.Event) -> None:
    async with aconnect_sse(client, "GET", "/live/lanes/answers") as source:
        async for event in source.aiter_sse():
            if event.event == "begin":
                book.begin(UUID(msgspec.json.decode(event.data)["stream"]))
            else:
                book.hear(msgspec.json.decode(event.data, type=Signed), datetime.now(UTC))
                changed.set()


async def _until(changed: asyncio.Event, so: Any) -> None:
    async with asyncio.timeout(60):
        while not so():
            changed.clear()
            await changed.wait()
