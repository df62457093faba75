"""Who is let in as a node, once, and who is not."""

import os
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cuakhauso.centre.accounts.models import Token
from cuakhauso.centre.lanes import actions, keys
from cuakhauso.centre.lanes.models import EnrolmentCode, Lane, Node, OpeningReason
from cuakhauso.centre.shared.errors import Invalid, NotAllowed, NotFound
from cuakhauso.centre.shared.models import AuditEntry
from cuakhauso.lane.sentences import OPENING
from cuakhauso.runtime import folder

from ..api.callers import Caller, agency
from ..centre.builders import leader, officer
from .nodes import a_code, board, enrolled

KEY = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()


def comes(code, **changes):
    return Caller().post("/lanes/enrol", {"code": code, "name": "Nút B1", "public_key": KEY, **changes})


def test_a_node_comes_in_with_a_code_and_is_told_all_that_it_needs(gate):
    said = comes(a_code("CKHN", "CKHN-B1-OUT"), software="lane 0.1")
    assert said.status == 201
    assert [lane["code"] for lane in said.body["lanes"]] == ["CKHN-B1-OUT"]
    lane = said.body["lanes"][0]
    assert (lane["checkpoint"], lane["direction"], lane["leads_to"]) == ("B1", "out", "gate_area")
    assert lane["offline_minutes"] == 30
    assert set(lane["name"]) == {"vi", "zh-hans", "en"}
    assert {"id": keys.own().id, "public_key": keys.own().public} in said.body["keys"]
    assert "misread" in {reason["code"] for reason in said.body["reasons"]}
    node = Node.objects.get(pk=said.body["node"])
    assert (node.public_key, node.software, node.gate_id) == (KEY, "lane 0.1", "CKHN")


def test_the_token_is_a_devices_and_only_its_digest_is_kept(gate):
    said = comes(a_code())
    token = Token.objects.get(node=said.body["node"])
    assert token.digest == Token.digest_of(said.body["token"])
    roles = [(role.duty, role.gate) for role in token.roles.all()]
    assert roles == [("device", "CKHN")]


def test_a_code_lets_in_one_node_once(gate):
    code = a_code()
    assert comes(code).status == 201
    again = comes(code)
    assert (again.status, again.body["code"]) == (403, "code_not_valid")
    assert Node.objects.count() == 1


def test_a_code_may_be_typed_in_small_letters_and_without_dashes(gate):
    assert comes(a_code().lower().replace("-", " ")).status == 201


def test_an_expired_code_lets_nobody_in(gate):
    code = a_code()
    EnrolmentCode.objects.update(expires_at=EnrolmentCode.objects.get().made_at)
    said = comes(code)
    assert (said.status, said.body["code"]) == (403, "code_not_valid")
    assert "Ban Quản lý" in said.body["detail"]


def test_a_code_lasts_an_hour_and_is_not_kept_itself(gate):
    code = a_code()
    kept = EnrolmentCode.objects.get()
    assert kept.expires_at - kept.made_at == timedelta(hours=1)
    assert kept.digest != code


def test_an_unknown_code_and_a_key_that_is_none_are_refused_and_the_code_stays_good(gate):
    assert comes("AAAA-BBBB-CCCC-DDDD").body["code"] == "code_not_valid"
    code = a_code()
    said = comes(code, public_key="zz" * 32)
    assert said.fields == {"public_key": "not_a_key"}
    assert comes(code).status == 201


def test_only_the_board_of_that_gate_makes_codes_and_revokes(gate):
    node = enrolled().row
    for stranger in (officer("customs"), officer("board", "TT"), leader()):
        with pytest.raises(NotAllowed):
            actions.make_code("CKHN", ["CKHN-B1-OUT"], by=stranger)
        with pytest.raises((NotAllowed, NotFound)):
            actions.revoke(node.pk, by=stranger)
    for lanes in ([], ["TT-B1-OUT"], ["none"]):
        with pytest.raises(Invalid):
            actions.make_code("CKHN", lanes, by=board())


def test_a_revoked_node_is_answered_401(gate):
    node = enrolled()
    assert node.stands().status == 200
    actions.revoke(node.row.pk, by=board())
    actions.revoke(node.row.pk, by=board())
    assert node.stands().status == 401
    assert node.sends().status == 401
    assert AuditEntry.objects.filter(verb="node_revoked").count() == 1


def test_a_node_may_ask_again_for_its_lanes_and_our_keys(gate):
    node = enrolled("CKHN", "CKHN-B2-IN")
    Lane.objects.filter(pk="CKHN-B2-IN").update(offline_minutes=10)
    said = node.caller.get("/lanes/mine")
    assert said.status == 200
    assert said.body["lanes"][0]["offline_minutes"] == 10
    assert "token" not in said.body


def test_people_and_other_systems_are_no_nodes(gate):
    other = agency("customs")
    at = "2026-11-26T08:00:00+07:00"
    sent = {
        "/lanes/status": {"sent_at": at, "lanes": [], "waiting": {"items": 0}},
        "/lanes/facts": {"sent_at": at, "items": []},
    }
    for path, body in sent.items():
        assert other.post(path, body).status == 403
        assert Caller().post(path, body).status == 401
    assert other.get("/lanes/mine").status == 403


def test_the_private_key_is_its_owners_alone(gate):
    keys.own()
    path = folder.data_folder() / keys.FILE
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert keys.listed()[0].public_key == keys.own().public
    assert path.read_text().strip() != keys.own().public


def test_a_node_that_was_never_told_reasons_offers_those_that_the_platform_begins_with(gate):
    """Or what a person opened by would be refused here as a reason that nobody knows."""
    assert set(OPENING) == set(OpeningReason.objects.values_list("pk", flat=True))
