"""Takes the measurements that are named (all by default), prints them, and writes bench-results.json.

`python -m bench [confirmations] [pages] [live] [officers] [lane] [hold] [passages] [recognition]`. QUICK=1
takes small samples; BENCH_CROSSINGS is how many crossings the large database has; BENCH_DATA is where the
databases lie (the two of the pages are kept); PHOTOS and RENDERED are the folders that recognition is measured
on.
"""

import json
import os
import platform
import sys
import time
from typing import Any

from . import confirmations, hold, lane, lane_box, live, officers, pages, passages, place, recognition

RESULTS = place.ROOT / "bench-results.json"
QUICK = bool(os.environ.get("QUICK"))


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": [round(one, 2) for one in os.getloadavg()],
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "quick": QUICK,
    }


def measure_confirmations() -> dict[str, Any]:
    return confirmations.measure(confirmations.QUICK if QUICK else confirmations.FULL)


def crossings() -> int:
    return int(os.environ.get("BENCH_CROSSINGS") or (50_000 if QUICK else 1_000_000))


def measure_pages() -> dict[str, Any]:
    return pages.measure(crossings(), requests=100 if QUICK else 400)


def measure_officers() -> dict[str, Any]:
    return officers.measure(crossings(), seconds=20 if QUICK else 90)


def measure_live() -> dict[str, Any]:
    return live.measure(facts=40 if QUICK else 200)


def measure_lane() -> dict[str, Any]:
    return lane.measure(*((300, 20, 2_000) if QUICK else (2_000, 200, 100_000))) | {
        "box": lane_box.measure(500 if QUICK else lane.EXPECTED)
    }


def measure_hold() -> dict[str, Any]:
    return hold.measure(20 if QUICK else 200)


def measure_passages() -> dict[str, Any]:
    return passages.measure(1_000 if QUICK else 10_000)


def measure_recognition() -> dict[str, Any]:
    return recognition.measure(40 if QUICK else None)


PARTS = {
    "confirmations": measure_confirmations,
    "pages": measure_pages,
    "live": measure_live,
    "officers": measure_officers,
    "lane": measure_lane,
    "hold": measure_hold,
    "passages": measure_passages,
    "recognition": measure_recognition,
}


def main(names: list[str]) -> None:
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    with place.server():
        for name in names:
            before = machine()
            results[name] = PARTS[name]() | {"machine": before}
            print(json.dumps({name: results[name]}, indent=2, ensure_ascii=False), flush=True)
            RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:] or list(PARTS))
