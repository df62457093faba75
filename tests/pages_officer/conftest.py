from collections.abc import Iterator
from datetime import time

import pytest
from django.test import Client

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.accounts.principal import Principal
from cuakhauso.centre.places import reference
from cuakhauso.centre.places.models import OpeningHours
from tests.seeded import seeded


def opened_all_day() -> Iterator[None]:
    """The reference data, with gates that never close: what a page says shall not depend on the hour."""
    seeded()
    OpeningHours.objects.update(opens=time(0), closes=time(23, 59, 59, 999999))
    reference._read.cache_clear()
    yield
    reference._read.cache_clear()


@pytest.fixture
def gate(db: None) -> Iterator[None]:
    yield from opened_all_day()


@pytest.fixture
def as_(client_of):
    """A browser of this person, at a page: `as_(officer("customs"))`."""
    return client_of


@pytest.fixture
def client_of():
    def made(who: Principal, at: str = "/gate/CKHN/") -> Client:
        client = Client(headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{at}"})
        client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
        return client

    return made
