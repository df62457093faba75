"""The live streams through the web server's door: a fact reaches open pages, strangers hear nothing."""

import asyncio
import time
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.config import asgi
from cuakhauso.centre.crossings import actions, observations
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.shared import stream
from cuakhauso.centre.shared.stream import Event, Touch, mark_of
from cuakhauso.core.words import Place

from ..centre.builders import Gate, business, declare, officer
from .conftest import opened_all_day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clock]


@pytest.fixture
def gate(transactional_db):
    yield from opened_all_day()


def cookies_of(who):
    client = Client()
    client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


class Page:
    """One open page: what the server has sent to it so far."""

    def __init__(self, path, cookies="", language="vi"):
        address, _, query = path.partition("?")
        self.scope = {
            "type": "http", "method": "GET", "path": address, "query_string": query.encode(),
            "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 50000), "root_path": "",
            "headers": [
                (b"host", b"127.0.0.1"), (b"cookie", cookies.encode()),
                (b"accept-language", language.encode()),
            ],
        }  # fmt: skip
        self.status = None
        self.text = ""
        self._asked = False
        self._gone = asyncio.Event()

    async def _receive(self):
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.text += message.get("body", b"").decode()

    async def __aenter__(self):
        self._task = asyncio.create_task(asgi.application(self.scope, self._receive, self._send))
        return self

    async def __aexit__(self, *_):
        self._gone.set()
        await asyncio.wait([self._task], timeout=5)

    async def until(self, so, within=5.0):
        end = time.monotonic() + within
        while time.monotonic() < end:
            if so():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"not within {within} s: {self.status} {self.text[-600:]}")


async def in_thread(act, *args, **options):
    def done():
        try:
            return act(*args, **options)
        finally:
            connections.close_all()

    return await asyncio.to_thread(done)


def waiting_truck():
    truck = declare()
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"])
    observations.arrive(truck.crossing_id, Place.BUFFER, walk.said("border_guard"))
    return truck


def test_a_confirmation_reaches_another_officers_list_within_a_second(gate):
    truck = waiting_truck()
    customs, guard = officer("customs"), officer("border_guard")
    cookies = cookies_of(customs)

    async def story():
        async with Page("/live/gate/CKHN/?show=list&tab=mine", cookies) as page:
            await page.until(lambda: "event: beat" in page.text and "event: worklist" in page.text)
            shown = page.text.count("event: worklist")
            began = time.monotonic()
            await in_thread(actions.confirm, truck.crossing_id, "entered", Said(by=guard))
            await page.until(lambda: page.text.count("event: worklist") > shown)
            took = time.monotonic() - began
            return page.text, took

    text, took = asyncio.run(story())
    assert took < 1
    newest = text.rsplit("event: worklist", 1)[1]
    assert truck.form["vehicle"]["plate"] in newest
    assert "Biên phòng" in newest


def test_a_page_that_shows_the_same_already_is_sent_nothing(gate):
    waiting_truck()
    cookies = cookies_of(officer("customs"))

    async def story():
        async with Page("/live/gate/CKHN/?show=list&tab=mine", cookies) as page:
            await page.until(lambda: "event: worklist" in page.text)
            body = page.text.split("event: worklist\n")[1].split("\n\n")[0]
            html = "\n".join(line.removeprefix("data: ") for line in body.split("\n"))
        async with Page(f"/live/gate/CKHN/?show=list&tab=mine&seen={mark_of(html)}", cookies) as again:
            await again.until(lambda: "event: beat" in again.text)
            await asyncio.sleep(0.5)
            return again.text, html

    text, html = asyncio.run(story())
    assert mark_of(html)
    assert text.count("event: worklist") <= 1


def test_strangers_get_no_stream(gate):
    truck = waiting_truck()
    elsewhere, other = officer("customs", "TT"), business("Giao nhận Sao Hôm", "4600000023")
    asked = [
        ("/live/gate/CKHN/?show=list", "", 401),
        ("/live/gate/CKHN/?show=list", cookies_of(elsewhere), 404),
        ("/live/gate/CKHN/", cookies_of(other), 404),
        ("/live/gate/NONE/", cookies_of(elsewhere), 404),
        (f"/live/crossing/{truck.crossing_id}/", "", 401),
        (f"/live/crossing/{truck.crossing_id}/", cookies_of(elsewhere), 404),
        (f"/live/crossing/{truck.crossing_id}/", cookies_of(other), 404),
        (f"/live/crossing/{uuid.uuid4()}/", cookies_of(officer("customs")), 404),
    ]

    async def story():
        found = []
        for path, cookies, expected in asked:
            async with Page(path, cookies) as page:
                await page.until(lambda page=page: page.status is not None)
                found.append((path, page.status, expected, page.text))
        return found

    for path, status, expected, text in asyncio.run(story()):
        assert status == expected, path
        assert "event:" not in text


