"""The platform as the web server sees it: one address, two ways in.

Live pages (`/live/…`) stay open for hours and go to Django's asynchronous handler. All the rest
goes to its synchronous one in a few threads, four times as fast as through the asynchronous one;
figures and reason: docs/decisions/0002-web-server.md.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cuakhauso.centre.config.settings")

from django.core.asgi import get_asgi_application

from .wsgi import application as pages

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

THREADS = int(os.environ.get("CUAKHAUSO_THREADS", "8"))
BODY_LIMIT = 25_000_000  # an Excel file of declarations with its scans
IN_MEMORY = 1_000_000
TOO_LARGE = b"The request is larger than 25 MB."

live = get_asgi_application()
threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    if scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    else:
        await page(scope, receive, send)


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    with SpooledTemporaryFile(IN_MEMORY) as body:
        try:
            refuse_large(scope)
            complete = await read(receive, body)
        except OverflowError:
            await answer(send, 413, [(b"content-type", b"text/plain"), (b"connection", b"close")], TOO_LARGE)
            return
        if complete:
            await respond(environ(scope, body), send)


def refuse_large(scope: Scope) -> None:
    """By what it says of itself, before anything of it is read."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    if told.isdigit() and int(told) > BODY_LIMIT:
        raise OverflowError


async def read(receive: Receive, body: SpooledTemporaryFile[bytes]) -> bool:
    """Whether the caller is still there once the whole body has come in."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size > BODY_LIMIT:
            raise OverflowError
        body.write(chunk)
    return True


async def respond(environ: dict[str, Any], send: Send) -> None:
    in_thread = asyncio.get_running_loop().run_in_executor
    status, headers, response = await in_thread(threads, call, environ)
    if isinstance(response, bytes):
        await answer(send, status, headers, response)
        return
    await send({"type": "http.response.start", "status": status, "headers": headers})
    chunks = iter(response)
    try:
        while (chunk := await in_thread(threads, next, chunks, None)) is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})
    finally:
        await in_thread(threads, response.close)  # type: ignore[attr-defined]


async def answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def call(environ: dict[str, Any]) -> tuple[int, Headers, bytes | Iterable[bytes]]:
    """Runs in a thread. A response that is complete comes back as bytes, a stream as it is."""
    started: list[tuple[int, Headers]] = []

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[..., Any]:
        started.append((int(status[:3]), encoded(headers)))
        return bytes  # PEP 3333's way of writing by hand, which Django never uses

    response = pages(environ, start)
    status, headers = started[0]
    if getattr(response, "streaming", True):
        return status, headers, response
    try:
        return status, headers, b"".join(response)
    finally:
        response.close()


def encoded(headers: list[tuple[str, str]]) -> Headers:
    return [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]


def environ(scope: Scope, body: SpooledTemporaryFile[bytes]) -> dict[str, Any]:
    """The same request in the words of PEP 3333."""
    length = body.tell()
    body.seek(0)
    server, client = scope.get("server") or ("", 0), scope.get("client") or ("", 0)
    told: dict[str, Any] = {}
    for name, value in scope["headers"]:
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        told[key] = f"{told[key]},{text}" if key in told else text
    told.pop("HTTP_CONTENT_LENGTH", None)
    return told | {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "CONTENT_TYPE": told.pop("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
