"""Who may act at a node with the centre away: recognised by a PIN, and locked out after a few wrong ones."""

import asyncio
import logging
from datetime import timedelta

import argon2
import pytest

from cuakhauso.lane.people import LOCKED_FOR, MOST_REMEMBERED, Officer, Persons, Unrecognised, WeakPin, hashed

from .builders import BEGIN
from .node import HOA, MAU, cheap


@pytest.fixture
def people():
    return Persons.of([MAU, HOA])


def recognised(people, id="mau", pin="739150", address="10.0.0.5", after=0.0):
    return asyncio.run(people.recognise(id, pin, address, BEGIN + timedelta(seconds=after)))


def test_a_person_is_recognised_by_id_and_pin(people):
    assert recognised(people) is MAU
    assert recognised(people, id=" MAU ") is MAU


def test_a_wrong_pin_and_a_stranger_get_the_same_answer(people):
    assert recognised(people, pin="000001") is Unrecognised.WRONG
    assert recognised(people, id="nobody") is Unrecognised.WRONG
    assert recognised(people, pin="482613") is Unrecognised.WRONG
    assert recognised(people, pin="7" * 10_000) is Unrecognised.WRONG


def test_nobody_is_recognised_where_nobody_is_known():
    assert recognised(Persons.of([])) is Unrecognised.WRONG


def test_after_five_wrong_pins_even_the_right_one_waits(people):
    for n in range(5):
        assert recognised(people, pin="000001", address=f"10.0.0.{n}", after=n) is Unrecognised.WRONG
    assert recognised(people, address="10.0.0.9", after=6) is Unrecognised.LOCKED
    assert recognised(people, id="hoa", pin="482613", address="10.0.0.9", after=6) is HOA
    assert recognised(people, after=LOCKED_FOR.total_seconds() + 1) is MAU


def test_an_address_that_tries_one_person_after_another_waits(people):
    for n in range(5):
        recognised(people, id=f"nobody{n}", pin="000001", after=n)
    assert recognised(people, after=6) is Unrecognised.LOCKED
    assert recognised(people, address="10.0.0.6", after=6) is MAU


def test_tries_at_the_same_time_count_each(people):
    async def at_once():
        tries = (people.recognise("mau", f"{n:06}", "10.0.0.5", BEGIN) for n in range(20))
        return await asyncio.gather(*tries)

    answers = asyncio.run(at_once())
    assert answers.count(Unrecognised.WRONG) == 5
    assert answers.count(Unrecognised.LOCKED) == 15


def test_a_right_pin_forgives_the_person_and_not_the_address(people):
    for n in range(4):
        recognised(people, pin="000001", after=n)
    assert recognised(people, after=5) is MAU
    assert recognised(people, id="hoa", pin="000001", after=6) is Unrecognised.WRONG
    assert recognised(people, id="hoa", pin="482613", after=7) is Unrecognised.LOCKED
    assert recognised(people, address="10.0.0.7", after=7) is MAU


def test_strangers_do_not_fill_the_memory(people):
    for n in range(MOST_REMEMBERED + 50):
        people.by_address.count(str(n), BEGIN)
    assert len(people.by_address.at) == MOST_REMEMBERED


@pytest.mark.parametrize(
    "pin", ["12345", "abcdef", "111111", "121212", "234567", "654321", "１２３４５６", ""]
)
def test_a_pin_that_would_be_tried_first_is_refused(pin):
    with pytest.raises(WeakPin):
        hashed(pin)


def test_what_is_kept_of_a_pin_is_argon2_and_fits():
    kept = hashed("739150")
    assert kept.startswith("$argon2id$")
    assert "739150" not in kept
    assert argon2.PasswordHasher().verify(kept, "739150")


def test_a_new_pin_changes_the_seal_and_no_pin_is_ever_printed(caplog):
    assert MAU.seal != Officer("mau", MAU.name, cheap("739151")).seal
    with caplog.at_level(logging.DEBUG):
        assert "argon2" not in repr(MAU)


def test_a_file_with_mistakes_is_refused_with_all_of_them():
    with pytest.raises(ValueError, match="is no id") as refused:
        Persons.of([Officer("Mẫu", "", "739150"), HOA, HOA])
    assert "twice" in str(refused.value)
    assert "has no name" in str(refused.value)
    assert "lane person" in str(refused.value)
