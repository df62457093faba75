"""A yard's web server that takes webhooks: a real one, on a port of this machine."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """What came, and what is answered: the next of `answers`, then 204."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.secret = ""
        self.url = ""

    def take(self, headers: Any, body: bytes) -> int:
        if not self.is_signed(headers, body):
            return 401
        said = json.loads(body)
        self.came.append({"id": headers["webhook-id"], **said})
        return self.answers.pop(0) if self.answers else 204

    def is_signed(self, headers: Any, body: bytes) -> bool:
        """As the specification says it, written anew: not with the platform's own function."""
        signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
        key = base64.b64decode(self.secret.split("_", 1)[1])
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return any(hmac.compare_digest(one, f"v1,{wanted}") for one in headers["webhook-signature"].split())

    @property
    def ids(self) -> list[str]:
        return [one["id"] for one in self.came]

    @property
    def kinds(self) -> list[str]:
        return [one["type"].rsplit(".", 1)[-1] for one in self.came]


@contextmanager
def receiving() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(found.take(self.headers, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/hooks"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
