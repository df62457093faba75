"""The Board's pages: what waits for whom, a form that loses nothing, before and after, three languages."""

import re

import pytest
from django.test import Client

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.places.models import GateClosure
from cuakhauso.centre.reference import actions, preview, shown
from cuakhauso.centre.reference.models import ReferenceChange
from cuakhauso.centre.reference.topics import TOPICS
from cuakhauso.centre.web import refusals, words

from ..centre.builders import business, leader, officer
from .people import LAW, approved, closing, draft, editor, in_days, proposed, rate, second

pytestmark = pytest.mark.usefixtures("gate")
LANGUAGES = ("vi", "zh-hans", "en")


def browser(who, language="vi") -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
    client.cookies["django_language"] = language
    return client


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def sent(topic: str, **typed: object):
    return browser(editor()).post(f"/reference/topics/{topic}/edit/", {"is_new": "1", "source": LAW, **typed})


RATE = {
    "is_new": "", "key.weight_class": "VT6", "key.regime": "business", "key.goods_class": "ordinary",
    "key.kind": "", "valid_from": in_days(2).isoformat(),
}  # fmt: skip


def test_every_code_of_these_pages_has_words():
    assert set(words.CHANGE_STATUSES) == {*shown.LOOKS, "approved"}
    assert {str(code) for code in actions.rules.Against} <= set(refusals.OBJECTIONS)
    assert {topic.code for topic in TOPICS.values()} == set(TOPICS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language(language):
    me = browser(editor(), language)
    change = proposed("tariff", rate(850_000))
    for path in (
        "/reference/", "/reference/history/", f"/reference/changes/{change.pk}/",
        *(f"/reference/topics/{code}/{page}" for code in TOPICS for page in ("?past=1&gate=TT", "edit/")),
    ):  # fmt: skip
        assert me.get(path).status_code == 200, path
    seen = text(browser(second(), language).get("/reference/"))
    assert {"vi": "Chờ tôi duyệt: 1", "zh-hans": "待我批准：1", "en": "For me to approve: 1"}[
        language
    ] in seen


def test_who_may_look_and_who_may_change():
    change = proposed("tariff", rate(850_000))
    for reader, status in (
        (officer("board"), 200), (leader(), 200), (officer("customs"), 403), (business(), 403),
    ):  # fmt: skip
        assert browser(reader).get("/reference/topics/tariff/").status_code == status
    desk = browser(officer("board"))
    assert "Sửa" not in text(desk.get("/reference/topics/tariff/"))
    assert "Duyệt" not in text(desk.get(f"/reference/changes/{change.pk}/"))
    assert desk.get("/reference/topics/tariff/edit/").status_code == 403
    assert desk.post(f"/reference/changes/{change.pk}/approve/").status_code == 403
    assert Client().get("/reference/").status_code == 302
    assert browser(editor()).get("/").url == "/reference/"


def test_a_row_goes_from_the_form_to_what_is_in_force():
    answer = sent("tariff", **RATE, **{"after.amount": "850.000", "words": "theo nghị quyết"})
    change = ReferenceChange.objects.get()
    assert answer.url == f"/reference/changes/{change.pk}/"
    preview.preview(change.pk, change.edition)
    page = text(browser(editor()).get(answer.url))
    assert "800.000 đ 850.000 đ" in page
    browser(editor()).post(f"{answer.url}propose/")
    assert "Đang chờ người thứ hai duyệt" in text(browser(editor()).get(answer.url))
    other = browser(second())
    refused = other.post(f"{answer.url}refuse/", {"words": ""})
    assert refused.status_code == 409
    assert "Hãy ghi vài chữ lý do" in text(refused)
    assert other.post(f"{answer.url}approve/", {"words": "đúng"}).status_code == 302
    page = text(other.get(answer.url))
    assert "Đã duyệt, chưa tới ngày" in page
    assert "Lăng Văn Mẫu duyệt “đúng”" in page
    assert "Sắp tới" in text(other.get("/reference/topics/tariff/"))


def test_a_refused_form_keeps_what_was_typed_and_says_why_at_each_field():
    typed = {**RATE, "after.amount": "tám trăm", "valid_from": in_days(-2).isoformat(), "source": ""}
    answer = sent("tariff", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="tám trăm"' in page
    assert f'value="{in_days(-2).isoformat()}"' in page
    assert all(said in text(answer) for said in ("Không phải số", "Ngày này đã qua", "Ô này chưa có"))
    assert sent("tariff", **{**RATE, "valid_from": "31/02/2026"}).status_code == 422


def test_several_weekdays_are_one_change_with_a_row_for_each():
    answer = sent(
        "hours",
        **{"key.gate": "TT", "key.weekday": ["5", "6"], "after.opens": "08:00", "after.closes": "17:00"},
        valid_from=in_days(1).isoformat(),
    )
    assert answer.status_code == 302
    change = ReferenceChange.objects.get()
    assert [row["key"]["weekday"] for row in change.rows] == ["5", "6"]
    me = browser(editor())
    assert "Thứ bảy" in text(me.get(answer.url))
    me.post(f"{answer.url}rows/0/drop/")
    change.refresh_from_db()
    assert [row["key"]["weekday"] for row in change.rows] == ["6"]
    more = {"change": str(change.pk), "is_new": "1", "key.gate": "TT", "key.weekday": ["6", "2"]}
    me.post("/reference/topics/hours/edit/", {**more, "after.opens": "09:00", "after.closes": "17:00"})
    change.refresh_from_db()
    said = {row["key"]["weekday"]: row["after"]["opens"] for row in change.rows}
    assert said == {"6": "09:00", "2": "09:00"}
    assert change.source == LAW


def test_a_row_is_ended_by_the_form():
    row = {"key.chapter": "08", "key.agency": "plant_quarantine", "is_new": "", "ends_row": "1"}
    answer = sent("quarantine", **row, valid_from=in_days(1).isoformat())
    assert "không phải kiểm dịch" in text(browser(editor()).get(answer.url))


def test_the_gate_is_closed_at_once_by_one_person_and_shown_to_the_second():
    given = closing().rows[0]
    begins, ends = given.key["begins"][:16], given.after["ends"][:16]
    typed = {"key.gate": "CKHN", "key.begins": begins, "after.ends": ends, "after.reason": "Phía bạn đóng"}
    answer = sent("closures", **typed, at_once="1")
    assert answer.status_code == 302
    assert GateClosure.objects.count() == 1
    other = browser(second())
    assert "Đã đóng ngay, chờ xem lại" in text(other.get("/reference/"))
    assert "kiểm tra có đúng không" in text(other.get(answer.url))
    other.post(f"{answer.url}look/")
    assert "Chờ tôi duyệt: 0" in text(other.get("/reference/"))
    late = sent("closures", **{**typed, "after.ends": "2099-01-01T00:00"}, at_once="1")
    assert late.status_code == 409
    assert "tối đa 24 giờ" in text(late)


def test_what_a_proposal_replaces_is_told_before_it_is_sent():
    approved("tariff", rate(850_000), begins=10)
    change = actions.save(draft("tariff", rate(900_000), begins=5), by=editor())
    page = text(browser(editor()).get(f"/reference/changes/{change.pk}/"))
    assert "Thay cho những dòng đã duyệt để áp dụng sau này" in page
    assert "850.000 đ" in page


def test_strange_addresses_are_not_found_or_told():
    me = browser(editor())
    assert me.get("/reference/topics/nothing/").status_code == 404
    assert me.get("/reference/topics/closures/edit/?key.gate=CKHN&key.begins=now").status_code == 200
    assert me.get("/reference/topics/hours/edit/?key.gate=CKHN&key.weekday=x").status_code == 200
    assert me.get("/reference/topics/tariff/edit/?change=x").status_code == 404
    theirs = actions.save(draft("tariff", rate(850_000)), by=second())
    assert me.get(f"/reference/topics/tariff/edit/?change={theirs.pk}").status_code == 404
    assert me.get(f"/reference/changes/{theirs.pk}/").status_code == 404
    assert me.post(f"/reference/changes/{theirs.pk}/dance/").status_code == 404
    assert me.get("/reference/history/?page=999999999&topic=x").status_code == 200
