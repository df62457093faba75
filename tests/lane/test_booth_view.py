"""What the booth's page shows of a lane, from the same engine that opens it."""

import json
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from cuakhauso.core.answer import Because
from cuakhauso.core.words import Party
from cuakhauso.lane import words as w
from cuakhauso.lane.contracts import Image, Subject, Weight
from cuakhauso.lane.sentences import Language
from cuakhauso.lane.words import Act, Told, Why

from .builders import BEGIN, DECLARED_38_T, HELD, answer
from .node import MAU

UNPAID = Because(
    code="unpaid", party=Party.BUSINESS, law="NQ 1", words={"vi": "Chưa nộp phí.", "zh-hans": "费用未缴。"}
)
EVERYTHING = {"reads": frozenset(Subject), "weighs": True}


def full(**more):
    return answer(
        trailers=("12R-000.88",), containers=("CSQU3054383",), max_gross_kg=42_000, goods="thanh long",
        **DECLARED_38_T, **more,
    )  # fmt: skip


def reads_all(node, kg=38_400):
    node.stands().reads("12C-100.05").reads("12R-000.88", Subject.TRAILER)
    node.reads("CSQU3054383", Subject.CONTAINER)
    return node.hear(w.Weighed(node.at, Weight(kg=Decimal(kg), stable=True)))


def codes(view):
    return [one["code"] for one in view["verdict"]["reasons"]]


def offer(view, key):
    return next(one for one in view["acts"] if one["key"] == key)


def test_an_empty_lane_says_so_and_offers_nothing(a_node):
    view = a_node().view()
    assert view["phase"]["words"] == "Làn trống"
    assert view["plate"] == {"text": "Không có xe", "country": "", "state": "none"}
    assert [one["key"] for one in view["acts"] if one["may"]] == []
    assert offer(view, "open")["small"] == "Làn trống"


def test_all_of_it_goes_to_a_page_as_it_is(a_node):
    node = reads_all(a_node(full(against=(HELD,)), **EVERYTHING))
    told = json.loads(msgspec.json.encode(node.view()))
    assert told["verdict"]["state"] == "refused"


class TestAPermit:
    def test_it_opens_and_says_until_when_and_by_whose_word(self, a_node):
        view = reads_all(a_node(full(), **EVERYTHING)).view()
        assert (view["verdict"]["state"], view["verdict"]["head"]) == ("permit", "Được qua")
        assert view["verdict"]["good"][0] == "Nhận dạng khớp: Đầu kéo, Rơ moóc, Container"
        assert "Số cân trong mức: 38.400 kg" in view["verdict"]["good"]
        assert view["plate"] == {"text": "12C-100.05", "country": "VN", "state": "known"}
        assert [one["state"] for one in view["reads"]] == ["agrees"] * 3
        assert view["weight"]["state_words"] == "Trong mức"

    def test_one_whose_boom_did_not_move_is_offered_to_a_person_on_the_permit(self, a_node):
        view = a_node().stands().reads("12C-100.05").after(9).view()
        assert (view["phase"]["code"], codes(view)) == ("attend", [Why.DID_NOT_OPEN])
        assert view["verdict"]["sub"] == "Giấy phép đã ký, đến 12:00"
        assert (offer(view, "open")["may"], offer(view, "open")["small"]) == (True, "có giấy phép")
        assert (offer(view, "exception")["may"], offer(view, "exception")["small"]) == (
            False, "đã có giấy phép",
        )  # fmt: skip

    def test_it_ends_with_the_hours_where_they_are_sooner(self, a_node):
        node = a_node(answer(ends=BEGIN + timedelta(minutes=30)))
        view = node.stands().reads("12C-100.05").after(9).view("zh-Hans")
        assert view["verdict"]["sub"] == "已签许可，至 08:30（北京 09:30）"


