import pytest

from cuakhauso.centre.places import seeding


@pytest.fixture
def gate(db: None) -> None:
    """The reference data of Hữu Nghị and Tân Thanh."""
    seeding.seed()
