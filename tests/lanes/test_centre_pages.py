"""The lanes' page, the pictures of a passage, and what leaders see of both."""

import asyncio
import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cuakhauso.centre.lanes import actions, drawing, live, queries
from cuakhauso.centre.lanes.items import Act
from cuakhauso.centre.lanes.models import EnrolmentCode, Lane, Node
from cuakhauso.centre.lanes.rules import Alert
from cuakhauso.centre.places.reference import version
from cuakhauso.centre.shared.models import OutboxEvent
from cuakhauso.centre.web import lane_words

from ..api.callers import Caller
from ..centre.builders import business, declare, leader, officer
from ..pages_officer.conftest import opened_all_day
from ..pages_officer.test_live import Page, cookies_of, in_thread
from .nodes import JPEG, board, enrolled, item, opening, passage

KEY = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
LANGUAGES = ("vi", "zh-hans", "en")
HTMX = {"HX-Request": "true"}


def test_every_alert_and_every_phase_has_words():
    assert {str(alert) for alert in Alert} == set(lane_words.ALERTS)
    assert set(lane_words.PHASE_LOOKS) <= set(lane_words.PHASES)
    assert set(lane_words.DEVICE_LOOKS) | {"unknown"} == set(lane_words.DEVICE_STATES)
    assert Act.OPEN_AGAINST == "open_against"


def told(gate="CKHN", language="vi"):
    look = drawing.Look(gate, (), language)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", drawing.lanes(look)))


def test_the_page_says_how_each_lane_stands_in_three_languages(gate, browser_of):
    truck, node = declare(), enrolled("CKHN", "CKHN-B1-OUT", "CKHN-B2-IN")
    now = datetime.now(UTC)
    devices = [
        {"name": "camera trước", "state": "ok", "since": now.isoformat(), "words": ""},
        {"name": "scale", "kind": "scale", "state": "down", "since": now.isoformat(), "words": "COM3"},
        {"name": "CKHN-B1-OUT/front", "kind": "reader", "state": "ok", "since": now.isoformat(), "words": ""},
    ]
    lanes = [{"code": "CKHN-B1-OUT", "phase": "passing", "since": now.isoformat(), "devices": devices}]
    waiting = {"items": 7, "oldest": (now - timedelta(minutes=12)).isoformat()}
    node.stands(lanes=lanes, waiting=waiting)
    node.sends(passage(truck.crossing_id), opening(truck.crossing_id), item("alarm", {"alarm": "tailgate"}))
    expected = {
        "vi": ("Barie B1, vào cửa khẩu", "Xe đang qua", "không chạy", "Hai xe qua một lần mở", "Chưa có nút",
               "Bàn cân", "Máy đọc front"),
        "en": ("B1 barrier", "Vehicle passing", "down", "Two vehicles passed", "No node yet",
               "Scale", "Reader front"),
        "zh-hans": ("B1 道闸", "车辆正在通过", "停止工作", "一次开闸通过两辆车", "尚无节点",
                    "地磅", "识读器 front"),
    }  # fmt: skip
    for language in LANGUAGES:
        page = browser_of(officer("customs"), language).get("/lanes/CKHN/")
        assert page.status_code == 200
        text = page.content.decode()
        assert all(words in text for words in expected[language]), language
        assert truck.form["vehicle"]["plate"] in text
        assert "COM3" in text
        assert "Nút B1" in text
    assert "12 phút" in told()
    assert "Camera hoặc cân đọc sai" in told()


def test_a_node_that_has_said_nothing_for_a_while_is_unknown(gate):
    node = enrolled("CKHN", "CKHN-B1-OUT")
    assert "Chưa rõ" in told(), "enrolled, and has told nothing yet"
    node.stands()
    assert "Trống, sẵn sàng" in told()
    Node.objects.update(status_at=datetime.now(UTC) - timedelta(seconds=31))
    assert "Trống, sẵn sàng" not in told()
    assert "không có tin" in told()
    assert "chạy tốt" not in told(), "nobody knows how its devices are"
    assert "Đang báo về" not in told()


