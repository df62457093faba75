"""A server that takes webhooks, as a yard's own would: a real one, on a port of this machine.

It checks signatures by the specification alone (standardwebhooks.com), with nothing of the platform's.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Message = dict[str, Any]
Take = Callable[[str, Message], None]


def is_signed(secret: str, headers: Any, body: bytes) -> bool:
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    key = base64.b64decode(secret.split("_", 1)[1])
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(one, f"v1,{wanted}") for one in headers["webhook-signature"].split())


class Receiver:
    """What came, and what is answered: the next of `answers`, then 204. `take` is told of each message."""

    def __init__(self, take: Take | None = None) -> None:
        self.came: list[Message] = []
        self.answers: list[int] = []
        self.secret = self.url = ""
        self.take = take

    def answer(self, headers: Any, body: bytes) -> int:
        if not is_signed(self.secret, headers, body):
            return 401
        said = json.loads(body)
        self.came.append(said)
        if self.take is not None:
            self.take(headers["webhook-id"], said)
        return self.answers.pop(0) if self.answers else 204

    @property
    def ids(self) -> list[str]:
        return [one["id"] for one in self.came]

    @property
    def kinds(self) -> list[str]:
        return [one["type"].rsplit(".", 1)[-1] for one in self.came]


@contextmanager
def receiving(take: Take | None = None, port: int = 0) -> Iterator[Receiver]:
    found = Receiver(take)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(found.answer(self.headers, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Its lines are no news to anybody."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/hooks"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
