"""Reference data, where a test that empties the tables has taken it away."""

from collections.abc import Iterator

from cuakhauso.centre.crossings import usual
from cuakhauso.centre.lanes import seeding as lanes
from cuakhauso.centre.places import reference
from cuakhauso.centre.places import seeding as places
from cuakhauso.centre.places.models import Checkpoint, ReferenceVersion


def seeded() -> None:
    if not ReferenceVersion.objects.exists():
        places.seed()
        lanes.seed()


def never_closed() -> Iterator[None]:
    """No checkpoint keeps hours, so that a wait is long at any hour; and nothing is known to be usual yet."""
    seeded()
    Checkpoint.objects.update(keeps_hours=False)
    reference._read.cache_clear()
    usual.forget()
    yield
    usual.forget()
    reference._read.cache_clear()