class TestWhyNot:
    def test_every_objection_in_the_readers_language_with_whom_and_law(self, a_node):
        node = a_node(answer(against=(HELD, UNPAID))).stands().reads("12C-100.05")
        view = node.view("zh-hans")
        assert view["verdict"]["state"] == "refused"
        assert view["verdict"]["sub"] == "2 个原因"
        words = [(one["words"], one["more"], one["tone"]) for one in view["verdict"]["reasons"]]
        assert words == [
            ("Biên phòng đang giữ xe.", "找边防", "held"), ("费用未缴。", "找企业 · NQ 1", "refused"),
        ]  # fmt: skip

    def test_an_objection_that_came_without_words_has_ours_and_a_new_one_is_named(self, a_node):
        mute = (
            Because(code="struck_off", party=Party.BOARD),
            Because(code="of_tomorrow", party=Party.BOARD),
        )
        view = a_node(answer(against=mute)).stands().reads("12C-100.05").view("en")
        words = [one["words"] for one in view["verdict"]["reasons"]]
        assert words == [
            "The vehicle was struck off.", "The centre objects, without words (of_tomorrow).",
        ]  # fmt: skip

    def test_another_trailer_shows_both_values_and_the_centres_objections_beside_it(self, a_node):
        node = a_node(full(against=(UNPAID,)), reads=frozenset(Subject))
        view = node.stands().reads("12C-100.05").reads("98R-111.11", Subject.TRAILER).view()
        assert codes(view) == [Why.DIFFERS, "unpaid"]
        assert view["verdict"]["reasons"][0]["more"] == "cam-trailer đọc 98R-111.11 · khai 12R-000.88"
        trailer = next(one for one in view["reads"] if one["subject"] == "trailer")
        assert (trailer["state"], trailer["declared"]) == ("differs", "khai 12R-000.88")

    def test_what_was_declared_and_not_read_is_a_row_of_its_own(self, a_node):
        view = a_node(full(), reads=frozenset(Subject)).stands().reads("12C-100.05").after(9).view()
        assert (view["verdict"]["state"], codes(view)) == ("unknown", [Why.NOT_ALL_READ])
        assert view["verdict"]["head"] == "Chưa đọc đủ"
        missing = [(one["subject"], one["text"]) for one in view["reads"] if one["state"] == "missing"]
        assert missing == [("trailer", "12R-000.88"), ("container", "CSQU3054383")]

    @pytest.mark.parametrize(
        ("kg", "code", "state", "figures"),
        [
            (45_000, "overweight", "overweight", "Cân 45.000 kg, giới hạn 42.000 kg, dung sai 5 %"),
            (30_000, Why.WEIGHT_DIFFERS, "differs", "Cân 30.000 kg, khai 38.000 kg, được lệch 1.900 kg"),
        ],
    )
    def test_a_weight_is_told_against_what_was_declared_and_permitted(self, a_node, kg, code, state, figures):
        view = reads_all(a_node(full(), **EVERYTHING), kg).view()
        assert (view["weight"]["state"], view["weight"]["compared"]) == (
            state, "khai 38.000 kg · giới hạn 42.000 kg",
        )  # fmt: skip
        assert next(one["more"] for one in view["verdict"]["reasons"] if one["code"] == code) == figures

    def test_a_vehicle_lighter_than_when_it_was_empty_is_told_so(self, a_node):
        node = a_node(answer(tares_kg=(15_000, 15_200, 15_100)), weighs=True).stands().reads("12C-100.05")
        view = node.hear(w.Weighed(node.at, Weight(kg=Decimal(9_000), stable=True))).view("en")
        [reason] = view["verdict"]["reasons"]
        assert reason["more"] == "Weighed 9,000 kg, lighter than when empty (15,100 kg)"

    def test_declared_and_measured_tare_are_told_apart_each_with_both_values(self, a_node):
        truck = answer(**DECLARED_38_T, tares_kg=(12_000, 12_100, 12_050))
        node = a_node(truck, weighs=True).stands().reads("12C-100.05")
        view = node.hear(w.Weighed(node.at, Weight(kg=Decimal(38_200), stable=True))).view("en")
        [reason] = view["verdict"]["reasons"]
        assert (reason["code"], reason["more"]) == (
            Why.TARE_DIFFERS,
            "Weighed 38,200 kg; empty before 12,050 kg, with the declared goods 35,050 kg,"
            " may differ by 1,753 kg",
        )
        assert view["weight"]["compared"] == "declared 38,000 kg · empty, usually 12,050 kg"

    def test_an_empty_vehicle_is_told_against_what_it_weighed_empty_before(self, a_node):
        truck = answer(goods_kg=0, tares_kg=(12_000, 12_100, 12_050))
        node = a_node(truck, weighs=True).stands().reads("12C-100.05")
        view = node.hear(w.Weighed(node.at, Weight(kg=Decimal(13_900), stable=True))).view()
        [reason] = view["verdict"]["reasons"]
        assert reason["more"] == "Cân 13.900 kg, những lần cân rỗng trước 12.050 kg, được lệch 603 kg"
        assert view["weight"]["state"] == "differs"

    def test_a_camera_is_called_by_its_name_on_this_lane(self, a_node):
        view = a_node().stands().reads("12C-100.05", source="L/front").view()
        assert view["reads"][0]["source"] == "front"

    def test_no_weight_is_not_a_good_weight(self, a_node):
        view = a_node(full(), weighs=True).stands().reads("12C-100.05").after(26).view()
        assert (view["weight"]["text"], view["weight"]["state"]) == ("Chưa cân", "unknown")
        assert (view["verdict"]["state"], codes(view)) == ("refused", [Why.NO_WEIGHT])


