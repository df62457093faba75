"""Every kind of fact is told to people, in three languages, whatever it says."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.centre.web import icons, telling, vocabulary
from cuakhauso.core import facts as f
from cuakhauso.core.words import ActorKind, Agency, Source
from tests.core.builders import Story

pytestmark = pytest.mark.django_db  # reasons and gates have their words in tables

MOMENT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
LOOKS = set(vocabulary.STATUSES)
ACTORS = st.sampled_from(
    [
        f.PLATFORM,
        f.Actor(kind=ActorKind.PERSON, id="1", agency=Agency.CUSTOMS, name="Nông Thị Hạnh"),
        f.Actor(kind=ActorKind.PERSON, id="2", name="Lý Văn Sơn", organisation="3"),
    ]
)


@cache
def any_value(hint: Any) -> st.SearchStrategy[Any]:
    """Whatever a field of this type may hold."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return st.builds(hint, **{name: any_value(of) for name, of in get_type_hints(hint).items()})
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([any_value(one) for one in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(any_value(get_args(hint)[0]), max_size=2).map(tuple)
    if hint is Any or get_origin(hint) in (dict, list):
        return st.none()
    plain = {
        str: st.sampled_from(["", "first", "source", "12C-345.67", "100 %"]),
        int: st.integers(0, 90_000),
        bool: st.booleans(),
        Decimal: st.decimals(0, 90_000, places=3),
        NoneType: st.none(),
        datetime: st.just(MOMENT),
    }
    return plain[hint] if hint in plain else st.from_type(hint)


@cache
def any_fact(kind: type[f.Data]) -> st.SearchStrategy[f.Fact]:
    return st.builds(
        f.Fact, id=st.uuids(), crossing=st.uuids(), occurred_at=st.just(MOMENT), recorded_at=st.just(MOMENT),
        actor=ACTORS, source=st.sampled_from(Source), data=any_value(kind), v=st.just(1),
        irregular=st.sampled_from([(), ("unpaid",)]),
    )  # fmt: skip


def told(fact: f.Fact, language: str) -> telling.Told:
    with translation.override(language):
        return telling.fact_told(fact)


@pytest.mark.parametrize("kind", f.KINDS.values(), ids=f.KINDS.keys())
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_every_kind_of_fact_is_told_in_three_languages(kind, data):
    fact = data.draw(any_fact(kind))
    in_each = [told(fact, language) for language in ("vi", "en", "zh-hans")]
    assert len({one.words for one in in_each}) == 3, f"not translated: {in_each[0].words}"
    assert not any("%(" in one.words for one in in_each)
    assert {(one.look, one.icon) for one in in_each} == {(in_each[0].look, in_each[0].icon)}
    assert in_each[0].look in LOOKS
    assert in_each[0].icon in icons.names()


def test_every_kind_of_fact_has_its_teller_and_no_other_has():
    assert set(telling.TELLERS) == set(f.KINDS.values())


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("vi", "Đọc Biển số: 桂F10007"), ("en", "Read: Plates 桂F10007"), ("zh-hans", "识别号牌：桂F10007")],
)
def test_a_chinese_plate_that_was_read_is_told_with_its_province(language, sentence):
    fact = Story().is_read("plate", "F10007", "桂").facts[-1]
    assert told(fact, language).words == sentence
