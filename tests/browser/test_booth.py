"""The booth's page in a real browser: it follows its lane, fits its screens, and asks nobody else."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn

from cuakhauso.core.answer import Because
from cuakhauso.core.words import Party
from cuakhauso.lane import words as w
from cuakhauso.lane.booth import booth
from cuakhauso.lane.contracts import Image, Subject
from cuakhauso.lane.sight import KINDS
from cuakhauso.sim.devices.pictures import plate_picture, scene_picture

from ..lane.builders import answer
from ..lane.node import HOA, MAU, SmallNode
from .conftest import PHONE, TABLET, barriers, too_wide
from .watched import watched

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = pytest.mark.browser

HELD = Because(
    code="hold_live", party=Party.BORDER_GUARD, law="Luật 1",
    words={
        "vi": "Biên phòng đang giữ xe: tài xế khác người khai.", "zh-hans": "边防扣留：司机与申报不符。",
        "en": "Border guard holds the vehicle: another driver.",
    },
)  # fmt: skip
UNPAID = Because(
    code="unpaid", party=Party.BUSINESS,
    words={"vi": "Chưa nộp phí hạ tầng 800.000 đ.", "zh-hans": "基础设施费未缴。", "en": "A fee is unpaid."},
)  # fmt: skip


@pytest.fixture
def served() -> Iterator[Callable[[SmallNode], str]]:
    """The address of a node's page, on a free port of this machine."""
    running = []

    def serve(node: SmallNode) -> str:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(booth(node), log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        serving = uvicorn.Server(config)
        thread = threading.Thread(target=serving.run, args=([listening],), daemon=True)
        thread.start()
        running.append((serving, thread, listening))
        end = time.monotonic() + 20
        while not serving.started and time.monotonic() < end:
            time.sleep(0.02)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    def stop() -> None:
        for serving, thread, _ in running:
            serving.should_exit = True
            thread.join(10)

    serve.stop = stop
    yield serve
    stop()
    for _, _, listening in running:
        listening.close()


@pytest.fixture
def node(tmp_path):
    return SmallNode(tmp_path, answer(against=(HELD, UNPAID)))


@pytest.fixture
def page_of(browser, served):
    """The lane's page, with the officer signed in."""
    contexts = []

    def opened(node, *, size=TABLET, language="vi"):
        at = served(node)
        context = browser.new_context(viewport=size)
        contexts.append(context)
        page = context.new_page()
        watched(page)
        page.strangers = []
        page.on("request", lambda asked: _is_ours(asked.url, at) or page.strangers.append(asked.url))
        page.goto(f"{at}/sign-in?next=/lane/L&language={language}")
        page.locator("#id").fill(MAU.id)
        page.locator("#pin").fill("739150")
        page.locator("main form button").click()
        expect(page.locator("[data-part=acts]")).to_be_visible()
        page.wait_for_load_state("load")
        return page

    yield opened
    for context in contexts:
        context.close()


def _is_ours(url, at):
    return url.startswith((f"{at}/", f"blob:{at}/"))


SEEN = {"a" * 64: plate_picture("12C-100.05"), "b" * 64: scene_picture("12C-100.05")}
IMAGES = tuple(Image(name=name, kind=kind, content=b"") for name, kind in zip(SEEN, KINDS, strict=False))


def refused(node):
    node.pictures.update(SEEN)
    node.stands().reads("12C-100.05", images=IMAGES)


def unknown(node):
    node.stands().reads("12C-100.06").after(9)
    node.live = None
    node.after(600, connected=False)


def opened_by_two(node):
    refused(node)
    node.hear(w.Told(node.at, w.Act.OPEN, MAU.person, HOA.person, "emergency"))


@pytest.mark.parametrize("language", ["vi", "zh-Hans", "en"])
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_the_page_fits_its_screen_and_breaks_no_rule(node, page_of, size, language):
    page = page_of(node, size=size, language=language)
    for happens in (refused, opened_by_two, unknown):
        node.__init__(node.engine.journal.path.parent / happens.__name__, answer(against=(HELD, UNPAID)))
        happens(node)
        page.reload()
        assert too_wide(page) <= 0, happens.__name__
        assert barriers(page) == [], happens.__name__
    assert (page.faults, page.strangers) == ([], [])


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_its_sheets_fit_and_break_no_rule(node, page_of, size):
    refused(node)
    page = page_of(node, size=size)
    for sheet in ("exception", "correct", "menu", "photos"):
        page.locator(f"button[data-opens={sheet}]").first.click()
        expect(page.locator(f"#{sheet}")).to_be_visible()
        assert too_wide(page) <= 0, sheet
        assert barriers(page) == [], sheet
        page.locator(f"#{sheet} [data-closes]").click()
    assert page.faults == []


def test_on_the_booths_screen_everything_is_seen_at_once(node, page_of):
    refused(node)
    page = page_of(node)
    for part in ("verdict", "reads", "devices", "acts"):
        box = page.locator(f"[data-part={part}]").bounding_box()
        assert box["y"] + box["height"] <= TABLET["height"], part
    seen = page.locator("img[data-kept]:visible").evaluate_all("all => all.map(one => one.naturalWidth > 0)")
    assert seen == [True, True], "the camera's picture beside the plate and beside what was read"
    buttons = page.locator(".acts .ck-btn").all()
    assert [one.bounding_box()["height"] >= 72 for one in buttons] == [True] * 4


def test_the_page_follows_the_lane_to_an_opening_by_two_persons(node, page_of):
    page = page_of(node)
    verdict, bar = page.locator("[data-part=verdict]"), page.locator("[data-part=acts]")
    expect(verdict).to_contain_text("Làn trống")

    node.stands().reads("").after(9)
    expect(verdict).to_contain_text("Chưa rõ xe nào")
    expect(verdict).to_contain_text("Chưa đọc được biển số.")

    node.reads("12C-100.05")
    expect(verdict).to_contain_text("Chưa được qua")
    expect(verdict).to_contain_text("Biên phòng đang giữ xe: tài xế khác người khai.")
    expect(verdict).to_contain_text("Chưa nộp phí hạ tầng 800.000 đ.")
    expect(bar.locator("[data-key=open]")).to_be_disabled()

    bar.locator("[data-key=exception]").click()
    sheet = page.locator("#exception")
    expect(sheet).to_contain_text("Chưa nộp phí hạ tầng")
    sheet.get_by_text("Lý do khác").click()
    sheet.locator("#second").fill(HOA.id)
    sheet.locator("#second-pin").fill("482613")
    send = sheet.get_by_role("button", name="Mở, tôi chịu trách nhiệm")
    send.click()
    expect(sheet.locator("[data-refused]")).to_have_text("Lý do “khác” thì phải ghi vài chữ.")
    assert sheet.locator("#second").input_value() == HOA.id

    sheet.locator("#exception-words").fill("xe cứu hỏa")
    sheet.locator("#second-pin").fill("482613")
    send.click()
    expect(sheet).to_be_hidden()
    expect(verdict).to_contain_text("Mở ngoại lệ")
    expect(verdict).to_contain_text("Hoàng Văn Mẫu, Lục Thị Hoa")
    expect(page.locator("#said")).to_contain_text("Đã ghi: Mở làn.")
    assert node.engine.lanes["L"].ticket.against == ("hold_live", "unpaid")
    assert (page.faults, page.strangers) == ([], [])


def test_a_sheet_filled_in_for_one_vehicle_does_not_open_for_the_next(node, page_of):
    refused(node)
    page = page_of(node)
    page.locator("[data-key=exception]").click()
    sheet = page.locator("#exception")
    sheet.get_by_text("Theo lệnh của lãnh đạo").click()
    sheet.locator("#second").fill(HOA.id)
    sheet.locator("#second-pin").fill("482613")
    node.senses(loop_before=False).after(30).stands().reads("98C-777.77").after(9)
    expect(sheet.locator("[data-part=against]")).to_contain_text("98C-777.77")
    sheet.get_by_role("button", name="Mở, tôi chịu trách nhiệm").click()
    expect(sheet.locator("[data-refused]")).to_contain_text("đã khác lúc bấm")
    assert node.engine.lanes["L"].ticket is None
    assert sheet.locator("[value=order]").is_checked()


def test_a_near_match_is_put_down_as_a_person_saw_it(tmp_path, page_of):
    node = SmallNode(tmp_path, answer())
    node.stands().reads("12C-100.06").after(9)
    page = page_of(node)
    page.get_by_role("button", name="Ghi theo biển thật: 12C-100.05").click()
    sheet = page.locator("#correct")
    assert sheet.locator("#correct-text").input_value() == "12C-100.05"
    sheet.get_by_text("Camera đọc sai").click()
    sheet.get_by_role("button", name="Ghi điều tôi thấy").click()
    expect(page.locator("[data-part=verdict]")).to_contain_text("Được qua")


def misreads_its_container(node):
    node.pictures.update(SEEN)
    node.stands().reads("12C-100.05", images=IMAGES)
    node.reads("CSQU3064383", Subject.CONTAINER, likely="CSQU3054383", images=IMAGES[1:]).after(9)


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_a_code_that_is_asked_about_is_put_down_by_whoever_looked_at_it(tmp_path, page_of, size):
    node = SmallNode(tmp_path, answer(containers=("CSQU3054383",)), reads=frozenset(Subject))
    misreads_its_container(node)
    page = page_of(node, size=size)
    assert node.engine.lanes["L"].ticket is None
    page.get_by_role("button", name="Có lẽ là CSQU 305438 3").click()
    sheet = page.locator("#correct")
    expect(sheet.locator(".look-code mark").first).to_have_text("6")
    assert sheet.locator("[value=container]").is_checked()
    expect(sheet.locator("[data-part=look] > .crop")).to_be_hidden()  # of the plate, which is not in question
    assert sheet.locator("#correct-text").input_value() == "CSQU 305438 3"
    assert too_wide(page) <= 0
    assert barriers(page) == []
    sheet.get_by_text("Camera đọc sai").click()
    sheet.get_by_role("button", name="Ghi điều tôi thấy").click()
    expect(page.locator("[data-part=verdict]")).to_contain_text("Được qua")


def test_a_button_does_not_change_under_a_finger(node, page_of):
    refused(node)
    page = page_of(node)
    back = page.locator("[data-key=refuse]")
    box = back.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    node.reads("98R-111.11", Subject.TRAILER)
    page.wait_for_timeout(700)
    expect(page.locator("[data-part=reads]")).not_to_contain_text("98R-111.11")
    page.mouse.up()
    expect(page.locator("[data-part=reads]")).to_contain_text("98R-111.11")


def test_a_page_that_lost_its_node_says_so_and_opens_nothing(node, page_of, served):
    refused(node)
    page = page_of(node)
    served.stop()
    expect(page.locator("#offline")).to_be_visible(timeout=15_000)
    expect(page.locator("#offline")).to_contain_text("Mất nối với nút làn")
    assert page.locator("[data-key=temporary_yard]").evaluate("one => one.closest('[inert]') !== null")
    expect(page.locator("#picture")).to_be_hidden()
    expect(page.locator("#none")).to_contain_text("Không có hình từ")


def test_a_tap_whose_answer_was_lost_on_the_way_is_done_once_and_told(node, page_of):
    refused(node)
    page = page_of(node)
    tries = []

    def lose_the_first_answer(route):
        tries.append(route.fetch())
        if len(tries) == 1:
            route.abort()
        else:
            route.fulfill(response=tries[-1])

    page.route("**/act", lose_the_first_answer)
    page.locator("[data-key=refuse]").click()
    expect(page.locator("#said")).to_contain_text("Đã ghi: Cho quay đầu.")
    assert len(tries) == 2
    assert len(node.view()["history"]) == 1
