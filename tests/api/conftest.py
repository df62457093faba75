import pytest

from tests.seeded import seeded


@pytest.fixture
def gates(db: None) -> None:
    """The reference data of both gates."""
    seeded()
