"""The booth's page over HTTP: every act and refusal, signing in, strangers, and the live stream."""

import asyncio
import json
from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from cuakhauso.lane import booth as pages
from cuakhauso.lane.booth import booth
from cuakhauso.lane.guard import MOST_BYTES, SESSION_FOR
from cuakhauso.lane.people import LOCKED_FOR, Officer, Persons
from cuakhauso.lane.words import Phase, Why

from .builders import HELD, answer
from .node import HOA, MAU, PICTURE, SmallNode, cheap

AT = "http://booth"
OURS = {"origin": AT}
SCRIPT = {**OURS, "accept": "application/json"}
PLAIN = {**OURS, "accept": "text/html"}
PAGES = ["/", "/lane/L", "/lane/L/live", "/lane/L/picture.jpg", f"/pictures/{'ab' * 32}.jpg"]


@pytest.fixture
def node(tmp_path):
    return SmallNode(tmp_path, answer(against=(HELD,)))


@pytest.fixture
def stranger(node):
    return TestClient(booth(node), base_url=AT, follow_redirects=False)


@pytest.fixture
def officer(node):
    client = TestClient(booth(node), base_url=AT, follow_redirects=False)
    assert signs_in(client).status_code == 303
    return client


def signs_in(client, id="mau", pin="739150", **more):
    return client.post("/sign-in", data={"id": id, "pin": pin, **more}, headers=OURS)


def act(client, name, headers=SCRIPT, **more):
    return client.post("/lane/L/act", data={"act": name, **more}, headers=headers)


def refused(client, name, **more):
    answered = act(client, name, **more)
    assert answered.status_code == 200
    return answered.json()["refused"]


def give_up(client, name, tap):
    return client.post("/lane/L/give-up", data={"act": name, "tap": tap}, headers=SCRIPT)


TWO = {"second": "hoa", "pin": "482613"}


