from collections.abc import Callable, Iterator
from datetime import time

import pytest
from django.test import Client

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.accounts.principal import Principal
from cuakhauso.centre.places import reference
from cuakhauso.centre.places.models import OpeningHours
from tests.seeded import seeded


@pytest.fixture
def gate(db: None) -> Iterator[None]:
    """The reference data, with gates that never close: what a page says shall not depend on the hour."""
    seeded()
    OpeningHours.objects.update(opens=time(0), closes=time(23, 59, 59, 999999))
    reference._read.cache_clear()
    yield
    reference._read.cache_clear()


@pytest.fixture
def browser_of() -> Callable[..., Client]:
    """The pages as this person sees them: `browser_of(business(), "en")`."""

    def made(who: Principal, language: str = "vi") -> Client:
        client = Client(headers={"Accept-Language": language})
        client.cookies["django_language"] = language
        client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
        return client

    return made
