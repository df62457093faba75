import pytest

from tests.seeded import seeded


@pytest.fixture
def gate(db: None) -> None:
    """The reference data of Hữu Nghị and Tân Thanh."""
    seeded()
