"""The node's store of pictures: nothing half, nothing damaged, nothing unsent removed."""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from cuakhauso.lane.jpeg import LARGEST
from cuakhauso.lane.pictures import (
    FRESH,
    Damaged,
    Kept,
    Limits,
    Missing,
    NoPicture,
    NotKept,
    Pictures,
    too_many,
)
from cuakhauso.sim.devices import scene

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
JPEG = scene.jpeg(shade=90)


def jpeg(number: int, size: int = 40) -> bytes:
    return b"\xff\xd8\xff\xe0" + f"{number:0{size - 6}}".encode() + b"\xff\xd9"


@pytest.fixture
def pictures(tmp_path) -> Pictures:
    return Pictures(tmp_path / "pictures", durable=False)


def aged(pictures: Pictures, name: str, age: timedelta) -> None:
    moment = (datetime.now(UTC) - age).timestamp()
    os.utime(pictures._path(name), (moment, moment))


def test_a_picture_s_name_is_its_content(pictures):
    name = pictures.put(JPEG)
    assert name == sha256(JPEG).hexdigest()
    assert pictures.get(name) == JPEG
    assert name in pictures


def test_it_is_still_there_after_a_restart_and_waits_for_the_disk(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    name = Pictures(tmp_path).put(JPEG)
    assert len(synced) == 3  # the file, its folder, and the folder of that
    assert Pictures(tmp_path).get(name) == JPEG


TOO_LARGE = b"\xff\xd8\xff" + bytes(LARGEST) + b"\xff\xd9"


@pytest.mark.parametrize("content", [b"", b"<html>", JPEG[:-2], TOO_LARGE], ids=len)
def test_what_is_no_jpeg_or_too_large_is_not_kept(pictures, content):
    with pytest.raises(NoPicture):
        pictures.put(content)
    assert list(pictures.all()) == []


@pytest.mark.parametrize("name", ["", "0" * 64, "../../etc/passwd", "A" * 64, "0" * 64 + "\n"])
def test_what_is_not_kept_is_missing_whatever_its_name(pictures, name):
    assert name not in pictures
    with pytest.raises(Missing):
        pictures.get(name)


@given(at=st.integers(0, len(JPEG) - 1), flip=st.integers(1, 255))
@settings(deadline=None, max_examples=40)
def test_a_picture_with_one_byte_changed_is_never_given_and_is_mended_by_putting_it_again(at, flip):
    with tempfile.TemporaryDirectory() as folder:
        pictures = Pictures(Path(folder), durable=False)
        name = pictures.put(JPEG)
        damaged = bytearray(JPEG)
        damaged[at] ^= flip
        pictures._path(name).write_bytes(damaged)
        with pytest.raises(Damaged):
            pictures.get(name)
        assert pictures.put(JPEG) == name
        assert pictures.get(name) == JPEG


def test_a_picture_cut_short_by_a_crash_does_not_exist(pictures, monkeypatch):
    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            pictures.put(JPEG)
    assert list(pictures.all()) == []
    assert not [path for path in pictures.folder.rglob("*") if path.is_file()]


def test_what_a_power_cut_left_half_written_goes_after_an_hour(pictures):
    name = pictures.put(JPEG)
    half = pictures._path(name).parent / "x.half"
    half.write_bytes(JPEG[:100])
    pictures.tidy((), datetime.now(UTC))
    assert half.exists()
    pictures.tidy((), datetime.now(UTC) + timedelta(hours=2))
    assert not half.exists()
    assert pictures.get(name) == JPEG


def test_a_full_disk_is_told(pictures, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(NotKept) as told:
        pictures.put(JPEG)
    assert isinstance(told.value.__cause__, OSError)


def test_the_oldest_go_first_and_the_unsent_stay(pictures):
    pictures.limits = Limits(age=timedelta(days=30), size=80)
    names = [pictures.put(jpeg(number)) for number in range(5)]
    for days, name in enumerate(reversed(names), start=1):
        aged(pictures, name, timedelta(days=days))
    tidied = pictures.tidy({names[0], names[2]}, datetime.now(UTC))
    assert tidied.removed == (names[1], names[3], names[4])
    assert tidied.left == 80
    assert {one.name for one in pictures.all()} == {names[0], names[2]}


def test_a_picture_put_again_while_it_is_being_tidied_away_stays(pictures, monkeypatch):
    name = pictures.put(JPEG)
    aged(pictures, name, timedelta(days=99))

    def judged(*args):
        gone = too_many(*args)
        pictures.put(JPEG)
        return gone

    monkeypatch.setattr("cuakhauso.lane.pictures.too_many", judged)
    assert pictures.tidy((), datetime.now(UTC)).removed == ()
    assert pictures.get(name) == JPEG


def test_many_threads_may_put_and_tidy_at_once(pictures):
    pictures.limits = Limits(size=400)

    def put_many(start):
        for number in range(start, start + 30):
            name = pictures.put(jpeg(number % 40))
            assert pictures.get(name) == jpeg(number % 40)
            pictures.tidy((), datetime.now(UTC))

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(put_many, (0, 10, 20)))
    assert len(list(pictures.all())) == 40  # all of them fresh


kept = st.builds(
    Kept,
    name=st.integers(0, 999).map(lambda number: f"{number:064x}"),
    at=st.integers(0, 100_000).map(lambda seconds: NOW - timedelta(seconds=seconds)),
    size=st.integers(1, 100),
)
some = st.lists(kept, max_size=30, unique_by=lambda one: one.name)


@given(some, st.data(), st.integers(0, 1500), st.integers(0, 100_000))
def test_no_more_is_removed_than_must_be_and_never_what_is_unsent_or_fresh(all_kept, data, size, seconds):
    unsent = data.draw(st.sets(st.sampled_from([one.name for one in all_kept]))) if all_kept else set()
    limits = Limits(age=timedelta(seconds=seconds), size=size)
    gone = too_many(all_kept, unsent, NOW, limits)
    may_go = [one for one in all_kept if one.name not in unsent and NOW - one.at > FRESH]
    left = sum(one.size for one in all_kept if one not in gone)
    assert not {one.name for one in gone} & unsent
    assert gone == sorted(may_go, key=lambda one: (one.at, one.name))[: len(gone)]
    assert left <= size or len(gone) == len(may_go)
    assert not [one for one in may_go if one not in gone and NOW - one.at > limits.age]
    if gone and NOW - gone[-1].at <= limits.age:
        assert left + gone[-1].size > size


class Store(RuleBasedStateMachine):
    """Against a dict, with damage and tidying in between."""

    names = Bundle("names")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.pictures = Pictures(self.folder, limits=Limits(size=200), durable=False)
        self.good: dict[str, bytes] = {}
        self.bad: set[str] = set()

    @rule(target=names, number=st.integers(0, 9))
    def put(self, number):
        name = self.pictures.put(jpeg(number))
        self.good[name] = jpeg(number)
        self.bad.discard(name)
        return name

    @rule(name=names, junk=st.binary(max_size=50))
    def damage(self, name, junk):
        if name in self.good:
            self.pictures._path(name).write_bytes(junk)
            self.bad.add(name)

    @rule(name=names, days=st.integers(0, 60))
    def grow_old(self, name, days):
        if name in self.good:
            aged(self.pictures, name, timedelta(days=days))

    @rule(keep=st.sets(names))
    def tidy(self, keep):
        for name in self.pictures.tidy(keep, datetime.now(UTC)).removed:
            assert name not in keep
            del self.good[name]
            self.bad.discard(name)

    @invariant()
    def each_is_given_as_it_was_put_or_not_at_all(self):
        for name, content in self.good.items():
            if name in self.bad:
                with pytest.raises(Damaged):
                    self.pictures.get(name)
            else:
                assert self.pictures.get(name) == content
        assert {one.name for one in self.pictures.all()} == set(self.good)

    def teardown(self):
        shutil.rmtree(self.folder)


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
