"""The published description changes only on purpose, and its page needs no other host.

After a change on purpose: `python -m tests.api.test_description` writes the snapshot anew.
"""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

SNAPSHOT = Path(__file__).with_name("openapi.json")
WITHOUT_SIGN_IN = {("/api/v1/lanes/enrol", "post")}  # a node's first call: its one-time code lets it in


def described() -> dict:
    from cuakhauso.centre.config.api import api

    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    schema["info"]["version"] = "-"
    return schema


def test_the_published_api_changes_only_on_purpose():
    assert described() == json.loads(SNAPSHOT.read_text()), "see the head of this file"


def test_no_two_forms_share_a_name():
    """Of two of one name only the last would be described, for both."""
    described()  # imports every operation
    from cuakhauso.centre.shared.api import In, Out

    names = [form.__name__ for form in forms(In) + forms(Out)]
    assert names
    assert not [name for name, times in Counter(names).items() if times > 1]


def forms(base: type) -> list[type]:
    return [one for form in base.__subclasses__() for one in (form, *forms(form))]


def test_it_is_openapi_3_1_with_a_summary_and_a_tag_for_everything():
    schema = described()
    assert schema["openapi"].startswith("3.1")
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (path, method)
            assert operation["tags"], (path, method)
            if (path, method) not in WITHOUT_SIGN_IN:
                assert operation["security"] == [{"Token": []}, {"Session": []}], path


def test_operations_have_names_of_their_own():
    names = [o["operationId"] for operations in described()["paths"].values() for o in operations.values()]
    assert len(names) == len(set(names))


def test_every_act_carries_an_id_of_the_caller():
    schema = described()
    for path, operations in schema["paths"].items():
        if not path.startswith("/api/v1/crossings/{crossing}/") or "post" not in operations:
            continue
        ref = operations["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert "id" in schema["components"]["schemas"][ref.rsplit("/", 1)[-1]]["required"], path


def test_the_page_of_the_api_loads_nothing_from_elsewhere():
    page = Client().get("/api/docs").content.decode()
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', page) == []
    assert "<script>" not in page


@pytest.fixture(scope="module", autouse=True)
def beside_playwright():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright runs its own loop in this thread
        yield


@pytest.fixture
def page(django_db_setup, live_server, browser):
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.browser
def test_the_page_of_the_api_shows_its_operations(page, live_server):
    seen, broken = [], []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda told: broken.append(told.text) if told.type == "error" else None)
    page.goto(f"{live_server.url}/api/docs")
    page.wait_for_selector(".opblock", timeout=20_000)
    wanted = page.locator("#operations-Crossings-confirm")
    for _ in range(100):  # of a long description it draws what is looked at
        if wanted.count():
            break
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(50)
    wanted.wait_for()
    assert [url for url in seen if not url.startswith((live_server.url, "data:", "blob:"))] == []
    assert broken == []


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cuakhauso.centre.config.settings")
    django.setup()
    SNAPSHOT.write_text(json.dumps(described(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
