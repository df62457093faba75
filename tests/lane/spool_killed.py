"""A process that is killed while it spools; run by `test_spool.py`.

`lines FOLDER STEP` kills one child after the other, each STEP lines of the spool later than the last, and
each time checks what is left. `loop FOLDER` spools for ever and says on stdout what it has promised, until
somebody kills it.
"""

import hashlib
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from cuakhauso.lane import kept, remembered, spool
from cuakhauso.lane.spool import Apart, Limits, Spool

TRACED = {module.__file__ for module in (kept, remembered, spool)}
LIMITS = Limits(free=0, remembered=2, remember_for=timedelta(days=1))
BODIES = {name: name.encode() * 50_000 for name in "abc"}


def push(into: Spool, name: str) -> None:
    incoming = into.open(name, "text/plain")
    for start in range(0, len(BODIES[name]), 40_000):
        incoming.write(BODIES[name][start : start + 40_000])
    incoming.commit()


def live(folder: Path, promise) -> None:
    """Three pushes: one is handed on, one set apart, one waits."""
    into = Spool(folder, LIMITS)
    for name in BODIES:
        push(into, name)
        promise(f"kept {name}")
    for name in "ab":
        entry = into.tried(into.oldest(), 1)
        pushed = into.load(entry)
        assert (pushed.source, pushed.body) == (name, BODIES[name])
        promise(f"leaving {name}")
        into.done(entry, [(name, "id")]) if name == "a" else into.set_apart(entry, Apart.GARBLED, "why")
        promise(f"left {name}")


def check(folder: Path, promised: set[str]) -> None:
    again = Spool(folder, LIMITS)
    waiting = {}
    while entry := again.oldest():
        pushed = again.load(entry)
        assert pushed is not None, "a file that is not whole"
        assert pushed.body == BODIES[pushed.source], "another body"
        waiting[pushed.source] = entry
        again.done(entry)
    assert not list(folder.rglob("*.part")), "half-written files were left"
    for name in BODIES:
        if f"kept {name}" in promised and f"leaving {name}" not in promised:
            assert name in waiting, f"{name} was promised and is lost"
        if f"left {name}" in promised:
            assert name not in waiting, f"{name} comes back"
    if "left a" in promised:
        assert again.is_known("a", "id")
    if "leaving a" in promised:
        assert again.is_known("a", "id") or "a" in waiting, "neither handed on nor waiting"
    if "leaving b" in promised:
        assert again.quarantined() or "b" in waiting, "neither set apart nor waiting"


def killed_at(line: int, folder: Path) -> bool:
    """False once the process lives to its end."""
    promises = folder.with_suffix(".promised")
    promises.touch()
    if not (child := os.fork()):
        seen = 0

        def trace(frame, event, _):
            nonlocal seen
            if frame.f_code.co_filename not in TRACED:
                return None
            seen += event == "line"
            if seen == line:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        with promises.open("a") as file:
            sys.settrace(trace)
            live(folder, lambda told: print(told, file=file, flush=True))
            sys.settrace(None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    check(folder, set(promises.read_text().splitlines()))
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def lines(folder: Path, step: int) -> None:
    line = 1
    while killed_at(line, folder / str(line)):
        line += step
    sys.stdout.write(f"{line}\n")


def loop(folder: Path) -> None:
    into, number = Spool(folder, LIMITS), 0
    while True:
        number += 1
        body = os.urandom(300_000)
        incoming = into.open(str(number), "text/plain")
        incoming.write(body)
        entry = incoming.commit()
        sys.stdout.write(json.dumps([entry.key, hashlib.sha256(body).hexdigest()]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    lines(where, int(sys.argv[3])) if what == "lines" else loop(where)
