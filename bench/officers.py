"""(f) Fifty officers at work beside the history of years: from a scan to the whole screen, and from a tap to
everybody's screen.

Ten vehicles are dealt with at the same time, each by five officers: border guard, customs, health, transport
licence, yard. One after the other scans it (three by the code on the declaration, two by its plate) and keeps
its page open, live; health confirms, then transport licence; then the five scan the next one. The database
is a copy of the large one of (b), and is thrown away afterwards.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import uuid_utils.compat as uuid7

from . import pages, place
from .browsing import Answer, Session

GATE, AGENCIES = "CKHN", ("bienphong", "haiquan", "yte", "vantai", "bai")
TAPS = (("yte", "health_checked"), ("vantai", "licence_checked"))
TEAMS = 10
LOOKS_S = 2.5  # between two taps on one vehicle: ten teams make four taps and ten scans a second
GIVES_UP_S = 10

WAITING = """
SELECT id, plate_shown FROM shared_crossing
WHERE gate = %s AND ended_at IS NULL AND held_by = '{}' AND wait_keys && %s AND wait_keys && %s
ORDER BY md5(id::text) LIMIT %s
"""


@dataclass(slots=True)
class Taken:
    scans: dict[str, list[float]] = field(default_factory=lambda: {"code": [], "plate": []})
    tap_answered: list[float] = field(default_factory=list)
    everybody: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    lost: int = 0
    several: int = 0


def measure(crossings: int, seconds: float) -> dict[str, Any]:
    url = copied(pages.seeded("bench_large", crossings))
    vehicles = waiting(url)
    cookies = place.in_django(url, "sessions", *(f"{agency}.hn" for agency in AGENCIES))
    with place.platform(url):
        began = time.perf_counter()
        taken = asyncio.run(_work(cookies, vehicles, seconds))
        wall = time.perf_counter() - began
    told = pages.size(url)
    dropped(url)
    return figures(taken, wall) | {"size": told, "officers": TEAMS * len(AGENCIES)}


def figures(taken: Taken, wall: float) -> dict[str, Any]:
    scans = [one for times in taken.scans.values() for one in times]
    return {
        "scans": len(scans),
        "scan_to_screen_ms": spread(scans),
        "by_code_ms": spread(taken.scans["code"]),
        "by_plate_ms": spread(taken.scans["plate"]),
        "plates_that_several_vehicles_have": taken.several,
        "taps": len(taken.tap_answered),
        "tap_to_own_answer_ms": spread(taken.tap_answered),
        "tap_to_each_other_screen_ms": spread(taken.everybody),
        "tap_to_the_last_screen_ms": spread(taken.last),
        "never_arrived": taken.lost,
        "scans_per_s": round(len(scans) / wall, 1),
        "taps_per_s": round(len(taken.tap_answered) / wall, 1),
        "aim": {"scan_p95_ms": 150, "tap_p95_ms": 300},
    }


def spread(times: list[float]) -> dict[str, float]:
    return {f"p{p}": round(place.percentile(times, p), 1) for p in (50, 95, 99)} if times else {}


# --- the database ----------------------------------------------------------------------------------


def copied(url: str) -> str:
    """The officers add facts, which cannot be taken away: they work on a copy."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_officers WITH (FORCE)")
        connection.execute("CREATE DATABASE bench_officers TEMPLATE bench_large STRATEGY FILE_COPY")
    copy = place.url_of("bench_officers")
    with psycopg.connect(copy, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return copy


def dropped(url: str) -> None:
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_officers WITH (FORCE)")


def waiting(url: str) -> list[tuple[UUID, str]]:
    """Vehicles that wait for health and for transport licence."""
    health, licence = (
        [f"{agency}@{place}" for place in ("B1", "yard", "border_line")]
        for agency in ("health", "transport_licence")
    )
    with psycopg.connect(url) as connection:
        return connection.execute(WAITING, [GATE, health, licence, 4000]).fetchall()


# --- the officers ----------------------------------------------------------------------------------


async def _work(cookies: dict[str, str], vehicles: list[tuple[UUID, str]], seconds: float) -> Taken:
    taken, until = Taken(), time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for n in range(TEAMS):
            team = {agency: Session(cookies[f"{agency}.hn"]) for agency in AGENCIES}
            group.create_task(_team(team, vehicles[n::TEAMS], n, until, taken))
    return taken


async def _team(
    team: dict[str, Session], vehicles: list[tuple[UUID, str]], n: int, until: float, taken: Taken
) -> None:
    await asyncio.sleep(n * LOOKS_S / TEAMS)  # teams do not tap in step
    for crossing, plate in vehicles:
        if time.perf_counter() > until:
            break
        screens = [
            asyncio.create_task(_looks(i, session, crossing, (plate if i % 2 else str(crossing)), taken))
            for i, session in enumerate(team.values())
        ]
        opened = dict(zip(team, await asyncio.gather(*screens), strict=True))
        await asyncio.sleep(LOOKS_S / 2)
        for agency, step in TAPS:
            await _taps(team[agency], step, crossing, opened, agency, taken)
            await asyncio.sleep(LOOKS_S)
        for screen in opened.values():
            screen.close()


@dataclass(slots=True)
class Screen:
    """One officer's open page: when which fact came."""

    reading: asyncio.Task[None] | None = None
    came: dict[str, float] = field(default_factory=dict)
    wanted: str = ""
    has: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, session: Session, path: str) -> None:
        async for arrived, event in session.events(path):
            if self.wanted and self.wanted in event and self.wanted not in self.came:
                self.came[self.wanted] = arrived
                self.has.set()

    def close(self) -> None:
        if self.reading is not None:
            self.reading.cancel()


