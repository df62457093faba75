"""What has been handed on lately, by source and the maker's id: a camera that sends again is recognised,
after a restart too. The window is bounded in number and in time.

A file to which one line is appended for each. A crash may tear a line, so each begins with a new line and
what cannot be read is skipped: the worst is that one vehicle is told twice.
"""

import json
import os
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from .kept import sync_folder

Key = tuple[str, str]


class Remembered:
    def __init__(self, path: Path, most: int, longest: timedelta) -> None:
        self._path, self._most, self._longest = path, most, longest.total_seconds()
        self._known: OrderedDict[Key, float] = OrderedDict()
        self._lines = 0
        for key, at in self._written():
            self._add(key, at)
            self._lines += 1

    def __contains__(self, key: Key) -> bool:
        return key in self._known

    def __len__(self) -> int:
        return len(self._known)

    def add(self, keys: list[Key], at: datetime) -> None:
        """Known from now on, even if the disk will not have it: then `OSError`, and a restart forgets."""
        for key in keys:
            self._add(key, at.timestamp())
        self._append("".join(_line(key, at.timestamp()) for key in keys))
        self._lines += len(keys)
        if self._lines > 2 * self._most:
            self._rewrite()

    def _add(self, key: Key, at: float) -> None:
        self._known[key] = at
        self._known.move_to_end(key)
        while len(self._known) > self._most or next(iter(self._known.values())) < at - self._longest:
            self._known.popitem(last=False)

    def _append(self, text: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _written(self) -> Iterator[tuple[Key, float]]:
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                at, source, maker_id = json.loads(line)
                yield (str(source), str(maker_id)), float(at)
            except (ValueError, TypeError):
                continue

    def _rewrite(self) -> None:
        """Without those forgotten. A crash in between leaves the old file."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(_line(key, at) for key, at in self._known.items())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        sync_folder(self._path.parent)
        self._lines = len(self._known)


def _line(key: Key, at: float) -> str:
    return "\n" + json.dumps([at, *key])
