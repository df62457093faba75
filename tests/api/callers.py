"""Systems that call the open API: one token for each organisation and role."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import uuid_utils.compat as uuid7
from django.test import Client

from cuakhauso.centre.accounts import tokens
from cuakhauso.centre.accounts.duties import Duty
from cuakhauso.centre.accounts.models import Organisation
from cuakhauso.core.words import Agency

V1 = "/api/v1"


def new_id() -> str:
    return str(uuid.UUID(str(uuid7.uuid7())))


@dataclass
class Said:
    """An answer: its status and what its body says."""

    status: int
    body: Any
    headers: Any = field(repr=False, default=None)

    @property
    def codes(self) -> list[str]:
        return [one["code"] for one in self.body["objections"]]

    @property
    def fields(self) -> dict[str, str]:
        return {one["field"]: one["code"] for one in self.body["errors"]}


class Caller:
    """Calls with one token, or with none."""

    def __init__(self, secret: str = "", language: str = "vi") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Accept-Language": language}
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    def call(self, method: str, path: str, body: Any = None) -> Said:
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = self.client.generic(
            method, path if path.startswith("/api") else V1 + path, sent or b"",
            content_type="application/json", headers=self.headers,
        )  # fmt: skip
        found = json.loads(answer.content) if answer.content else None
        return Said(answer.status_code, found, answer.headers)

    def get(self, path: str) -> Said:
        return self.call("GET", path)

    def post(self, path: str, body: Any) -> Said:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any) -> Said:
        return self.call("PUT", path, body)

    def act(self, crossing: str, name: str, **said: Any) -> Said:
        return self.post(f"/crossings/{crossing}/{name}", {"id": new_id(), **said})


def business(tax_code: str = "4600000016", name: str = "Nông sản Mây Chiều", language: str = "vi") -> Caller:
    owner, _ = Organisation.objects.get_or_create(
        tax_code=tax_code, defaults={"name": name, "kind": Organisation.Kind.BUSINESS}
    )
    return Caller(_secret(owner, "", Duty.DECLARANT), language)


def agency(name: str, gate: str = "CKHN", posts: tuple[str, ...] = (), language: str = "vi") -> Caller:
    duty = Duty.DESK if name == Agency.BOARD else Duty.OFFICER
    return Caller(_secret(tokens.organisation_of(Agency(name)), gate, duty, posts), language)


def leader() -> Caller:
    owner, _ = Organisation.objects.get_or_create(
        name="Ủy ban nhân dân", defaults={"kind": Organisation.Kind.AGENCY}
    )
    return Caller(_secret(owner, "", Duty.LEADER))


def device(gate: str = "CKHN") -> Caller:
    owner, _ = Organisation.objects.get_or_create(
        name="Cân điện tử", defaults={"kind": Organisation.Kind.PARTNER}
    )
    return Caller(_secret(owner, gate, Duty.DEVICE))


def _secret(owner: Organisation, gate: str, duty: Duty, posts: tuple[str, ...] = ()) -> str:
    return tokens.issue(owner, "test", [tokens.Power(gate, duty, posts)])[1]
