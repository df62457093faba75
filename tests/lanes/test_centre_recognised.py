"""What a lane's own recognition knew a vehicle by is kept with its passage, and told to officers."""

import uuid

import msgspec
import pytest
from django.utils.translation import override

from cuakhauso.centre.crossings import rebuild
from cuakhauso.centre.lanes.reading_well import accuracy
from cuakhauso.centre.lanes.taking import fact_id
from cuakhauso.centre.web import lane_words, words
from cuakhauso.core import facts as f
from cuakhauso.core.evidence import Doubt
from cuakhauso.core.recognised import Recognised, TextSeen
from cuakhauso.core.words import CheckpointKind, Direction, Place

from ..centre.builders import officer
from .nodes import enrolled, passage
from .test_centre_facts import facts, ready

KNOWN_BY = Recognised(
    verdict="accept",
    likely=999_998,
    needed=999_000,
    seen=(
        TextSeen(subject="plate", text="12C10005", declared="12C-100.05", least=98, frames=5, cameras=2),
        TextSeen(
            subject="container", text="CSQU3054383", declared="CSQU3054383", least=95, frames=3, cameras=1
        ),
    ),
)


def told(known_by):
    return msgspec.to_builtins(known_by)


def test_a_passage_keeps_what_the_vehicle_was_recognised_by(gate):
    truck, node = ready(), enrolled()
    sent = passage(truck.crossing_id, opened_by="permit", recognised=told(KNOWN_BY) | {"of_later": 1})
    assert node.sends(sent).body["accepted"] == [sent["id"]]
    (passed,) = facts(truck, "passed")
    assert passed.id == fact_id(uuid.UUID(sent["id"]), "passed")
    assert passed.data.recognised == KNOWN_BY
    assert list(rebuild.verify()) == []


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("vi", ("nhận dạng 99,9998%, cần 99,9%", "Biển số 12C10005: 5 khung hình, ký tự kém chắc nhất 98%")),
        ("en", ("recognised with 99.9998%, 99.9% needed", "12C10005: 5 frames, least certain sign 98%")),
        ("zh-hans", ("识别可信度 99.9998%，需要 99.9%", "12C10005：5 帧，最不确定字符 98%")),
    ],
)
def test_officers_read_on_the_timeline_how_likely_it_was(gate, browser_of, language, says):
    truck, node = ready(), enrolled()
    node.sends(passage(truck.crossing_id, opened_by="permit", recognised=told(KNOWN_BY)))
    page = (
        browser_of(officer("border_guard"), language).get(f"/crossings/{truck.crossing_id}/").content.decode()
    )
    assert all(part in page for part in says)


def test_a_passage_without_frames_says_nothing_of_them_and_one_of_before_is_as_it_was(gate, browser_of):
    truck, node = ready(), enrolled()
    node.sends(passage(truck.crossing_id, opened_by="permit"))
    (passed,) = facts(truck, "passed")
    assert passed.data.recognised is None
    assert b"recognised" not in f.to_json(passed)
    page = browser_of(officer("border_guard")).get(f"/crossings/{truck.crossing_id}/").content.decode()
    assert "nhận dạng" not in page


def test_what_was_recorded_before_is_read_and_chained_as_it_was():
    old = f.Passed(at=CheckpointKind.B1, direction=Direction.OUT, to=Place.GATE_AREA)
    written = msgspec.json.encode(old)
    assert b"recognised" not in written
    assert msgspec.json.decode(written, type=f.Passed) == old


def test_what_is_no_figure_is_refused_with_its_field(gate):
    truck, node = ready(), enrolled()
    sent = passage(truck.crossing_id, recognised={"verdict": "accept", "likely": 2_000_000})
    [refused] = node.sends(sent).body["refused"]
    assert refused["field"] == "body.recognised.likely"


def test_every_doubt_has_words_in_three_languages():
    assert set(lane_words.DOUBTS) == {str(one) for one in Doubt}
    for code in lane_words.DOUBTS:
        said = []
        for language in ("vi", "en", "zh-hans"):
            with override(language):
                said.append(words.of(lane_words.DOUBTS, code))
        assert len(set(said)) == 3


def test_our_own_reading_of_a_camera_has_a_name_in_three_languages():
    count = {"right": 3, "wrong": 0, "unread": 1, "unjudged": 0}
    told_of = {"source": "CKHN-B1-OUT/front+vision", "subject": "plate", "day": count, "week": count}
    names = set()
    for language in ("vi", "en", "zh-hans"):
        with override(language):
            [own, camera] = accuracy([told_of, told_of | {"source": "CKHN-B1-OUT/front"}])
            names.add(own.camera)
            assert camera.camera == "front"
    assert names == {"front (tự nhận dạng)", "front (own recognition)", "front（自有识别）"}