class TestActs:
    def test_two_persons_open_against_objections(self, node, officer):
        node.stands().reads("12C-100.05")
        answered = act(officer, "open", reason="emergency", words="đau ngực", **TWO)
        assert answered.json() == {"refused": "", "words": "Đã ghi: Mở làn."}
        ticket = node.engine.lanes["L"].ticket
        assert (ticket.by, ticket.second, ticket.reason) == (MAU.person, HOA.person, "emergency")
        assert (ticket.words, ticket.against) == ("đau ngực", ("hold_live",))

    def test_by_json_as_by_a_form(self, node, officer):
        node.stands().reads("12C-100.05")
        told = {"act": "open", "reason": "safety", **TWO}
        assert officer.post("/lane/L/act", json=told, headers=OURS).json()["refused"] == ""
        assert node.engine.lanes["L"].phase is Phase.OPENING

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ({}, Why.REASON_NEEDED),
            ({"reason": "emergency"}, Why.SECOND_PERSON_NEEDED),
            ({"reason": "emergency", "second": "mau", "pin": "739150"}, Why.SECOND_PERSON_NEEDED),
            ({"reason": "emergency", "second": "hoa", "pin": "739150"}, "pin_wrong"),
            ({"reason": "emergency", "second": "hoa"}, "pin_wrong"),
            ({"reason": "because", **TWO}, "reason_unknown"),
            ({"reason": "dirty_plate", **TWO}, "reason_unknown"),
            ({"reason": "other", **TWO}, "words_needed"),
            ({"reason": "other", "words": "   ", **TWO}, "words_needed"),
        ],
    )
    def test_what_is_missing_for_an_opening_is_told_and_nothing_opens(self, node, officer, given, why):
        node.stands().reads("12C-100.05")
        answered = act(officer, "open", **given).json()
        assert answered["refused"] == why
        assert answered["words"]
        assert node.engine.lanes["L"].phase is Phase.ATTEND

    def test_a_tap_that_a_weak_network_brings_twice_is_done_once(self, node, officer):
        node.stands().reads("12C-100.05")
        first, again = (act(officer, "refuse", tap="t1").json() for _ in range(2))
        assert first == again == {"refused": "", "words": "Đã ghi: Cho quay đầu."}
        assert len(node.view()["history"]) == 1
        assert give_up(officer, "refuse", "t1").json() == first, "the page may ask what became of it"

    def test_a_tap_that_was_given_up_does_nothing_when_it_comes_at_last(self, node, officer):
        node.stands().reads("12C-100.05")
        assert give_up(officer, "refuse", "t2").json()["refused"] == "given_up"
        assert refused(officer, "refuse", tap="t2") == "given_up"
        assert node.view()["history"] == []
        assert refused(officer, "refuse", tap="t3") == ""

    def test_one_persons_tap_is_not_anothers(self, node, officer):
        node.stands().reads("12C-100.05")
        assert refused(officer, "refuse", tap="t4") == ""
        signs_in(officer, "hoa", "482613")
        assert give_up(officer, "refuse", "t4").json()["refused"] == "given_up"

    @pytest.mark.parametrize("name", ["open", "refuse", "temporary_yard", "attend"])
    def test_with_nobody_there_no_act_is_taken(self, officer, name):
        assert refused(officer, name, reason="safety" if name == "open" else "", **TWO) == Why.NOT_NOW

    @pytest.mark.parametrize(("name", "sign"), [("refuse", "turn_back"), ("temporary_yard",) * 2])
    def test_one_tap_sends_a_vehicle_away(self, node, officer, name, sign):
        node.stands().reads("12C-100.05")
        assert refused(officer, name) == ""
        assert node.on_sign.message == sign

    def test_an_officer_corrects_a_plate_and_the_permit_opens(self, node, officer):
        node.centre_says(answer(facts=4)).stands().reads("12C-100.06").after(9)
        told = {"subject": "plate", "text": " 12C-100.05 ", "reason": "camera_misread"}
        assert refused(officer, "correct", **told) == ""
        assert node.engine.lanes["L"].phase is Phase.OPENING

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ({"text": "12C-100.05", "reason": "not_read"}, "text_needed"),
            ({"subject": "plate", "reason": "not_read"}, "text_needed"),
            ({"subject": "plate", "text": "12C\x00", "reason": "not_read"}, "text_needed"),
            ({"subject": "plate", "text": "12C-100.05"}, Why.REASON_NEEDED),
            ({"subject": "plate", "text": "12C-100.05", "reason": "safety"}, "reason_unknown"),
            ({"subject": "plate", "text": "12C-100.05", "reason": "other"}, "words_needed"),
        ],
    )
    def test_what_is_missing_for_a_correction_is_told(self, node, officer, given, why):
        node.stands().reads("12C-100.06").after(9)
        assert refused(officer, "correct", **given) == why

    def test_looking_at_trouble_is_written_down(self, node, officer):
        node.senses(forced=True)
        assert refused(officer, "attend") == ""
        assert node.view()["history"][0]["words"] == "Hoàng Văn Mẫu: Đã ra xem"

    def test_a_tap_for_the_vehicle_before_is_not_for_this_one(self, node, officer):
        seen = node.stands().reads("12C-100.05").view()["seen"]
        node.senses(loop_before=False).after(30).stands().reads("98C-777.77").after(9)
        assert refused(officer, "open", reason="safety", seen=seen, **TWO) == "changed_meanwhile"
        assert node.engine.lanes["L"].ticket is None
        assert refused(officer, "open", reason="safety", seen=node.view()["seen"], **TWO) == ""

    def test_a_plain_form_keeps_what_was_typed_but_not_the_pin(self, node, officer):
        node.stands().reads("12C-100.05")
        typed = {"reason": "other", "words": "xe <cứu> hỏa", "second": "hoa", "pin": "000009"}
        page = act(officer, "open", headers=PLAIN, **typed)
        assert page.status_code == 200
        assert "Sai mã người hoặc PIN." in page.text
        assert "xe &lt;cứu&gt; hỏa" in page.text
        assert 'value="hoa"' in page.text
        assert "000009" not in page.text
        done = act(officer, "open", headers=PLAIN, **{**typed, "pin": "482613"})
        assert (done.status_code, done.headers["location"]) == (303, "/lane/L")

    @pytest.mark.parametrize(
        "given",
        [
            {"act": "explode"}, {"act": "correct", "subject": "driver"}, {}, [], "open", None,
            {"act": "open", "words": "x" * 501}, {"act": "open", "reason": ["safety"]},
            {"act": "open", "second": 7},
        ],
    )  # fmt: skip
    def test_what_no_page_sends_is_refused(self, officer, given):
        answered = officer.post("/lane/L/act", json=given, headers=OURS)
        assert answered.status_code == 400
        assert answered.json()["words"]

    def test_what_is_no_json_and_a_file_are_refused(self, officer):
        broken = officer.post(
            "/lane/L/act", content=b"{", headers={**OURS, "content-type": "application/json"}
        )
        assert broken.status_code == 400
        file = officer.post("/lane/L/act", files={"act": b"open"}, headers=OURS)
        assert file.status_code == 400

    def test_a_lane_of_another_node_is_not_here(self, officer):
        for path in ("/lane/M", "/lane/M/live", "/lane/M/picture.jpg"):
            assert officer.get(path).status_code == 404
        assert officer.post("/lane/M/act", data={"act": "open"}, headers=OURS).status_code == 404

    def test_refusals_are_told_in_the_language_of_the_page(self, officer):
        officer.get("/lane/L?language=zh-Hans")
        assert act(officer, "refuse").json()["words"] == "现在不能操作。"


