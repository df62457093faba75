"""The papers of a vehicle and its driver: missing, unseen, bad, out of time; what was looked at counts."""

from datetime import date

import pytest
from msgspec import structs

from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core.decisions import against_confirming
from cuakhauso.core.declaration import Document
from cuakhauso.core.edges import ends
from cuakhauso.core.paper_decisions import against_looking
from cuakhauso.core.paper_facts import Look, Seen
from cuakhauso.core.papers import Paper, expires, papers
from cuakhauso.core.permit import Permit, Question, may_pass
from cuakhauso.core.reference import PaperRule
from cuakhauso.core.words import Agency, Kind

from .builders import B1, BORDER_GUARD, CUSTOMS, LICENCE, OUT, YARD, Story, gate, officer, truck

REGISTRATION = PaperRule("registration", stops=True)
DECLARED = Document(kind="registration", number="12-0001", valid_to=date(2025, 5, 20))


def story(*rules: PaperRule, papers: tuple[Document, ...] = (), kind: Kind = Kind.EXPORT) -> Story:
    told = Story(truck(kind, documents=papers), gate(papers=rules)).at("08:00").declares()
    return told.at("09:00").both_confirm("entered").at("09:30")


def looks(told: Story, found: Seen, document: str = "registration", by: Agency = LICENCE, **read) -> Story:
    return told.take(f.DocumentsChecked(looks=(Look(document=document, found=found, **read),)), officer(by))


def of_papers(told: Story, at=None) -> list[str]:
    asked = Question(told.state, YARD, OUT, at or told.now, told.ref, told.ref.gate)
    answer = may_pass(asked)
    assert not isinstance(answer, Permit)
    return [str(o.code) for o in answer if o.code.startswith("document_")]


def test_a_paper_that_stops_is_missing_until_an_officer_saw_it():
    told = story(REGISTRATION)
    assert of_papers(told) == ["document_missing"]
    assert of_papers(looks(told, Seen.VALID)) == []


def test_a_declared_paper_that_stops_must_be_looked_at():
    told = story(REGISTRATION, papers=(DECLARED,))
    assert of_papers(told) == ["document_not_seen"]
    assert of_papers(looks(told, Seen.VALID)) == []


def test_a_paper_that_does_not_stop_is_only_told_as_missing():
    told = story(PaperRule("registration"))
    assert of_papers(told) == []
    assert [(s.kind, s.is_there) for s in papers(told.state, told.ref) if s.required] == [
        ("registration", False)
    ]


@pytest.mark.parametrize("found", [Seen.NOT_SHOWN, Seen.NOT_VALID, Seen.NUMBER_DIFFERS])
def test_what_an_officer_found_not_in_order_stops_whatever_the_board_says(found):
    told = looks(story(papers=(DECLARED,)), found)
    assert of_papers(told) == ["document_refused"]
    assert of_papers(looks(told, Seen.VALID)) == []


def test_on_the_way_in_nobody_has_looked_yet():
    told = Story(truck(), gate(papers=(REGISTRATION,))).at("08:00").declares()
    answer = may_pass(Question(told.state, B1, OUT, told.now, told.ref, told.ref.gate))
    assert "document_missing" not in [o.code for o in answer]


def test_the_licence_is_confirmed_once_the_papers_are_in_order():
    told = story(REGISTRATION, papers=(DECLARED,))
    case = told.may(LICENCE)
    assert [o.code for o in against_confirming(case, "licence_checked")] == ["document_not_seen"]
    looks(told, Seen.VALID)
    assert against_confirming(told.may(LICENCE), "licence_checked") == []


def test_another_paper_of_the_same_kind_is_looked_at_anew():
    told = looks(story(REGISTRATION, papers=(DECLARED,)), Seen.VALID)
    told.declares(truck(documents=(structs.replace(DECLARED, number="12-0002"),)))
    assert of_papers(told) == ["document_not_seen"]


def test_the_day_that_an_officer_read_counts_before_the_declared_one():
    told = story(papers=(DECLARED,))
    after = expires(date(2025, 5, 20))
    assert of_papers(told, after) == ["document_expired"]
    looks(told, Seen.VALID, valid_to=date(2025, 6, 30))
    assert of_papers(told, after) == []
    assert of_papers(told, expires(date(2025, 6, 30))) == ["document_expired"]


def test_an_insurance_that_begins_tomorrow_does_not_count_today_and_lanes_know_when():
    paper = Document(kind="insurance", valid_from=date(2025, 5, 13), valid_to=date(2025, 6, 1))
    told = story(papers=(paper,))
    assert of_papers(told) == ["document_not_yet"]
    begins = expires(date(2025, 5, 12))
    assert of_papers(told, begins) == []
    edge = ends(Question(told.state, YARD, OUT, told.now, told.ref, told.ref.gate))
    assert edge == begins


def test_what_a_vehicle_needs_goes_by_its_country_and_its_trailer():
    rules = (PaperRule("vehicle_entry", "CN"), PaperRule("badge", "VN", "tractor"))
    assert [s.kind for s in papers(story(*rules).state, gate(papers=rules)) if s.required] == []
    foreign = story(*rules, kind=Kind.IMPORT_INLAND)
    assert [s.kind for s in papers(foreign.state, foreign.ref) if s.required] == ["vehicle_entry"]


def test_border_guard_looks_at_the_drivers_papers_and_nobody_else_at_any():
    told = story()
    licence = [Look(document=Paper.DRIVING_LICENCE, found=Seen.VALID)]
    assert against_looking(told.may(BORDER_GUARD), licence) == []
    vehicle = [Look(document=Paper.REGISTRATION, found=Seen.VALID)]
    assert [o.code for o in against_looking(told.may(BORDER_GUARD), vehicle)] == ["wrong_agency"]
    assert [o.code for o in against_looking(told.may(CUSTOMS), licence)] == ["wrong_agency"]
    assert [o.code for o in against_looking(told.may(LICENCE), [])] == ["nothing_looked_at"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1200000001 / GPLV", "1200000001 / GPLV"),
        ("1200000001/gplv", "1200000001 / GPLV"),
        ("g26 kq 00123", "G26KQ00123"),
    ],
)
def test_the_licence_has_the_form_of_either_country(typed, kept):
    assert ids.parse_transport_licence(typed) == kept


@pytest.mark.parametrize("typed", ["120000001 / GPLV", "G26", "KQ00123", "12-GPVT"])
def test_what_has_neither_form_is_no_licence(typed):
    with pytest.raises(ids.Invalid):
        ids.parse_transport_licence(typed)