def test_the_business_hears_that_its_vehicle_changed_and_of_no_other(gate):
    mine, other = waiting_truck(), waiting_truck()
    cookies, guard = cookies_of(business()), officer("border_guard")

    async def story():
        async with Page(f"/live/crossing/{mine.crossing_id}/", cookies) as page:
            await page.until(lambda: "event: beat" in page.text)
            await asyncio.sleep(0.3)
            before = page.text.count("event: changed")
            await in_thread(actions.confirm, other.crossing_id, "entered", Said(by=guard))
            await asyncio.sleep(0.4)
            between = page.text.count("event: changed")
            await in_thread(actions.confirm, mine.crossing_id, "entered", Said(by=guard))
            await page.until(lambda: page.text.count("event: changed") > between)
            return before, between, page.text

    before, between, text = asyncio.run(story())
    assert before == between
    assert other.form["vehicle"]["plate"] not in text


def test_a_burst_is_drawn_few_times_and_the_last_word_is_shown(gate):
    trucks = [waiting_truck() for _ in range(8)]
    cookies, guard = cookies_of(officer("customs")), officer("border_guard")

    async def story():
        async with Page("/live/gate/CKHN/?show=list&tab=mine", cookies) as page:
            await page.until(lambda: "event: worklist" in page.text)
            await asyncio.sleep(0.2)
            shown = page.text.count("event: worklist")

            def burst():
                for truck in trucks:
                    actions.confirm(truck.crossing_id, "entered", Said(by=guard))

            began = time.monotonic()
            await in_thread(burst)
            took = time.monotonic() - began
            await page.until(lambda: page.text.rsplit("event: worklist", 1)[1].count("Biên phòng ") >= 8)
            return page.text.count("event: worklist") - shown, took

    drawn, took = asyncio.run(story())
    assert drawn <= took / stream.BETWEEN_DRAWS_S + 2


def test_the_stream_survives_the_database_going_away(gate):
    truck = waiting_truck()
    cookies, guard = cookies_of(officer("customs")), officer("border_guard")

    async def story():
        async with Page("/live/gate/CKHN/?show=list&tab=mine", cookies) as page:
            await page.until(lambda: stream.hub.listening and "event: worklist" in page.text)
            await in_thread(cut_listeners)
            await page.until(lambda: not stream.hub.listening)
            await page.until(lambda: stream.hub.listening)
            shown = page.text.count("event: worklist")
            await in_thread(actions.confirm, truck.crossing_id, "entered", Said(by=guard))
            await page.until(lambda: page.text.count("event: worklist") > shown)

    asyncio.run(story())


def cut_listeners():
    """End the server's side of every listening connection."""
    told = connection.get_connection_params()
    known = {name: told[name] for name in ("host", "port", "user", "dbname", "password") if told.get(name)}
    with psycopg.connect(**known, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ILIKE ANY (%s)",
            [["LISTEN%", "SELECT 1"]],
        )


def test_pages_with_an_equal_view_are_drawn_once(gate):
    waiting_truck()
    cookies = [cookies_of(officer("customs")), cookies_of(officer("customs"))]
    drawn = []
    real = stream._drawn

    def counted(draw):
        drawn.append(1)
        return real(draw)

    async def story():
        async with Page("/live/gate/CKHN/?show=list&tab=mine", cookies[0]) as one:
            await one.until(lambda: "event: worklist" in one.text)
            await asyncio.sleep(0.3)
            before = len(drawn)
            async with Page("/live/gate/CKHN/?show=list&tab=mine", cookies[1]) as two:
                await two.until(lambda: "event: worklist" in two.text)
                assert len(drawn) == before
                assert len(stream.hub._pictures) == 1
        await asyncio.sleep(0.1)
        assert not stream.hub._pictures

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "_drawn", counted)
        asyncio.run(story())


def test_a_picture_that_cannot_be_drawn_is_tried_again():
    failures = [OSError("away"), OSError("away")]

    def draw():
        if failures:
            raise failures.pop()
        return "there"

    async def story():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stream, "SOON_S", 0.05)
            picture = stream.Picture("x", draw, lambda event: Touch.NOT)
            assert await picture.after(0, 3.0)
            picture.stop()
            return picture.frame

    assert asyncio.run(story()) == b"event: x\ndata: there\n\n"


def test_an_event_reads_as_it_was_announced():
    told = Event.read('{"id": 7, "name": "crossing.changed", "payload": {"gate": "CKHN"}}')
    assert (told.id, told.payload["gate"], told.is_refresh) == (7, "CKHN", False)
    assert timedelta(seconds=stream.BEAT_S) < timedelta(seconds=10)
