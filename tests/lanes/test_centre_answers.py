"""The stream of answers to a node: signed, chained, ended when it must; a hold reaches it at once."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cuakhauso.centre.crossings import actions, observations
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.lanes import actions as lanes
from cuakhauso.centre.lanes import answers, stream
from cuakhauso.centre.places.models import GateClosure, Yard
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared import stream as hub_stream
from cuakhauso.core.answer import GENESIS, Answer, Beat, Gone, Signed, chained, message_of, signed_bytes
from cuakhauso.core.fold import fold
from cuakhauso.core.words import CheckpointKind, Direction, Place

from ..centre.builders import Gate, declare, officer
from ..pages_officer.conftest import opened_all_day
from ..pages_officer.test_live import Page, cut_listeners, in_thread
from .nodes import board, enrolled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clock]
B1 = (CheckpointKind.B1, Direction.OUT)


@pytest.fixture
def gate(transactional_db, monkeypatch):
    monkeypatch.setattr(stream, "BEAT_S", 0.3)
    answers._kept._values.clear()
    yield from opened_all_day()


def ready(**changes):
    truck = declare(**changes)
    Gate(truck.crossing_id, changes.get("gate", "CKHN")).accepted(truck.form["groups"][0]["customs_number"])
    return truck


class LostSomething(Exception):
    pass


@dataclass
class Heard:
    """A node that checks everything as the protocol wants it, over what it has received so far."""

    public: str
    answers: dict[tuple, Answer] = field(default_factory=dict)
    beats: list[Beat] = field(default_factory=list)
    log: list = field(default_factory=list)
    stream: str = ""
    count: int = 0
    chain: bytes = GENESIS

    def take(self, text: str, leaving_out: int = -1) -> "Heard":
        whole = text[: text.rfind("\n\n") + 2]
        links = -1
        for part in whole.split("\n\n"):
            if not part.startswith("event: "):
                continue
            head, data = part.split("\n")
            name, body = head.removeprefix("event: "), data.removeprefix("data: ")
            if name == "begin":
                self.stream = json.loads(body)["stream"]
                continue
            links += name != "beat"
            if links == leaving_out and name != "beat":
                continue
            self._message(name, msgspec.json.decode(body, type=Signed))
        return self

    def _message(self, name: str, signed: Signed) -> None:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public))
        key.verify(bytes.fromhex(signed.signature), signed_bytes(signed.body))
        said = message_of(signed.body)
        self.log.append(said)
        if isinstance(said, Beat):
            if (str(said.stream), said.count, said.chain) != (self.stream, self.count, self.chain.hex()):
                raise LostSomething
            self.beats.append(said)
            return
        self.chain, self.count = chained(self.chain, signed), self.count + 1
        key_ = (said.crossing, said.checkpoint, said.direction)
        assert name == ("gone" if isinstance(said, Gone) else "answer")
        if isinstance(said, Gone):
            del self.answers[key_]
        else:
            self.answers[key_] = said


class NodePage(Page):
    def __init__(self, node, secret=None):
        super().__init__("/live/lanes/answers")
        self.node = node
        token = node.told["token"] if secret is None else secret
        self.scope["headers"].append((b"authorization", f"Bearer {token}".encode()))

    @property
    def heard(self) -> Heard:
        return Heard(self.node.told["keys"][0]["public_key"]).take(self.text)

    async def until_heard(self, so, within=5.0):
        await self.until(lambda: self.heard.beats and so(self.heard), within)
        return self.heard


def listen(node, story):
    async def whole():
        async with NodePage(node) as page:
            return await story(page)

    return asyncio.run(whole())


def answer_on(heard, truck, at=B1):
    return heard.answers.get((truck.crossing_id, *at))


def test_a_stream_begins_with_all_that_is_expected_where_the_node_has_a_lane(gate):
    may, may_not, elsewhere = ready(), declare(), ready(gate="TT", yard="BN")
    node = enrolled("CKHN", "CKHN-B1-OUT")

    async def story(page):
        return await page.until_heard(lambda heard: heard.beats)

    heard = listen(node, story)
    assert set(heard.answers) == {(may.crossing_id, *B1), (may_not.crossing_id, *B1)}
    permit, refusal = answer_on(heard, may), answer_on(heard, may_not)
    assert permit.permits
    assert permit.leads_to is Place.GATE_AREA
    assert permit.ends is not None
    assert permit.plate.shown == may.form["vehicle"]["plate"]
    assert permit.facts == 3
    assert [one.code for one in refusal.against] == ["step_open"]
    words = refusal.against[0].words
    assert set(words) == {"vi", "zh-hans", "en"}
    assert len(set(words.values())) == 3
    assert "Hải quan" in words["vi"]
    assert elsewhere.crossing_id not in {key[0] for key in heard.answers}
    assert heard.beats[0].node == node.row.pk
    assert heard.beats[0].as_of > datetime.now(UTC) - timedelta(seconds=15)


def test_a_hold_arrives_within_half_a_second(gate):
    truck, node = ready(), enrolled()
    for _ in range(3):
        ready()
    customs = officer("customs")

    async def story(page):
        await page.until_heard(lambda heard: answer_on(heard, truck).permits)
        took = []
        for _ in range(3):
            began = time.monotonic()
            await in_thread(actions.hold, truck.crossing_id, "papers", Said(by=customs, note="giấy"))
            heard = await page.until_heard(lambda heard: not answer_on(heard, truck).permits)
            took.append(time.monotonic() - began)
            hold = await in_thread(live_hold, truck)
            await in_thread(actions.lift, truck.crossing_id, hold, Said(by=customs, note="xong"))
            await page.until_heard(lambda heard: answer_on(heard, truck).permits)
        return heard, took

    heard, took = listen(node, story)
    assert min(took) < 0.5, took
    against = answer_on(heard, truck).against
    assert [one.code for one in against] == ["hold_live"]
    assert against[0].words["en"] == "Customs is holding the vehicle: Papers missing or wrong."


def test_no_beat_says_that_all_is_told_before_it_is(gate, monkeypatch):
    monkeypatch.setattr(hub_stream, "PROBE_S", 0.05)
    monkeypatch.setattr(stream, "BEAT_S", 0.02)
    truck, node, customs = ready(), enrolled("CKHN", "CKHN-B1-OUT"), officer("customs")
    done = []

    def acts():
        for turn in range(6):
            if turn % 2:
                actions.lift(truck.crossing_id, live_hold(truck), Said(by=customs, note="xong"))
            else:
                actions.hold(truck.crossing_id, "papers", Said(by=customs, note="giấy"))
            done.append((len(store.facts_of(truck.crossing_id)), datetime.now(UTC)))
            time.sleep(0.15)

    async def story(page):
        await page.until_heard(lambda heard: heard.beats)
        await in_thread(acts)
        return await page.until_heard(lambda heard: heard.beats[-1].as_of > done[-1][1])

    known = 0
    for said in listen(node, story).log:
        if isinstance(said, Answer):
            known = said.facts
        elif isinstance(said, Beat):
            assert known >= max((facts for facts, at in done if at <= said.as_of), default=0)


def live_hold(truck):
    return fold(store.facts_of(truck.crossing_id)).live_holds[-1].id


def test_a_passage_makes_the_answer_go_and_beats_go_on(gate):
    truck, node = ready(), enrolled("CKHN", "CKHN-B1-OUT")

    async def story(page):
        await page.until_heard(lambda heard: answer_on(heard, truck))
        said = Said(by=officer_there, occurred_at=None)
        await in_thread(observations.observe_passage, truck.crossing_id, *B1, Place.GATE_AREA, said)
        heard = await page.until_heard(lambda heard: not heard.answers)
        beats = len(heard.beats)
        return await page.until_heard(lambda heard: len(heard.beats) >= beats + 2, within=8)

    officer_there = officer("border_guard")
    heard = listen(node, story)
    assert heard.count == 2
    gaps = [b.as_of - a.as_of for a, b in zip(heard.beats, heard.beats[1:], strict=False)]
    assert all(gap >= timedelta() for gap in gaps)


def test_the_chain_breaks_where_a_message_is_left_out(gate):
    trucks, node = [ready() for _ in range(3)], enrolled("CKHN", "CKHN-B1-OUT")

    async def story(page):
        await page.until_heard(lambda heard: len(heard.answers) == len(trucks))
        return page.text

    text = listen(node, story)
    public = node.told["keys"][0]["public_key"]
    assert Heard(public).take(text).count == 3
    for left_out in range(3):
        with pytest.raises(LostSomething):
            Heard(public).take(text, leaving_out=left_out)


def test_a_revoked_node_hears_nothing_more_and_gets_no_new_stream(gate):
    node = enrolled()

    async def story(page):
        await page.until_heard(lambda heard: heard.beats)
        await in_thread(lanes.revoke, node.told["node"], by=await in_thread(board))
        await asyncio.wait_for(page._task, 5)

    listen(node, story)

    async def again(page):
        await page.until(lambda: page.status)
        return page.status

    assert listen(node, again) == 401


def test_strangers_hear_no_answers(gate):
    node = enrolled()

    async def statuses():
        found = []
        for secret in ("", "cks_nonsense"):
            async with NodePage(node, secret) as page:
                await page.until(lambda page=page: page.status)
                found.append((page.status, page.text))
        return found

    assert [status for status, _ in asyncio.run(statuses())] == [401, 401]


def test_time_alone_takes_a_permit_away_and_gives_it_back(gate):
    truck, node = ready(), enrolled("CKHN", "CKHN-B1-OUT")
    now = datetime.now(UTC)
    GateClosure.objects.create(
        gate_id="CKHN", begins=now + timedelta(seconds=1.5), ends=now + timedelta(seconds=2.5), reason="thử"
    )

    async def story(page):
        first = answer_on(await page.until_heard(lambda heard: answer_on(heard, truck)), truck)
        shut = answer_on(await page.until_heard(lambda h: not answer_on(h, truck).permits), truck)
        again = answer_on(await page.until_heard(lambda h: answer_on(h, truck).permits), truck)
        return first, shut, again

    first, shut, again = listen(node, story)
    assert first.ends == now + timedelta(seconds=1.5)
    assert [one.code for one in shut.against] == ["place_closed"]
    assert shut.ends == now + timedelta(seconds=2.5)
    assert again.as_of >= shut.ends
    assert again.facts == first.facts


def test_what_the_board_changes_reaches_the_node_by_itself(gate):
    truck, node = ready(), enrolled("CKHN", "CKHN-B1-OUT")
    now = datetime.now(UTC)

    def closed():
        GateClosure.objects.create(
            gate_id="CKHN", begins=now - timedelta(minutes=1), ends=now + timedelta(hours=1), reason="bão"
        )

    async def story(page):
        await page.until_heard(lambda heard: answer_on(heard, truck).permits)
        await in_thread(closed)
        return await page.until_heard(lambda heard: not answer_on(heard, truck).permits)

    assert answer_on(listen(node, story), truck).against[0].code == "place_closed"


def test_a_yard_that_fills_up_is_told_of_every_vehicle_that_goes_there(gate):
    Yard.objects.filter(pk="XC").update(capacity=1)
    truck, other, node = ready(), ready(), enrolled("CKHN", "CKHN-B1-OUT")

    async def story(page):
        await page.until_heard(lambda heard: answer_on(heard, truck).permits)
        walk = Gate(other.crossing_id).entered
        await in_thread(walk)
        await in_thread(lambda: Gate(other.crossing_id).later(20).confirm("in_yard", "yard"))
        return await page.until_heard(lambda heard: not answer_on(heard, truck).permits)

    codes = [one.code for one in answer_on(listen(node, story), truck).against]
    assert codes == ["yard_full"]


def test_no_beat_is_sent_while_nobody_listens_to_the_database_and_nothing_is_lost(gate):
    truck, node, customs = ready(), enrolled(), officer("customs")

    async def story(page):
        await page.until_heard(lambda heard: answer_on(heard, truck).permits)
        hub = stream.hub
        await in_thread(cut_listeners)
        await page.until(lambda: not hub.listening)
        await in_thread(actions.hold, truck.crossing_id, "papers", Said(by=customs, note="x"))
        return await page.until_heard(lambda heard: not answer_on(heard, truck).permits)

    assert listen(node, story)


def test_a_second_node_and_a_new_stream_are_served_from_what_was_signed_once(gate, monkeypatch):
    trucks, first, second = [ready() for _ in range(4)], enrolled(), enrolled(name="Nút 2")
    made = []
    real = answers.answer_of
    monkeypatch.setattr(answers, "answer_of", lambda *given: made.append(1) or real(*given))

    async def story(page):
        return await page.until_heard(lambda heard: len(heard.answers) >= len(trucks))

    one = listen(first, story)
    once = len(made)
    other, again = listen(second, story), listen(first, story)
    assert len(made) == once == 12, "three checkpoints lie ahead of each"
    assert one.answers == other.answers == again.answers
