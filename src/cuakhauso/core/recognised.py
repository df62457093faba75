"""What a passage was recognised by, short enough to be kept for ever with the decision and the fact."""

from .declaration import Words
from .evidence import Evidence, Seen, Thresholds

CERTAIN = 999_999  # nothing is


class TextSeen(Words, frozen=True, kw_only=True):
    """One text over all its frames. `least`: the chance of its least certain sign in percent; `frames` read
    it so by themselves, in `cameras` cameras; `declared`: what it was held against, "" for nothing."""

    subject: str
    text: str
    declared: str = ""
    least: int = 0
    frames: int = 0
    cameras: int = 0


class Recognised(Words, frozen=True, kw_only=True):
    """How likely the likeliest crossing was and had to be, in millionths; what each text says; what speaks
    against it."""

    verdict: str
    likely: int = 0
    needed: int = 0
    seen: tuple[TextSeen, ...] = ()
    doubts: tuple[str, ...] = ()


def recognised(evidence: Evidence, limits: Thresholds) -> Recognised:
    """Rounded down: nothing is written down as surer than it was."""
    best = evidence.candidates[0].posterior if evidence.candidates else 0.0
    return Recognised(
        verdict=str(evidence.verdict),
        likely=min(int(best * 1e6), CERTAIN),
        needed=round(limits.accept * 1e6),
        seen=tuple(map(_text, evidence.seen)),
        doubts=tuple(map(str, evidence.doubts)),
    )


def _text(seen: Seen) -> TextSeen:
    return TextSeen(
        subject=str(seen.subject), text=seen.text, declared=seen.declared, least=int(seen.least * 100),
        frames=seen.frames, cameras=seen.cameras,
    )  # fmt: skip