class TestSigningIn:
    def test_a_page_leads_to_the_sign_in_and_back(self, stranger):
        led = stranger.get("/lane/L", headers={"accept": "text/html"})
        assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=/lane/L")
        assert 'value="/lane/L"' in stranger.get(led.headers["location"]).text
        assert signs_in(stranger, next="/lane/L").headers["location"] == "/lane/L"
        assert stranger.get("/lane/L").status_code == 200

    @pytest.mark.parametrize("onward", ["https://elsewhere.example/", "//elsewhere.example", "/lane/M"])
    def test_it_leads_nowhere_else(self, stranger, onward):
        assert signs_in(stranger, next=onward).headers["location"] == "/"

    def test_a_wrong_pin_keeps_the_id_and_not_the_pin(self, stranger):
        page = signs_in(stranger, pin="000009")
        assert "Sai mã người hoặc PIN." in page.text
        assert 'value="mau"' in page.text
        assert "000009" not in page.text
        assert stranger.get("/").status_code == 401

    def test_after_five_wrong_pins_everybody_at_that_address_waits(self, node, stranger):
        for _ in range(5):
            signs_in(stranger, pin="000009")
        assert "Sai PIN nhiều lần" in signs_in(stranger).text
        node.after(LOCKED_FOR.total_seconds())
        assert signs_in(stranger).status_code == 303

    def test_the_second_persons_wrong_pins_lock_too_and_the_first_goes_on(self, node, officer):
        node.stands().reads("12C-100.05")
        for _ in range(5):
            assert refused(officer, "open", reason="safety", second="hoa", pin="000009") == "pin_wrong"
        assert refused(officer, "open", reason="safety", **TWO) == "pin_locked"
        assert refused(officer, "temporary_yard") == ""

    def test_after_signing_out_nothing_is_done(self, officer):
        assert officer.post("/sign-out", headers=OURS).status_code == 303
        assert act(officer, "refuse").status_code == 401

    def test_a_session_ends_after_twelve_hours(self, node, officer):
        node.after(SESSION_FOR.total_seconds() - 1)
        assert officer.get("/lane/L").status_code == 200
        officer.get("/lane/L?language=en")  # whatever renews the cookie does not renew the session
        node.after(2)
        assert officer.get("/lane/L").status_code == 401

    def test_a_session_ends_with_a_new_pin_and_with_the_person(self, node, officer):
        node.persons = Persons.of([Officer("mau", MAU.name, cheap("739151")), HOA])
        assert officer.get("/").status_code == 401
        node.persons = Persons.of([HOA])
        assert officer.get("/").status_code == 401

    def test_a_session_outlives_a_restart_and_is_not_of_another_node(self, node, officer, tmp_path):
        again = TestClient(booth(node), base_url=AT, cookies=officer.cookies)
        assert again.get("/lane/L").status_code == 200
        other = TestClient(booth(SmallNode(tmp_path / "other")), base_url=AT, cookies=officer.cookies)
        assert other.get("/lane/L").status_code == 401

    def test_the_cookie_is_for_this_node_and_no_script(self, stranger):
        cookie = signs_in(stranger).headers["set-cookie"].lower()
        for part in ("httponly", "samesite=strict", "path=/", "max-age=43200"):
            assert part in cookie
        assert "739150" not in cookie


