"""What goes up when the centre has no room for pictures: the facts do, the pictures wait and follow."""

import asyncio
import json
import uuid
from datetime import UTC, datetime

import httpx
import pytest

from cuakhauso.lane import link as line
from cuakhauso.lane.identity import Enrolled, Identity
from cuakhauso.lane.journal import Item, Journal

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


class Centre:
    """Takes facts in always, pictures while it has room."""

    def __init__(self) -> None:
        self.has_room = True
        self.items: list[str] = []
        self.pictures: list[str] = []

    def answers(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            if not self.has_room:
                return httpx.Response(507, json={"code": "no_room"})
            self.pictures.append(request.url.path.rsplit("/", 1)[1])
            return httpx.Response(200, json={})
        if request.url.path.endswith("/status"):
            return httpx.Response(200, json={"at": NOW.isoformat()})
        sent = [one["id"] for one in json.loads(request.content)["items"]]
        self.items += sent
        return httpx.Response(200, json={"accepted": sent, "refused": [], "at": NOW.isoformat()})


@pytest.fixture
def journal(tmp_path):
    found = Journal(tmp_path / "journal.sqlite")
    yield found
    found.close()


class Listener:
    """Whose clock is the centre's already."""

    def measured(self, before, told, after):
        assert told == NOW


def seen(journal, *pictures):
    """A vehicle at the lane, with these pictures of it."""
    body = {"pictures": [{"sha256": name} for name in pictures]} if pictures else {}
    with journal.step() as step:
        step.write([Item(uuid.uuid4(), "L", NOW, "transition", body)])


def linked(journal, centre, monkeypatch):
    monkeypatch.setattr(line, "LONGEST_PAUSE_S", 0.01)
    identity = Identity("http://centre", "11" * 32, Enrolled(uuid.uuid4(), "t", "CKHN", [], []))
    client = httpx.AsyncClient(base_url="http://centre", transport=httpx.MockTransport(centre.answers))
    return line.Link(identity, journal, Listener(), lambda: NOW, dict, client, lambda name: b"\xff\xd8\xff")


def test_facts_go_up_while_the_centre_has_no_room_and_the_pictures_follow(journal, monkeypatch):
    centre = Centre()
    link = linked(journal, centre, monkeypatch)

    async def story():
        centre.has_room = False
        seen(journal, "a" * 64, "b" * 64)
        seen(journal)
        await link._send()
        assert len(centre.items) == 2
        assert (centre.pictures, journal.waiting()) == ([], [])
        assert journal.depth()[0] == 1, "people see that something is still to be sent"
        with journal.step() as step:
            assert step.forget(datetime.max.replace(tzinfo=UTC)) == 1, "nothing that is owed is forgotten"
        seen(journal, "c" * 64)
        await link._send()
        assert len(centre.items) == 3, "no fact waits behind a picture"
        assert len(journal.owing()) == 2
        centre.has_room = True
        await link._send()
        assert set(centre.pictures) == {"a" * 64, "b" * 64, "c" * 64}
        assert journal.depth() == (0, None)
        assert len(centre.items) == 3

    asyncio.run(story())
