"""A business's own tokens: made by its people, shown once, revoked."""

import re

import pytest

from cuakhauso.centre.accounts.models import Token
from cuakhauso.centre.accounts.principal import by_token

from ..centre.builders import business, leader

pytestmark = pytest.mark.usefixtures("gate")


def page(response) -> str:
    return response.content.decode()


def made(client, who, name="Phần mềm vận tải"):
    answer = client.post("/company/", {"name": name, "organisation": str(who.businesses[0])})
    assert answer.status_code == 201
    return re.search(r"cks_[\w-]+", page(answer))[0], answer


def test_a_token_is_shown_once_and_works(browser_of):
    me = business()
    client = browser_of(me)
    secret, answer = made(client, me)
    assert "no-store" in answer.headers["Cache-Control"]
    assert by_token(secret).businesses == me.businesses
    again = page(client.get("/company/"))
    assert secret not in again
    assert "Phần mềm vận tải" in again


def test_a_revoked_token_lets_nobody_in(browser_of):
    me = business()
    client = browser_of(me)
    secret, _ = made(client, me)
    token = Token.objects.get()
    shown = page(client.post(f"/company/tokens/{token.id}/revoke", follow=True))
    assert "Đã thu hồi" in shown
    assert by_token(secret) is None


def test_nobody_makes_or_revokes_tokens_of_another_company(browser_of):
    mine, other = business(), business("Giao nhận Sao Hôm", "4600000023")
    made(browser_of(other), other)
    client = browser_of(mine)
    assert (
        client.post("/company/", {"name": "x", "organisation": str(other.businesses[0])}).status_code == 422
    )
    assert client.post(f"/company/tokens/{Token.objects.get().id}/revoke").status_code == 404
    assert Token.objects.get().revoked_at is None
    assert "Phần mềm vận tải" not in page(client.get("/company/"))


def test_a_token_needs_a_name(browser_of):
    me = business()
    answer = browser_of(me).post("/company/", {"name": " ", "organisation": str(me.businesses[0])})
    assert answer.status_code == 422
    assert not Token.objects.exists()


def test_whoever_has_no_company_has_no_such_page(browser_of):
    assert browser_of(leader()).get("/company/").status_code == 403
