"""What a camera, a scanner or an officer read, and what an officer settled of it. Kinds of `facts.py`."""

from .data import Data


class Identified(Data, frozen=True, kw_only=True, tag="identified"):
    """A camera, scanner or officer read an identity: plate, trailer, container or seal. `value`: as declared
    ones are compared; `province`: the character before a Chinese number, "" where nobody read one."""

    subject: str
    value: str
    confidence: int | None = None
    province: str = ""

    @property
    def painted(self) -> str:
        return self.province + self.value


class Settled(Data, frozen=True, kw_only=True, tag="settled"):
    """An officer looked at what stood against a vehicle and settled it, with words in the note."""

    objection: str
    subject: str = ""
