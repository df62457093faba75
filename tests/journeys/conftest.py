"""Real journeys told through the open API of this process, one token for each who acts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from cuakhauso.centre.config.wsgi import application
from cuakhauso.sim.journeys import Journey, Telling, last_day, read
from cuakhauso.sim.people import issued
from cuakhauso.sim.replay import Teller, Told
from tests.seeded import seeded

FOLDER = Path(__file__).parents[2] / "journeys"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@dataclass(frozen=True, slots=True)
class Lived:
    """A journey as told to the platform."""

    journey: Journey
    begin: date
    told: list[Told]
    teller: Teller
    crossings: dict[str, UUID]


Tell = Callable[[str], Lived]


@pytest.fixture
def tell(db: None) -> Tell:
    """Tells the whole journey of this name. No request may close the test's connection."""
    seeded()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    client = httpx.Client(transport=httpx.WSGITransport(app=application), base_url="http://localhost")

    def whole(name: str, run: int = 0) -> Lived:
        journey = read(FOLDER / f"{name}.json")
        begin = last_day(journey, datetime.now(UTC))
        teller = Teller(client, {who: secret for who, (_, secret) in issued(journey).items()})
        told = list(teller.tell(journey, run, begin))
        names = Telling(journey, run, begin).crossings
        return Lived(journey, begin, told, teller, {name: UUID(own) for name, own in names.items()})

    yield whole
    client.close()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
