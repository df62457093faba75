"""`make soak REAL=3`: three rough days with real programs, five hundred vehicles each. Prints what was killed
when, how long it took, and in what the day was other than the undisturbed one.

`python -m bench.real [DAYS] [FIRST_SEED]`; VEHICLES and FASTER are honoured.
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from cuakhauso.sim.processes import Platform
from cuakhauso.sim.real_day import Plan, live
from cuakhauso.sim.real_outcome import Outcome, differences, wrong

VEHICLES = int(os.environ.get("VEHICLES") or 500)
FASTER = float(os.environ.get("FASTER") or 30)


def told(platform: Platform, folder: Path, plan: Plan) -> tuple[Outcome, list[str]]:
    folder.mkdir()
    began = time.monotonic()
    day = asyncio.run(live(platform, folder, plan))
    print(
        f"seed {plan.seed}, {'rough' if plan.trouble else 'calm'}: {plan.vehicles} vehicles in "
        f"{time.monotonic() - began:.0f} s; {len(day.through)} through, {len(day.turned)} turned away, "
        f"{day.opened} openings, {day.permitted} permits, alarms {dict(day.alarms)}; "
        f"{', '.join(day.happened) or 'nothing happened'}",
        flush=True,
    )
    return day, list(wrong(day, plan.queue()))


def one(platform: Platform, folder: Path, seed: int, first: int) -> list[str]:
    calm, bad = told(platform, folder / f"calm-{seed}", Plan(seed, VEHICLES, FASTER, first, trouble=False))
    rough, worse = told(
        platform, folder / f"rough-{seed}", Plan(seed, VEHICLES, FASTER, first + VEHICLES, trouble=True)
    )
    return [*bad, *worse, *differences(calm, rough)]


def main(days: int, seed: int) -> None:
    bad, folder = 0, Path(tempfile.mkdtemp(prefix="real-day"))
    platform = Platform(folder / "var")
    platform.start()
    try:
        for n in range(days):
            found = one(platform, folder, seed + n, 2 * VEHICLES * n)
            bad += bool(found)
            print(f"seed {seed + n}: {'; '.join(found) or 'ended as the undisturbed day'}", flush=True)
    finally:
        platform.stop()
    if bad:
        sys.exit(f"what was written down lies in {folder}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:3], *("3", "1")[len(sys.argv) - 1 :])))
