"""Goods that change vehicles, on the yard's page: planned, begun, done, and what remains."""

import uuid

import pytest

from cuakhauso.centre.crossings import queries
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.yards import actions
from cuakhauso.core.words import Kind

from ..centre.builders import Gate, declare, goods, officer, receiving

pytestmark = pytest.mark.usefixtures("gate")


def signed(takers=3, packages=(60, 31), sign=True):
    """A source with two goods groups that has been signed, and its receiving vehicles, entered."""
    groups = [
        goods(customs_number=f"10800007{n}{packages[n]:03}", type_code="A11", packages=packages[n])
        for n in range(len(packages))
    ]
    source = declare(Kind.IMPORT_TRANSSHIPMENT, groups=groups, receiving=[receiving() for _ in range(takers)])
    walk = Gate(source.crossing_id)
    walk.accepted(groups[0].customs_number).entered()
    for taker in source.receiving.all():
        Gate(taker.crossing_id).later(5).entered()
    walk.later(20).checked().confirm("in_yard", "yard")
    if sign:
        walk.confirm("transshipment_signed", "customs")
    return source


def takers_of(source):
    state = queries.whole(officer("yard"), source.crossing_id).state
    return [other for other, link in state.links.items() if link.role == "receiving"]


def url(source):
    return f"/yard/CKHN/transfers/{source.crossing_id}/"


def plan(client, source, shares):
    said = {f"share-{to}-{group}": str(packages) for to, group, packages in shares}
    return client.post(f"{url(source)}plan/", {"id": str(uuid.uuid4()), **said})


def tap(client, source, verb, to, group, **form):
    given = {"id": str(uuid.uuid4()), "receiving": str(to), "group": str(group), **form}
    return client.post(f"{url(source)}{verb}/", given)


def text(client, source, **asked):
    return " ".join(client.get(url(source), asked).content.decode().split())


def test_goods_are_shared_out_begun_and_done_and_the_page_says_what_remains(as_):
    source, client = signed(), as_(officer("yard"), "/yard/CKHN/")
    one, two, three = takers_of(source)
    assert plan(client, source, [(one, 0, 60), (two, 1, 20), (three, 1, 11)]).status_code == 302
    page = text(client, source)
    assert "<dt>Chưa chia</dt><dd>0</dd>" in page
    assert tap(client, source, "begin", one, 0).status_code == 302
    assert "đang sang" in text(client, source)
    assert tap(client, source, "begin", one, 0).status_code == 409
    assert tap(client, source, "done", one, 0, packages="45").status_code == 302
    page = text(client, source)
    assert "<dt>Còn trên xe</dt><dd>15</dd>" in page
    assert "đã sang 45 / 60" in page
    assert "đang sang" not in page


def test_what_is_not_there_is_not_shared_out_and_what_was_typed_stays(as_):
    source, client = signed(), as_(officer("yard"), "/yard/CKHN/")
    one, two, _ = takers_of(source)
    refused = plan(client, source, [(one, 0, 40), (two, 0, 21)])
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "61" in page
    assert f'name="share-{two}-0" value="21"' in page
    tap(client, source, "done", one, 0, packages="10")
    less = plan(client, source, [(one, 0, 9)])
    assert "đã nhận 10 kiện" in less.content.decode()
    assert plan(client, source, [(uuid.uuid4(), 0, 1)]).status_code == 409
    assert plan(client, source, [(one, 7, 1)]).status_code == 409
    assert plan(client, source, [(one, 0, "x")]).status_code == 409


def test_nothing_moves_before_customs_has_signed_but_a_plan_may_be_made(as_):
    source, client = signed(sign=False), as_(officer("yard"), "/yard/CKHN/")
    one = takers_of(source)[0]
    assert plan(client, source, [(one, 0, 5)]).status_code == 302
    refused = tap(client, source, "begin", one, 0)
    assert refused.status_code == 409
    assert "ký sang tải" in refused.content.decode()
    guard = as_(officer("border_guard"), "/yard/CKHN/")
    assert plan(guard, source, [(one, 0, 5)]).status_code == 409
    assert as_(officer("health")).get(url(source)).status_code == 403


def test_an_even_share_is_offered_and_bays_beside_the_source(as_):
    source, client = signed(packages=(61,)), as_(officer("yard"), "/yard/CKHN/")
    actions.park(source.crossing_id, "XC-B05", Said(by=officer("yard")))
    page = text(client, source, even="1")
    one, two, three = takers_of(source)
    for taker, share in ((one, 21), (two, 20), (three, 20)):
        assert f'name="share-{taker}-0" value="{share}"' in page
    assert "?bay=XC-B04&amp;vehicle=" in page
    assert "?bay=XC-B06&amp;vehicle=" in page


def test_the_yards_page_names_each_empty_vehicle_and_whose_goods_it_takes(as_):
    source = signed(takers=2)
    page = as_(officer("yard")).get("/yard/CKHN/").content.decode()
    assert "Xe không vào nhận hàng: 2 xe" in page
    assert url(source) in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pairing_is_drawn_in_every_language(as_, language):
    source, client = signed(), as_(officer("yard"))
    client.cookies["django_language"] = language
    assert "Còn trên xe" not in text(client, source)
