"""The bridge from the web server to Django's synchronous handler, and the health report."""

import asyncio
import json

import pytest

from cuakhauso.centre.config import asgi

pytestmark = pytest.mark.django_db(transaction=True)


def ask(path="/healthz", body=(b"",), method="GET", headers=()):
    """What the web server would be told to send."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "headers": [(b"host", b"127.0.0.1"), *headers],
    }
    incoming = [
        {"type": "http.request", "body": part, "more_body": n < len(body)} for n, part in enumerate(body, 1)
    ]
    sent = []

    async def receive():
        return incoming.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(asgi.application(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(m.get("body", b"") for m in sent)


def test_health_needs_no_sign_in_and_names_what_is_missing():
    status, _, body = ask()
    state = json.loads(body)
    assert status == 200
    assert state["database"]["ok"]
    assert state["status"] == "degraded"
    assert state["worker"] == {
        "ok": False,
        "last_seen_s": None,
        "reason": "no worker has started",
    }


def test_a_page_sends_a_stranger_to_sign_in_with_safe_headers():
    status, headers, _ = ask("/accounts/email/")
    assert status == 302
    assert headers[b"location"].startswith(b"/accounts/login/")
    assert headers[b"content-security-policy"].startswith(b"default-src 'self'")


def test_a_body_in_pieces_arrives_whole():
    form = [(b"content-type", b"application/x-www-form-urlencoded")]
    status, _, _ = ask("/accounts/login/", (b"login=a", b"&password=b"), "POST", form)
    assert status == 403  # read to its end, and refused for want of a CSRF token


def test_a_body_without_end_is_refused():
    status, _, body = ask(body=[b"x" * 5_000_000] * 6, method="POST")
    assert (status, body) == (413, asgi.TOO_LARGE)
