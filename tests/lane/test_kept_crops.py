"""What was misread is personal data: it goes when it is too old or too much, with what stands on it."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cuakhauso.lane.config import parse
from cuakhauso.lane.contracts import Image, Read, Subject
from cuakhauso.lane.corrections import Wrong, label_of
from cuakhauso.lane.pictures import name_of
from cuakhauso.lane.reckoning import Judgement, Outcome
from cuakhauso.lane.recognising import Recognising, corrections_of

from .builders import BEGIN
from .fitted import play
from .live import until
from .test_config import GOOD

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MISREAD = Read(at=BEGIN, source="L/front", subject=Subject.PLATE, text="12C-100.06")
LABEL = label_of("12C-100.05", MISREAD, BEGIN)


def jpeg(n, size=100):
    return b"\xff\xd8\xff" + bytes([n]) * size + b"\xff\xd9"


def kept_by(folder, vision):
    """As a node's file says."""
    file = GOOD.replace("/var/lib/cuakhauso-lane", str(folder)) + f"\n[vision]\n{vision}\n"
    return corrections_of(parse(file))


def keep(kept, content, at):
    """As if it had been kept at that time."""
    kept.keep([Wrong(LABEL, (content,), ())], {}.get)
    for path in kept.folder.glob(f"??/{name_of(content)}.*"):
        os.utime(path, (at.timestamp(),) * 2)


def names(kept):
    return {name for name, _ in kept.all()}


def test_a_crop_goes_with_its_label_when_it_is_older_than_the_node_s_file_says(tmp_path):
    kept = kept_by(tmp_path, "corrections_days = 30")
    old, young = jpeg(1), jpeg(2)
    keep(kept, old, NOW - 30 * DAY - timedelta(hours=1))
    keep(kept, young, NOW - 29 * DAY)
    assert kept.tidy(NOW) == 1
    assert names(kept) == {name_of(young)}
    assert {path.stem for path in kept.folder.glob("??/*")} == {name_of(young)}, "no label without its crop"


def test_where_they_are_more_than_the_node_s_file_says_the_oldest_go(tmp_path):
    kept = kept_by(tmp_path, "corrections_mb = 1")
    crops = [jpeg(n, 400_000) for n in range(4)]
    for age, crop in enumerate(crops):
        keep(kept, crop, NOW - (age + 1) * DAY)
    assert kept.tidy(NOW) == 2
    assert names(kept) == {name_of(crop) for crop in crops[:2]}


def test_ninety_days_and_five_hundred_megabytes_unless_it_says_otherwise(tmp_path):
    limits = kept_by(tmp_path, "")._pictures.limits
    assert (limits.age, limits.size) == (90 * DAY, 500 * 2**20)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_node_that_is_to_keep_none_keeps_none(tmp_path, keeps):
    class Node:
        picture = staticmethod(lambda name: jpeg(1))

    async def passes():
        made = Recognising(Node, None, kept, None, keeps)
        made.judged(
            "L", BEGIN, (Judgement("L/front", Subject.PLATE, Outcome.WRONG, (read,), ("12C-100.05",)),)
        )
        await asyncio.gather(*made._keeping)

    read = replace(MISREAD, images=(Image(name=name_of(jpeg(1)), kind="plate", content=b""),))
    kept = kept_by(tmp_path, "")
    asyncio.run(passes())
    assert len(names(kept)) == keeps


@pytest.mark.parametrize("switched", ["true", "false"])
def test_a_node_throws_away_what_is_too_old_also_once_nothing_more_is_kept(tmp_path, switched):
    data = tmp_path / "data"
    kept = kept_by(data, "")
    keep(kept, jpeg(1), datetime.now(UTC) - 91 * DAY)
    keep(kept, jpeg(2), datetime.now(UTC) - 89 * DAY)

    async def story(lane):
        await until(lambda: names(kept) == {name_of(jpeg(2))})

    play(story, data, file=lambda text: f"{text}\n[vision]\ncorrections = {switched}\n")
