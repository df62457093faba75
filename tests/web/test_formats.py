"""Numbers and times as each language writes them."""

from datetime import datetime
from decimal import Decimal

import pytest

from cuakhauso.centre.web import formats

VI, ZH, EN = "vi", "zh-hans", "en"
LATE = datetime(2026, 11, 23, 22, 46, tzinfo=formats.HANOI)
NOW = datetime(2026, 11, 24, 14, 32, tzinfo=formats.HANOI)


@pytest.mark.parametrize(
    ("language", "written"),
    [(VI, "1.214"), (ZH, "1,214"), (EN, "1,214"), ("zh-cn", "1,214"), (None, "1.214")],
)
def test_thousands_are_set_apart_as_the_reader_expects(language, written):
    assert formats.number(1214, language) == written


def test_fractions_are_rounded_half_up_and_padded():
    assert formats.number(Decimal("2.345"), VI, places=2) == "2,35"
    assert formats.number(21, VI, places=1) == "21,0"
    assert formats.number(-12, EN) == "−12"


@pytest.mark.parametrize(
    ("language", "written"), [(VI, "800.000 đ"), (ZH, "800,000 越南盾"), (EN, "800,000 VND")]
)
def test_money_has_its_unit(language, written):
    assert formats.money(Decimal("800000.00"), language) == written


@pytest.mark.parametrize(
    ("language", "kilograms", "tonnes"),
    [(VI, "21.000 kg", "21,0 t"), (ZH, "21,000 公斤", "21.0 吨"), (EN, "21,000 kg", "21.0 t")],
)
def test_weights_in_kilograms_and_tonnes(language, kilograms, tonnes):
    assert formats.weight(21000, language) == kilograms
    assert formats.weight(21000, language, unit="t") == tonnes


@pytest.mark.parametrize(
    ("language", "written"), [(VI, "1 giờ 22 phút"), (ZH, "1 小时 22 分钟"), (EN, "1 h 22 min")]
)
def test_durations_name_their_units(language, written):
    assert formats.duration(82 * 60 + 59, language) == written


def test_short_and_long_durations_stay_readable():
    assert formats.duration(59, VI) == "dưới 1 phút"
    assert formats.duration(3600, VI) == "1 giờ"
    assert formats.duration(27 * 3600 + 240, VI) == "1 ngày 3 giờ"


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(-3, ("0", "phút")), (99, ("99", "phút")), (125, ("2:05", "giờ")), (3 * 1440 + 7, ("3", "ngày"))],
)
def test_a_wait_is_a_figure_and_a_unit(minutes, shown):
    assert formats.waited(minutes * 60, VI) == shown


@pytest.mark.parametrize(
    ("low", "high", "language", "written"),
    [
        (20, 45, VI, "20–45 phút"),
        (20.6, 45.9, EN, "20–45 min"),
        (95, 150, VI, "95 phút–2:30 giờ"),
        (110, 150, ZH, "1:50–2:30 小时"),
        (20, 20.4, VI, "20 phút"),
        (0, 3, VI, "0–3 phút"),
        (0.2, 0.9, VI, "dưới 1 phút"),
    ],
)
def test_what_is_usual_is_written_like_the_wait_beside_it(low, high, language, written):
    assert formats.waited_between(low * 60, high * 60, language) == written


def test_both_clocks_differ_by_one_hour():
    assert formats.clock(NOW) == "14:32"
    assert formats.clock(NOW, zone=formats.BEIJING) == "15:32"


def test_a_time_of_another_day_says_which():
    assert formats.when(NOW, VI, now=NOW) == "14:32"
    assert formats.when(LATE, VI, now=NOW) == "23/11, 22:46"
    assert formats.when(LATE, EN, now=NOW) == "23 Nov, 22:46"
    assert formats.when(LATE.replace(year=2025), VI, now=NOW) == "23/11/2025, 22:46"


@pytest.mark.parametrize(
    ("language", "written"), [(VI, "24/11/2026"), (ZH, "2026-11-24"), (EN, "24 Nov 2026")]
)
def test_dates(language, written):
    assert formats.date(NOW, language) == written
