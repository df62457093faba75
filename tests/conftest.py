"""What every test stands on: reference data, written once into each test database."""

import pytest
from django.utils import translation

from tests.seeded import keep_what_was_seeded, seeded


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        seeded()
        keep_what_was_seeded()


@pytest.fixture(autouse=True)
def vietnamese_again():
    """A request leaves its language on the thread; the next test begins in Vietnamese."""
    yield
    translation.deactivate()