class TestStrangers:
    @pytest.mark.parametrize("path", PAGES)
    def test_nobody_sees_a_lane_without_signing_in(self, stranger, path):
        answered = stranger.get(path)
        assert (answered.status_code, answered.json()["refused"]) == (401, "sign_in_needed")
        assert "12C" not in answered.text

    def test_nobody_acts_without_signing_in(self, node, stranger):
        node.stands().reads("12C-100.05")
        assert act(stranger, "open", reason="safety", **TWO).status_code == 401
        assert node.engine.lanes["L"].ticket is None

    @pytest.mark.parametrize(
        "headers",
        [
            {}, {"origin": "http://elsewhere.example"}, {"origin": "null"}, {"origin": ""},
            {"origin": "http://booth.elsewhere.example"}, {**OURS, "sec-fetch-site": "cross-site"},
            {**OURS, "sec-fetch-site": "same-site"},
        ],
    )  # fmt: skip
    def test_what_comes_from_elsewhere_changes_nothing(self, node, officer, headers):
        node.stands().reads("12C-100.05")
        assert act(officer, "refuse", headers=headers).status_code == 403
        assert officer.post("/sign-out", headers=headers).status_code == 403
        assert node.view()["history"] == []

    def test_a_browser_that_says_where_it_comes_from_is_heard(self, node, officer):
        node.stands().reads("12C-100.05")
        assert (
            act(officer, "refuse", headers={**SCRIPT, "sec-fetch-site": "same-origin"}).json()["refused"]
            == ""
        )

    def test_what_is_too_large_is_not_read(self, stranger):
        large = stranger.post("/sign-in", content=b"x" * (MOST_BYTES + 1), headers=OURS)
        assert large.status_code == 413
        endless = stranger.post("/sign-in", content=iter([b"x"]), headers=OURS)
        assert endless.status_code == 413

    def test_every_answer_carries_the_law_of_the_page(self, stranger, officer):
        for answered in (
            stranger.get("/"), stranger.get("/sign-in"), officer.get("/lane/L"), stranger.get("/nowhere"),
            act(stranger, "open", headers={}), stranger.get("/static/booth.js"),
        ):  # fmt: skip
            law = answered.headers["content-security-policy"]
            assert "default-src 'none'" in law
            assert "unsafe" not in law
            assert answered.headers["x-content-type-options"] == "nosniff"
        assert officer.get("/lane/L").headers["cache-control"] == "no-store"

    def test_no_page_holds_a_script_or_a_style_of_its_own(self, officer):
        for path in ("/", "/lane/L", "/sign-in"):
            page = officer.get(path, headers={"accept": "text/html"}).text
            assert " style=" not in page
            assert "<style" not in page
            assert page.count("<script") == page.count('<script src="/static/')
            assert "http://" not in page.replace("http://www.w3.org", "")
            assert "https://" not in page

    @pytest.mark.parametrize("name", sorted(pages.SHARED | pages.OWN))
    def test_the_files_of_the_page_are_here(self, stranger, name):
        assert stranger.get(f"/static/{name}").status_code == 200

    @pytest.mark.parametrize(
        "name",
        ["lane.html", "../booth.py", "web/../../../settings.py", "vendor/htmx.min.js", "%2e%2e/booth.py"],
    )
    def test_and_no_others(self, stranger, name):
        assert stranger.get(f"/static/{name}").status_code == 404

    def test_what_a_camera_read_is_never_markup(self, node, officer):
        node.stands().reads("<script>alert(1)</script>")
        page = officer.get("/lane/L").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


