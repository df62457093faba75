"""The pages' script and styles, in a real browser on the vocabulary page."""

import shutil

import pytest

from ..browser.watched import watched

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
TABLET, PHONE = {"width": 1024, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture
def open_page(browser, live_server):
    contexts = []

    def go(path="/vocabulary", *, size=TABLET, language="vi"):
        context = browser.new_context(viewport=size)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        watched(page)
        page.goto(live_server.url + path)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["vi", "zh-hans", "en"])
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_a_page_fits_its_screen_and_breaks_no_rule_of_the_browser(open_page, size, language):
    page = open_page(size=size, language=language)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.faults == []


def test_the_language_is_switched_and_stays(open_page):
    page = open_page()
    page.get_by_role("button", name="EN").first.click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).inner_text().startswith("Vocabulary")
    page.get_by_role("button", name="中文").first.click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_both_clocks_show_the_servers_time(open_page):
    page = open_page()
    hanoi, beijing = page.locator("[data-clock]").all_inner_texts()
    assert (int(beijing[:2]) - int(hanoi[:2])) % 24 == 1
    assert hanoi[3:] == beijing[3:]


def test_a_wait_is_counted_on_and_turns_red(open_page):
    page = open_page()
    wait = page.locator("time[data-since]").first
    assert wait.locator("b").inner_text() == "47"
    page.evaluate("document.querySelector('time[data-since]').dataset.since = '2020-01-01T00:00:00Z'")
    playwright.expect(wait.locator("span")).to_have_text("ngày")


def test_a_gauge_goes_on_with_its_wait(open_page):
    page = open_page()
    gauge = page.locator("[data-gauge]")
    assert "is-over" in gauge.get_attribute("class")
    page.evaluate(
        "document.querySelector('[data-gauge]').dataset.gauge = new Date(Date.now() - 54e4).toISOString()"
    )
    playwright.expect(gauge).to_have_class("ck-gauge")
    at = gauge.locator(".ck-gauge-pin").get_attribute("x")
    assert 15 <= float(at.removesuffix("%")) <= 16


def test_a_sheet_opens_and_closes(open_page):
    page = open_page()
    page.get_by_role("button", name="Giữ xe").click()
    playwright.expect(page.locator("#hold")).to_be_visible()
    page.locator("#hold [data-closes]").click()
    playwright.expect(page.locator("#hold")).to_be_hidden()


def test_blocks_are_added_removed_and_numbered_without_gaps(open_page):
    page = open_page()
    form = page.locator("#repeat-sample")
    add = form.locator("[data-repeat-add]")
    add.click()
    add.click()
    names = form.locator("input[type=text]")
    names.nth(0).fill("thứ nhất")
    names.nth(2).fill("thứ ba")
    form.locator("[data-repeat-remove]").nth(1).click()
    assert names.evaluate_all("all => all.map(one => [one.name, one.id, one.value])") == [
        ["goods-0-name", "id_goods-0-name", "thứ nhất"],
        ["goods-1-name", "id_goods-1-name", "thứ ba"],
    ]
    assert form.locator("label").nth(1).get_attribute("for") == "id_goods-1-name"
    assert form.locator("[data-repeat-count]").input_value() == "2"
    assert form.locator("[data-repeat-number]").all_inner_texts() == ["1", "2"]


def test_blocks_within_blocks_keep_their_own_numbers(open_page):
    page = open_page()
    page.evaluate("""() => {
      const line = '<p data-repeat-item><input type="text" name="PRE-lines-__i__-hs"></p>';
      const group = (pre) => `<div data-repeat-item><div data-repeat="${pre}-lines"></div>
        <template data-repeat-template="${pre}-lines">${line.replace('PRE', pre)}</template>
        <button type="button" class="add-line" data-repeat-add="${pre}-lines">+</button></div>`;
      document.querySelector('main').innerHTML = `<div data-repeat="deep"></div>
        <template data-repeat-template="deep">${group('deep-__i__')}</template>
        <button type="button" id="add-group" data-repeat-add="deep">+</button>`;
    }""")
    page.locator("#add-group").click()
    page.locator("#add-group").click()
    page.locator(".add-line").nth(1).click()
    page.locator(".add-line").nth(1).click()
    names = page.locator("main input").evaluate_all("all => all.map(one => one.name)")
    assert names == ["deep-1-lines-0-hs", "deep-1-lines-1-hs"]


