from collections.abc import Iterator

import pytest

from ..pages_officer.conftest import opened_all_day


@pytest.fixture
def gate(db: None) -> Iterator[None]:
    """Both gates with their reference data; they never close by their hours."""
    yield from opened_all_day()
