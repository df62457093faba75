"""Frames of our own recognition: they open when they are evidence enough, and otherwise a person looks."""

import json
from dataclasses import replace
from uuid import UUID

import msgspec
import pytest

from cuakhauso.core.evidence import Doubt, Thresholds
from cuakhauso.core.recognised import Recognised
from cuakhauso.lane import judging
from cuakhauso.lane import words as w
from cuakhauso.lane.config import ConfigFault, parse, settings
from cuakhauso.lane.contracts import Read, Revision, Subject
from cuakhauso.lane.journal import Item, Journal
from cuakhauso.lane.outgoing import as_sent
from cuakhauso.lane.sentences import Language
from cuakhauso.lane.telling import Teller
from cuakhauso.lane.words import Act, NoteKind, Phase, Why

from .builders import BEGIN, OFFICER, WHERE, a_lane, answer, crossing
from .node import SmallNode
from .test_config import GOOD

PLATE, TWIN, CODE = "12C10005", "12C10006", "CSQU3054383"
ALL = {"reads": frozenset(Subject)}


def look(text, clear=0.99):
    return tuple({sign: clear, "X": round(1 - clear, 6)} for sign in text)


def frames(text, many=3, clear=0.99):
    return tuple(look(text, clear - n / 10_000) for n in range(many))


def seen(text=PLATE, subject=Subject.PLATE, many=3, clear=0.99, **more):
    """As our own recognition tells what it made of a camera's frames."""
    given = {"source": f"own-{subject}", "session": "s1", "revision": Revision.UPDATE} | more
    return {"text": text, "subject": subject, "looks": frames(text, many, clear), **given}


def full():
    return answer(trailers=("12R-000.88",), containers=(CODE,))


def journal_of(lane, kind):
    return [json.loads(msgspec.json.encode(body, enc_hook=str)) for body in lane.notes(kind)]


# --- the gate --------------------------------------------------------------------------------------


def test_frames_that_are_evidence_enough_open():
    lane = a_lane().stands().reads(**seen())
    assert (lane.phase, lane.opened) == (Phase.OPENING, 1)


def test_a_single_frame_does_not_open_and_the_next_one_does():
    lane = a_lane().stands().reads(**seen(many=1))
    assert (lane.phase, lane.opened) == (Phase.IDENTIFY, 0)
    assert lane.reads(**seen(many=2)).phase is Phase.OPENING


def test_frames_that_stay_unsure_ask_a_person_once_the_time_is_over():
    lane = a_lane().stands().reads(**seen(clear=0.7)).after(9)
    assert (lane.phase, lane.why, lane.opened) == (Phase.ATTEND, Why.NOT_SURE, 0)
    assert lane.reads(**seen(many=4, clear=0.98)).phase is Phase.OPENING, "better frames still open"


def test_the_same_frame_told_again_and_again_opens_nothing():
    lane = a_lane().stands()
    for n in range(6):
        lane.reads(**seen() | {"looks": (look(PLATE, 0.999),) * 5, "session": f"s{n}"})
    assert lane.after(9).opened == 0


def test_a_person_who_types_what_is_painted_opens_by_the_permit():
    lane = a_lane().stands().reads(**seen(many=1)).after(9)
    lane.tells(Act.CORRECT, subject=Subject.PLATE, text="12C-100.05", reason="misread")
    assert lane.phase is Phase.OPENING


def test_what_a_person_typed_stands_though_the_frames_go_on_telling_otherwise():
    lane = a_lane(weighs=True).stands().reads(**seen(TWIN)).after(9)
    lane.tells(Act.CORRECT, subject=Subject.PLATE, text="12C-100.05", reason="misread")
    lane.reads(**seen(TWIN, many=4)).weighs(30_000)
    assert lane.phase is Phase.OPENING


def test_a_person_may_open_with_a_reason_and_it_is_written_down_against_what():
    lane = a_lane().stands().reads(**seen(many=1)).after(9)
    lane.tells(Act.OPEN, OFFICER)
    assert lane.opened == 0
    lane.tells(Act.OPEN, OFFICER, reason="misread")
    assert lane.opened == 1
    assert lane.passes().passages[0]["irregular"] == ["not_sure"]


def test_another_makers_camera_opens_as_it_always_did():
    assert a_lane().stands().reads("12C-100.05").phase is Phase.OPENING
    assert a_lane().stands().reads("12C-100.05", confidence=None).phase is Phase.OPENING
    assert a_lane().stands().reads("12C-100.05", confidence=0.5).after(9).opened == 0


def test_two_engines_that_contradict_each_other_ask():
    lane = a_lane().stands().reads(**seen(TWIN)).reads("12C-100.05").after(9)
    assert (lane.phase, lane.opened) == (Phase.ATTEND, 0)


