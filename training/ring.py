"""Rows that some processes draw while another learns from them: files of the newest ones, round and round.

`Maker` writes, `Taker` reads; both may run at once. What a row is made of stands in the files themselves.
"""

import itertools
import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

Rows = tuple[np.ndarray, ...]


def _path(folder: Path, name: str, field: int) -> Path:
    return folder / f"{name}.{field}.npy"


class Maker:
    """A ring of `size` rows, as wide as those of the first call of `put`."""

    def __init__(self, folder: Path, name: str, size: int) -> None:
        self._folder, self._name, self._size = folder, name, size
        self._files: list[np.ndarray] = []
        self.made = 0

    def put(self, *rows: np.ndarray) -> None:
        """One array a field, a row each along the first axis."""
        if not self._files:
            self._files = [
                np.lib.format.open_memmap(
                    _path(self._folder, self._name, n), "w+", some.dtype, (self._size, *some.shape[1:])
                )
                for n, some in enumerate(rows)
            ]
        at = np.arange(self.made, self.made + len(rows[0])) % self._size
        for file, some in zip(self._files, rows, strict=True):
            file[at] = some
        self.made += len(rows[0])
        _tell(self._folder / f"{self._name}.made", self.made)


def _tell(path: Path, number: int) -> None:
    """Whole or not at all: another process reads it at any time."""
    beside = path.with_suffix(".new")
    beside.write_text(str(number))
    os.replace(beside, path)


def fill(
    ring: Maker,
    make: Callable[[int], Rows],
    begin: Callable[[], None],
    workers: int,
    batches: int | None = None,
    first: int = 0,
) -> None:
    """Has so many processes make batches, each by a seed of its own from `first` on; without a number it goes
    on until it is ended."""
    queue: multiprocessing.Queue[Rows] = multiprocessing.Queue(2 * workers)
    begins = range(first, first + workers)
    seeds = [range(n, first + batches, workers) if batches else itertools.count(n, workers) for n in begins]
    made = [
        multiprocessing.Process(target=_makes, args=(queue, make, begin, some), daemon=True) for some in seeds
    ]
    for process in made:
        process.start()
    for _ in range(batches) if batches else itertools.count():
        ring.put(*queue.get())


def _makes(
    queue: "multiprocessing.Queue[Rows]",
    make: Callable[[int], Rows],
    begin: Callable[[], None],
    seeds: "range | itertools.count[int]",
) -> None:
    begin()
    for seed in seeds:
        queue.put(make(seed))


class Taker:
    """The rows there are, on the device that learns."""

    def __init__(self, folder: Path, name: str, device: str) -> None:
        self._folder, self._name, self._device = folder, name, device
        self._files: list[np.ndarray] = []
        self._there: list[Tensor] = []
        self.taken = 0

    def take(self) -> int:
        """Takes over what came since; how many rows there are now."""
        made = self._made()
        if made and not self._files:
            first = _path(self._folder, self._name, 0)
            fields = sum(1 for _ in first.parent.glob(f"{self._name}.*.npy"))
            self._files = [np.load(_path(self._folder, self._name, n), mmap_mode="r") for n in range(fields)]
            self._there = [
                torch.empty(file.shape, dtype=torch.from_numpy(file[:1].copy()).dtype, device=self._device)
                for file in self._files
            ]
        while self.taken < made:
            size = len(self._files[0])
            begin = max(self.taken, made - size)
            at = begin % size
            count = min(made - begin, size - at, 4096)
            for file, there in zip(self._files, self._there, strict=True):
                there[at : at + count] = torch.from_numpy(file[at : at + count].copy()).to(self._device)
            self.taken = begin + count
        return min(self.taken, len(self._files[0])) if self._files else 0

    def _made(self) -> int:
        path = self._folder / f"{self._name}.made"
        return int(path.read_text()) if path.exists() else 0

    def some(self, count: int, apart: int = 0) -> list[Tensor]:
        """By chance, of those taken, but none of the first `apart` places."""
        full = min(self.taken, len(self._files[0]))
        at = torch.randint(apart, full, (count,), device=self._device)
        return [there[at] for there in self._there]

    def all(self) -> list[Tensor]:
        return [there[: min(self.taken, len(there))] for there in self._there]
