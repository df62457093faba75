"""Every page that anybody reaches by following links: it fits tablet and phone, in three languages, asks no
other host, says nothing to the console, and axe-core finds nothing serious on it."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit
from zlib import crc32

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.crossings import actions, observations
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.core.words import Kind

from ..centre.builders import Gate, business, declare, goods, leader, officer, receiving
from ..reference.people import proposed, rate, second
from .conftest import PHONE, TABLET, barriers, too_wide
from .test_officer import waiting

pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AGENCIES = (
    "customs", "border_guard", "health", "plant_quarantine", "animal_quarantine", "transport_licence",
    "yard", "board", "tax", "police",
)  # fmt: skip
LANGUAGES = ("vi", "en", "zh-hans")
HREF = re.compile(r'(?:href|hx-get)="([/?][^"#]*)')
LEFT_OUT = re.compile(
    r"^/(static|api|live|healthz|accounts/(?!2fa/$)|.*\.(jpg|png|svg|csv|xlsx|pdf)$|.*/now$)"
)  # allauth's own pages; files; a part of a page
VARIANTS = {"tab", "kind", "topic", "copy"}
MOST_PAGES = 120
PARTS = 2  # one for each processor; each follows all links again
OWN = {"crossing", "worklist", "yard", "desk"}  # pages that show each agency something else
ALIKE = {"crossing": 3, "declaration": 2}  # of others one is like the next


def world() -> None:
    """One vehicle of each look."""
    mismatch = waiting("29H-000.45", containers=["TSTU1004288"], seals=["HQ-0004127"])
    observations.identify(
        mismatch.crossing_id, "container", "TSTU1004821", 88, Said(by=officer("border_guard"))
    )
    fruit = declare(groups=[goods(hs="08109092", name="Thanh long")])
    walk = Gate(fruit.crossing_id).accepted(fruit.form["groups"][0]["customs_number"]).entered()
    walk.checked().confirm("in_yard", "yard")
    actions.hold(fruit.crossing_id, "plant_sample", Said(by=officer("plant_quarantine"), note="Lấy mẫu"))
    declare(Kind.IMPORT_TRANSSHIPMENT, receiving=[receiving(), receiving()])
    register_undeclared("CKHN", "30H-555.11", Said(by=officer("border_guard")))
    proposed("tariff", rate(900_000, "VT4"), begins=2)


def everybody():
    yield from ((agency, officer(agency)) for agency in AGENCIES)
    yield from (("leader", leader()), ("business", business()), ("reference", second()))


def client_of(who) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
    return client


def reached(client: Client) -> Iterator[tuple[str, bool]]:
    """The first address of each page, and whether it is a sheet; by following links from the start."""
    known: Counter[tuple] = Counter()
    queue, seen = ["/"], {"/"}
    while queue and len(seen) < MOST_PAGES:
        address = queue.pop(0)
        answer = client.get(address, headers={"HX-Request": "true"} if "/sheet/" in address else {})
        if answer.status_code == 302 and answer.url.startswith("/"):
            queue.insert(0, answer.url)
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
            assert answer.status_code < 400, address
            continue
        text = answer.content.decode()
        yield address, "/sheet/" in address
        for found in HREF.findall(text):
            link = urljoin(address, html.unescape(found))
            name = named(link)
            if link in seen or LEFT_OUT.match(link) or known[name] >= ALIKE.get(name[0], 1):
                continue
            known[name] += 1
            seen.add(link)
            queue.append(link)


def named(address: str) -> tuple:
    """Pages of one view are alike, but for their tabs."""
    parts = urlsplit(address)
    variants = {name: tuple(v) for name, v in parse_qs(parts.query).items() if name in VARIANTS}
    try:
        match = resolve(parts.path)
    except Resolver404:
        return (parts.path,)
    kinds = {name: value for name, value in match.kwargs.items() if name in ("name", "topic")}
    return (match.view_name, *sorted(kinds.items()), *sorted(variants.items()))


def part_of(page: tuple) -> int:
    """Which of the parts looks at this page: by its name alone, so that no page is left out between them."""
    return crc32(repr(page).encode()) % PARTS


def in_language(page, language: str) -> None:
    address = page.url
    page.context.add_cookies([{"name": "django_language", "value": language, "url": address}])


def opened(page, address: str, is_sheet: bool) -> None:
    """A sheet lies over its vehicle's page, or its account's."""
    start = "/".join(page.url.split("/", 3)[:3])
    if not is_sheet:
        answer = page.goto(start + address)
        assert answer.status == 200
        return
    page.goto(start + address.partition("/sheet/")[0] + "/")
    page.evaluate("address => htmx.ajax('GET', address, {target: '#sheets'})", address)
    page.locator("#act-sheet").wait_for(state="visible")


def is_sound(page, where: str) -> None:
    for size in (TABLET, PHONE):
        page.set_viewport_size(size)
        assert too_wide(page) <= 0, f"{where}, {size['width']} wide"
    assert (page.faults, page.strangers) == ([], []), where


def to_look_at(part: int) -> dict[str, list[tuple[str, bool, bool]]]:
    """Whose pages this part opens: each address, whether it is a sheet, and whether it is like another.

    A page is looked at as the first sees it who reaches it, and by each agency that it shows something else.
    """
    met: set[tuple] = set()
    pages: dict[str, list[tuple[str, bool, bool]]] = {}
    for who, principal in everybody():
        for address, is_sheet in reached(client_of(principal)):
            name = named(address)
            own = (who, *name) if name[0] in OWN else name
            if own not in met and part_of(own) == part:
                pages.setdefault(who, []).append((address, is_sheet, is_sheet or name in met))
            met |= {own, name}
    assert len(met) > 100
    return pages


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_fits_reaches_everybody_and_asks_nobody_else(page_of, part):
    """All in three languages on two screens; by axe-core in one language on one screen, in turn. What another
    agency sees of a page that was looked at already, and sheets, in one language, in turn."""
    world()
    principals = dict(everybody())
    for who, pages in to_look_at(part).items():
        page = page_of(principals[who], "/")
        for number, (address, is_sheet, is_like_another) in enumerate(pages):
            for language in [LANGUAGES[number % 3]] if is_like_another else LANGUAGES:
                in_language(page, language)
                opened(page, address, is_sheet)
                is_sound(page, f"{who} {address} {language}")
            page.set_viewport_size((TABLET, PHONE)[number % 2])
            assert barriers(page) == [], f"{who} {address}"
