"""What the frames prove, as the booth says it: how likely, how likely it has to be, and by which texts."""

from uuid import UUID

from cuakhauso.core.evidence import Evidence
from cuakhauso.core.recognised import Recognised

from .labels import DOUBTS
from .matching import Identity
from .telling import Teller


def proved(tell: Teller, found: Recognised | None) -> list[str]:
    """Nothing where only others' cameras looked, or a person opened in spite of what the frames left open."""
    if found is None or found.doubts:
        return []
    return [tell.label("proved", **_shares(tell, found))]


def doubts(tell: Teller, found: Recognised | None) -> str:
    """Each in words, with its figures."""
    if found is None:
        return ""
    shares = _shares(tell, found)
    return " ".join(tell.say(said, **shares) for code, said in DOUBTS.items() if code in found.doubts)


def _shares(tell: Teller, found: Recognised) -> dict[str, str]:
    return {"likely": tell.likelihood(found.likely), "needed": tell.likelihood(found.needed)}


def of_text(tell: Teller, found: Recognised | None, seen: Identity) -> str:
    """Beside what was read: by how many frames, and how sure its least certain sign is."""
    texts = found.seen if found else ()
    one = next((one for one in texts if one.text in (seen.key, seen.province + seen.key)), None)
    if one is None:
        return ""
    if not one.frames:
        return tell.label("text_unproved", least=one.least)
    return tell.label("text_proved", frames=one.frames, cameras=one.cameras, least=one.least)


def likely(tell: Teller, evidence: Evidence | None, crossing: UUID) -> str:
    """How likely the frames make one of those that it might be."""
    for one in evidence.candidates if evidence else ():
        if one.crossing == crossing:
            return tell.label("likely", likely=tell.likelihood(int(one.posterior * 1e6)))
    return ""