class TestWho:
    def test_an_unread_vehicle_is_unknown_and_not_empty(self, a_node):
        view = a_node().stands().reads("").after(9).view()
        assert (view["plate"]["text"], view["verdict"]["state"]) == ("Chưa đọc được biển", "unknown")
        assert [one["state"] for one in view["reads"]] == ["unread"]

    def test_a_near_match_is_shown_as_a_question(self, a_node):
        view = a_node().stands().reads("12C-100.06").after(9).view()
        assert (view["plate"]["state"], codes(view)) == ("read", [Why.NEAR_MATCH])
        assert [one["plate"] for one in view["near"]] == ["12C-100.05"]
        assert [one["state"] for one in view["reads"]] == ["unexpected"]
        [near] = view["near"]
        assert near["read"] == [("12C-100.0", True), ("6", False)]
        assert near["declared"] == [("12C-100.0", True), ("5", False)]

    def test_a_code_whose_check_digit_fails_comes_with_the_one_that_it_most_likely_is(self, a_node):
        node = a_node(answer(containers=("CSQU3054383",)), reads=frozenset(Subject)).stands()
        node.reads("CSQU3064383", Subject.CONTAINER, likely="CSQU3054383")
        for language, words in (("vi", "Có lẽ là"), ("en", "Probably"), ("zh-Hans", "可能是")):
            [row] = [one for one in node.view(language)["reads"] if one["subject"] == Subject.CONTAINER]
            assert (row["text"], row["state"]) == ("CSQU3064383", "illegible")
            assert row["likely"]["words"] == f"{words} CSQU 305438 3"
            assert row["likely"]["pieces"] == [("CSQU30", True), ("5", False), ("4383", True)]
        assert node.after(9).view()["phase"]["code"] == "attend"

    def test_a_near_trailer_is_held_against_the_trailer(self, a_node):
        node = a_node(full(), reads=frozenset(Subject)).stands()
        view = node.reads("12R-000.86", Subject.TRAILER).after(9).view()
        [near] = view["near"]
        assert near["subject"] == "Rơ moóc"
        assert (near["read"][-1], near["declared"][-1]) == (("6", False), ("8", False))

    def test_the_cameras_own_pictures_stand_beside_what_was_read(self, a_node):
        images = (
            Image(name="a" * 64, kind="vehicle", content=b""),
            Image(name="b" * 64, kind="plate", content=b""),
        )
        node = a_node(answer(against=(HELD,))).stands().reads("12C-100.06", images=images).after(9)
        assert node.view()["crop"] == {"name": "b" * 64, "kind": "plate", "words": "Ảnh chụp 08:00:00"}
        told = Told(node.at, Act.CORRECT, MAU.person, subject=Subject.PLATE, text="12C-100.05", words="bẩn")
        view = node.hear(told).view()
        assert view["crop"] == {"name": "b" * 64, "kind": "plate", "words": "Ảnh của camera"}
        pictures = [(one["kind"], one["text"]) for one in view["pictures"]]
        assert pictures == [("plate", "12C-100.05"), ("vehicle", "12C-100.05")], (
            "they stay with the person's word"
        )

    def test_an_unread_vehicle_is_looked_at_whole(self, a_node):
        images = (
            Image(name="a" * 64, kind="vehicle", content=b""),
            Image(name="c" * 64, kind="odd", content=b""),
        )
        view = a_node().stands().reads("", images=images).view()
        assert view["crop"]["kind"] == "vehicle"
        assert [one["name"] for one in view["pictures"]] == ["a" * 64]

    def test_nobody_expected(self, a_node):
        view = a_node().stands().reads("98C-777.77").after(9).view()
        assert (view["verdict"]["state"], codes(view)) == ("refused", [Why.NOBODY_EXPECTED])

    @pytest.mark.parametrize(
        ("text", "confidence", "state"), [("12C-100.05", 0.4, "unsure"), ("HELLO", 0.9, "illegible")]
    )
    def test_what_does_not_count_says_so(self, a_node, text, confidence, state):
        view = a_node().stands().reads(text, confidence=confidence).view()
        assert [one["state"] for one in view["reads"]] == [state]

    def test_what_a_person_saw_stands_under_the_persons_name(self, a_node):
        node = a_node(answer(against=(HELD,))).stands().reads("12C-100.06").after(9)
        told = Told(node.at, Act.CORRECT, MAU.person, subject=Subject.PLATE, text="12C-100.05", words="bẩn")
        view = node.hear(told).view()
        assert view["reads"][0]["source"] == "mau nhìn thấy"
        assert view["verdict"]["state"] == "refused"


