"""Every call of the API with generated input, right and wrong: every answer is as described."""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from cuakhauso.centre.accounts import tokens
from cuakhauso.centre.accounts.duties import Duty
from cuakhauso.centre.accounts.models import Organisation, Role
from cuakhauso.centre.config.api import api
from cuakhauso.centre.config.wsgi import application
from cuakhauso.centre.lanes.models import Lane, Node
from cuakhauso.core.words import Agency
from tests.seeded import seeded

from .callers import Caller
from .trucks import accept, form

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
EXAMPLES = int(os.environ.get("CUAKHAUSO_API_EXAMPLES", "5"))


@dataclass(frozen=True, slots=True)
class World:
    """A token that may do everything at one gate, so that calls get past the door; things that are there."""

    secret: str
    known: dict[str, str]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One for all calls, in one transaction that is never committed. No request may close its connection."""
    with django_db_blocker.unblock(), transaction.atomic():
        seeded()
        made = build()
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        yield made
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        transaction.set_rollback(True)


def build() -> World:
    owner = Organisation.objects.create(name="Mây Chiều", tax_code="4600000016", kind="business")
    made, secret = tokens.issue(owner, "everything", [tokens.Power("", Duty.DECLARANT)])
    for agency in Agency:
        duty = Duty.DESK if agency is Agency.BOARD else Duty.OFFICER
        Role.objects.create(token=made, organisation=tokens.organisation_of(agency), gate="CKHN", duty=duty)
    Role.objects.create(token=made, organisation=owner, gate="CKHN", duty=Duty.LEADER)
    node = Node.objects.create(
        gate_id="CKHN", name="Nút", token=made, public_key="", enrolled_at=made.created_at
    )
    node.lanes.set(Lane.objects.filter(gate="CKHN"))
    declared = Caller(secret).post("/declarations", form()).body
    accept(declared)
    spare, _ = tokens.issue(owner, "spare", [])
    own = {"crossing": declared["crossing"], "declaration": declared["id"]}
    return World(secret, own | {"yard": "VTP", "token": str(spare.id)})


schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
schema.app = application


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_answer_is_as_described(case, world):
    for name, value in world.known.items():
        if name in (case.path_parameters or {}) and _is_good(name, case.path_parameters[name]):
            case.path_parameters[name] = value
    # What is right by form may be wrong by rule (a check digit, a plate): 422 says so.
    case.call_and_validate(
        headers={"Authorization": f"Bearer {world.secret}"}, excluded_checks=[positive_data_acceptance]
    )


def _is_good(name: str, value: object) -> bool:
    if name == "yard":
        return isinstance(value, str) and value.isalnum()
    try:
        return bool(uuid.UUID(str(value)))
    except ValueError:
        return False
