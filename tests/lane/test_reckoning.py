"""Each truck that goes through judges the cameras: by its permit, by what a person typed, by its code."""

from datetime import timedelta

import pytest

from cuakhauso.lane.accuracy import Count, Drift
from cuakhauso.lane.contracts import Image, Read, Subject
from cuakhauso.lane.corrections import Corrections, Wrong, answer_to, label_of, wrongs
from cuakhauso.lane.engine import Engine
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.pictures import Limits, name_of
from cuakhauso.lane.reckoning import Figure, Outcome, Reckoning, as_sent
from cuakhauso.lane.words import Act, Phase, Told

from .builders import BEGIN, KEYS, NODE, OFFICER, answer, crossing
from .node import SmallNode

PLATE, CONTAINER = Subject.PLATE, Subject.CONTAINER
FRONT, SIDE = "cam-plate", "cam-side"
EXPECTED = {"L": ((FRONT, PLATE), (SIDE, CONTAINER))}
PICTURE = b"\xff\xd8\xff a plate \xff\xd9"
CODE = "MSKU1234565"


class Judged:
    """A lane whose cameras are judged, and what was found of each vehicle."""

    def __init__(self, folder, *expected, **settings):
        self.node = SmallNode(folder, *expected, second_person=False, **settings)
        self.found = []
        self.reckoning = Reckoning(self.node.engine, EXPECTED, lambda *told: self.found.append(told[2]))

    def outcomes(self):
        [last] = self.found[-1:]
        return {(one.source, str(one.subject)): str(one.outcome) for one in last}

    def week(self, source=FRONT):
        figures = self.reckoning.figures("L", self.node.at)
        return {str(one.subject): one.week for one in figures if one.source == source}


@pytest.fixture
def lane(tmp_path):
    return Judged(tmp_path)


def test_a_truck_that_went_through_on_its_permit_was_read_right(lane):
    lane.node.stands().reads("12C-100.05").passes()
    assert lane.outcomes() == {(FRONT, "plate"): "right"}
    assert lane.week()["plate"] == Count(right=1, sured=1, sure=0.97)


def test_what_a_person_corrected_was_read_wrongly_though_it_stands_in_no_read_any_more(lane):
    lane.node.stands().reads("12C-100.06").after(9)
    assert lane.node.engine.lanes["L"].phase is Phase.ATTEND
    corrects(lane.node, "12C-100.05")
    lane.node.passes()
    assert lane.outcomes() == {(FRONT, "plate"): "wrong"}
    [one] = lane.found[-1]
    assert (one.reads[0].text, one.truth) == ("12C-100.06", ("12C-100.05",))


def corrects(node, text, subject=PLATE):
    node.hear(Told(node.at, Act.CORRECT, OFFICER, reason="misread", subject=subject, text=text))


def test_a_plate_that_was_not_read_at_all_and_a_camera_that_said_nothing_are_unread(lane):
    lane.node.stands().reads("", source="other").after(9)
    corrects(lane.node, "12C-100.05")
    lane.node.passes()
    assert lane.outcomes() == {("other", "plate"): "unread", (FRONT, "plate"): "unread"}


def test_a_read_that_is_not_sure_enough_opens_nothing_and_counts_as_unread(lane):
    lane.node.stands().reads("12C-100.05", confidence=0.4).after(9)
    corrects(lane.node, "12C-100.05")
    lane.node.passes()
    assert lane.outcomes() == {(FRONT, "plate"): "unread"}


def test_a_container_that_was_declared_and_not_read_is_its_cameras_matter(tmp_path):
    lane = Judged(tmp_path, answer(containers=(CODE,)))
    lane.node.stands().reads("12C-100.05").passes()
    assert lane.outcomes() == {(FRONT, "plate"): "right", (SIDE, "container"): "unread"}


def test_a_truck_of_nobody_known_says_nothing_of_what_was_read(lane):
    lane.node.stands().reads("51F-708.04").after(9)
    told = Told(lane.node.at, Act.OPEN, OFFICER, reason="emergency")
    lane.node.hear(told)
    lane.node.passes()
    assert lane.outcomes() == {(FRONT, "plate"): "unjudged"}
    assert lane.week()["plate"].share_right is None


def test_the_code_that_a_driver_shows_tells_which_truck_it_is(lane):
    lane.node.stands().reads("12C-100.09").reads(str(crossing(5)), Subject.QR, source="qr").after(9)
    lane.node.hear(Told(lane.node.at, Act.OPEN, OFFICER, reason="emergency"))
    lane.node.passes()
    assert lane.outcomes() == {(FRONT, "plate"): "wrong"}


def test_a_truck_that_turned_back_is_forgotten(lane):
    lane.node.stands().reads("12C-100.06").after(9)
    corrects(lane.node, "12C-100.07")
    lane.node.senses(loop_before=False).after(30)
    lane.node.stands().reads("12C-100.05").passes()
    assert lane.outcomes() == {(FRONT, "plate"): "right"}


def test_counts_survive_a_restart_and_go_after_weeks(tmp_path):
    lane = Judged(tmp_path)
    lane.node.stands().reads("12C-100.05").passes()
    lane.node.engine.journal.close()
    engine = Engine.begin(Journal(tmp_path / "journal.db"), NODE, KEYS, [lane.node.post])
    again = Reckoning(engine, EXPECTED)
    [figure] = again.figures("L", lane.node.at)
    assert figure.week.right == figure.day.right == 1
    [figure] = again.figures("L", lane.node.at + timedelta(days=3))
    assert (figure.week.right, figure.day.right) == (1, 0)
    again.forget(lane.node.at + timedelta(days=60))
    assert engine.journal.tallies() == []


