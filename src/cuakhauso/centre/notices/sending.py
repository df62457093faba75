"""One message over the network. The name is resolved first and the connection goes to the very address that
was looked at, so that a name that changes its mind leads nowhere. No redirect is followed, no answer kept."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from .rules import Network, may_go_in_the_open, may_go_to

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The receiver's status; or none, and the code of what went wrong before there was one."""

    status: int | None = None
    error: str = ""


def send(url: str, headers: dict[str, str], body: str, allowed: Sequence[Network]) -> Outcome:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        address = _address(host, port)
    except OSError:
        return Outcome(error="name_unknown")
    may = may_go_to if parts.scheme == "https" else may_go_in_the_open
    if not may(address, allowed):
        return Outcome(error="address_not_allowed")
    return _post(httpx.URL(url).copy_with(host=address), host, {**headers, "Host": parts.netloc}, body)


def _address(host: str, port: int) -> str:
    return str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])


def _post(url: httpx.URL, host: str, headers: dict[str, str], body: str) -> Outcome:
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False, follow_redirects=False) as client:
            asked = client.build_request(
                "POST", url, headers=headers, content=body.encode(), extensions={"sni_hostname": host}
            )
            answer = client.send(asked, stream=True)
            answer.close()
            return Outcome(status=answer.status_code)
    except httpx.TimeoutException:
        return Outcome(error="no_answer")
    except httpx.HTTPError:
        return Outcome(error="no_connection")
