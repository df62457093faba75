"""`make soak`: a thousand rough days of a lane with five hundred vehicles each. Prints what was not right.

`python -m bench.soak [DAYS] [FIRST_SEED]`.
"""

import multiprocessing
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from cuakhauso.sim.centre import crossing_of
from cuakhauso.sim.soak import LATE, Outcome, ending, run

TRUCKS = 500
IN_MEMORY = Path("/dev/shm")  # noqa: S108  deaths of the node are tried, not of the disk


def wrong(day: Outcome) -> list[str]:
    everybody = {crossing_of(n) for n in range(TRUCKS)}
    rules = {
        "somebody did not pass once": dict(day.passed) == {str(one): 1 for one in everybody},
        "somebody is lost or counted twice": dict(day.recorded) == dict.fromkeys(everybody, 1),
        "one whose permit had ended did not go away": dict(day.given_up)
        == {str(crossing_of(LATE + n)): 1 for n in ending(TRUCKS)},
        "opened on a permit that had ended": day.opened_too_late == 0,
        "a passage is dated by a wrong clock": day.most_off < timedelta(minutes=2),
        "a passage is irregular": not day.irregular,
        "a passage does not say what was read": day.unread == 0,
        "opened without a permit": day.openings == day.permitted,
        "not all was told": day.waiting == 0,
        "the node did not die twice": day.kills == 2,
    }
    return [sentence for sentence, holds in rules.items() if not holds]


def one(seed: int) -> tuple[int, list[str]]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        return seed, wrong(run(seed, Path(folder), trucks=TRUCKS))


def main(days: int, first: int) -> None:
    began, bad = time.monotonic(), 0
    with multiprocessing.Pool() as pool:
        for done, (seed, found) in enumerate(pool.imap_unordered(one, range(first, first + days)), 1):
            if found:
                bad += 1
                print(f"seed {seed}: {'; '.join(found)}", flush=True)
            if done % 50 == 0:
                print(f"{done} days in {time.monotonic() - began:.0f} s, {bad} of them wrong", flush=True)
    print(
        f"{days} days of {TRUCKS} vehicles in {time.monotonic() - began:.0f} s; {bad} not as they should be"
    )
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:3], *("1000", "1000")[len(sys.argv) - 1 :])))
