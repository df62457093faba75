from collections.abc import Iterator

import pytest

from tests.seeded import never_closed, seeded


@pytest.fixture
def gate(db: None) -> None:
    """The reference data of Hữu Nghị and Tân Thanh."""
    seeded()


@pytest.fixture
def never_closes(gate: None) -> Iterator[None]:
    """A wait that is long at any hour at which the test runs."""
    yield from never_closed()
