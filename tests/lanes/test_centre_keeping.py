"""Pictures: how long they stay, what keeps them, what is said when they are gone; a full disk."""

import errno
import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.lanes import alerts, keeping
from cuakhauso.centre.lanes.models import Picture
from cuakhauso.centre.lanes.rules import Shown, must_stay
from cuakhauso.centre.lanes.tasks import tidy_pictures
from cuakhauso.centre.places.models import Setting
from cuakhauso.centre.shared import pictures
from cuakhauso.centre.shared.models import AuditEntry, Crossing

from ..centre.builders import declare, officer
from .nodes import JPEG, enrolled, item, passage

LATER = datetime.now(UTC) + timedelta(days=91)
LANGUAGES = {"vi": "quy tắc giữ ảnh 90 ngày", "en": "keeps pictures for 90 days", "zh-hans": "保存 90 天"}


def jpeg(name: str) -> bytes:
    return JPEG + name.encode()


def a_passage(node, name="p", *, ended=True, **more):
    """A vehicle that passed, with a picture; where `ended`, it is gone since."""
    truck = declare()
    sha = node.sends_picture(jpeg(name)).body["sha256"]
    sent = passage(truck.crossing_id, pictures=[{"sha256": sha}], **more)
    node.sends(sent)
    if ended:
        Crossing.objects.filter(pk=truck.crossing_id).update(ended_at=datetime.now(UTC))
    return truck, sha, sent["id"]


def irregular_seen(truck, item_id):
    alerts.acknowledge(item_id, alerts.Saying(by=officer("customs"), words="đã xem"))


def test_a_picture_past_its_age_is_deleted_and_the_timeline_says_by_which_rule(gate, browser_of):
    node = enrolled()
    truck, sha, item_id = a_passage(node, irregular=["step_open"])
    irregular_seen(truck, item_id)
    assert keeping.tidy().deleted == 0
    assert keeping.tidy(LATER).deleted == 1
    assert keeping.tidy(LATER).deleted == 0
    assert not keeping.path_of(sha).exists()
    row = Picture.objects.get(pk=sha)
    assert (row.deleted_at, row.deleted_days) == (LATER, 90)
    for language, words in LANGUAGES.items():
        page = browser_of(officer("customs"), language).get(f"/crossings/{truck.crossing_id}/")
        assert words in page.content.decode(), language
        assert f"{sha}.jpg" not in page.content.decode(), "no broken picture"
    address = f"/crossings/{truck.crossing_id}/pictures/{sha}.jpg"
    assert browser_of(officer("customs")).get(address).status_code == 404
    (entry,) = AuditEntry.objects.filter(verb="pictures_deleted")
    assert (entry.data["days"], entry.data["source"], entry.data["sha256"]) == (90, "(A)", [sha])


def test_what_is_still_needed_stays_however_old(gate):
    node = enrolled()
    here, _, one = a_passage(node, "here", ended=False, irregular=["step_open"])
    irregular_seen(here, one)
    held, _, two = a_passage(node, "held", irregular=["step_open"])
    irregular_seen(held, two)
    Crossing.objects.filter(pk=held.crossing_id).update(held_by=["customs"])
    a_passage(node, "open alert", irregular=["step_open"])
    alarm = node.sends_picture(jpeg("alarm")).body["sha256"]
    node.sends(item("alarm", {"alarm": "forced", "pictures": [{"sha256": alarm}]}))
    assert keeping.tidy(LATER).deleted == 0
    Crossing.objects.filter(pk=held.crossing_id).update(held_by=[])
    assert keeping.tidy(LATER).deleted == 1


def test_the_board_sets_the_days_for_a_gate_and_without_any_nothing_goes(gate):
    node = enrolled()
    truck, _, item_id = a_passage(node, irregular=["step_open"])
    irregular_seen(truck, item_id)
    today = datetime.now(UTC).date() - timedelta(days=1)
    own = Setting.objects.create(gate_id="CKHN", name="picture_days", value=120, valid_from=today, source="x")
    assert keeping.tidy(LATER).deleted == 0
    own.delete()
    Setting.objects.filter(name="picture_days").delete()
    assert keeping.tidy(LATER).deleted == 0
    Setting.objects.create(gate_id="TT", name="picture_days", value=1, valid_from=today, source="x")
    assert keeping.tidy(LATER).deleted == 0, "another gate's rule"
    Setting.objects.create(gate_id="CKHN", name="picture_days", value=91, valid_from=today, source="x")
    assert tidy_pictures(0) == 0
    assert keeping.tidy(LATER + timedelta(days=1)).deleted == 1