class TestThePage:
    def test_the_lanes_of_the_node(self, officer):
        page = officer.get("/?language=en").text
        assert 'href="/lane/L"' in page
        assert "Lane is free" in page

    def test_the_newest_picture_or_none(self, node, officer):
        given = officer.get("/lane/L/picture.jpg?after=x")
        assert (given.content, given.headers["content-type"]) == (PICTURE, "image/jpeg")
        assert given.headers["cache-control"] == "no-store"
        assert (given.headers["x-number"], float(given.headers["x-age"]) < 1) == ("1", True)
        node.live = None
        assert officer.get("/lane/L/picture.jpg").status_code == 204

    def test_what_a_camera_sent_with_a_read_or_that_it_is_not_there(self, node, officer, monkeypatch):
        monkeypatch.setattr(pages, "LOOK_EVERY", 0)
        node.pictures["ab" * 32] = PICTURE
        assert officer.get(f"/pictures/{'ab' * 32}.jpg").content == PICTURE
        assert officer.get(f"/pictures/{'cd' * 32}.jpg").status_code == 404

    def test_a_language_once_chosen_stays(self, officer):
        officer.get("/lane/L?language=zh-hans")
        page = officer.get("/lane/L").text
        assert '<html lang="zh-Hans"' in page
        assert "通道空闲" in page

    def test_where_one_person_is_enough_no_second_is_asked_for(self, tmp_path):
        one = TestClient(booth(SmallNode(tmp_path, second_person=False)), base_url=AT)
        signs_in(one)
        assert 'name="pin"' not in one.get("/lane/L").text


class TestLive:
    def heard(self, node, officer, monkeypatch, *happens):
        """The stream's events, while things happen between one look and the next."""
        monkeypatch.setattr(pages, "LOOK_EVERY", 0)
        monkeypatch.setattr(pages, "BEAT_EVERY", 0)

        async def listen():
            session = {"id": "mau", "seal": MAU.seal, "at": node.at.isoformat()}
            scope = {
                "type": "http",
                "app": officer.app,
                "session": session,
                "query_string": b"",
                "headers": [],
            }
            stream, told = pages.told_live(Request(scope), "L"), []
            for happening in (lambda: None, *happens):
                happening()
                told.append(await anext(stream))
                if "event: view" in told[-1]:
                    told.append(await anext(stream))
            return told

        told = asyncio.run(listen())
        return [event.partition("\n")[0].removeprefix("event: ") for event in told], told

    def test_the_view_comes_when_it_changes_and_a_beat_always(self, node, officer, monkeypatch):
        kinds, told = self.heard(
            node, officer, monkeypatch, lambda: None, lambda: node.stands(), lambda: None,
            lambda: node.reads("12C-100.05"),
        )  # fmt: skip
        assert kinds == ["view", "beat", "beat", "view", "beat", "beat", "view", "beat"]
        last = json.loads(told[-2].split("data: ")[1])
        assert last["verdict"]["state"] == "refused"
        assert 'data-part="verdict"' in last["html"]

    def test_it_ends_with_the_session(self, node, officer, monkeypatch):
        kinds, _ = self.heard(node, officer, monkeypatch, lambda: setattr(node, "persons", Persons.of([HOA])))
        assert kinds == ["view", "beat", "gone"]

    def test_it_ends_by_itself_and_the_page_asks_again(self, node, officer, monkeypatch):
        monkeypatch.setattr(pages, "LIVE_FOR", 0.0)
        answered = officer.get("/lane/L/live")
        assert answered.status_code == 200
        assert answered.headers["content-type"].startswith("text/event-stream")


def test_time_goes_by_in_words_at_most_once_a_minute(node):
    node.stands().reads("12C-100.05")
    before = node.view()
    node.at += timedelta(seconds=1)
    assert node.view() == before
