"""Whatever is approved in whatever order: each day says what the last approved change says of it, and the
past says what it always said. `carved` alone first; then the same on the database, as rules read it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuakhauso.centre.places.reference import reference
from cuakhauso.centre.reference import actions
from cuakhauso.centre.reference.rules import Carved, Span, carved, says_already
from cuakhauso.centre.shared.errors import Refused
from cuakhauso.core.reference import Reference
from cuakhauso.core.steps import StepCode

from .people import draft, editor, in_days, rate, second, today

DAY = date(2026, 3, 2)
FAR = 40


@dataclass(frozen=True)
class Said:
    """A change that is approved on the day `on`: what is said from one day to another, or no more said."""

    on: int
    begins: int
    lasts: int | None
    value: int | None


CHANGES = st.lists(
    st.builds(
        Said, st.integers(0, 20), st.integers(0, 10), st.one_of(st.none(), st.integers(1, 8)),
        st.one_of(st.none(), st.integers(1, 4)),
    ),
    max_size=7,
)  # fmt: skip


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def applied(rows: list[Span], cut: Carved) -> list[Span]:
    """What the database does with it."""
    ends = {span.row: span.ends for span in cut.ended}
    gone = {span.row for span in cut.gone}
    kept = [replace(row, ends=ends.get(row.row, row.ends)) for row in rows if row.row not in gone]
    fresh = max((row.row or 0 for row in rows), default=0) + 1
    return kept + [replace(new, row=fresh + index) for index, new in enumerate(cut.new)]


def told(rows: list[Span], on: date) -> list[int]:
    return [row.says["value"] for row in rows if row.covers(on)]


@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_every_day_says_what_the_last_approved_change_says_of_it(changes):
    rows = [Span(day(-100), None, {"value": 0}, "đầu tiên", 1)]
    naive: dict[int, int | None] = dict.fromkeys(range(-100, FAR), 0)
    for change in sorted(changes, key=lambda one: one.on):
        begins = change.on + change.begins
        ends = None if change.lasts is None else begins + change.lasts
        was = {number: told(rows, day(number)) for number in range(-100, change.on)}
        new = Span(day(begins), day(ends) if ends is not None else None, {}, "")
        says = None if change.value is None else {"value": change.value}
        unchanged = says_already(rows, new, says)
        before = {number: told(rows, day(number)) for number in naive}
        rows = applied(rows, carved(rows, new, says, day(change.on)))
        assert {number: told(rows, day(number)) for number in was} == was, "the past never changes"
        for number in naive:
            if begins <= number < (FAR if ends is None else ends):
                naive[number] = change.value
        seen = {number: told(rows, day(number)) for number in naive}
        assert seen == {n: [] if value is None else [value] for n, value in naive.items()}
        assert not unchanged or seen == before


@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_a_row_that_has_been_in_force_keeps_what_it_said_and_since_when(changes):
    rows = [Span(day(-100), None, {"value": 0}, "đầu tiên", 1)]
    for change in sorted(changes, key=lambda one: one.on):
        now, begins = day(change.on), change.on + change.begins
        been = {row.row: (row.begins, row.says, row.source) for row in rows if row.begins < now}
        ends = None if change.lasts is None else day(begins + change.lasts)
        says = None if change.value is None else {"value": change.value}
        rows = applied(rows, carved(rows, Span(day(begins), ends, {}, "luật"), says, now))
        kept = {row.row: (row.begins, row.says, row.source) for row in rows}
        assert been.items() <= kept.items()
        assert all(row.ends is None or row.ends >= row.begins for row in rows)


def test_a_change_that_would_begin_yesterday_is_refused():
    with pytest.raises(ValueError, match="past"):
        carved([], Span(day(-1), None, {}, ""), {"value": 1}, day(0))


# --- on the database -----------------------------------------------------------------------------

Look = Callable[[Reference, date], Any]


def _rate(ref: Reference, on: date) -> Any:
    found = [
        row.amount
        for row in ref.tariff
        if (row.weight_class, row.regime, row.goods_class, row.kind) == ("VT2", "business", "ordinary", None)
        and row.valid_from <= on
        and (row.valid_to is None or on < row.valid_to)
    ]
    return found


def _hours(ref: Reference, on: date) -> Any:
    return [h.opens.hour for h in ref.calendar.hours if h.weekday == 2]


def _stay(ref: Reference, on: date) -> Any:
    return [ref.stay_hours]


def _quarantined(ref: Reference, on: date) -> Any:
    return [1] if "health" not in ref.quarantine.get("71", ()) and ref.quarantine.get("71") else []


def _place(ref: Reference, on: date) -> Any:
    found = ref.step_places.get(StepCode.HEALTH_CHECKED)
    return [] if found is None else [len(found)]


PLACES = {1: ["yard"], 2: ["B1", "border_line"], 3: ["B1", "yard", "border_line"], 4: []}
TOPICS: dict[str, tuple[Any, Callable[[int], dict[str, Any]], Look, Callable[[int | None], Any]]] = {
    "tariff": (rate(0, "VT2")[0], lambda v: {"amount": v}, _rate, lambda v: [] if v is None else [v]),
    "hours": (
        {"gate": "CKHN", "weekday": "2"}, lambda v: {"opens": f"0{v}:00", "closes": "20:00"}, _hours,
        lambda v: [] if v is None else [v],
    ),
    "settings": (
        {"gate": "CKHN", "name": "stay_hours"}, lambda v: {"value": v}, _stay,
        lambda v: [24 if v is None else v],
    ),
    "quarantine": (
        {"chapter": "71", "agency": "plant_quarantine"}, lambda v: {}, _quarantined,
        lambda v: [] if v is None else [1],
    ),
    "step_places": (
        {"gate": "CKHN", "step": "health_checked"}, lambda v: {"at": PLACES[v]}, _place,
        lambda v: [] if v is None else [len(PLACES[v])],
    ),
}  # fmt: skip


DAYS = (-2, -1, 0, 1, 3, 6, 10, 15)


def approved_or_nothing_to_change(topic: str, row: Any, change: Said) -> None:
    last = None if change.lasts is None else in_days(change.begins + change.lasts)
    made = actions.save(draft(topic, row, begins=change.begins, valid_to=last), by=editor())
    try:
        actions.propose(made.pk, by=editor())
    except Refused:
        return
    actions.approve(made.pk, by=second())


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_the_rules_get_for_each_day_what_was_approved_last_for_it(gate, topic, changes):
    key, values, look, expected = TOPICS[topic]
    with transaction.atomic():
        at_first = look(reference("CKHN", today()), today())
        naive = dict.fromkeys(DAYS, at_first)
        for change in changes[:5]:
            after = None if change.value is None else values(change.value)
            approved_or_nothing_to_change(topic, (key, after), change)
            ends = 99 if change.lasts is None else change.begins + change.lasts
            naive |= {n: expected(change.value) for n in DAYS if change.begins <= n < ends}
        assert {n: look(reference("CKHN", in_days(n)), in_days(n)) for n in DAYS} == naive
        assert naive[-1] == at_first
        transaction.set_rollback(True)
