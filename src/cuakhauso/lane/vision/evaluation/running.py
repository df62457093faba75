"""All photos looked at, one after another or by several processes of one thread each.

A few more photos than there are processes are under way at a time: neither pictures nor answers pile up.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from ..reading import Looks, looked_at
from .gallery import Kept, pictured
from .labelled import Labelled
from .scoring import judged

Make = Callable[[], Looks]
UNDER_WAY = 4  # photos for each process: one that it looks at, the others so that it never waits

_eyes: Looks | None = None  # of a process that looks


def each_judged(
    photos: Iterable[Labelled], make: Make, processes: int = 1, *, crops: bool = False, pictures: bool = False
) -> Iterator[Kept]:
    """In the order of `photos`. `make` is asked in each process, so it has to be a function of a module.
    Raises `concurrent.futures.process.BrokenProcessPool` where a process dies."""
    if processes == 1:
        eyes = make()
        yield from (_judged(eyes, one, crops, pictures) for one in photos)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (make,)) as pool:
        try:
            yield from _in_turn(pool, iter(photos), processes * UNDER_WAY, crops, pictures)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _in_turn(
    pool: ProcessPoolExecutor, photos: Iterator[Labelled], most: int, crops: bool, pictures: bool
) -> Iterator[Kept]:
    waiting: deque[Future[Kept]] = deque()
    for one in islice(photos, most):
        waiting.append(pool.submit(_work, one, crops, pictures))
    while waiting:
        done = waiting.popleft().result()
        for one in islice(photos, 1):
            waiting.append(pool.submit(_work, one, crops, pictures))
        yield done


def _begin(make: Make) -> None:
    global _eyes
    _eyes = make()


def _work(one: Labelled, crops: bool, pictures: bool) -> Kept:
    assert _eyes is not None
    return _judged(_eyes, one, crops, pictures)


def _judged(eyes: Looks, one: Labelled, crops: bool, pictures: bool) -> Kept:
    photo, picture = looked_at(eyes, one.path, one.sought if crops or one.is_crop else None)
    result = judged(one, photo)
    return pictured(result, one, photo, picture) if pictures and result.miss else Kept(result)
