"""Reference data, where a test that empties the tables has taken it away."""

from cuakhauso.centre.places import seeding
from cuakhauso.centre.places.models import ReferenceVersion


def seeded() -> None:
    if not ReferenceVersion.objects.exists():
        seeding.seed()
