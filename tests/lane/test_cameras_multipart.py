"""Multipart: against Python's own parser of e-mail, and as a stream in any pieces."""

from email import message_from_bytes
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Garbled
from cuakhauso.lane.drivers.multipart import PartStream, boundary_of, parts_of
from cuakhauso.sim.devices.cameras import multipart
from cuakhauso.sim.devices.dahua_server import part

NAMES = st.text("abcXYZ019._-", min_size=1, max_size=20)
# A delimiter is no junk: what follows one is a part.
JUNK = st.binary(max_size=100).filter(lambda junk: b"--myboundary" not in junk)
CONTENTS = st.binary(max_size=200).filter(lambda content: b"boundary" not in content)


@given(st.lists(st.tuples(NAMES, st.just("application/octet-stream"), CONTENTS), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_parts_are_those_that_an_independent_parser_finds(sent):
    body = multipart(sent)
    head = (
        f"MIME-Version: 1.0\r\nContent-Type: {body.content_type}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    )
    (found,) = [message_from_bytes(head.encode() + body.content)]
    theirs = [each.get_filename() for each in found.get_payload()]
    ours = parts_of(body.content, body.content_type)
    assert [each.name for each in ours] == theirs
    assert [(each.name, each.media_type, each.content) for each in ours] == sent


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "boundary=b", "\n;"],
)
def test_without_a_boundary_there_are_no_parts(content_type):
    with pytest.raises(Garbled, match="boundary"):
        boundary_of(content_type)


def test_a_boundary_that_is_too_long_is_garbled():
    with pytest.raises(Garbled):
        parts_of(b"", f"multipart/form-data; boundary={'b' * 300}")
    with pytest.raises(Garbled):
        PartStream(b"b" * 300)
    with pytest.raises(Garbled):
        PartStream(b"--")


def test_a_body_of_very_many_parts_is_garbled():
    body = multipart([("a", "text/plain", b"")] * 40)
    with pytest.raises(Garbled, match="40 parts"):
        parts_of(body.content, body.content_type)


def test_what_a_body_declares_about_its_parts_is_not_believed():
    body = multipart([("a", "text/plain", b"0123456789")])
    lied = body.content.replace(b"Content-Length: 10", b"Content-Length: 3")
    assert parts_of(lied, body.content_type)[0].content == b"0123456789"


STREAM = b"".join(
    [
        part("text/plain", b"Heartbeat"),
        part("image/jpeg", b"\xff\xd8 \r\n--mybound \r\n\r\n--my\r\n\xff\xd9"),
        b"--myboundary\r\nContent-Type: text/plain\r\n\r\nof no declared length\r\n",
        part("text/plain", b""),
        part("text/plain", b"last"),
    ]
)
CONTENTS_OF_STREAM = [
    b"Heartbeat",
    b"\xff\xd8 \r\n--mybound \r\n\r\n--my\r\n\xff\xd9",
    b"of no declared length",
    b"",
    b"last",
]


def in_pieces(stream: PartStream, data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cuts), len(data)]
    return [each.content for a, b in pairwise(edges) for each in stream.feed(data[a:b])]


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
@settings(deadline=None)
def test_it_does_not_matter_how_a_stream_arrives(cuts):
    stream = PartStream(b"myboundary")
    assert in_pieces(stream, STREAM, cuts) == CONTENTS_OF_STREAM
    assert stream.garbled == 0


def test_a_part_is_told_when_its_declared_length_is_there_not_when_the_next_begins():
    stream = PartStream(b"myboundary")
    whole = part("text/plain", b"Heartbeat")
    assert stream.feed(whole[:-3]) == []
    assert [each.content for each in stream.feed(whole[-3:-2])] == [b"Heartbeat"]
    assert stream.feed(whole[-2:]) == []


@given(JUNK, st.lists(st.integers(0, 400), max_size=10))
@settings(max_examples=200, deadline=None)
def test_good_parts_after_junk_are_found_whatever_the_pieces(junk, cuts):
    stream = PartStream(b"myboundary")
    data = (
        part("text/plain", b"one")
        + junk
        + b"\r\n"
        + part("text/plain", b"two")
        + part("text/plain", b"three")
    )
    assert in_pieces(stream, data, [min(cut, len(data)) for cut in cuts]) == [b"one", b"two", b"three"]


@given(JUNK, st.lists(st.integers(0, 99), max_size=5))
@settings(max_examples=200, deadline=None)
def test_junk_where_headers_should_be_costs_that_part_alone(junk, cuts):
    stream = PartStream(b"myboundary")
    data = b"--myboundary\r\n\x00" + junk + b"\r\n" + part("text/plain", b"two")
    assert in_pieces(stream, data, [min(cut, len(data)) for cut in cuts]) == [b"two"]
    assert stream.garbled == 1
    assert stream.why


def test_a_part_that_does_not_end_is_let_go():
    stream = PartStream(b"myboundary", most=1000)
    stream.feed(b"--myboundary\r\nContent-Type: text/plain\r\n\r\n")
    for _ in range(50):
        assert stream.feed(b"x" * 100) == []
    assert stream.garbled == 1
    assert [each.content for each in stream.feed(b"\r\n" + part("text/plain", b"next"))] == [b"next"]


def test_the_dashes_of_the_delimiter_may_stand_in_the_header_too():
    assert in_pieces(PartStream(b"--myboundary"), STREAM, []) == CONTENTS_OF_STREAM


def test_after_the_end_mark_nothing_more_is_read():
    stream = PartStream(b"myboundary")
    stream.feed(part("text/plain", b"one") + b"--myboundary--\r\n")
    assert stream.ended
    assert stream.feed(part("text/plain", b"two")) == []