def test_a_container_that_one_frame_read_waits_for_another():
    lane = a_lane(full(), **ALL).stands().reads(**seen())
    lane.reads(**seen("12R00088", Subject.TRAILER)).reads(**seen(CODE, Subject.CONTAINER, many=1))
    assert lane.phase is Phase.IDENTIFY
    assert lane.reads(**seen(CODE, Subject.CONTAINER)).phase is Phase.OPENING


def test_a_text_that_was_taken_for_a_tractors_before_it_was_seen_to_be_a_trailers_is_one_text():
    lane = a_lane(answer(trailers=("12R-000.88",)), **ALL).stands().reads(**seen())
    rear = {"source": "rear+vision", "session": "r1"}
    lane.reads(**seen("12P00088", Subject.PLATE, many=2) | rear)
    assert lane.phase is not Phase.OPENING
    found = a_lane(answer(trailers=("12R-000.88",)), **ALL).stands()
    found.reads(**seen() | {"source": "front+vision"})
    found.reads(**seen("12R00088", Subject.PLATE, many=1) | rear | {"text": ""})
    found.reads(**seen("12R00088", Subject.TRAILER, many=3) | rear)
    assert found.phase is Phase.OPENING


def test_what_a_camera_and_we_read_in_its_picture_is_of_one_camera():
    lane = a_lane().stands().reads(**seen(many=1) | {"source": "front+vision"})
    lane.reads("12C-100.05", source="front")
    assert lane.phase is Phase.OPENING
    [plate] = lane.lane.judged.evidence.seen
    assert (plate.cameras, plate.frames) == (1, 3)


def test_a_plate_that_differs_in_one_sign_shows_whom_the_frames_speak_for():
    lane = a_lane().stands().reads(**seen(TWIN)).after(9)
    assert (lane.phase, lane.why, lane.opened) == (Phase.ATTEND, Why.NEAR_MATCH, 0)
    assert lane.lane.judged.evidence.doubts == (Doubt.TEXT_DIFFERS,)


def test_an_illegible_plate_shows_whom_its_frames_speak_for():
    lane = a_lane(answer(), answer("98H-777.66", 6)).stands()
    lane.reads(**seen() | {"text": "", "looks": frames(PLATE, 4, 0.75)}).after(9)
    assert lane.why is Why.NEAR_MATCH
    assert [one.crossing for one in lane.lane.judged.match.near] == [crossing(5)]


def test_evidence_is_worked_out_once_for_the_same_frames_and_anew_when_somebody_is_expected(monkeypatch):
    worked = []
    weigh = judging.weigh
    monkeypatch.setattr(judging, "weigh", lambda *given: worked.append(1) or weigh(*given))
    lane = a_lane().stands().reads(**seen(many=1))
    before = len(worked)
    lane.after(5)
    assert len(worked) == before
    lane.book.index(WHERE).put(answer("98H-777.66", 6))
    lane.after(1)
    assert len(worked) == before + 1


def test_a_lane_may_ask_for_more():
    strict = Thresholds(frames=4)
    assert a_lane(evidence=strict).stands().reads(**seen(many=3)).phase is Phase.IDENTIFY
    assert a_lane(evidence=strict).stands().reads(**seen(many=4)).phase is Phase.OPENING


def test_the_file_says_how_sure_a_lane_must_be_and_never_that_one_frame_will_do():
    told = "[lane.evidence]\naccept = 0.9999\nframes = 3\n"
    [lane] = parse(GOOD.replace("[lane.contacts]", f"{told}\n[lane.contacts]", 1)).lane[:1]
    assert settings(lane).evidence == Thresholds(accept=0.9999, frames=3)
    for wrong in ("frames = 1", "accept = 0.5", "least_sign = 1.0", "acept = 0.99"):
        with pytest.raises(ConfigFault, match="evidence"):
            parse(GOOD.replace("[lane.contacts]", f"[lane.evidence]\n{wrong}\n\n[lane.contacts]", 1))


# --- what is written down ----------------------------------------------------------------------------


def test_decision_and_passage_say_what_it_was_recognised_by():
    lane = a_lane(full(), **ALL).stands().reads(**seen()).reads(**seen("12R00088", Subject.TRAILER))
    lane.reads(**seen(CODE, Subject.CONTAINER)).passes()
    [decided] = journal_of(lane, NoteKind.DECISION)
    [passed] = journal_of(lane, NoteKind.PASSAGE)
    assert passed["recognised"] == decided["recognised"]
    told = msgspec.convert(passed["recognised"], Recognised)
    assert (told.verdict, told.needed, told.doubts) == ("accept", 999_000, ())
    assert told.needed <= told.likely < 1_000_000
    assert [(one.subject, one.text, one.frames) for one in told.seen] == [
        ("plate", PLATE, 3), ("trailer", "12R00088", 3), ("container", CODE, 3),
    ]  # fmt: skip
    assert len(json.dumps(passed["recognised"])) < 600


