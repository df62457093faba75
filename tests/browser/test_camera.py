"""An officer holds a declaration before the tablet's camera, in a browser that reads no codes itself."""

import pytest
from django.test import Client

from cuakhauso.centre.accounts.models import User
from cuakhauso.runtime.testing import chromium

from ..centre.builders import declare, officer
from ..pages_officer.test_scanning import picture
from .conftest import TABLET

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def camera_of(browser, tmp_path):
    """A browser whose camera films this picture."""
    opened = []

    def made(content: bytes):
        film = tmp_path / "film.mjpeg"
        film.write_bytes(content * 20)
        told = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--no-sandbox"]
        told.append(f"--use-file-for-fake-video-capture={film}")
        opened.append(browser.browser_type.launch(executable_path=chromium(), args=told))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


def test_the_camera_opens_the_vehicle_whose_code_it_sees(camera_of, server, gate):
    truck = declare()
    context = camera_of(picture(f"{server}/crossings/{truck.crossing_id}/")).new_context(viewport=TABLET)
    client = Client()
    client.force_login(User.objects.get(pk=officer("customs").id.removeprefix("user:")))
    context.add_cookies([{"name": n, "value": m.value, "url": server} for n, m in client.cookies.items()])
    context.add_init_script("delete window.BarcodeDetector")
    page = context.new_page()
    page.goto(f"{server}/gate/CKHN/")
    button = page.locator("[data-camera]")
    expect(button).not_to_have_attribute("aria-disabled", "true")
    button.click()
    expect(page).to_have_url(f"{server}/crossings/{truck.crossing_id}/", timeout=60_000)
    expect(page.locator(".ck-top")).to_contain_text(truck.form["vehicle"]["plate"])
