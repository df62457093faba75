"""Reference data by the open API: read by partners, changed by the Board's systems and people."""

import json

import pytest
from django.test import Client

from cuakhauso.centre.accounts import tokens
from cuakhauso.centre.accounts.duties import Duty
from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.places.models import Tariff
from cuakhauso.core.words import Agency

from ..api.callers import V1, Caller, agency, business, new_id
from .people import LAW, editor, in_days, proposed, rate, second

pytestmark = pytest.mark.usefixtures("gate")


def of_the_board() -> Caller:
    owner = tokens.organisation_of(Agency.BOARD)
    return Caller(tokens.issue(owner, "phần mềm", [tokens.Power("", Duty.REFERENCE)])[1])


def by_session(who, method: str, path: str, body: object = None):
    """A signed-in person's own call."""
    client = Client()
    client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
    sent = json.dumps(body or {}).encode()
    answer = client.generic(method, V1 + path, sent, content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def change(**more: object) -> dict:
    key, after = rate(850_000)
    said = {
        "id": new_id(), "topic": "tariff", "rows": [{"key": key, "after": after}],
        "valid_from": in_days(2).isoformat(), "source": LAW,
    }  # fmt: skip
    return {**said, **more}


def test_a_partner_reads_hours_closures_and_tariff_with_their_dates_and_nothing_else():
    partner = business()
    rows = partner.get("/reference/topics/hours/rows?gate=CKHN").body
    assert {row["key"]["weekday"] for row in rows} == {str(day) for day in range(7)}
    assert rows[0]["valid_from"] == "2025-04-01"
    assert partner.get("/reference/topics/tariff/rows").status == 200
    assert partner.get("/reference/topics/closures/rows").body == []
    assert partner.get("/reference/topics/quarantine/rows").status == 404
    assert {topic["code"] for topic in partner.get("/reference/topics").body} >= {
        "hours",
        "closures",
        "tariff",
    }
    assert "hold_reasons" not in {topic["code"] for topic in partner.get("/reference/topics").body}
    assert partner.get("/reference/changes").body == {"items": [], "next": None}
    assert Caller().get("/reference/topics/hours/rows").status == 401


def test_rows_are_told_for_another_day_and_with_the_past():
    proposed("tariff", rate(850_000))
    said = of_the_board().get("/reference/topics/tariff/rows?on=2025-01-01").body
    assert {row["when"] for row in said} == {"coming"}
    assert of_the_board().get("/reference/topics/tariff/gaps").body


def test_a_system_proposes_and_a_person_approves():
    system, said = of_the_board(), change()
    made = system.post("/reference/changes", said)
    assert (made.status, made.body["status"]) == (200, "draft")
    assert made.body["rows"][0]["before"] == {"amount": 800_000}
    assert system.post("/reference/changes", said).body == made.body
    path = f"/reference/changes/{said['id']}"
    assert system.post(f"{path}/propose", {}).body["status"] == "proposed"
    refused = system.post(f"{path}/approve", {})
    assert refused.status == 409
    assert refused.codes == ["change_is_your_own", "change_needs_a_person"]
    status, body = by_session(second(), "POST", f"{path}/approve", {"words": "đúng"})
    assert (status, body["status"], body["decided_by"]) == (200, "approved", "Lăng Văn Mẫu")
    assert Tariff.objects.filter(amount=850_000).exists()


def test_every_wrong_field_is_named_by_its_path():
    key, _after = rate(1)
    wrong = of_the_board().post(
        "/reference/changes",
        change(rows=[{"key": key, "after": {"amount": "850"}}, {"key": {}, "after": None}], source=""),
    )
    assert wrong.status == 422
    assert wrong.fields["source"] == "required"
    assert wrong.fields["rows.1.key.weight_class"] == "required"
    assert of_the_board().post("/reference/changes", change(topic="nothing")).fields == {
        "topic": "not_a_choice"
    }
    assert of_the_board().post("/reference/changes", change(valid_from="2020-01-01")).fields == {
        "valid_from": "day_past"
    }


def test_others_change_nothing():
    for caller in (business(), agency("customs"), agency("board")):
        assert caller.post("/reference/changes", change()).status == 403
    made = proposed("tariff", rate(850_000))
    path = f"/reference/changes/{made.pk}"
    assert agency("board").get(path).status == 200
    assert agency("board").post(f"{path}/refuse", {"words": "không"}).status == 403
    for caller in (business(), agency("customs")):
        assert caller.get(path).status == 404
        assert caller.post(f"{path}/approve", {}).status == 404


def test_pages_of_changes_follow_each_other():
    for amount in (1, 2, 3):
        proposed("tariff", rate(amount))
    first = of_the_board().get("/reference/changes?limit=2").body
    rest = of_the_board().get(f"/reference/changes?limit=2&cursor={first['next']}").body
    amounts = [item["rows"][0]["after"]["amount"] for item in (*first["items"], *rest["items"])]
    assert amounts == [3, 2, 1]
    assert rest["next"] is None
    status, body = by_session(second(), "GET", "/reference/changes?to_decide=true")
    assert (status, len(body["items"])) == (200, 3)
    assert by_session(editor(), "GET", "/reference/changes?to_decide=true")[1]["items"] == []


def test_a_gate_is_closed_at_once_by_a_person_only():
    body = {
        "id": new_id(), "topic": "closures", "source": "điện thoại",
        "rows": [{
            "key": {"gate": "CKHN", "begins": f"{in_days(0).isoformat()}T23:58:00+07:00"},
            "after": {
                "ends": f"{in_days(1).isoformat()}T06:00:00+07:00", "reason": "mưa lũ", "other_side": True,
            },
        }],
    }  # fmt: skip
    assert of_the_board().post("/reference/closures", body).codes == ["change_needs_a_person"]
    status, told = by_session(editor(), "POST", "/reference/closures", body)
    assert (status, told["urgent"], told["status"]) == (200, True, "approved")
    assert by_session(editor(), "POST", "/reference/closures", body)[1] == told
    assert business().get("/reference/topics/closures/rows").body[0]["values"]["reason"] == "mưa lũ"
