"""Digest sign-in (RFC 2617) as cameras ask for it, over HTTP and RTSP: MD5, one nonce until it is renewed."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

WORDS = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def response(*, who: str, password: str, method: str, said: dict[str, str]) -> str:
    """What the answer to a challenge must be. `who` is user:realm."""
    first, second = md5(f"{who}:{password}"), md5(f"{method}:{said['uri']}")
    if "qop" not in said:  # RFC 2069, still what libav sends where no qop was offered
        return md5(f"{first}:{said['nonce']}:{second}")
    return md5(":".join((first, said["nonce"], said["nc"], said["cnonce"], said["qop"], second)))


@dataclass(slots=True)
class Guard:
    """Counts whoever came with a wrong password; a request without any is only told how to ask."""

    user: str
    password: str
    realm: str = "camera of nobody"
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    wrong: int = 0

    def challenge(self, *, stale: bool = False) -> str:
        return f'Digest realm="{self.realm}", nonce="{self.nonce}", qop="auth"' + ", stale=true" * stale

    def renew(self) -> None:
        self.nonce = secrets.token_hex(8)

    def refusal(self, method: str, authorization: str) -> str | None:
        """The challenge to answer with, or nothing for who may come in."""
        if not authorization:
            return self.challenge()
        said = {name: quoted or plain for name, quoted, plain in WORDS.findall(authorization)}
        if said.get("nonce") != self.nonce:
            return self.challenge(stale=True)
        if said.get("username") == self.user and said.get("response") == self._expected(method, said):
            return None
        self.wrong += 1
        return self.challenge()

    def _expected(self, method: str, said: dict[str, str]) -> str:
        return response(who=f"{self.user}:{self.realm}", password=self.password, method=method, said=said)
