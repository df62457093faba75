"""(b) An officer's list and a crossing's page, with a gate's history of years behind them and with little.

Two databases, alike but for their size: as many living crossings in both, ten thousand crossings in one and
a million in the other. They take turns, so that what else the machine does meets both.
"""

import http.client
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from . import place

OFFICER, GATE = "haiquan.hn", "CKHN"  # customs: of all agencies the most vehicles wait for it
SMALL = 10_000
TURNS = 2


def measure(large: int, requests: int) -> dict[str, Any]:
    databases = {
        "small": (seeded("bench_small", SMALL), SMALL),
        "large": (seeded("bench_large", large), large),
    }
    taken: dict[str, dict[str, list[float]]] = {name: {} for name in databases}
    for _ in range(TURNS):
        for name, (url, _) in databases.items():
            for page, times in take(url, requests // TURNS).items():
                taken[name].setdefault(page, []).extend(times)
    return {
        "pages": {page: compared(taken["small"][page], taken["large"][page]) for page in taken["large"]},
        "samples_each": requests,
        "aim": {"p95_ms": 100, "times_small": 2},
        "size": {name: size(url) for name, (url, _) in databases.items()},
    }


def compared(small: list[float], large: list[float]) -> dict[str, float]:
    p95_small, p95_large = place.percentile(small, 95), place.percentile(large, 95)
    return {
        "p50_ms_small": round(place.percentile(small, 50), 1),
        "p95_ms_small": round(p95_small, 1),
        "p50_ms_large": round(place.percentile(large, 50), 1),
        "p95_ms_large": round(p95_large, 1),
        "times_small": round(p95_large / p95_small, 2),
    }


def seeded(database: str, crossings: int) -> str:
    """Kept from one bench to the next: facts can only be added, and this one adds none."""
    url = place.prepared(database)
    found = place.ask(url, "SELECT count(*) FROM shared_crossing")
    if found and found < crossings * 0.9:
        url = place.fresh(database)
        found = 0
    if not found:
        command = str(Path(sys.executable).with_name("cuakhauso"))
        print(place.run([command, "seed-load", "--crossings", str(crossings)], url).strip(), flush=True)
    return url


def size(url: str) -> dict[str, Any]:
    return {
        "crossings": place.ask(url, "SELECT count(*) FROM shared_crossing"),
        "living": place.ask(url, "SELECT count(*) FROM shared_crossing WHERE ended_at IS NULL"),
        "facts": place.ask(url, "SELECT count(*) FROM shared_factrow"),
        "on_disk": place.ask(url, "SELECT pg_size_pretty(pg_database_size(current_database()))"),
    }


# --- the pages -----------------------------------------------------------------------------------

LIVING = """
SELECT id FROM shared_crossing WHERE gate = %s AND ended_at IS NULL ORDER BY md5(id::text) LIMIT %s
"""
ENDED = """
SELECT id FROM (
    SELECT id FROM shared_crossing WHERE gate = %s AND ended_at > %s - interval '1 year'
    ORDER BY ended_at LIMIT 20000
) AS a_month ORDER BY md5(id::text) LIMIT %s
"""


def paths(url: str, requests: int) -> dict[str, list[str]]:
    """Which addresses are asked for, by the page's name."""
    with psycopg.connect(url) as connection:
        living = connection.execute(LIVING, [GATE, requests]).fetchall()
        ended = connection.execute(ENDED, [GATE, datetime.now(UTC), requests]).fetchall()
    return {
        "worklist": [f"/gate/{GATE}/"] * requests,
        "worklist, coming": [f"/gate/{GATE}/?tab=coming"] * requests,
        "a living crossing": [f"/crossings/{row[0]}/" for row in living],
        "an ended crossing": [f"/crossings/{row[0]}/" for row in ended],
    }


def take(url: str, requests: int) -> dict[str, list[float]]:
    """Milliseconds of each request, one after the other over one connection."""
    asked = paths(url, requests)
    cookie = place.in_django(url, "sessions", OFFICER)[OFFICER]
    with place.platform(url):
        for addresses in asked.values():
            ask(addresses[:10], cookie)
        return {page: ask(addresses, cookie) for page, addresses in asked.items()}


def ask(addresses: list[str], cookie: str) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", place.PORT)
    times = []
    for address in addresses:
        began = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": cookie, "Accept-Language": "vi"})
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            sys.exit(f"bench: {address} was answered {answer.status}")
    connection.close()
    return times
