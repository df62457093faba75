"""Every error is a problem document in the reader's language, and nobody gets in without signing in."""

import json
import re

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import get_resolver

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.config.api import api

from .callers import V1, Caller, agency, business, new_id
from .trucks import accept, declare, form

pytestmark = pytest.mark.usefixtures("gates")

NO_ZONE, FAR_AHEAD, LONG_AGO = "2026-01-01T00:00:00", "9999-01-01T00:00:00Z", "2020-01-01T00:00:00Z"
ID = "0198f000-0000-7000-8000-000000000000"
OPERATIONS = [
    (method.upper(), re.sub(r"\{\w+\}", ID, path))
    for path, operations in api.get_openapi_schema()["paths"].items()
    for method in operations
    if path != "/api/v1/lanes/enrol"  # a node's one-time code lets it in
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nobody_gets_in_without_signing_in(method, path):
    for stranger in (Caller(), Caller("cks_made_up")):
        said = stranger.call(method, path, {})
        assert (said.status, said.body["code"]) == (401, "sign_in_required")
        assert said.headers["WWW-Authenticate"] == "Bearer"
        assert said.headers["Content-Type"] == "application/problem+json"


def test_only_the_description_is_open_to_everybody():
    for path in ("/api/openapi.json", "/api/docs"):
        assert Client().get(path).status_code == 200
    routes = [str(route.pattern) for route in _routes(get_resolver().url_patterns, "")]
    unguarded = {"openapi.json", "docs", "", "<path:unknown>"}
    described = {
        p.removeprefix("/api/").replace("{", "<").replace("}", ">") for p in api.get_openapi_schema()["paths"]
    }
    assert set(routes) - unguarded == described


def _routes(patterns, prefix):
    for pattern in patterns:
        if str(pattern.pattern) == "api/":
            return pattern.url_patterns
    raise AssertionError("no API")


def test_a_revoked_token_gets_nobody_in():
    from cuakhauso.centre.accounts.models import Token

    caller = business()
    assert caller.get("/whoami").status == 200
    Token.objects.update(revoked_at="2026-01-01T00:00:00Z")
    assert caller.get("/whoami").status == 401


LANGUAGES = ("vi", "en", "zh-Hans")


def test_a_refusal_tells_every_reason_with_party_place_and_law():
    truck = declare()
    said = agency("border_guard").act(truck["crossing"], "confirm", step="entered")
    assert (said.status, said.body["code"], said.body["status"]) == (409, "refused", 409)
    assert said.body["type"] == "urn:cuakhauso:problem:refused"
    reason = next(one for one in said.body["objections"] if one["code"] == "step_open")
    assert (reason["party"], reason["law"], reason["details"]) == (
        "customs", "Luật Hải quan 54/2014/QH13", {"step": "registration_accepted"},
    )  # fmt: skip
    assert reason["sentence"] in said.body["detail"]


def test_the_same_refusal_in_three_languages_has_the_same_codes_and_its_own_words():
    truck = declare()
    told = {
        language: agency("border_guard", language=language).act(truck["crossing"], "confirm", step="entered")
        for language in LANGUAGES
    }
    assert len({tuple(said.codes) for said in told.values()}) == 1
    assert len({said.body["title"] for said in told.values()}) == 3
    assert len({said.body["objections"][0]["sentence"] for said in told.values()}) == 3
    assert {said.headers["Content-Language"] for said in told.values()} == {"vi", "en", "zh-hans"}


def test_field_errors_in_three_languages():
    bad = form(vehicle={"plate": "15C-345"})
    told = {language: business(language=language).post("/declarations", bad) for language in LANGUAGES}
    assert {(said.status, said.body["code"], *said.fields) for said in told.values()} == {
        (422, "invalid", "vehicle.plate")
    }
    assert len({said.body["errors"][0]["reason"] for said in told.values()}) == 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b"", 400, "malformed"),
        (b'{"id": "\xff"}', 400, "malformed"),
        (b'{"note": "\\ud800"}', 400, "malformed"),
        (b"[" * 100_000, 400, "malformed"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'{"note": "' + b"x" * 1_100_000 + b'"}', 413, "too_large"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_read_is_told_so(body, status, code):
    said = agency("customs").call("POST", f"/crossings/{ID}/confirm", body)
    assert (said.status, said.body["code"]) == (status, code)


@pytest.mark.parametrize(
    ("act", "sent", "wrong"),
    [
        ("weigh", {"gross_kg": False, "stable": True}, {"gross_kg": "not_a_number"}),
        ("weigh", {"gross_kg": "43000", "stable": True}, {"gross_kg": "not_a_number"}),
        ("weigh", {"gross_kg": 4.5, "stable": True}, {"gross_kg": "not_a_number"}),
        ("weigh", {"gross_kg": -1, "stable": True}, {"gross_kg": "out_of_range"}),
        ("weigh", {"gross_kg": 10**30, "stable": True}, {"gross_kg": "out_of_range"}),
        ("weigh", {"gross_kg": 1, "stable": "yes"}, {"stable": "wrong_type"}),
        ("weigh", {}, {"gross_kg": "required", "stable": "required"}),
        ("confirm", {"step": "a\0b"}, {"step": "control_character"}),
        ("confirm", {"step": "entered", "colour": 1}, {"colour": "unknown_field"}),
        ("confirm", {"step": "x" * 121}, {"step": "too_long"}),
        ("confirm", {"step": "entered", "id": "7"}, {"id": "not_an_id"}),
        ("confirm", {"step": "entered", "occurred_at": "yesterday"}, {"occurred_at": "not_a_date"}),
        ("confirm", {"step": "entered", "occurred_at": 1}, {"occurred_at": "not_a_date"}),
        ("confirm", {"step": "entered", "occurred_at": NO_ZONE}, {"occurred_at": "time_zone_missing"}),
        ("confirm", {"step": "entered", "occurred_at": FAR_AHEAD}, {"occurred_at": "out_of_range"}),
        ("confirm", {"step": "entered", "occurred_at": LONG_AGO}, {"occurred_at": "too_long_ago"}),
        ("arrive", {"place": "moon"}, {"place": "not_a_choice"}),
        ("ask-correction", {"fields": ["x"] * 51}, {"fields": "too_many"}),
        ("hold", {"reason": "no_such_reason"}, {"reason": "reason_unknown"}),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else value,
)  # fmt: skip
def test_every_field_that_is_wrong_is_named(act, sent, wrong):
    truck = declare()
    said = agency("customs").act(truck["crossing"], act, **sent)
    assert (said.status, said.fields) == (422, wrong)


def test_a_spoilt_query_is_named_too():
    caller = business()
    for query, wrong in (
        ("limit=abc", {"limit": "not_a_number"}),
        ("limit=0", {"limit": "out_of_range"}),
        ("stage=lost", {"stage": "not_a_choice"}),
        ("plate=%00", {"plate": "control_character"}),
        ("cursor=AAAA", {"cursor": "not_a_choice"}),
        ("waits_for_me=true", {"gate": "required"}),
    ):
        said = caller.get(f"/crossings?{query}")
        assert (said.status, said.fields) == (422, wrong), query
    assert caller.get("/crossings/not-an-id").fields == {"crossing": "not_an_id"}
    assert caller.get("/crossings/%00").status in (404, 422)


def test_unknown_routes_and_methods_answer_with_problems_too():
    caller = business()
    assert caller.get("/nowhere").body["code"] == "not_found"
    said = caller.call("PATCH", "/crossings")
    assert (said.status, said.body["code"], said.headers["Allow"]) == (405, "method_not_allowed", "GET")


def test_a_host_that_is_none_and_a_database_that_is_away_are_problems_too(monkeypatch):
    said = Client(raise_request_exception=False).get("/api/v1/whoami", headers={"Host": "u/B"})
    assert (said.status_code, said.json()["code"]) == (400, "malformed")

    def away(*_):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("cuakhauso.centre.accounts.http.by_token", away)
    said = Caller("cks_any").get("/whoami")
    assert (said.status, said.body["code"]) == (503, "unavailable")
    monkeypatch.setattr("django.middleware.locale.LocaleMiddleware.process_request", away)
    assert Caller("cks_any").get("/whoami").body["code"] == "unavailable"


def test_what_one_may_not_see_does_not_exist():
    truck = declare()
    crossing, declaration = truck["crossing"], truck["id"]
    other_gate, other_business = agency("customs", gate="TT"), business("4600000023", "Giao nhận Sao Hôm")
    for stranger in (other_gate, other_business):
        for path in ("", "/facts", "/chain", "/permit"):
            assert stranger.get(f"/crossings/{crossing}{path}").status == 404
        assert stranger.act(crossing, "confirm", step="registration_accepted").status == 404
        assert stranger.get(f"/declarations/{declaration}").status == 404
        assert stranger.post(f"/declarations/{declaration}/withdraw", {}).status == 404
        assert stranger.call("PUT", f"/declarations/{declaration}", truck["form"]).status == 404
        assert stranger.get("/crossings").body["items"] == []
    own = business()
    assert own.act(crossing, "confirm", step="registration_accepted").codes == ["wrong_agency"]


def test_a_known_id_tells_nothing_to_who_may_not_see_the_crossing():
    truck = declare()
    own_id = new_id()
    body = {"id": own_id, "step": "registration_accepted"}
    path = f"/crossings/{truck['crossing']}/confirm"
    assert agency("customs").post(path, body).status == 200
    assert agency("customs", gate="TT").post(path, body).status == 404
    assert business("4600000023", "Giao nhận Sao Hôm").post(path, body).status == 404


def test_an_officer_at_another_post_is_refused():
    truck = declare()
    accept(truck)
    said = agency("border_guard", posts=("B2",)).act(truck["crossing"], "confirm", step="entered")
    assert "wrong_post" in said.codes


def test_a_person_comes_in_by_session_and_changes_need_the_csrf_token():
    truck = declare()
    officer = _officer("customs")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer)
    assert browser.get(f"{V1}/whoami").json()["kind"] == "person"
    body = {"id": new_id(), "step": "registration_accepted"}
    path = f"{V1}/crossings/{truck['crossing']}/confirm"
    refused = browser.post(path, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    token = re.search(r'data-csrf="(\w+)"', browser.get("/api/docs").content.decode())[1]
    done = browser.post(path, body, content_type="application/json", headers={"X-CSRFToken": token})
    assert done.status_code == 200


def test_tokens_are_made_by_people_for_their_own_business_and_shown_once():
    browser, owner = Client(), _declarant()
    browser.force_login(owner)
    organisation = str(owner.roles.get().organisation_id)
    made = browser.post(f"{V1}/tokens", {"organisation": organisation, "name": "ERP"}, "application/json")
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert Caller(secret).get("/whoami").body["roles"][0]["duty"] == "declarant"
    listed = browser.get(f"{V1}/tokens").json()
    assert "secret" not in listed[0]

    assert Caller(secret).post("/tokens", {"organisation": organisation, "name": "x"}).status == 403
    officer = Client()
    officer.force_login(_officer("customs"))
    agency_id = str(User.objects.get(username="officer-customs").roles.get().organisation_id)
    said = officer.post(f"{V1}/tokens", {"organisation": agency_id, "name": "x"}, "application/json")
    assert said.status_code == 403
    assert officer.delete(f"{V1}/tokens/{listed[0]['id']}").status_code == 404

    assert browser.delete(f"{V1}/tokens/{listed[0]['id']}").status_code == 204
    assert Caller(secret).get("/whoami").status == 401


def _officer(name):
    from cuakhauso.centre.accounts.models import Role
    from cuakhauso.centre.accounts.tokens import organisation_of

    user = User.objects.create(username=f"officer-{name}", full_name="Trần Minh Mẫu")
    Role.objects.create(user=user, organisation=organisation_of(name), gate="CKHN", duty="officer")
    return user


def _declarant():
    from cuakhauso.centre.accounts.models import Organisation, Role

    owner = Organisation.objects.create(name="Mây Chiều", tax_code="4600000016", kind="business")
    user = User.objects.create(username="declarant", full_name="Lý Thị Mẫu")
    Role.objects.create(user=user, organisation=owner, gate="", duty="declarant")
    return user