def test_only_those_who_work_at_the_gate_see_its_lanes(gate, browser_of):
    for reader, status in (
        (officer("border_guard"), 200), (board(), 200), (leader(), 200),
        (officer("customs", "TT"), 404), (business(), 404),
    ):  # fmt: skip
        assert browser_of(reader).get("/lanes/CKHN/").status_code == status


def test_the_board_makes_a_code_that_is_shown_once_and_lets_a_node_in(gate, browser_of):
    client = browser_of(board())
    nothing = client.post("/lanes/CKHN/codes/", {})
    assert nothing.status_code == 422
    made = client.post("/lanes/CKHN/codes/", {"lanes": ["CKHN-B1-OUT", "CKHN-B2-IN"]})
    assert made.status_code == 201
    code = re.search(r'<code id="secret">([^<]+)</code>', made.content.decode())[1]
    assert code not in client.get("/lanes/CKHN/").content.decode()
    said = Caller().post("/lanes/enrol", {"code": code, "name": "Nút 1", "public_key": KEY})
    assert said.status == 201
    assert "Tạo mã ghi danh" not in browser_of(officer("customs")).get("/lanes/CKHN/").content.decode()
    assert browser_of(officer("customs")).post("/lanes/CKHN/codes/", {"lanes": ["x"]}).status_code == 403
    assert EnrolmentCode.objects.count() == 1


def test_the_board_revokes_a_node_on_the_page(gate, browser_of):
    node = enrolled().row
    sheet = f"/lanes/CKHN/nodes/{node.pk}/"
    assert "Thu hồi nút Nút B1?" in browser_of(board()).get(sheet, headers=HTMX).content.decode()
    assert browser_of(officer("customs")).get(sheet, headers=HTMX).status_code == 403
    address = f"{sheet}revoke/"
    assert browser_of(officer("customs")).post(address).status_code == 403
    assert browser_of(board("TT")).post(address).status_code == 404
    assert browser_of(board()).post(address).status_code == 302
    node.refresh_from_db()
    assert node.revoked_at is not None
    assert "Đã thu hồi" in browser_of(board()).get("/lanes/CKHN/").content.decode()


def test_the_passage_stands_on_the_timeline_with_its_pictures(gate, browser_of):
    truck, node = declare(), enrolled()
    sha = node.sends_picture().body["sha256"]
    node.sends(passage(truck.crossing_id, pictures=[{"sha256": sha}, {"sha256": "ab" * 32}]))
    address = f"/crossings/{truck.crossing_id}/pictures/{sha}.jpg"
    page = browser_of(officer("customs")).get(f"/crossings/{truck.crossing_id}/").content.decode()
    assert page.count(f'src="{address}"') == 1
    assert "ab" * 32 not in page, "it has not arrived yet"
    shown = browser_of(officer("customs")).get(address)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.content == JPEG


def test_pictures_are_for_those_who_may_see_the_crossing(gate, browser_of):
    truck, other, node = declare(), declare(), enrolled()
    sha = node.sends_picture().body["sha256"]
    node.sends(passage(truck.crossing_id, pictures=[{"sha256": sha, "kind": "plate"}]))
    address = f"/crossings/{truck.crossing_id}/pictures/{sha}.jpg"
    for reader, status in (
        (business(), 200), (leader(), 200), (officer("customs", "TT"), 404),
        (business("Sao Hôm", "4600000023"), 404),
    ):  # fmt: skip
        assert browser_of(reader).get(address).status_code == status
    of_another = f"/crossings/{other.crossing_id}/pictures/{sha}.jpg"
    assert browser_of(business()).get(of_another).status_code == 404
    at_the_gate = f"/lanes/CKHN/pictures/{sha}.jpg"
    assert browser_of(officer("customs")).get(at_the_gate).status_code == 200
    assert browser_of(business()).get(at_the_gate).status_code == 404
    assert browser_of(officer("customs")).get(f"/lanes/CKHN/pictures/{'ab' * 32}.jpg").status_code == 404