class TestActs:
    def test_an_opening_against_objections_asks_for_a_reason_and_two_persons(self, a_node):
        view = a_node(answer(against=(HELD,))).stands().reads("12C-100.05").view()
        exception = offer(view, "exception")
        assert (exception["may"], exception["reason"], exception["second"]) == (True, True, True)
        assert exception["small"] == "lý do, hai người"
        assert (offer(view, "open")["may"], offer(view, "open")["small"]) == (False, "chưa có giấy phép")

    def test_where_one_person_is_enough_one_is_asked_for(self, a_node):
        node = a_node(answer(against=(HELD,)), second_person=False)
        exception = offer(node.stands().reads("12C-100.05").view(), "exception")
        assert (exception["second"], exception["small"]) == (False, "lý do")

    def test_out_of_the_zone_the_button_says_whose_permit_is_missing(self, a_node):
        node = a_node(answer(against=(HELD,)), permit_always=True)
        exception = offer(node.stands().reads("12C-100.05").view("en"), "exception")
        assert (exception["may"], exception["why"]) == (False, Why.PERMIT_NEEDED)
        assert exception["small"] == "This lane opens only with the centre's permit."

    def test_a_lane_that_hears_no_contacts_offers_only_to_look(self, a_node):
        view = a_node().hear(w.Silent(BEGIN)).view()
        assert [one["key"] for one in view["acts"] if one["may"]] == ["attend"]
        assert [one["words"] for one in view["devices"][:3]] == ["Chưa rõ"] * 3

    def test_looking_changes_nothing(self, a_node):
        node = a_node(answer(against=(HELD,))).stands().reads("12C-100.05")
        before, depth = node.engine.lanes["L"], node.engine.journal.depth()
        node.view()
        assert (node.engine.lanes["L"], node.engine.journal.depth()) == (before, depth)

    def test_another_vehicle_or_objection_is_another_sight_and_time_is_not(self, a_node):
        node = a_node(answer(against=(HELD,))).stands().reads("12C-100.05")
        seen = node.view()["seen"]
        assert node.after(2).view("en")["seen"] == seen
        node.centre_says(answer(against=(HELD, UNPAID), facts=4))
        assert node.view()["seen"] != seen
        unread = node.senses(loop_before=False).stands().reads("").after(9).view()["seen"]
        assert node.senses(loop_before=False).after(5).stands().reads("").after(9).view()["seen"] != unread


PHASES = {
    "unknown": lambda n: n.hear(w.Silent(n.at)), "idle": lambda n: n,
    "fault": lambda n: n.senses(forced=True), "identify": lambda n: n.stands(),
    "approach": lambda n: n.reads("12C-100.05"),
    "opening": lambda n: n.stands().reads("12C-100.05"),
    "open": lambda n: n.stands().reads("12C-100.05").senses(boom_down=False, boom_up=True),
    "passing": lambda n: n.stands().reads("12C-100.05").senses(loop_under=True),
    "stuck": lambda n: n.stands().reads("12C-100.05").senses(loop_under=True).after(91),
    "manual": lambda n: n.senses(key_manual=True), "emergency": lambda n: n.senses(emergency=True),
}  # fmt: skip


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_can_be_shown(a_node, phase, language):
    view = PHASES[phase](a_node()).view(language)
    assert view["phase"]["code"] == phase
    assert view["verdict"]["head"]
    assert all(one["may"] or one["small"] for one in view["acts"])
