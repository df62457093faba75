"""pytest's surroundings (`-p cuakhauso.runtime.testing`, set in pyproject.toml).

A throw-away PostgreSQL for the whole session, shared by its parallel workers, unless DATABASE_URL
names one; and Debian's chromium for the browser tests, or the reason why they are skipped.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .folder import CannotStart
from .postgres import Embedded, check_external

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DATABASE_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
PATIENCE_MS = 20_000  # of what a page is expected to become: a busy machine is no fault of the page
SERVER = pytest.StashKey[Embedded]()

is_worker = "PYTEST_XDIST_WORKER" in os.environ

# Said before pytest-django reads the settings; parallel workers inherit it.
if not is_worker:
    os.environ["CUAKHAUSO_DATA"] = tempfile.mkdtemp(prefix="cuakhauso-test-")
    os.environ["CUAKHAUSO_SECRET_KEY"] = "only for tests"  # noqa: S105
    Path(os.environ["CUAKHAUSO_DATA"], "static").mkdir()


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Test databases come and go; a pool would hold on to them.
    database: dict[str, Any] = settings.DATABASES["default"]
    database["OPTIONS"].pop("pool", None)
    if not is_worker and not config.option.collectonly:
        start_database(config)


def start_database(config: pytest.Config) -> None:
    try:
        if url := os.environ.get("DATABASE_URL"):
            check_external(url)
            return
        config.stash[SERVER] = Embedded(Path(os.environ["CUAKHAUSO_DATA"]), *DATABASE_OPTIONS)
        config.stash[SERVER].start()
    except CannotStart as sentence:
        raise pytest.UsageError(str(sentence)) from sentence


def pytest_unconfigure(config: pytest.Config) -> None:
    if is_worker:
        return
    if server := config.stash.get(SERVER, None):
        server.stop()
    shutil.rmtree(os.environ["CUAKHAUSO_DATA"], ignore_errors=True)


def chromium() -> str | None:
    told = os.environ.get("CHROMIUM")
    return told or next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium():
        return
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="no chromium here: apt install chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    # Playwright runs a loop in the tests' thread; Django would take every test after for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        # Chromium's own sandbox refuses root; the pages are ours.
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=chromium(), args=args)
        yield opened
        opened.close()
