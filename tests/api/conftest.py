import pytest

from cuakhauso.centre.places import seeding


@pytest.fixture
def gates(db: None) -> None:
    """The reference data of both gates."""
    seeding.seed()
