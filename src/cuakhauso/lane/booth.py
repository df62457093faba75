"""The booth's page: what the officer opens on the local network from the node itself, centre or no centre.

`booth(node)` makes the application. It draws `view.view` and takes taps; the lane decides. The page follows
over server-sent events. A refusal is an answer in words, not a failure: what was typed stays on the page.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import jinja2
import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from .engine import Engine
from .guard import SESSION_FOR, Guard, language, secret, sign_in, sign_out, signed_in
from .health import DeviceState
from .labels import labels
from .people import Officer, Persons, Unrecognised
from .reckoning import Figure
from .sentences import ACTS, ASKED, CORRECTING, SUBJECTS, WHYS, Language, say
from .showing import Shown
from .taps import LIMITS, Tap, Taps, Unacceptable, tap, typed
from .telling import Teller
from .view import view
from .words import Person, Show, Told, Why

log = logging.getLogger(__name__)

LOOK_EVERY, BEAT_EVERY, LIVE_FOR = 0.25, 1.0, 1800.0  # seconds
KEPT_WITHIN = 8  # looks
WEB = Path(str(files("cuakhauso.lane"))) / "web"
PLATFORMS = Path(str(files("cuakhauso"))) / "centre" / "web" / "static"
SHARED = frozenset(
    ["web/tokens.css", "web/icons.svg", "web/mark.svg"]
    + [f"vendor/inter-{part}-wght-normal.woff2" for part in ("latin", "latin-ext", "vietnamese")]
)
"""Files of the platform's look that this page wears too; read as files, the platform itself is not here."""
OWN = frozenset({"booth.css", "booth.js"})
LANGUAGES = {Language.VI: "Tiếng Việt", Language.ZH: "中文", Language.EN: "English"}

templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(WEB), autoescape=True, undefined=jinja2.StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
encode = msgspec.json.Encoder(enc_hook=str).encode


class BoothNode(Protocol):
    """What the page needs of its node. `tell` hears the act as an event of the lane, does what follows, and
    answers why it was refused, if it was. `shown` is what the sign was last told, where that is known."""

    @property
    def engine(self) -> Engine: ...

    @property
    def lanes(self) -> Sequence[str]: ...

    @property
    def persons(self) -> Persons: ...

    def devices(self, code: str) -> Sequence[DeviceState]: ...

    def shown(self, code: str) -> Show | None: ...

    @property
    def accuracy(self) -> Callable[[str], Sequence[Figure]]: ...

    async def tell(self, code: str, told: Told) -> Why | None: ...

    async def look(self, code: str, number: int) -> Shown | None: ...

    def kept(self, name: str) -> bytes | None: ...

    def now(self) -> datetime: ...


def booth(node: BoothNode, *, https: bool = False) -> Starlette:
    """`https`: the node is reached by https only, so its cookie is never sent otherwise."""
    session = Middleware(
        SessionMiddleware, secret_key=secret(node.engine.journal), session_cookie="booth",
        max_age=int(SESSION_FOR.total_seconds()), same_site="strict", https_only=https,
    )  # fmt: skip
    app = Starlette(routes=ROUTES, middleware=[Middleware(Guard), session])
    app.state.node, app.state.taps = node, Taps()
    return app


# --- who asks ------------------------------------------------------------------------------------


def _node(request: Request) -> BoothNode:
    node: BoothNode = request.app.state.node
    return node


def _officer(request: Request) -> Officer | None:
    node = _node(request)
    return signed_in(request, node.persons, node.now())


def _lane(request: Request) -> str:
    code: str = request.path_params["code"]
    if code not in _node(request).lanes:
        raise HTTPException(404)
    return code