async def _looks(i: int, session: Session, crossing: UUID, typed: str, taken: Taken) -> Screen:
    """A scan, as far as the whole page, which stays open. The vehicle reaches one officer after the other."""
    await asyncio.sleep(i * LOOKS_S / len(AGENCIES))
    began = time.perf_counter()
    answer = await session.get(f"/gate/{GATE}/scan/?q={typed.replace(' ', '+')}")
    took = (time.perf_counter() - began) * 1000
    if f"/live/crossing/{crossing}/" not in answer.body:
        taken.several += 1
        answer = await session.get(f"/crossings/{crossing}/")
    else:
        taken.scans["code" if typed == str(crossing) else "plate"].append(took)
    screen = Screen()
    screen.reading = asyncio.create_task(screen.follow(session, live_path(answer, crossing)))
    return screen


def live_path(answer: Answer, crossing: UUID) -> str:
    found = re.search(rf'"(/live/crossing/{crossing}/[^"]*)"', answer.body)
    if found is None:
        raise SystemExit(f"bench: a vehicle's page was answered {answer.status}: {answer.body[:300]}")
    return found[1].replace("&amp;", "&")


async def _taps(
    session: Session, step: str, crossing: UUID, screens: dict[str, Screen], own: str, taken: Taken
) -> None:
    fact = str(uuid7.uuid7())
    others = [screen for agency, screen in screens.items() if agency != own]
    for screen in others:
        screen.wanted = fact
        screen.has.clear()
    began = time.perf_counter()
    answer = await session.post(f"/crossings/{crossing}/confirm/", {"id": fact, "step": step})
    taken.tap_answered.append((time.perf_counter() - began) * 1000)
    if answer.status != 200 or 'class="ck-note ck-note-held' in answer.body:
        raise SystemExit(f"bench: a tap was answered {answer.status}: {answer.body[:600]}")
    arrived = await asyncio.gather(*(_arrives(screen, fact, began) for screen in others))
    times = [one for one in arrived if one is not None]
    taken.lost += len(others) - len(times)
    taken.everybody += times
    if times:
        taken.last.append(max(times))


async def _arrives(screen: Screen, fact: str, began: float) -> float | None:
    try:
        await asyncio.wait_for(screen.has.wait(), GIVES_UP_S)
    except TimeoutError:
        return None
    return (screen.came[fact] - began) * 1000