def test_a_picture_that_comes_again_after_its_deletion_is_kept_again(gate):
    node = enrolled()
    sha = node.sends_picture().body["sha256"]
    keeping.tidy(LATER)
    assert Picture.objects.get().deleted_at
    assert node.sends_picture().status == 200
    row = Picture.objects.get()
    assert (row.deleted_at, row.deleted_days) == (None, None)
    assert keeping.path_of(sha).read_bytes() == JPEG


def test_a_crash_between_row_and_file_is_made_good_the_next_night(gate, monkeypatch):
    sha = enrolled().sends_picture().body["sha256"]
    with monkeypatch.context() as crashing:
        crashing.setattr(Path, "unlink", _killed)
        with pytest.raises(KeyboardInterrupt):
            keeping.tidy(LATER)
    assert Picture.objects.get().deleted_at == LATER
    assert keeping.path_of(sha).exists()
    night = keeping.tidy(LATER)
    assert night.astray == ()
    assert not keeping.path_of(sha).exists()


def test_rows_without_a_file_and_files_without_a_row_are_found_and_told(gate, browser_of):
    node = enrolled()
    truck, sha, _ = a_passage(node, ended=False)
    keeping.path_of(sha).unlink()
    stray = keeping.path_of(hashlib.sha256(b"stray").hexdigest())
    fresh = keeping.path_of(hashlib.sha256(b"fresh").hexdigest())
    half = keeping.path_of(sha).with_suffix(".0badcafe")
    for path in (stray, fresh, half):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(JPEG)
    for path in (stray, half):
        os.utime(path, (0, 0))
    night = keeping.tidy()
    assert (night.missing, set(night.astray)) == ((sha,), {stray.name, half.name})
    assert stray.exists(), "after a database was put back these may be evidence"
    assert not half.exists()
    page = browser_of(officer("customs")).get(f"/crossings/{truck.crossing_id}/").content.decode()
    assert "Mất tệp ảnh" in page
    assert f"{sha}.jpg" not in page
    assert keeping.tidy().missing == (), "told once"
    assert AuditEntry.objects.filter(verb="pictures_missing").count() == 1
    assert node.sends_picture(jpeg("p")).status == 200
    assert Picture.objects.get(pk=sha).missing_since is None


@pytest.mark.parametrize("full", ["write", "free"])
def test_a_full_disk_is_said_plainly_and_leaves_nothing_half(gate, monkeypatch, full):
    node = enrolled()
    with monkeypatch.context() as disk:
        if full == "free":
            disk.setattr(pictures.shutil, "disk_usage", lambda _: _Free())
        else:
            disk.setattr(Path, "write_bytes", _no_space)
        said = node.sends_picture()
    assert (said.status, said.body["code"]) == (507, "no_room")
    assert said.headers["Retry-After"] == "60"
    assert "gửi sau" in said.body["detail"]
    assert not Picture.objects.exists()
    assert not [path for path in keeping.folder().rglob("*") if path.is_file()]
    assert node.sends_picture().status == 200


def _killed(path, missing_ok=False):
    raise KeyboardInterrupt


class _Free:
    free = 1024


def _no_space(path, content):
    path.touch()
    raise OSError(errno.ENOSPC, "No space left on device")


BEFORE = datetime(2026, 11, 26, tzinfo=UTC)


@given(
    st.lists(st.integers(-9, 9), max_size=4), st.sampled_from(["alert_is_open", "crossing_lives", "is_held"])
)
def test_nothing_that_keeps_a_picture_is_ever_outvoted(days, keeps):
    shown = [Shown(at=BEFORE + timedelta(days=one)) for one in days]
    reason = Shown(at=BEFORE - timedelta(days=400), **{keeps: True})
    assert must_stay([*shown, reason], BEFORE)
    assert must_stay(shown, BEFORE) == any(one >= 0 for one in days)


def test_a_hold_keeps_what_its_vehicle_left_behind(gate):
    node = enrolled()
    truck, _, item_id = a_passage(node, "kept", ended=False, irregular=["step_open"])
    irregular_seen(truck, item_id)
    actions.hold(truck.crossing_id, "papers", Said(by=officer("customs"), note="thiếu giấy"))
    Crossing.objects.filter(pk=truck.crossing_id).update(ended_at=datetime.now(UTC))
    assert keeping.tidy(LATER).deleted == 0