def test_a_business_sees_its_own_vehicle_and_not_who_else_was_there(gate, browser_of):
    truck, node = declare(), enrolled()
    own, scene, alarm = (
        node.sends_picture(JPEG[:-2] + tail + JPEG[-2:]).body["sha256"]
        for tail in (b"own", b"scene", b"alarm")
    )
    taken = [{"sha256": own, "kind": "vehicle"}, {"sha256": scene, "kind": "scene"}]
    node.sends(passage(truck.crossing_id, pictures=taken))
    told = {
        "alarm": "followed",
        "crossing": str(truck.crossing_id),
        "pictures": [{"sha256": alarm, "kind": "plate"}],
    }
    node.sends(item("alarm", told))
    page = browser_of(business()).get(f"/declarations/{truck.pk}/").content.decode()
    address = f"/crossings/{truck.crossing_id}/pictures/{{}}.jpg".format
    assert page.count(f'src="{address(own)}"') == 1
    assert scene not in page
    for sha, business_may in ((own, 200), (scene, 404), (alarm, 404)):
        assert browser_of(business()).get(address(sha)).status_code == business_may
        assert browser_of(officer("customs")).get(address(sha)).status_code == 200


def test_leaders_see_openings_and_alerts_of_today(gate, browser_of):
    truck, node = declare(), enrolled()
    node.sends(opening(truck.crossing_id), item("alarm", {"alarm": "forced", "words": "cần gãy"}))
    for language, words in (
        ("vi", "Mở barie dù còn"),
        ("en", "Barrier opened although"),
        ("zh-hans", "有反对"),
    ):
        page = browser_of(leader(), language).get("/board/").content.decode()
        assert words in page
        assert "cần gãy" in page
        assert "Vi Văn Mẫu" in page


@pytest.fixture
def committed(transactional_db):
    yield from opened_all_day()


@pytest.mark.django_db(transaction=True)
def test_the_page_changes_without_a_reload_when_a_node_reports(committed):
    node = enrolled("CKHN", "CKHN-B1-OUT")
    cookies = cookies_of(officer("customs"))

    async def story():
        async with Page("/live/lanes/CKHN/", cookies) as page:
            await page.until(lambda: "event: lanes" in page.text and "event: beat" in page.text)
            await in_thread(node.stands)
            await page.until(lambda: "Trống, sẵn sàng" in page.text)
            await in_thread(node.sends, item("alarm", {"alarm": "tailgate"}))
            await page.until(lambda: "Hai xe qua một lần mở" in page.text)
        async with Page("/live/lanes/CKHN/", cookies_elsewhere) as stranger:
            await stranger.until(lambda: stranger.status)
            return stranger.status

    cookies_elsewhere = cookies_of(officer("customs", "TT"))
    assert asyncio.run(story()) == 404


@pytest.mark.clock
@pytest.mark.django_db(transaction=True)
def test_a_node_that_falls_silent_becomes_unknown_on_an_open_page(committed, monkeypatch):
    monkeypatch.setattr(live, "ASK_AGAIN_S", 0.3)
    monkeypatch.setattr(queries, "SILENT_AFTER", timedelta(seconds=1.5))
    node = enrolled("CKHN", "CKHN-B1-OUT")
    node.stands()
    cookies = cookies_of(board())

    async def story():
        async with Page("/live/lanes/CKHN/", cookies) as page:
            await page.until(lambda: "Trống, sẵn sàng" in page.text and "Đang báo về" in page.text)
            shown = page.text.count("event: lanes")
            await page.until(lambda: page.text.count("event: lanes") > shown, within=8)
            return page.text.rsplit("event: lanes", 1)[1]

    after = asyncio.run(story())
    assert "không có tin" in after
    assert "Đang báo về" not in after
    assert "Trống, sẵn sàng" not in after


def test_lanes_are_seeded_for_both_gates_and_an_edit_is_noticed(gate):
    assert Lane.objects.filter(gate="CKHN").count() == Lane.objects.filter(gate="TT").count() == 6
    assert all(lane.source == "(A)" for lane in Lane.objects.all())
    before = version()
    Lane.objects.filter(pk="CKHN-B1-OUT").update(offline_minutes=20)
    assert version() > before


def test_a_late_picture_tells_the_pages_of_its_crossing(gate):
    truck, node = declare(), enrolled()
    sha = hashlib.sha256(JPEG).hexdigest()
    node.sends(passage(truck.crossing_id, pictures=[{"sha256": sha}]))
    node.sends_picture()
    assert OutboxEvent.objects.filter(
        name=actions.REPORTED, payload__crossing=str(truck.crossing_id)
    ).exists()
