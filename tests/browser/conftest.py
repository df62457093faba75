"""A real browser against the real web server, on the tests' database."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from django.test import Client

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.accounts.principal import Principal

from ..pages_officer.conftest import opened_all_day
from .watched import watched

TABLET, PHONE = {"width": 1024, "height": 768}, {"width": 390, "height": 844}
AXE = (Path(__file__).with_name("vendor") / "axe.min.js").read_text(encoding="utf-8")
ASK_AXE = """axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'],
})"""


@pytest.fixture(scope="session", autouse=True)
def playwrights_own_loop() -> Iterator[None]:
    """Playwright runs a loop in the tests' thread; Django would take it for an asynchronous caller."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[str]:
    """The address of the platform, served as in life: one door for pages and live streams."""
    from cuakhauso.centre.config.asgi import application

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(
        application, port=port, lifespan="off", log_level="error", timeout_graceful_shutdown=1
    )
    serving = uvicorn.Server(config)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not serving.started and time.monotonic() < end:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    serving.should_exit = True
    thread.join(10)


@pytest.fixture
def gate(transactional_db: None) -> Iterator[None]:
    yield from opened_all_day()


@pytest.fixture
def page_of(browser, server, gate):
    """A page on which this person is signed in: `page_of(officer("customs"), "/gate/CKHN/")`."""
    contexts = []

    def opened(who: Principal, path: str, *, size=TABLET, language="vi", live=True):
        client = Client()
        client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
        context = browser.new_context(viewport=size, has_touch=size is PHONE)
        contexts.append(context)
        given = {**{n: m.value for n, m in client.cookies.items()}, "django_language": language}
        context.add_cookies([{"name": name, "value": value, "url": server} for name, value in given.items()])
        page = context.new_page()
        watched(page)
        page.strangers = []
        page.on("request", lambda asked: asked.url.startswith(server) or page.strangers.append(asked.url))
        if not live:
            page.route("**/live/**", lambda route: route.abort())
        page.goto(server + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def too_wide(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def barriers(page) -> list[str]:
    """What axe-core finds serious: which rule, and where. On a screen so tall that no bar covers anything."""
    size = page.viewport_size
    page.set_viewport_size({**size, "height": 3000})
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(ASK_AXE)
    page.set_viewport_size(size)
    return [
        f"{fault['id']}: {node['target']} {node['html'][:120]}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]
