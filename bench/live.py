"""(c) From a fact to another officer's screen: how long until the changed list arrives at open pages.

Two hundred officers' lists are open over two web processes, of all agencies at two gates. Health and
transport licence confirm in turn, about three times a second, over the open API; the other's list shows the
same vehicles, and so do those of customs, the yard and plant quarantine. A page has the fact once it gets a
list in which that vehicle's row carries it, or in which the vehicle is no longer shown. Agencies for which it
does not wait show it below their own list, and are told of others' work at leisure: they are counted apart.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from . import place, ready
from .browsing import Session
from .capture import fact_of
from .floor import Numbered

PAGES = 200
EVERY_S = 0.33
AGENCIES = ("bienphong", "haiquan", "yte", "thucvat", "dongvat", "vantai", "thue", "congan", "bai")
OFFICERS = [f"{agency}.{gate}" for gate in ("hn", "tt") for agency in AGENCIES]
WAITED_FOR = ("yte", "vantai", "haiquan", "bai", "thucvat")
GATES = {"hn": "CKHN", "tt": "TT"}


@dataclass(slots=True)
class Page:
    """One open page: the crossings that it shows now, with how many facts each."""

    officer: str
    shown: dict[str, int] = field(default_factory=dict)
    lists: int = 0


@dataclass(slots=True)
class Watch:
    """A fact under way: which pages still wait for it, and how long it took to the others."""

    crossing: str
    facts: int
    began: float
    waiting: set[int]
    took_ms: list[float] = field(default_factory=list)
    aside_ms: list[float] = field(default_factory=list)


def measure(facts: int) -> dict[str, Any]:
    url = place.fresh("bench_live")
    made = place.in_django(url, "ready", str(facts + 200))
    cookies = place.in_django(url, "sessions", *OFFICERS)
    crossings = [Numbered(made["first"], k).id for k in range(facts)]
    with place.platform(url):
        watches, pages = asyncio.run(_watched(made, cookies, crossings, facts))
    arrivals = [one for watch in watches for one in watch.took_ms]
    aside = [one for watch in watches for one in watch.aside_ms]
    slowest = [max(watch.took_ms) for watch in watches if watch.took_ms]
    return {
        "pages_open": len(pages),
        "facts": len(watches),
        "arrivals": len(arrivals),
        "never_arrived": sum(len(watch.waiting) for watch in watches),
        "p50_ms": round(place.percentile(arrivals, 50), 1),
        "p95_ms": round(place.percentile(arrivals, 95), 1),
        "p99_ms": round(place.percentile(arrivals, 99), 1),
        "p95_ms_of_the_last_page": round(place.percentile(slowest, 95), 1),
        "p95_ms_where_it_does_not_wait": round(place.percentile(aside, 95), 1) if aside else None,
        "aim": {"p95_ms": 300},
        "facts_per_s": round(1 / EVERY_S, 1),
    }


async def _watched(
    made: dict[str, Any], cookies: dict[str, str], crossings: list[str], facts: int
) -> tuple[list[Watch], list[Page]]:
    pages = [Page(OFFICERS[n % len(OFFICERS)]) for n in range(PAGES)]
    live: list[Watch] = []
    reading = [
        asyncio.create_task(_read(n, page, cookies[page.officer], live)) for n, page in enumerate(pages)
    ]
    while any(page.lists == 0 for page in pages):
        for task in reading:
            if task.done():
                task.result()
        await asyncio.sleep(0.1)
    watches = [await _one(n, made, crossings, pages, live) for n in range(facts)]
    await asyncio.sleep(3)
    for task in reading:
        task.cancel()
    return watches, pages


async def _one(
    n: int, made: dict[str, Any], crossings: list[str], pages: list[Page], live: list[Watch]
) -> Watch:
    """Even: health confirms the next vehicle; odd: transport licence the same one."""
    crossing, turn = crossings[n // 2], n % 2
    token, step = ((made["token"], ready.STEP), (made["licence_token"], "licence_checked"))[turn]
    said = UUID(fact_of(crossing)).int + turn
    expected = ready.FACTS_BEFORE + 1 + turn
    done = "yte" if turn == 0 else "vantai"
    waiting = {
        i for i, page in enumerate(pages)
        if crossing in page.shown and page.shown[crossing] < expected and not page.officer.startswith(done)
    }  # fmt: skip
    watch = Watch(crossing, expected, time.perf_counter(), waiting)
    live.append(watch)
    await _confirm(token, crossing, str(UUID(int=said)), step)
    await asyncio.sleep(max(0.0, EVERY_S - (time.perf_counter() - watch.began)))
    return watch


async def _confirm(token: str, crossing: str, fact: str, step: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", place.PORT)
    body = json.dumps({"id": fact, "step": step})
    writer.write(
        f"POST /api/v1/crossings/{crossing}/confirm HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    answer = await reader.read()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"bench: a confirmation was answered {answer.decode()}")


# --- the pages -----------------------------------------------------------------------------------


async def _read(index: int, page: Page, cookie: str, live: list[Watch]) -> None:
    """Reads one page's stream for ever, event by event."""
    gate = GATES[page.officer.split(".")[1]]
    async for arrived, event in Session(cookie).events(f"/live/gate/{gate}/?show=list&tab=mine"):
        if event.startswith("event: worklist"):
            _list_came(index, page, event, arrived, live)


def _list_came(index: int, page: Page, html: str, arrived: float, live: list[Watch]) -> None:
    shown: dict[str, int] = {}
    for row in html.split('data-row="')[1:]:
        shown[row[:36]] = int(row.partition('data-rev="')[2].partition('"')[0])
    page.shown, page.lists = shown, page.lists + 1
    for watch in live:
        if index in watch.waiting and shown.get(watch.crossing, watch.facts) >= watch.facts:
            watch.waiting.discard(index)
            waited_for = page.officer.split(".")[0] in WAITED_FOR
            (watch.took_ms if waited_for else watch.aside_ms).append((arrived - watch.began) * 1000)
