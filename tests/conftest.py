"""What every test stands on: reference data, written once into each test database."""

import pytest

from tests.seeded import seeded


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        seeded()
