"""Webhooks, pure: how a message is signed, when it is sent again, to which addresses it may go.

Signed as the Standard Webhooks specification has it (standardwebhooks.com): `webhook-id`,
`webhook-timestamp`, `webhook-signature`.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

SECRET_PREFIX = "whsec_"  # noqa: S105  the specification's mark of a secret
# After the first attempt; then a person must look. Three days and a half, so that a weekend is survived.
WAITS = (
    timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10),
    timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5), timedelta(hours=10), timedelta(hours=14),
    timedelta(hours=20), timedelta(hours=24), timedelta(hours=24),
)  # fmt: skip
GONE = 410
Network = IPv4Network | IPv6Network


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message: str, timestamp: int, body: str) -> str:
    """The value of `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When it is sent again after so many attempts; none once it is dead."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def is_success(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def wants(kinds: Sequence[str], kind: str) -> bool:
    return not kinds or kind in kinds


# --- where it may go -----------------------------------------------------------------------------


def against_url(url: str, allowed: Sequence[Network]) -> str:
    """The code of a field error, or nothing. What a name resolves to is looked at when it is sent."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "url_form"
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        return "url_form"
    if parts.fragment or port == 0 or not url.isascii() or any(sign.isspace() for sign in url):
        return "url_form"
    if parts.scheme == "http" and not allowed:
        return "url_not_https"
    return ""


def may_go_to(address: str, allowed: Sequence[Network]) -> bool:
    """Public addresses, and those that whoever runs the platform has named. Unknown is not allowed."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    if any(found.version == net.version and found in net for net in allowed):
        return True
    return found.is_global and not found.is_multicast


def may_go_in_the_open(address: str, allowed: Sequence[Network]) -> bool:
    """Without TLS only within a network that was named: the gate's own, or this machine."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found.version == net.version and found in net for net in allowed)
