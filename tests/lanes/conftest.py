from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.accounts.principal import Principal
from cuakhauso.centre.lanes import answers

from ..pages_officer.conftest import opened_all_day


@pytest.fixture
def gate(db: None) -> Iterator[None]:
    """The reference data, with gates that never close."""
    answers._kept._values.clear()
    yield from opened_all_day()


@pytest.fixture
def browser_of() -> Callable[..., Client]:
    def made(who: Principal, language: str = "vi") -> Client:
        client = Client(headers={"Accept-Language": language})
        client.cookies["django_language"] = language
        client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
        return client

    return made


@pytest.fixture(autouse=True)
def media_of_its_own(tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
