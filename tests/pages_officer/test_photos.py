"""Photos as evidence: taken in with an act, made anew, shown to those who work there, gone by age."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cuakhauso.centre.crossings import evidence
from cuakhauso.centre.crossings.models import Photo
from cuakhauso.centre.places.models import Setting
from cuakhauso.centre.shared import pictures, store
from cuakhauso.centre.shared.errors import Invalid, NoRoom
from cuakhauso.centre.shared.models import AuditEntry, Crossing

from ..centre.builders import Gate, business, declare, officer
from .test_crossing import last, page_of, post

pytestmark = pytest.mark.usefixtures("gate")
ORIENTATION, EXIF, TAKEN, ZONE, GPS = 0x0112, 0x8769, 0x9003, 0x9011, 0x8825


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def jpeg(size=(60, 40), colour="red", **exif) -> bytes:
    image, told, written = Image.new("RGB", size, colour), Image.Exif(), BytesIO()
    told[ORIENTATION] = exif.get("orientation", 1)
    if "taken" in exif:
        told.get_ifd(EXIF).update({TAKEN: exif["taken"], ZONE: exif.get("zone", "")})
    told.get_ifd(GPS).update({1: "N", 2: (21.0, 58.0, 0.0)})
    image.save(written, "JPEG", exif=told)
    return written.getvalue()


def sent(content: bytes, name: str = "anh.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def entered():
    truck = declare()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    return truck


def holds(as_, truck, *photos, **form):
    return post(as_, officer("customs"), truck, "hold", reason="papers", photos=list(photos), **form)


def test_a_photo_comes_with_an_act_and_those_who_work_there_see_it(as_):
    truck = entered()
    assert holds(as_, truck, sent(jpeg()), sent(jpeg(colour="blue"))).status_code == 200
    names = last(truck).photos
    assert len(names) == 2
    url = f"/crossings/{truck.crossing_id}/photos/{names[0]}.jpg"
    assert url in page_of(as_, officer("border_guard"), truck)
    shown = as_(officer("border_guard")).get(url)
    assert hashlib.sha256(shown.content).hexdigest() == names[0]
    assert as_(business()).get(url).status_code == 404
    assert as_(officer("customs", "TT")).get(url).status_code == 404


def test_the_file_is_made_anew_upright_and_says_nothing_but_when():
    made = pictures.taken(jpeg(orientation=6, taken="2026:11:26 09:30:00", zone="+07:00"))
    with Image.open(BytesIO(made.content)) as kept:
        assert (kept.size, dict(kept.getexif())) == ((40, 60), {})
    assert made.at == datetime(2026, 11, 26, 2, 30, tzinfo=UTC)
    assert pictures.taken(jpeg(taken="long ago")).at is None


def test_a_large_photo_is_kept_smaller():
    with Image.open(BytesIO(pictures.taken(jpeg((4000, 3000))).content)) as kept:
        assert kept.size == (2000, 1500)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 not a photo", "not_a_photo"),
        (jpeg((400, 300))[:900], "not_a_photo"),
        (b"GIF89a" + bytes(40), "not_a_photo"),
        (b"\xff" * (pictures.MOST_BYTES + 1), "photo_too_large"),
    ],
    ids=["pdf", "half a photo", "gif", "too large"],
)
def test_what_is_no_photo_says_so(content, code):
    with pytest.raises(Invalid) as told:
        pictures.taken(content, "tep.jpg")
    assert [(e.field, e.code, e.params["name"]) for e in told.value.errors] == [("photos", code, "tep.jpg")]


def test_a_bomb_is_refused_by_its_size_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    with pytest.raises(Invalid) as told:
        pictures.taken(jpeg((60, 40)))
    assert told.value.errors[0].code == "photo_too_many_pixels"


def test_a_file_that_is_no_photo_holds_nothing_and_tells_which_it_was(as_):
    truck = entered()
    before = last(truck)
    answer = holds(as_, truck, sent(jpeg()), sent(b"MZ\x90 program", "may.exe"), words="Nghi ngờ")
    assert (answer.status_code, "may.exe" in answer.content.decode()) == (409, True)
    assert (last(truck), Photo.objects.count()) == (before, 0)


def test_the_same_act_sent_again_keeps_one_photo_and_one_fact(as_):
    truck, own = entered(), str(uuid.uuid4())
    for _ in range(2):
        assert holds(as_, truck, sent(jpeg()), id=own).status_code == 200
    assert [fact.kind for fact in store.facts_of(truck.crossing_id)].count("held") == 1
    assert Photo.objects.count() == 1


def test_photos_go_after_the_days_that_the_board_has_set_and_the_page_says_so(as_):
    truck = entered()
    holds(as_, truck, sent(jpeg()))
    [name] = last(truck).photos
    days = max(Setting.objects.filter(name="picture_days"), key=lambda row: row.valid_from).value
    later = store.now() + timedelta(days=days + 1)
    assert evidence.tidy(later) == 0, "it is here, and held"
    Crossing.objects.filter(pk=truck.crossing_id).update(ended_at=store.now(), held_by=[])
    assert evidence.tidy(later - timedelta(days=2)) == 0, "it is young"
    assert evidence.tidy(later) == 1
    assert evidence.tidy(later) == 0
    assert not pictures.path_of(evidence.FOLDER, name).exists()
    assert AuditEntry.objects.filter(verb="photos_deleted").count() == 1
    assert "Ảnh đã xóa ngày" in page_of(as_, officer("customs"), truck)


def test_a_photo_of_an_act_that_was_refused_belongs_to_nobody_and_goes(as_):
    truck = entered()
    answer = post(as_, officer("customs"), truck, "lift", hold=str(uuid.uuid4()), photos=[sent(jpeg())])
    assert answer.status_code == 409
    assert Photo.objects.get().named is False
    assert evidence.tidy(store.now() + timedelta(hours=2)) == 1
    assert list(pictures.path_of(evidence.FOLDER, "00").parent.parent.rglob("*.jpg")) == []


def test_no_room_for_it_is_told_and_nothing_is_recorded(as_, monkeypatch):
    truck = entered()
    monkeypatch.setattr(pictures, "LEAVE_FREE", 1 << 60)
    before = last(truck)
    with pytest.raises(NoRoom):
        evidence.keep(truck.crossing_id, [("anh.jpg", jpeg())])
    answer = holds(as_, truck, sent(jpeg()))
    assert (answer.status_code, last(truck)) == (409, before)
