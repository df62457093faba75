"""What passed a lane: newest first, by day and kind, with who opened, from the crossing and to it."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cuakhauso.centre.crossings.from_lanes import AtLane
from cuakhauso.centre.lanes import photos
from cuakhauso.centre.lanes.history import PAGE
from cuakhauso.centre.lanes.taking import fact_id

from ..centre.builders import business, declare, leader, officer
from .nodes import JPEG, enrolled, item, new_id, passage

HISTORY = "/lanes/CKHN/history/CKHN-B1-OUT/"


def rows(client, **asked):
    page = client.get(HISTORY, asked)
    assert page.status_code == 200
    return re.findall(r'<li id="i-([^"]+)"', page.content.decode())


def test_passages_are_told_newest_first_with_the_decision_and_who_opened(gate, browser_of):
    truck, node = declare(), enrolled()
    now = datetime.now(UTC)
    opened = {
        "act": new_id(), "person": "Vi Văn Mẫu", "second": "Chu Thị Mẫu", "reason": "misread",
        "words": "đã nhìn tận nơi",
    }  # fmt: skip
    by_person = passage(
        truck.crossing_id, at=now - timedelta(minutes=1), irregular=["step_open"], opened_by=opened
    )
    forced = passage(
        truck.crossing_id, at=now - timedelta(minutes=2), irregular=["unpaid"], opened_by="nobody"
    )
    strange = passage(None, reads=[{"subject": "plate", "text": "29C-887.31"}])
    node.sends(forced, strange, by_person, item("alarm", {"alarm": "forced"}))
    told = {
        "vi": (
            "Người mở dù còn: còn bước chưa xong",
            "Không ai mở barie: chưa nộp phí",
            "Làn không nhận ra xe",
        ),
        "en": (
            "Opened by a person although: a step is open",
            "Opened by nobody: fee not paid",
            "not recognise",
        ),
        "zh-hans": ("人工开启，当时：有步骤未完成", "无人开闸: 未缴费", "车道未识别车辆"),
    }
    for language, expected in told.items():
        page = browser_of(officer("customs"), language).get(HISTORY).content.decode()
        assert all(words in page for words in expected), language
        assert "Vi Văn Mẫu · Chu Thị Mẫu" in page
        assert "29C-887.31" in page
    client = browser_of(officer("customs"))
    assert rows(client) == [strange["id"], by_person["id"], forced["id"]]
    assert rows(client, kind="by_person") == [by_person["id"]]
    assert rows(client, kind="nobodys") == [strange["id"]]
    assert len(rows(client, kind="alerts")) == 4
    assert len(rows(client, kind="acts")) == 1
    assert len(rows(client, kind="no such", day="yesterday", before="x")) == 3


def test_a_day_is_hanois_and_older_ones_are_a_page_away(gate, browser_of):
    node = enrolled()
    noon = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0) - timedelta(days=2)
    late = noon.replace(hour=17, minute=30)  # half past midnight in Hanoi, the day after
    sent = [passage(None, at=noon - timedelta(minutes=n)) for n in range(PAGE + 2)]
    after_midnight = passage(None, at=late)
    node.sends(*sent, after_midnight)
    client = browser_of(officer("customs"))
    assert rows(client, day=(late + timedelta(hours=7)).date().isoformat()) == [after_midnight["id"]]
    day = (noon + timedelta(hours=7)).date().isoformat()
    first = client.get(HISTORY, {"day": day}).content.decode()
    assert len(rows(client, day=day)) == PAGE
    older = re.search(r'href="(\?[^"]*before=[^"]*)"', first)[1].replace("&amp;", "&")
    rest = re.findall(r'<li id="i-([^"]+)"', client.get(HISTORY + older).content.decode())
    assert rest == [one["id"] for one in sent[PAGE:]]


def test_one_goes_from_the_crossing_to_the_passage_and_back(gate, browser_of):
    truck, node = declare(), enrolled()
    sent = passage(truck.crossing_id)
    node.sends(sent)
    client = browser_of(officer("customs"))
    timeline = client.get(f"/crossings/{truck.crossing_id}/").content.decode()
    there = re.search(rf'href="({HISTORY}[^"]*)"', timeline)[1]
    assert there.endswith(f"#i-{sent['id']}")
    page = client.get(there.partition("#")[0]).content.decode()
    assert f'id="i-{sent["id"]}"' in page
    assert f'href="/crossings/{truck.crossing_id}/"' in page
    found = photos.at_lanes(truck.crossing_id, False)
    assert found == {fact_id(UUID(sent["id"]), "passed"): AtLane((), there)}


def test_the_timeline_says_what_lane_and_barrier_did_second_by_second_and_shows_the_plate(gate, browser_of):
    truck, other, node = declare(), declare(), enrolled()
    began, ticket = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5), new_id()

    def moved(second: int, to: str, why: str, ticket: str | None = ticket):
        body = {"from": "", "to": to, "why": why, "evidence": {"ticket": ticket}}
        return item("transition", body, at=began + timedelta(seconds=second))

    def decided(second: int, crossing: object, why: str):
        return item("decision", {"crossing": str(crossing), "why": why}, at=began + timedelta(seconds=second))

    picture = {"sha256": hashlib.sha256(JPEG).hexdigest(), "kind": "plate"}
    sent = passage(
        truck.crossing_id, at=began + timedelta(seconds=12), ticket=ticket, why="cleared", pictures=[picture],
        reads=[{"subject": "plate", "text": truck.form["vehicle"]["plate"], "confidence": 0.9}],
    )  # fmt: skip
    node.sends(
        moved(-60, "open", "boom_up", new_id()), decided(-61, other.crossing_id, "objections"),
        decided(0, truck.crossing_id, "permitted"), moved(0, "opening", "permitted"),
        moved(3, "open", "boom_up"), moved(7, "passing", "under_boom"), sent,
        moved(15, "idle", "boom_down", None), moved(90, "idle", "boom_down", None),
    )  # fmt: skip
    node.sends_picture()
    expected = {
        "vi": "Có giấy phép qua, Thanh chắn đã lên, Xe ở dưới thanh chắn, Xe đã qua hẳn, Thanh chắn đã xuống",
        "en": "There is a permit, The boom is up, The vehicle is under the boom, "
        "The vehicle is through, The boom is down",
    }
    seconds = [(began + timedelta(hours=7, seconds=s)).strftime("%H:%M:%S") for s in (0, 3, 7, 12, 15)]
    for language, told in expected.items():
        client = browser_of(officer("customs"), language)
        page = client.get(f"/crossings/{truck.crossing_id}/").content.decode()
        moves = re.findall(r"<time datetime=[^>]*>(\d\d:\d\d:\d\d)</time> ([^<]*)</li>", page)
        assert [at for at, _words in moves] == seconds
        assert ", ".join(words for _at, words in moves) == told
        shown = re.search(r'<a class="ck-pic" href="([^"]*)"', page)[1]
        assert client.get(shown).status_code == 200


def test_the_history_is_for_those_who_work_at_the_gate(gate, browser_of):
    for reader, status in (
        (officer("health"), 200), (leader(), 200), (officer("customs", "TT"), 404), (business(), 404),
    ):  # fmt: skip
        assert browser_of(reader).get(HISTORY).status_code == status
    assert browser_of(leader()).get("/lanes/CKHN/history/TT-B1-OUT/").status_code == 404


# --- how well its cameras read ---------------------------------------------------------------------

READ = {"right": 88, "wrong": 4, "unread": 8, "unjudged": 0, "confidence": 0.953}
WORSE = {
    "source": "CKHN-B1-OUT/front", "subject": "plate", "day": {"unjudged": 2},
    "week": READ, "drift": {"before": 0.97, "after": 0.88, "day": "2026-11-24"},
}  # fmt: skip


def stands_with(node, *accuracy):
    lane = {"code": "CKHN-B1-OUT", "phase": "idle", "devices": [], "accuracy": list(accuracy)}
    lane["devices"] = [{"name": "front", "kind": "camera", "state": "ok"}]
    return node.stands(lanes=[lane])


def test_the_page_of_a_lane_says_how_well_its_cameras_read_and_that_one_became_worse(gate, browser_of):
    assert stands_with(enrolled(), WORSE).status == 200
    told = {
        "vi": (
            "đúng 88 %",
            "chưa đọc được 8 %",
            "chắc 95 %",
            "trước đọc đúng 97 %, từ Thứ 3 24/11 còn 88 %",
        ),
        "en": ("88 % right", "8 % unread", "95 % sure", "97 % right before, 88 % since Tuesday 24/11"),
        "zh-hans": ("正确 88%", "未识别 8%", "置信度 95%", "此前正确率 97%，星期二 24/11起为 88%"),
    }
    for language, expected in told.items():
        page = browser_of(officer("customs"), language).get(HISTORY).content.decode()
        assert [words for words in expected if words not in page] == [], language
        lanes = browser_of(officer("customs"), language).get("/lanes/CKHN/").content.decode()
        assert expected[-1] in lanes, language


def test_a_lane_whose_cameras_have_read_nobody_yet_says_nothing_of_them(gate, browser_of):
    stands_with(enrolled())
    assert 'id="accuracy"' not in browser_of(officer("customs")).get(HISTORY).content.decode()


def test_what_no_node_can_have_counted_is_refused(gate):
    said = stands_with(enrolled(), {**WORSE, "week": {**READ, "right": -1}})
    assert said.status == 422
