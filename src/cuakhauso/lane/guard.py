"""Who may speak to the booth's page: persons signed in here, from a page of this node, within limits."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .journal import Journal, JournalFault
from .people import Officer, Persons
from .sentences import ASKED, Language, say
from .telling import language_of

SESSION_FOR = timedelta(hours=12)
MOST_BYTES = 16 * 1024
READS = frozenset({"GET", "HEAD"})
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """Every answer carries the page's law; what changes something comes from our own page, and is small."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def lawful(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refused = _refused(scope)
        await (refused or self.app)(scope, receive, lawful)


def _refused(scope: Scope) -> JSONResponse | None:
    if scope["method"] in READS:
        return None
    headers = Headers(scope=scope)
    if not is_from_here(headers):
        return JSONResponse({"refused": "from_elsewhere", "words": _said("from_elsewhere")}, 403)
    length = headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return JSONResponse({"refused": "too_long", "words": _said("too_long")}, 413)
    return None


def _said(code: str) -> str:
    return say(ASKED[code], Language.VI)


def is_from_here(headers: Headers) -> bool:
    """A browser says where a request comes from: by Origin always, by Sec-Fetch-Site over https."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "") != ""


# --- the session ---------------------------------------------------------------------------------


def sign_in(request: HTTPConnection, officer: Officer, at: datetime) -> None:
    request.session.update(id=officer.id, seal=officer.seal, at=at.isoformat())


def sign_out(request: HTTPConnection) -> None:
    for key in ("id", "seal", "at"):
        request.session.pop(key, None)


def signed_in(request: HTTPConnection, persons: Persons, at: datetime) -> Officer | None:
    """Twelve hours from signing in, as long as the person is in the node's file with the same PIN."""
    session = request.session
    officer = persons.get(session.get("id", ""))
    if officer is None or session.get("seal") != officer.seal:
        return None
    age = at - datetime.fromisoformat(session["at"])
    return officer if timedelta(0) <= age < SESSION_FOR else None


def language(request: HTTPConnection) -> Language:
    """As was asked for once; `?language=` asks."""
    asked = request.query_params.get("language")
    if asked is not None:
        request.session["language"] = str(language_of(asked))
    return language_of(request.session.get("language", ""))


def secret(journal: Journal) -> str:
    """What sessions are signed with: kept, so that a restart signs nobody out before waiting trucks."""
    kept = journal.knows("booth_secret")
    if isinstance(kept, str):
        return kept
    made = secrets.token_hex(32)
    try:
        with journal.step() as writing:
            writing.know("booth_secret", made)
    except JournalFault:
        return made  # counts for this run
    return made