def _must_sign_in(request: Request) -> Response:
    """A page leads to the sign-in; what a script asked for is told."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/sign-in?next={request.url.path}", 303)
    words = say(ASKED["sign_in_needed"], language(request))
    return _json({"refused": "sign_in_needed", "words": words}, 401)


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(encode(content), status, media_type="application/json")


def _page(request: Request, template: str, *, status: int = 200, **more: Any) -> HTMLResponse:
    spoken, at = language(request), _node(request).now()
    context = {
        "language": spoken, "languages": LANGUAGES, "t": labels(spoken), "at": at,
        "tell": Teller(spoken, at), "officer": _officer(request), "path": request.url.path,
    }  # fmt: skip
    return HTMLResponse(templates.get_template(template).render(context | more), status)


# --- signing in ----------------------------------------------------------------------------------


async def sign_in_page(request: Request) -> Response:
    return _page(request, "sign_in.html", next=_next(request, request.query_params.get("next", "")))


async def signs_in(request: Request) -> Response:
    async with request.form(max_files=0, max_fields=5) as form:
        id, pin, onward = (str(form.get(key, "")) for key in ("id", "pin", "next"))
    onward = _next(request, onward)
    found = await _recognised(request, id, pin)
    if isinstance(found, Unrecognised):
        words = say(ASKED[found], language(request))
        return _page(request, "sign_in.html", next=onward, id=id[:32], refused=words)
    sign_in(request, found, _node(request).now())
    return RedirectResponse(onward, 303)


async def signs_out(request: Request) -> Response:
    sign_out(request)
    return RedirectResponse("/sign-in", 303)


async def _recognised(request: Request, id: str, pin: str) -> Officer | Unrecognised:
    node, address = _node(request), request.client.host if request.client else ""
    found = await node.persons.recognise(id, pin, address, node.now())
    if isinstance(found, Unrecognised):
        log.warning("nobody recognised as %r from %s: %s", id[:32], address, found)
    return found


def _next(request: Request, path: str) -> str:
    """Only to a page of this node."""
    known = {f"/lane/{code}" for code in _node(request).lanes}
    return path if path in known else "/"


# --- pages ---------------------------------------------------------------------------------------


async def lanes_page(request: Request) -> Response:
    if _officer(request) is None:
        return _must_sign_in(request)
    node = _node(request)
    views = [_seen(node, code, language(request)) for code in node.lanes]
    return _page(request, "lanes.html", lanes=views)


async def lane_page(request: Request) -> Response:
    if _officer(request) is None:
        return _must_sign_in(request)
    return _lane_page(request, _lane(request))


def _lane_page(
    request: Request, code: str, typed: dict[str, str] | None = None, refused: str = ""
) -> Response:
    spoken, node = language(request), _node(request)
    return _page(
        request, "lane.html", v=_seen(node, code, spoken), refused=refused,
        typed=dict.fromkeys(LIMITS, "") | (typed or {}),
        opening={key: say(said, spoken) for key, said in node.engine.reasons.items()},
        correcting={key: say(said, spoken) for key, said in CORRECTING.items()},
        subjects={str(key): say(said, spoken) for key, said in SUBJECTS.items()},
        second_person=node.engine.posts[code].settings.second_person,
    )  # fmt: skip


def _seen(node: BoothNode, code: str, spoken: Language) -> dict[str, Any]:
    devices, shown = node.devices(code), node.shown(code)
    accuracy = node.accuracy(code)
    return view(node.engine, code, node.now(), devices, spoken, shown=shown, accuracy=accuracy)


async def live(request: Request) -> Response:
    code = _lane(request)
    if _officer(request) is None:
        return _must_sign_in(request)
    return StreamingResponse(told_live(request, code), media_type="text/event-stream")


async def told_live(request: Request, code: str) -> AsyncIterator[str]:
    """The view whenever it changes, with the page's parts drawn from it as `html`; each second a beat. Ends
    with the session, and after a while anyway: the page asks again."""
    node, spoken = _node(request), language(request)
    ends, beat, known = time.monotonic() + LIVE_FOR, 0.0, None
    while time.monotonic() < ends:
        if _officer(request) is None:
            yield "event: gone\ndata: \n\n"
            return
        now = _seen(node, code, spoken)
        if now != known:
            known = now
            yield _event("view", now | {"html": _parts(now, spoken)})
        if time.monotonic() - beat >= BEAT_EVERY:
            beat = time.monotonic()
            yield f"event: beat\nretry: 1000\ndata: {node.now().isoformat()}\n\n"
        await asyncio.sleep(LOOK_EVERY)
    yield "event: again\ndata: \n\n"


def _event(name: str, content: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {encode(content).decode()}\n\n"


def _parts(v: dict[str, Any], spoken: Language) -> str:
    return templates.get_template("changed.html").render(v=v, t=labels(spoken))


# --- pictures ------------------------------------------------------------------------------------


async def live_picture(request: Request) -> Response:
    """The one that follows `after`, as soon as there is one; without one nothing, never an old one. Its age
    is told, so that the page knows when what it shows is no longer now."""
    code = _lane(request)
    if _officer(request) is None:
        return _must_sign_in(request)
    shown = await _node(request).look(code, _number(request.query_params.get("after", "")))
    if shown is None:
        return Response(status_code=204)
    taken = _node(request).now() - timedelta(seconds=shown.age_s)
    told = {"x-number": str(shown.number), "x-taken": taken.isoformat(), "x-age": f"{shown.age_s:.2f}"}
    return Response(shown.content, media_type="image/jpeg", headers=told)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


async def kept_picture(request: Request) -> Response:
    """What a camera sent with a read. The read is shown at once; its picture may still be written."""
    if _officer(request) is None:
        return _must_sign_in(request)
    for _ in range(KEPT_WITHIN):
        content = await asyncio.to_thread(_node(request).kept, request.path_params["name"])
        if content is not None:
            headers = {"cache-control": "private, max-age=3600, immutable"}
            return Response(content, media_type="image/jpeg", headers=headers)
        await asyncio.sleep(LOOK_EVERY)
    raise HTTPException(404)


# --- acts ----------------------------------------------------------------------------------------


async def act(request: Request) -> Response:
    code, officer = _lane(request), _officer(request)
    if officer is None:
        return _must_sign_in(request)
    try:
        given = await typed(request)
        tapped = tap(given)
    except Unacceptable as error:
        return _json({"refused": error.code, "words": _words(error.code, language(request))}, 400)
    doing = _tell(request, code, officer.person, tapped)
    named = (code, officer.id, tapped.tap)
    refused = await (_taps(request).once(named, doing) if tapped.tap else doing)
    return _answer(request, code, given, refused)


async def give_up(request: Request) -> Response:
    """The page asks what became of a tap that it had no answer to; should it still come, it does nothing."""
    code, officer = _lane(request), _officer(request)
    if officer is None:
        return _must_sign_in(request)
    try:
        given = await typed(request)
        tapped = tap(given)
    except Unacceptable as error:
        return _json({"refused": error.code, "words": _words(error.code, language(request))}, 400)
    return _answer(request, code, given, await _taps(request).give_up((code, officer.id, tapped.tap)))


def _taps(request: Request) -> Taps:
    taps: Taps = request.app.state.taps
    return taps


async def _tell(request: Request, code: str, by: Person, tapped: Tap) -> str:
    """The refusal's code, or "". The second person's PIN is looked at last, when all else is in order."""
    node = _node(request)
    if why := tapped.refused(node.engine.reasons):
        return why
    if tapped.seen and tapped.seen != _seen(node, code, Language.VI)["seen"]:
        return "changed_meanwhile"
    second: Officer | Unrecognised | None = None
    if tapped.second or tapped.pin:
        second = await _recognised(request, tapped.second, tapped.pin)
    if isinstance(second, Unrecognised):
        return str(second)
    told = Told(
        node.now(), tapped.act, by, second=second.person if second else None, reason=tapped.reason,
        words=tapped.words, subject=tapped.subject, text=tapped.text,
    )  # fmt: skip
    return str(await node.tell(code, told) or "")


def _words(code: str, spoken: Language) -> str:
    return say(ASKED[code] if code in ASKED else WHYS[Why(code)], spoken)


def _answer(request: Request, code: str, given: dict[str, str], refused: str) -> Response:
    """To a script the refusal in words; to a plain form the page again, with all but the PIN as typed."""
    spoken = language(request)
    done = labels(spoken)["done"].format(act=say(ACTS[tap(given).act], spoken))
    words = _words(refused, spoken) if refused else done
    if "text/html" not in request.headers.get("accept", ""):
        return _json({"refused": refused, "words": words})
    if refused:
        return _lane_page(request, code, {**given, "pin": ""}, words)
    return RedirectResponse(f"/lane/{code}", 303)


# --- files ---------------------------------------------------------------------------------------


async def file(request: Request) -> Response:
    """One of a fixed few, by its exact name."""
    name = request.path_params["name"]
    folder = PLATFORMS if name in SHARED else WEB if name in OWN else None
    if folder is None:
        raise HTTPException(404)
    return FileResponse(folder / name, headers={"cache-control": "no-cache"})


ROUTES = [
    Route("/", lanes_page),
    Route("/sign-in", sign_in_page),
    Route("/sign-in", signs_in, methods=["POST"]),
    Route("/sign-out", signs_out, methods=["POST"]),
    Route("/lane/{code}", lane_page),
    Route("/lane/{code}/live", live),
    Route("/lane/{code}/picture.jpg", live_picture),
    Route("/pictures/{name}.jpg", kept_picture),
    Route("/lane/{code}/act", act, methods=["POST"]),
    Route("/lane/{code}/give-up", give_up, methods=["POST"]),
    Route("/static/{name:path}", file),
]
