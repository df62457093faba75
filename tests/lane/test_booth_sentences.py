"""No code of a lane is without words, in any of the three languages."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from cuakhauso.core.evidence import Doubt
from cuakhauso.core.permit import Code
from cuakhauso.core.words import CheckpointKind, Direction, Party, Place
from cuakhauso.lane import contracts, pictures
from cuakhauso.lane import sentences as s
from cuakhauso.lane.cameras import Outcome
from cuakhauso.lane.contracts import DeviceFault, Subject
from cuakhauso.lane.labels import DOUBTS, LABELS, labels
from cuakhauso.lane.people import Unrecognised
from cuakhauso.lane.scale_health import USUAL
from cuakhauso.lane.sentences import Language
from cuakhauso.lane.telling import Teller, language_of
from cuakhauso.lane.troubles import TROUBLES, of_push, of_scale
from cuakhauso.lane.weighing import NotYet
from cuakhauso.lane.words import Act, Phase, Why

from .builders import BEGIN

CLOSED_SETS = [
    (s.PHASES, Phase), (s.WHYS, Why), (s.ACTS, Act), (s.SUBJECTS, Subject), (s.PLACES, Place),
    (s.CHECKPOINTS, CheckpointKind), (s.DIRECTIONS, Direction), (s.PARTIES, Party), (s.OBJECTIONS, Code),
    (DOUBTS, Doubt),
]  # fmt: skip
TABLES = [table for table, _ in CLOSED_SETS] + [s.ASKED, s.OPENING, s.CORRECTING, LABELS, TROUBLES]


@pytest.mark.parametrize(("table", "codes"), CLOSED_SETS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_code_has_its_sentence(table, codes):
    assert set(table) == set(codes)


@pytest.mark.parametrize("table", TABLES)
def test_every_sentence_is_there_in_three_languages_and_asks_for_the_same_figures(table):
    for key, said in table.items():
        assert all(text.strip() for text in said), key
        filled = [sorted(re.findall(r"{(\w+)}", text)) for text in said]
        assert filled[0] == filled[1] == filled[2], key


@pytest.mark.parametrize("table", TABLES)
def test_vietnamese_and_chinese_are_written_as_such(table):
    for key, said in table.items():
        assert not re.search(r"[一-鿿]", said.vi + said.en), key
        assert re.search(r"[一-鿿]", said.zh) or said.zh.isupper(), key


def test_the_reasons_for_opening_against_objections_are_coded():
    assert list(s.OPENING) == [
        "emergency", "safety", "misread", "system_down", "order", "other",
    ]  # fmt: skip


def test_every_fault_of_a_device_and_every_state_has_a_label():
    faults = {thing.code for thing in vars(contracts).values() if _is_fault(thing)}
    assert faults | {"unknown", "well"} <= set(LABELS)
    assert set(Unrecognised) <= set(s.ASKED)


NO_TROUBLE = {
    Outcome.SPOOLED, Outcome.ALIVE, Outcome.HANDED_ON, Outcome.UNREAD, Outcome.NOTHING, Outcome.OUT_OF_ORDER,
}  # fmt: skip


def test_every_trouble_with_what_devices_send_has_its_sentence():
    assert {of_push(outcome) for outcome in set(Outcome) - NO_TROUBLE} <= set(TROUBLES)
    assert {of_scale(why) for why in set(NotYet) - USUAL} <= set(TROUBLES)
    assert {pictures.NotKept.code, pictures.NoPicture.code} <= set(TROUBLES)


def _is_fault(thing):
    return isinstance(thing, type) and issubclass(thing, DeviceFault)


def test_a_page_gets_all_labels_in_one_language():
    assert labels("zh-Hans")["may_pass"] == "可以放行"
    assert set(labels("vi")) == set(LABELS)


@pytest.mark.parametrize(
    ("told", "language"),
    [("zh-hans", "zh-Hans"), ("zh_Hans", "zh-Hans"), ("EN", "en"), ("vi", "vi"), ("fr", "vi"), ("", "vi")],
)
def test_a_language_is_known_by_any_spelling(told, language):
    assert language_of(told) == language


def test_moments_weights_and_waits_are_said_as_each_language_writes_them():
    vi, zh = Teller(Language.VI, BEGIN), Teller(Language.ZH, BEGIN)
    assert vi.clock(BEGIN + timedelta(minutes=32)) == "08:32"
    assert vi.clock(BEGIN + timedelta(days=1)) == "08:00 05/05"
    assert zh.clock(BEGIN) == "08:00（北京 09:00）"
    assert (vi.kg(Decimal("27860.4")), zh.kg(27860)) == ("27.860 kg", "27,860 公斤")
    waits = [vi.for_long(BEGIN - timedelta(seconds=n)) for n in (-5, 59, 60, 4920, 93600)]
    assert waits == ["dưới 1 phút", "dưới 1 phút", "1 phút", "1 giờ 22 phút", "1 ngày 2 giờ"]


def test_the_centres_sentence_is_told_in_the_readers_language_or_in_the_source():
    words = {"vi": "Chưa nộp phí.", "zh-hans": "费用未缴。"}
    assert Teller(Language.ZH, BEGIN).of(words) == "费用未缴。"
    assert Teller(Language.EN, BEGIN).of(words) == "Chưa nộp phí."
    assert Teller(Language.EN, BEGIN).of({}) == ""