def test_a_form_is_sent_once_and_not_at_all_without_a_network(open_page):
    page = open_page()
    page.evaluate("""() => {
      window.sent = 0;
      document.querySelector('main').innerHTML = '<form id="once" method="post"><button>Gửi</button></form>';
      document.querySelector('#once').onsubmit = (e) => { e.preventDefault(); window.sent++; };
    }""")
    page.context.set_offline(True)
    page.locator("#once button").click()
    assert page.evaluate("window.sent") == 0
    playwright.expect(page.locator("#ck-failed")).to_contain_text("mất mạng")
    playwright.expect(page.locator("#ck-offline")).to_contain_text("Mất mạng từ")
    page.context.set_offline(False)
    playwright.expect(page.locator("#ck-offline")).to_be_hidden()
    page.locator("#once button").click()
    page.locator("#once button").click()
    assert page.evaluate("window.sent") == 1


def test_the_scan_field_gets_what_is_typed_anywhere(open_page):
    page = open_page()
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<input id=scan data-scan>')"
    )
    page.locator("h1").click()
    page.keyboard.type("0058")
    assert page.locator("#scan").input_value() == "0058"


def test_what_arrives_under_a_finger_waits_until_it_lifts_and_then_flashes(open_page):
    page = open_page()
    page.route(
        "**/fresh",
        lambda route: route.fulfill(
            content_type="text/html", body='<li data-row="1" data-rev="2">mới</li><li data-row="2">cũ</li>'
        ),
    )
    page.evaluate("""() => {
      const main = document.querySelector('main');
      main.innerHTML = '<ul id="list" hx-get="/fresh" hx-trigger="news">'
        + '<li data-row="1" data-rev="1">trước</li><li data-row="2">cũ</li></ul>';
      htmx.process(main);
    }""")
    page.mouse.move(200, 200)
    page.mouse.down()
    with page.expect_response("**/fresh"):
        page.evaluate("htmx.trigger('#list', 'news')")
    page.wait_for_timeout(200)
    assert "trước" in page.locator("#list").inner_text()
    page.mouse.up()
    playwright.expect(page.locator("#list li.ck-new")).to_have_text("mới")


def test_the_sign_in_page_has_one_primary_button_and_labels(open_page):
    page = open_page("/accounts/login/", size=PHONE)
    assert page.locator(".ck-btn-main:visible").count() == 1
    playwright.expect(page.get_by_label("Tên đăng nhập")).to_be_visible()
    playwright.expect(page.get_by_label("Mật khẩu")).to_be_visible()
    assert page.faults == []


def test_the_live_dot_says_live_and_owns_up_when_nothing_comes(open_page):
    page = open_page()
    beat = "event: beat\ndata: 2026-11-24T07:32:00Z\n\n"
    page.route("**/live", lambda route: route.fulfill(content_type="text/event-stream", body=beat))
    page.evaluate("""() => {
      const main = document.querySelector('main');
      main.innerHTML = '<span class="ck-live" data-live><i></i><span></span></span>'
        + '<p hx-ext="sse" sse-connect="/live"></p>';
      htmx.process(main);
    }""")
    dot = page.locator("[data-live]")
    playwright.expect(dot).to_have_text("Trực tiếp")
    playwright.expect(page.locator("[data-clock]")).to_have_text(["14:32", "15:32"])  # within its next tick
    page.unroute("**/live")
    page.route("**/live", lambda route: route.abort())
    playwright.expect(dot).to_have_text("Không có tin mới 10 giây")
    assert "is-stale" in dot.get_attribute("class")