def test_a_journal_that_cannot_be_written_stops_no_truck(lane, monkeypatch):
    monkeypatch.setattr(Journal, "keep_tally", lambda *_: 1 / 0)
    lane.node.stands().reads("12C-100.05").passes()
    assert lane.node.engine.lanes["L"].phase is Phase.IDLE


# --- what the booth and the platform are told ------------------------------------------------------

WORSE = Figure(
    "L/front", PLATE, Count(right=80, wrong=5, unread=15, sured=85, sure=80.0), Count(right=800, unread=200),
    Drift(0.97, 0.88, BEGIN.date()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("vi", "Trước đọc đúng 97 %, từ thứ Hai 04/05 còn 88 %: ống kính bẩn?"),
        ("en", "Read 97 % right before, 88 % since Monday 04/05: lens dirty?"),
        ("zh-Hans", "此前正确率 97%，星期一 04/05起为 88%：镜头脏了？"),
    ],
)
def test_the_booth_says_how_well_a_camera_reads_and_that_it_became_worse(lane, language, says):
    lane.node.figures = [WORSE]
    seen = lane.node.view(language)
    [row] = seen["accuracy"]
    assert row["drift"] == says
    assert "80" in row["rows"][0]
    assert seen["devices"][-1]["tone"] == "held"
    assert seen["devices"][-1]["more"] == says


def test_the_platform_is_told_counts_and_since_when(lane):
    [told] = as_sent([WORSE])
    assert told["day"] == {"right": 80, "wrong": 5, "unread": 15, "unjudged": 0, "confidence": 0.9412}
    assert told["drift"] == {"before": 0.97, "after": 0.88, "day": "2026-05-04"}


# --- what is kept for training ---------------------------------------------------------------------


def test_a_misread_plate_is_kept_with_its_answer_and_listed_for_training(lane, tmp_path):
    image = Image(name=name_of(PICTURE), kind="plate", content=b"")
    lane.node.stands().reads("12C-100.06", images=(image,), session="s").after(9)
    corrects(lane.node, "12C-100.05")
    lane.node.passes()
    kept = Corrections(tmp_path / "corrections", Limits(), durable=False)
    found = list(wrongs(lane.found[-1], {}, lane.node.at))
    assert kept.keep(found, {image.name: PICTURE}.get) == 1
    assert kept.export(tmp_path / "out") == 1
    rows = (tmp_path / "out" / "labels.csv").read_text().splitlines()
    assert rows[0].startswith("file,kind,set,label")
    assert rows[1].startswith(f"{image.name}.jpg,vn,corrected,12C10005,12C-100.06,")
    assert (tmp_path / "out" / f"{image.name}.jpg").read_bytes() == PICTURE


def test_our_own_crops_go_before_a_cameras_picture(lane):
    lane.node.stands().reads("12C-100.06", session="s").after(9)
    corrects(lane.node, "12C-100.05")
    lane.node.passes()
    [one] = wrongs(lane.found[-1], {(FRONT, PLATE, "s"): (b"1", b"2")}, lane.node.at)
    assert one.crops == (b"1", b"2")


@pytest.mark.parametrize(("sessions", "kept"), [("a", 1), ("ab", 0)])
def test_of_two_illegible_plates_in_one_picture_nobody_knows_which_the_answer_is(lane, sessions, kept):
    node = lane.node.stands()
    for session in sessions:
        node.reads("", session=session)
    node.after(9)
    corrects(node, "12C-100.05")
    node.passes()
    crops = {(FRONT, PLATE, session): (session.encode(),) for session in sessions}
    assert len(list(wrongs(lane.found[-1], crops, node.at))) == kept


def test_what_was_read_right_is_not_kept(lane):
    lane.node.stands().reads("12C-100.05").passes()
    assert list(wrongs(lane.found[-1], {}, lane.node.at)) == []


def test_the_plate_of_another_truck_gets_no_label():
    """What was read is like none of what stood there: it is the next lane's, not a mistake."""
    assert answer_to("51F-708.04", ("12C-100.05",)) == ""
    assert answer_to("12C-100.06", ("12C-100.05", "12R-000.77")) == "12C-100.05"
    assert answer_to("", ("12C-100.05", "12R-000.77")) == ""


def test_what_a_person_typed_and_is_no_identity_is_no_label(lane):
    lane.node.stands().reads("12C-100.06")
    [read] = lane.node.engine.lanes["L"].reads
    assert label_of("no plate", read, BEGIN) is None
    assert label_of("桂F12345", read, BEGIN).label == "桂F12345"


def test_a_picture_without_its_answer_counts_for_nothing_and_old_ones_go(tmp_path):
    kept = Corrections(tmp_path, Limits(age=timedelta(days=90)), durable=False)
    label = label_of("12C-100.05", read_of_somebody(), BEGIN)
    kept.keep([Wrong(label, (PICTURE,), ())], {}.get)
    [(_, told)] = kept.all()
    assert told.label == "12C10005"
    for beside in tmp_path.glob("??/*.json"):
        beside.write_text("{")
    assert list(kept.all()) == []
    assert kept.tidy(BEGIN + timedelta(days=365)) == 1
    assert list(tmp_path.glob("??/*.jpg")) == []


def read_of_somebody():
    return Read(at=BEGIN, source="L/front", subject=PLATE, text="12C-100.06")


def test_every_outcome_is_a_count():
    assert {str(one) for one in Outcome} <= set(Count.__struct_fields__)