def test_a_passage_without_own_frames_says_nothing_of_it():
    lane = a_lane().stands().reads("12C-100.05").passes()
    sent = as_sent(Item(UUID(int=1), "L", BEGIN, NoteKind.PASSAGE, journal_of(lane, NoteKind.PASSAGE)[0]))
    assert "recognised" not in sent["body"]


def test_a_ticket_keeps_frames_and_evidence_over_a_restart(tmp_path):
    lane = a_lane().stands().reads(**seen())
    ticket = lane.lane.ticket
    assert ticket.recognised.verdict == "accept"
    journal = Journal(tmp_path / "journal.sqlite")
    with journal.step():
        journal.keep_ticket("L", ticket)
    assert journal.ticket("L") == ticket
    with journal.step():
        journal.keep_ticket("L", replace(ticket, recognised=None))
    assert journal.ticket("L").recognised is None, "as a node of before wrote it"


# --- what the booth shows ------------------------------------------------------------------------------


def a_node(tmp_path, *expected, **more):
    return SmallNode(tmp_path, *expected, **more)


def told(node, fields):
    read = Read(at=node.at, confidence=0.97, **fields)
    return node.hear(w.Heard(node.at, read))


def test_the_booth_says_how_likely_it_is_and_how_many_frames_read_it(tmp_path):
    view = told(a_node(tmp_path).stands(), seen()).view()
    assert any("cần 99,9 %" in line for line in view["verdict"]["good"])
    [row] = view["reads"]
    assert row["proof"].startswith("Khung hình đọc giống nhau: 3 · camera: 1")


def test_a_text_that_is_not_read_surely_is_no_near_match_in_words(tmp_path):
    """The frames speak for the expected vehicle; nothing differs, and nobody is told that something does."""
    node = a_node(tmp_path).stands()
    said = seen(clear=0.7)
    node.reads(said.pop("text"), said.pop("subject"), **said, confidence=0.5)
    view = node.after(9).view("en")
    [reason] = view["verdict"]["reasons"]
    assert reason["words"] == "The cameras are not sure of what they read. Look at the plate itself."
    [near] = view["near"]
    assert [piece for piece, same in near["read"] if not same] == []


def test_who_reads_what_is_not_declared_is_named_and_our_own_reading_told_apart(tmp_path):
    node = a_node(tmp_path).stands()
    node.reads("12C-100.06", source="L/front")
    view = told(node, seen() | {"source": "L/front+vision"}).view("en")
    assert view["verdict"]["reasons"][0]["more"] == "front read 12C-100.06 · declared 12C-100.05"
    assert [row["source"] for row in view["reads"]] == ["front", "front (own recognition)"]


def test_the_booth_says_in_three_languages_why_the_frames_are_not_enough(tmp_path):
    node = told(a_node(tmp_path).stands(), seen(many=1)).after(9)
    words = []
    for language in Language:
        verdict = node.view(language)["verdict"]
        [reason] = [one for one in verdict["reasons"] if one["code"] == "not_sure"]
        assert reason["more"]
        words.append((verdict["head"], reason["words"], reason["more"]))
    assert len(set(words)) == 3
    assert words[0][0] == "Chưa đủ chắc"


def test_the_booth_shows_twins_with_how_likely_each_is(tmp_path):
    node = a_node(tmp_path, answer("12C-100.05", 5), answer("12C-100.06", 6)).stands()
    unclear = tuple((*look(PLATE)[:7], {"5": 0.6 + n / 1000, "6": 0.4 - n / 1000}) for n in range(3))
    told(node, seen() | {"looks": unclear})
    view = node.after(9).view()
    assert [one["plate"] for one in view["near"]] == ["12C-100.05", "12C-100.06"]
    assert all(one["likely"].startswith("khả năng ") for one in view["near"])
    assert view["verdict"]["state"] == "unknown"


def test_a_share_is_never_told_as_more_than_it_is():
    tell = Teller(Language.VI, BEGIN)
    shares = [tell.likelihood(n) for n in (999_999, 999_000, 990_000, 971_999, 500_000, 0)]
    assert shares == ["99,9999 %", "99,9 %", "99 %", "97,1 %", "50 %", "0 %"]
    assert Teller(Language.ZH, BEGIN).likelihood(999_900) == "99.99%"
