"""What stands around the vehicle on the booth's page: the centre, devices, the sign, what happened lately."""

from dataclasses import replace
from datetime import timedelta

from cuakhauso.lane.health import DeviceState, Health
from cuakhauso.lane.journal import JournalFault
from cuakhauso.lane.words import Act, Told, Why

from .builders import BEGIN, HELD, answer
from .node import HOA, MAU
from .test_booth_view import codes


def fails():
    raise JournalFault("disk full")


class TestTheCentre:
    def test_connected(self, a_node):
        centre = a_node().view()["centre"]
        assert (centre["state"], centre["short"], centre["head"]) == ("connected", "Nối trung tâm", "")

    def test_alone_since_when_until_when_and_how_much_waits(self, a_node):
        centre = a_node().after(600, connected=False).view()["centre"]
        assert centre["head"] == "Mất nối trung tâm từ 08:00."
        assert centre["words"].startswith("Làn vẫn chạy bằng giấy phép đã ký, đến 12:00. 1 việc chờ gửi")

    def test_alone_for_too_long(self, a_node):
        node = a_node().after(4 * 3600 + 1, connected=False).stands().reads("12C-100.05")
        view = node.view("en")
        assert view["centre"]["words"].startswith("Signed permits no longer count")
        assert codes(view) == [Why.PERMITS_TOO_OLD]
        assert view["verdict"]["reasons"][0]["more"] == "The centre's last word: 08:00"

    def test_never_heard_is_not_connected(self, a_node):
        node = a_node()
        node.engine.book.as_of = None
        assert node.view()["centre"]["head"] == "Chưa nghe được trung tâm lần nào."

    def test_a_journal_that_cannot_be_written_is_told_first_of_all(self, a_node):
        node = a_node()
        node.engine.journal.step = fails
        node.stands()
        assert "disk full" in node.view()["fault"]
        assert node.view()["phase"]["why"] == "Không ghi được nhật ký nên làn không quyết định gì."


class TestAround:
    def test_devices_that_are_well_share_a_cell_and_one_that_is_not_has_its_own(self, a_node):
        node = a_node()
        ago = BEGIN - timedelta(minutes=2)
        node.states[1] = replace(node.states[1], state=Health.FAULTY, words="device_unreachable", since=ago)
        node.states.append(DeviceState("L/Cam 9", "camera", Health.UNKNOWN, None))
        node.states.append(DeviceState("Cam 8", "camera", Health.FAULTY, BEGIN, "device_garbled"))
        cells = [(one["name"], one["words"], one["tone"]) for one in node.view()["devices"]]
        assert cells == [
            ("Thanh chắn", "Đóng", "done"), ("Vòng từ", "Trống", "act"), ("Đèn", "Đỏ", "held"),
            ("Cam 2, Hình trực tiếp", "Tốt", "done"), ("Cam 1", "Không trả lời, 2 phút", "unknown"),
            ("Cam 9", "Chưa rõ", "unknown"), ("Cam 8", "Tín hiệu lạ, dưới 1 phút", "held"),
            ("Tiếp điểm, Bàn cân, Bảng điện tử", "Tốt", "done"),
        ]  # fmt: skip

    def test_switches_that_contradict_each_other_are_not_a_closed_boom(self, a_node):
        view = a_node().senses(boom_up=True, boom_down=True).view()
        assert view["devices"][0]["words"] == "Chưa rõ"

    def test_the_sign_is_shown_as_it_stands_there_or_as_unknown(self, a_node):
        node = a_node(answer(against=(HELD,))).stands().reads("12C-100.05")
        assert node.view()["sign"]["lines"] == ["12C-100.05", "DỪNG, CHỜ CÁN BỘ", "停车，等待人员"]
        node.hear(Told(node.at, Act.REFUSE, MAU.person))
        assert node.view()["sign"]["lines"] == ["QUAY ĐẦU", "请掉头"]
        node.on_sign = None
        assert node.view()["sign"]["words"] == "Chưa rõ bảng đang hiện gì"
        node.states = [one for one in node.states if one.kind != "sign"]
        assert node.view()["sign"] is None, "where there is none"

    def test_an_alarm_stays_for_whoever_looked_away_though_the_lane_goes_on(self, a_node):
        node = a_node().senses(boom_down=False, boom_up=False)
        node.after(1)
        assert node.view()["alarm"] == "", "the lane itself says it"
        node.senses(boom_down=True).after(9).after(9)
        view = node.view()
        assert view["phase"]["code"] == "idle"
        assert view["alarm"] == "08:00 · Thanh chắn không đóng mà không ai cho mở."
        assert view["history"][0]["words"] == "Thanh chắn không đóng mà không ai cho mở."
        assert node.after(600).view()["alarm"] == ""

    def test_the_last_passages_and_acts_are_told_newest_first(self, a_node):
        node = a_node(answer(against=(HELD,))).stands().reads("12C-100.05")
        node.hear(Told(node.at, Act.OPEN, MAU.person))
        told = Told(node.at, Act.OPEN, MAU.person, HOA.person, "emergency", "đau ngực")
        node.hear(told).passes()
        history = node.view()["history"]
        assert [one["words"] for one in history] == [
            "Qua: 12C-100.05", "Hoàng Văn Mẫu, Lục Thị Hoa: Mở làn", "Hoàng Văn Mẫu: Mở làn",
        ]  # fmt: skip
        assert "trái quy định: Xe đang bị giữ." in history[0]["more"]
        assert history[1]["more"] == "Cấp cứu, chữa cháy · đau ngực"
        assert "cần chọn lý do" in history[2]["more"]

    def test_an_opening_by_two_persons_is_no_permit(self, a_node):
        node = a_node(answer(against=(HELD,))).stands().reads("12C-100.05")
        node.hear(Told(node.at, Act.OPEN, MAU.person, HOA.person, "emergency"))
        verdict = node.view()["verdict"]
        assert (verdict["state"], verdict["head"]) == ("exception", "Mở ngoại lệ")
        assert verdict["sub"] == "Thanh chắn đang mở · Hoàng Văn Mẫu, Lục Thị Hoa"
        assert [one["words"] for one in verdict["reasons"]] == ["Biên phòng đang giữ xe."]
        assert verdict["good"] == ["Cấp cứu, chữa cháy"]

    def test_ten_are_shown_however_many_there_were(self, a_node):
        node = a_node(answer(against=(HELD,))).stands().reads("12C-100.05")
        for _ in range(12):
            node.hear(Told(node.at, Act.OPEN, MAU.person))
        assert len(node.view()["history"]) == 10
