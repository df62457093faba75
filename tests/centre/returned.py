"""Empty vehicles that came home: many of them at once, each with one wait of a length of our choosing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from cuakhauso.centre.crossings import measuring, usual
from cuakhauso.centre.places.reference import references
from cuakhauso.centre.shared import store
from cuakhauso.core.words import Agency, Kind, Place

from ..core.builders import Story, truck

LICENCE = ("transport_licence", "licence_checked")


def told(minutes: float, *, gate: str = "CKHN", left: datetime | None = None) -> Story:
    """Its transport licence was looked at so many minutes after it had entered."""
    story = Story(replace(truck(Kind.EMPTY_RETURN), gate=gate), references()(gate))
    story.now = (left or store.now() - timedelta(hours=1)) - timedelta(minutes=minutes + 30)
    story.declares().arrives(Place.BORDER_LINE)
    for later, step, agency in (
        (10, "entered", Agency.BORDER_GUARD),
        (minutes, "licence_checked", Agency.TRANSPORT_LICENCE),
        (20, "left_zone", Agency.BORDER_GUARD),
    ):
        story.now += timedelta(minutes=later)
        story.confirm(step, by=agency)
    return story


def record(stories: Iterable[Story]) -> None:
    store.begin({story.crossing: story.facts for story in stories}, references())


def returned(waits: Iterable[float], *, gate: str = "CKHN", left: datetime | None = None) -> list[Story]:
    stories = [told(minutes, gate=gate, left=left) for minutes in waits]
    record(stories)
    return stories


def measured() -> measuring.Measured:
    """What is usual by what is recorded now, and known to this process at once."""
    found = measuring.measure()
    usual.forget()
    return found
