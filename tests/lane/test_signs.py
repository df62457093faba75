import unicodedata
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Garbled, Refused, Sign, Unreachable
from cuakhauso.lane.drivers.led import Answers, TextSign, encoded, framed, width
from cuakhauso.sim.devices.led_sign import Fault, LedSign
from tests.lane.waiting import free_port, run

VIETNAMESE = "Mời xe vào làn số 3: ế ỗ ự ặ ỷ đ Đ Ấ"
CHINESE = "请驶入3号车道"


def test_frames_are_as_the_manual_prints_them():
    # FAT820 manual, p. 9: version 02 56 03; p. 13: a text that is shown and not kept
    assert framed(b"V") == bytes.fromhex("025603")
    assert framed(b"Y0", b"LAN 3") == bytes.fromhex("0259304c414e203303")


STREAM = b"\x06?\x15ROROM0412V SROM\x00\x06ROM0099V S"
ANSWERS = [b"\x06", b"\x15", b"ROM0412V S", b"\x06", b"ROM0099V S"]


def test_answers_come_out_in_order_without_noise():
    answers = Answers()
    assert list(answers.feed(STREAM)) == ANSWERS
    assert answers.noise == len(STREAM) - sum(map(len, ANSWERS))


@given(st.lists(st.integers(0, len(STREAM))))
@settings(deadline=None)
def test_it_does_not_matter_how_the_bytes_arrive(cuts):
    answers, edges = Answers(), [0, *sorted(cuts), len(STREAM)]
    assert [each for a, b in pairwise(edges) for each in answers.feed(STREAM[a:b])] == ANSWERS


@given(st.lists(st.binary()))
@settings(deadline=None)
def test_no_bytes_can_crash_it_and_the_next_answer_is_found(junk):
    answers = Answers()
    for data in junk:
        list(answers.feed(data))
    assert list(answers.feed(b"\x7f\x06"))[-1] == b"\x06"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp1258"])
def test_vietnamese_is_shown_in_every_encoding_that_has_it(encoding):
    shown = encoded(VIETNAMESE, encoding).decode(encoding)
    assert unicodedata.normalize("NFC", shown) == VIETNAMESE
    assert encoded(unicodedata.normalize("NFD", VIETNAMESE), encoding) == encoded(VIETNAMESE, encoding)


def test_what_the_signs_font_has_not_is_refused_and_no_question_mark_is_shown():
    with pytest.raises(Refused, match="请"):
        encoded(CHINESE, "cp1258")
    with pytest.raises(Refused, match="ờ"):
        encoded(VIETNAMESE, "gb2312")
    assert encoded(CHINESE, "gb2312").decode("gb2312") == CHINESE


@given(st.text(), st.sampled_from(["utf-8", "gb18030", "cp1258"]))
@settings(deadline=None)
def test_no_text_can_end_its_frame_early(text, encoding):
    try:
        shown = encoded(text, encoding)
    except Refused:
        return
    assert not set(shown) & {0x02, 0x03, 0x0A, 0x0D}


def test_a_chinese_character_is_two_columns_wide_and_a_tone_is_none():
    assert width(CHINESE) == 13
    assert width(unicodedata.normalize("NFD", "số 3")) == 4


@asynccontextmanager
async def sign(**more):
    async with LedSign(encoding=more.get("encoding", "utf-8")) as sim:
        driver: Sign = TextSign(f"tcp://127.0.0.1:{sim.port}", columns=40, **more)
        try:
            yield sim, driver
        finally:
            await driver.close()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_what_is_to_be_shown_is_shown(encoding):
    async def test():
        async with sign(encoding=encoding) as (sim, driver):
            await driver.show((VIETNAMESE, CHINESE))
            assert sim.shown == (VIETNAMESE, CHINESE)
            await driver.show(("Dừng lại",))
            assert sim.shown == ("Dừng lại",)
            await driver.show(())
            assert sim.shown == ()
            assert await driver.check() == f"sign tcp://127.0.0.1:{sim.port}: ROM0412V S"

    run(test)


def test_what_does_not_fit_is_refused_and_never_cut():
    async def test():
        async with sign() as (sim, driver):
            await driver.show(("Mời vào",))
            for lines in (("a", "b", "c"), ("车" * 21,), ("stop\x03\x02C",), ("a\rb",), ("\u2028",)):
                with pytest.raises(Refused):
                    await driver.show(lines)
            assert sim.shown == ("Mời vào",)

    run(test)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [(Fault.SILENT, Unreachable), (Fault.GARBLED, Garbled), (Fault.REFUSED, Refused)],
)
def test_every_fault_is_one_of_ours_and_the_next_text_is_shown(fault, raised):
    async def test():
        async with sign(timeout=0.5) as (sim, driver):
            sim.fault = fault
            with pytest.raises(raised):
                await driver.show(("Mời vào",))
            sim.fault = None
            driver._timeout = 5
            await driver.show(("Dừng lại",))
            assert sim.shown == ("Dừng lại",)

    run(test)


def test_a_slow_sign_is_waited_for_and_a_late_answer_is_not_the_next_ones():
    async def test():
        async with sign() as (sim, driver):
            sim.fault, sim.slow_s = Fault.SLOW, 0.1
            await driver.show(("1",))
            sim.slow_s = 0.5
            driver._timeout = 0.2
            with pytest.raises(Unreachable):
                await driver.show(("2",))
            driver._timeout = 5
            sim.fault = Fault.REFUSED
            with pytest.raises(Refused):
                await driver.show(("3",))

    run(test)


def test_nobody_there_is_unreachable():
    async def test():
        driver = TextSign(f"tcp://127.0.0.1:{free_port()}", timeout=0.5)
        with pytest.raises(Unreachable):
            await driver.show(("1",))
        assert driver.diagnostics()["last_fault"] == "device_unreachable"
        await driver.close()

    run(test)


def test_an_encoding_that_has_control_bytes_in_its_text_is_not_taken():
    with pytest.raises(ValueError, match="utf-16"):
        TextSign("tcp://127.0.0.1:1", encoding="utf-16")
