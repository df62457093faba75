"""Frames of scales, re-keyed from the manuals with values of our own; the published checksums are theirs."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.contracts import WeightFault
from cuakhauso.lane.drivers import mtsics, rinstrum, yaohua
from cuakhauso.lane.drivers.frames import in_kg, number
from cuakhauso.lane.drivers.toledo import Dialect, Toledo

STABLE = bytes.fromhex("02 32 30 20 30 33 38 34 36 30 30 30 30 30 30 30 0d 1a")
MOVING_BY_TENS = bytes.fromhex("02 31 38 20 30 30 33 38 34 36 30 30 30 30 30 30 0d 13")


def frame(a, b, c=0x20, weight=b"038460", tare=b"000000"):
    """A Toledo frame; its checksum makes the low seven bits of the sum nought."""
    body = b"\x02" + bytes((a, b, c)) + weight + tare + b"\r"
    return body + bytes([-sum(body) & 0x7F])


def seen(parser, data):
    return [(weight.kg, weight.stable, weight.net, weight.fault) for weight in parser.feed(data)]


def one(parser, data):
    (weight,) = parser.feed(data)
    return weight


# --- METTLER TOLEDO ------------------------------------------------------------------------------


def test_the_published_toledo_frames_read_as_the_same_weight():
    assert seen(Toledo(), STABLE) == [(Decimal(38460), True, False, None)]
    assert seen(Toledo(), MOVING_BY_TENS) == [(Decimal(38460), False, False, WeightFault.MOTION)]


def test_our_own_toledo_frames_have_the_published_checksums():
    assert frame(0x32, 0x30) == STABLE
    assert frame(0x31, 0x38, weight=b"003846") == MOVING_BY_TENS


@pytest.mark.parametrize(
    ("code", "kg"),
    list(enumerate(["3846000", "384600", "38460", "3846", "384.60", "38.460", "3.8460", ".38460"])),
)
def test_the_point_stands_where_the_first_status_word_says(code, kg):
    weight = one(Toledo(), frame(0x30 | code, 0x30, tare=b"001000"))
    assert weight.kg == Decimal(kg)
    assert weight.tare_kg == Decimal(kg) / 38460 * 1000


def test_a_dialect_may_send_the_zeros_of_the_display_along():
    assert one(Toledo(Dialect(dummy_zeros=False)), frame(0x31, 0x30)).kg == 38460


@pytest.mark.parametrize(
    ("b", "kg", "fault"),
    [
        (0x30, 38460, None),
        (0x32, -38460, WeightFault.NEGATIVE),
        (0x34, 38460, WeightFault.OVERLOAD),
        (0x36, -38460, WeightFault.UNDERLOAD),
        (0x38, 38460, WeightFault.MOTION),
        (0x78, 38460, WeightFault.NOT_ZEROED),
        (0x20, None, WeightFault.UNIT),
    ],
)
def test_every_state_of_a_toledo_scale_is_told(b, kg, fault):
    weight = one(Toledo(), frame(0x32, b))
    assert (weight.kg, weight.fault, weight.counts) == (kg, fault, fault is None)


def test_net_weight_and_tare_are_told():
    weight = one(Toledo(), frame(0x32, 0x31, weight=b"024060", tare=b" 14400"))
    assert (weight.kg, weight.net, weight.tare_kg) == (24060, True, 14400)


@pytest.mark.parametrize(("a", "b", "c"), [(0x32, 0x10, 0x20), (0x52, 0x30, 0x30), (0x12, 0x10, 0x00)])
def test_bits_that_some_makers_hold_constant_do_not_matter(a, b, c):
    assert one(Toledo(), frame(a, b, c)).kg == 38460


def test_grams_and_pounds_are_no_weight_unless_the_dialect_has_no_say():
    assert one(Toledo(), frame(0x32, 0x30, 0x21)).fault is WeightFault.UNIT
    assert one(Toledo(Dialect(says_unit=False)), frame(0x32, 0x20)).kg == 38460


def test_parity_in_the_eighth_bit_is_ignored_and_kept_in_the_raw_frame():
    parity = bytes(byte | 0x80 if byte.bit_count() % 2 else byte for byte in STABLE)
    assert parity != STABLE
    weight = one(Toledo(), parity)
    assert (weight.kg, weight.raw) == (38460, parity)


def test_blanks_for_leading_zeros_and_a_blank_display_out_of_range():
    assert one(Toledo(), frame(0x32, 0x30, weight=b" 38460")).kg == 38460
    assert one(Toledo(), frame(0x32, 0x34, weight=b"      ")).kg is None
    blank = Toledo()
    assert seen(blank, frame(0x32, 0x30, weight=b"      ")) == []
    assert blank.garbled == 1


@pytest.mark.parametrize("place", range(18))
def test_a_toledo_frame_with_one_bit_wrong_is_no_weight(place):
    parser, wrong = Toledo(), bytearray(STABLE)
    wrong[place] ^= 0x04
    assert seen(parser, bytes(wrong)) == []
    assert seen(parser, STABLE) == [(Decimal(38460), True, False, None)]


def test_a_frame_that_lost_its_last_byte_does_not_cost_the_next_one():
    parser = Toledo()
    assert seen(parser, STABLE[:-1] + STABLE) == [(Decimal(38460), True, False, None)]
    assert parser.garbled == 1


def test_frames_without_checksum_are_read_where_the_dialect_says_so():
    plain = Toledo(Dialect(checksum=False))
    assert seen(plain, STABLE[:-1] * 2) == [(Decimal(38460), True, False, None)] * 2
    assert plain.diagnostics() == {"good": 2, "garbled": 0, "pending": 0}


# --- MT-SICS -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kg", "stable", "fault"),
    [
        (b"S S     38460 kg", 38460, True, None),
        (b"S D     12340 kg", 12340, False, WeightFault.MOTION),
        (b"S S     38.46 t", 38460, True, None),
        (b"S S    100.00 g", Decimal("0.1"), True, None),
        (b"S S       -20 kg", -20, True, WeightFault.NEGATIVE),
        (b"S S       120 lb", None, True, WeightFault.UNIT),
        (b"S I", None, None, WeightFault.ERROR),
        (b"S +", None, None, WeightFault.OVERLOAD),
        (b"S -", None, None, WeightFault.UNDERLOAD),
        (b"ES", None, None, WeightFault.ERROR),
    ],
)
def test_every_answer_of_mt_sics_is_told(line, kg, stable, fault):
    weight = one(mtsics.MtSics(), line + b"\r\n")
    assert (weight.kg, weight.stable, weight.fault, weight.net) == (kg, stable, fault, None)


def test_other_answers_of_mt_sics_are_no_weight():
    parser = mtsics.MtSics()
    assert seen(parser, b'I4 A "0123456789"\r\nZ A\r\nS S   1.2.3 kg\r\n') == []
    assert parser.garbled == 1


# --- Yaohua --------------------------------------------------------------------------------------


def test_the_published_commands_are_ours():
    told = {
        yaohua.SHAKE: "02 41 41 30 30 03",
        yaohua.GROSS: "02 41 42 30 33 03",
        yaohua.TARE: "02 41 43 30 32 03",
        yaohua.NET: "02 41 44 30 35 03",
    }
    assert {command: bytes.fromhex(hexes) for command, hexes in told.items()} == {c: c for c in told}


def test_the_published_lines_of_the_a12_read_as_told():
    weight = bytes.fromhex("57 47 30 30 34 2E 31 33 39 6B 67 33 44 0D 0A")
    assert seen(yaohua.A12(), weight) == [(Decimal("4.139"), None, False, None)]
    assert seen(yaohua.A12(), b" " * 9 + b"OL23\r\n") == [(None, None, None, WeightFault.OVERLOAD)]
    assert seen(yaohua.A12(), b" " * 9 + b"LO23\r\n") == [(None, None, None, WeightFault.UNDERLOAD)]


def test_the_a12_tells_net_negative_and_figures_without_a_point():
    def line(body):
        return body + yaohua.checked(body) + b"\r\n"

    assert seen(yaohua.A12(), line(b"WN-04.139kg")) == [(Decimal("-4.139"), None, True, WeightFault.NEGATIVE)]
    assert seen(yaohua.A12(), line(b"WG038460 kg")) == [(Decimal(38460), None, False, None)]


def summed(body):
    """A frame of tF=0 or of command mode, its checksum worked out character by character."""
    total = 0
    for byte in body:
        total ^= byte
    return b"\x02" + body + format(total, "02X").encode() + b"\x03"


def test_the_continuous_form_reads_sign_digits_and_point():
    assert summed(b"+0384600") == b"\x02+038460012\x03"
    assert seen(yaohua.Continuous(), summed(b"+0384600")) == [(Decimal(38460), None, None, None)]
    assert seen(yaohua.Continuous("t"), summed(b"+0384603")) == [(Decimal(38460), None, None, None)]
    assert seen(yaohua.Continuous(), summed(b"-0000200")) == [
        (Decimal(-20), None, None, WeightFault.NEGATIVE)
    ]
    assert seen(yaohua.Continuous(), summed(b"-0000000")) == [(Decimal(0), None, None, None)]


@pytest.mark.parametrize("place", range(12))
def test_a_continuous_frame_with_one_bit_wrong_is_no_weight(place):
    parser, wrong = yaohua.Continuous(), bytearray(summed(b"+0384600"))
    wrong[place] ^= 0x01
    assert seen(parser, bytes(wrong)) == []
    assert seen(parser, summed(b"+0384600")) == [(Decimal(38460), None, None, None)]


def test_the_reversed_form_reads_backwards():
    assert seen(yaohua.Reversed(), b"=000.3000") == [(Decimal("3.000"), None, None, None)]
    assert seen(yaohua.Reversed(), b"=00.1000-") == [(Decimal("-1.00"), None, None, WeightFault.NEGATIVE)]
    assert seen(yaohua.Reversed(), b"=0648300=") == []


def test_the_forward_form_reads_forwards_and_skips_prices():
    priced = b"=0003.000;0001.00;0003.00=-0001.00"
    kgs = [Decimal("3.000"), Decimal("-1.00")]
    assert [weight.kg for weight in yaohua.Forward().feed(priced)] == kgs


def test_command_mode_answers_gross_net_and_tare():
    parser = yaohua.Answers()
    told = summed(b"AA") + summed(b"AC+0144000") + summed(b"AB+0384600") + summed(b"AD+0240600")
    gross, net = parser.feed(told)
    assert (gross.kg, gross.net, gross.tare_kg) == (38460, False, 14400)
    assert (net.kg, net.net) == (24060, True)
    assert seen(parser, summed(b"BB+0111110")) == []  # another indicator on the same line
    assert seen(parser, b"\x02AB+038460000\x03") == []
    assert (parser.good, parser.garbled) == (5, 1)


def test_a_unit_that_is_none_is_refused_at_once():
    with pytest.raises(ValueError, match="unit"):
        yaohua.Continuous("lb")


# --- Rinstrum ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parser", "data", "kg", "stable", "net", "fault"),
    [
        (rinstrum.Format1(), b"\x02   38460G\x03", 38460, True, False, None),
        (rinstrum.Format1("t"), b"\x02   24.06N\x03", 24060, True, True, None),
        (rinstrum.Format1(), b"\x02   12340M\x03", 12340, False, None, WeightFault.MOTION),
        (rinstrum.Format1(), b"\x02-     20G\x03", -20, True, False, WeightFault.NEGATIVE),
        (rinstrum.Format1(), b"\x02 -------O\x03", None, None, None, WeightFault.OVERLOAD),
        (rinstrum.Format1(), b"\x02-  99999U\x03", -99999, None, None, WeightFault.UNDERLOAD),
        (rinstrum.Format1(), b"\x02 Err  42E\x03", None, None, None, WeightFault.ERROR),
        (rinstrum.Format2(), b"\x02   38460G  - kg\x03", 38460, True, False, None),
        (rinstrum.Format2(), b"\x02       0G Z- kg\x03", 0, True, False, None),
        (rinstrum.Format2(), b"\x02   24.06N  1  t\x03", 24060, True, True, None),
        (rinstrum.Format2(), b"\x02   12340GM -   \x03", None, False, False, WeightFault.MOTION),
        (rinstrum.Format2(), b"\x02   12340G  -   \x03", None, False, False, WeightFault.MOTION),
        (rinstrum.Format2(), b"\x02   12340GM - kg\x03", 12340, False, False, WeightFault.MOTION),
        (rinstrum.Format2(), b"\x02   12340G  - lb\x03", None, True, False, WeightFault.UNIT),
        (rinstrum.Format2(), b"\x02   99999O  -   \x03", None, False, None, WeightFault.OVERLOAD),
        (rinstrum.Format4(), b"ST,GR,   38460,kg\r\n", 38460, True, False, None),
        (rinstrum.Format4(), b"STGR   38460kg\r\n", 38460, True, False, None),
        (rinstrum.Format4(), b"ST,GR, ,  38460,kg\r\n", 38460, True, False, None),
        (rinstrum.Format4(), b"US,NT,   24.06, t\r\n", 24060, False, True, WeightFault.MOTION),
        (rinstrum.Format4(), b"OL,GR,   99999,kg\r\n", 99999, None, False, WeightFault.OVERLOAD),
        (rinstrum.Format4(), b"OL,GR,--------,kg\r\n", None, None, False, WeightFault.UNDERLOAD),
        (rinstrum.Format4(), b"ST,GR,   38460,lb\r\n", None, True, False, WeightFault.UNIT),
    ],
)
def test_every_state_of_a_rinstrum_indicator_is_told(parser, data, kg, stable, net, fault):
    assert seen(parser, data) == [(kg, stable, net, fault)]


# --- all of them ---------------------------------------------------------------------------------

EVERY = {
    "toledo": (Toledo, STABLE + MOVING_BY_TENS),
    "toledo plain": (lambda: Toledo(Dialect(checksum=False)), STABLE[:-1] + MOVING_BY_TENS[:-1]),
    "mtsics": (mtsics.MtSics, b"S S     38460 kg\r\nS +\r\n"),
    "continuous": (yaohua.Continuous, summed(b"+0384600") + summed(b"-0000200")),
    "reversed": (yaohua.Reversed, b"=06483000=00.1000-"),
    "forward": (yaohua.Forward, b"=00038460=-0001.00"),
    "answers": (yaohua.Answers, summed(b"AA") + summed(b"AB+0384600")),
    "a12": (yaohua.A12, b"WG004.139kg3D\r\n         OL23\r\n"),
    "fmt 1": (rinstrum.Format1, b"\x02   38460G\x03\x02   12340M\x03"),
    "fmt 2": (rinstrum.Format2, b"\x02   38460G  - kg\x03\x02   12340GM -   \x03"),
    "fmt 4": (rinstrum.Format4, b"ST,GR,   38460,kg\r\nUS,NT,   24.06, t\r\n"),
}
every = pytest.mark.parametrize("name", EVERY)
noise = st.binary(max_size=120) | st.lists(
    st.sampled_from(
        [STABLE, MOVING_BY_TENS[:9], b"\x02", b"=", b"S S ", b"\r\n", b"0", b"-", b" ", b"+", b"\x03"]
    ),
    max_size=30,
).map(b"".join)


@every
@given(st.lists(st.integers(0, 400)), noise)
def test_it_does_not_matter_how_the_bytes_arrive(name, cuts, junk):
    make, frames = EVERY[name]
    stream = frames + junk + frames
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    whole, pieces = make(), make()
    found = [weight for a, b in pairwise(edges) for weight in pieces.feed(stream[a:b])]
    assert found == list(whole.feed(stream))
    assert pieces.diagnostics() == whole.diagnostics()


@every
@given(noise)
def test_good_frames_are_found_after_junk_and_memory_stays_bounded(name, junk):
    make, frames = EVERY[name]
    parser, clean = make(), make()
    told = list(clean.feed(frames))
    assert told
    list(parser.feed(junk))
    assert parser.diagnostics()["pending"] < parser.longest
    # What the junk left may swallow what completes it; never more than one frame's length of what follows.
    found = list(parser.feed(frames * 3))
    assert found[-len(told) :] == told
    assert len(found) >= 2 * len(told)


@every
def test_what_a_parser_keeps_is_bounded(name):
    parser = EVERY[name][0]()
    for _ in range(50):
        list(parser.feed(b"\x02=S " * 1000))
    assert parser.diagnostics()["pending"] < parser.longest


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3))
def test_a_figure_reads_as_it_was_printed(value):
    assert number(f"  {value} ".encode()) == value
    assert in_kg(value, "t") == value * 1000


@given(st.binary(max_size=12))
def test_what_is_no_figure_is_none(text):
    value = number(text)
    assert value is None or value.is_finite()
