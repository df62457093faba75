"""The page of an evaluation: one file that loads nothing, to print, to send, to read on a telephone."""

from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files
from typing import Any

import jinja2

from ...sentences import say
from ..seeing import WhyNot
from ..words import UNOPENED, WHY_NOT, likely_in_words
from .figures import Board, Share, Tally, percentile
from .gallery import Kept
from .scoring import Judged, differing
from .words import COUNTED, KINDS, LABELS, MISSES, is_told, labels

TEMPLATE = jinja2.Environment(
    autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
).from_string(files(__package__).joinpath("report.html").read_text(encoding="utf-8"))


def page(
    board: Board, kept: list[Kept], *, language: str, at: datetime, version: str, left_out: int = 0
) -> str:
    misses = sum(sum(tally.misses.values()) for _, _, tally in board.groups)
    t = labels(language)
    return TEMPLATE.render(
        language=language, t=t, counted=COUNTED, rows=list(_rows(board, language)),
        measured=t["measured"].format(n=board.photos, at=f"{at:%F %H:%M %Z}", version=version),
        kept=t["kept"].format(n=len(kept), all=misses),
        left_out=t["left_out"].format(n=left_out) if left_out else "",
        misses=[_miss(one, language) for one in kept],
    )  # fmt: skip


def _rows(board: Board, language: str) -> Iterable[dict[str, Any]]:
    """A line for each kind over all its sets, where it has several, and one for each set."""
    sets = {kind: [(s, t) for k, s, t in board.groups if k == kind] for kind, _ in board.kinds}
    for kind, over_all in board.kinds:
        named = say(KINDS[kind], language)
        if len(sets[kind]) > 1:
            yield _row(kind, named, say(LABELS["all_sets"], language), over_all) | {"over_all": True}
        for set_, tally in sets[kind]:
            yield _row(kind, named, set_ or "–", tally)


def _row(code: str, kind: str, set_: str, tally: Tally) -> dict[str, Any]:
    shares = {
        name: in_words(share) if is_told(name, code) else ("–", "") for name, share in tally.shares.items()
    }
    times = {
        name: " · ".join(
            "–" if (ms := percentile(values, part)) is None else f"{ms:.0f}" for part in (0.5, 0.9)
        )
        for name, values in (("looked", tally.looked_ms), ("opened", tally.opened_ms))
    }
    return {
        "kind": kind, "set": set_, "photos": tally.photos, "shares": shares, "ms": times,
        "alarming": tally.accepted_wrong > 0, "over_all": False,
    }  # fmt: skip


def in_words(share: Share) -> tuple[str, str]:
    """`97.5 %` and `195/200 · 94.3–98.9 %`."""
    if not share.of:
        return "–", ""
    return (
        f"{share.count / share.of:.1%}",
        f"{share.count}/{share.of} · {share.low * 100:.1f}–{share.high:.1%}",
    )


def _miss(one: Kept, language: str) -> dict[str, Any]:
    judged = one.judged
    assert judged.miss is not None
    return {
        "file": judged.file, "what": say(MISSES[judged.miss], language), "code": judged.miss.value,
        "thumbnail": one.thumbnail, "strip": one.strip, "pairs": _pairs(judged),
        "label": judged.label, "confidence": f"{judged.confidence:.0%}" if judged.text else "",
        "why": why(judged, language), "likely": likely_in_words(judged.likely, language),
    }  # fmt: skip


def _pairs(judged: Judged) -> list[tuple[str, str, bool]]:
    """What was read beside the label, with the signs that differ. Without a label nothing differs."""
    if not judged.text:
        return []
    if not judged.label:
        return [(sign, "", False) for sign in judged.text]
    return [(mine, theirs, mine != theirs) for mine, theirs in differing(judged.text, judged.label)]


def why(judged: Judged, language: str) -> str:
    whole = [say(UNOPENED[judged.unopened], language)] if judged.unopened else []
    reasons = [say(WHY_NOT[one], language) for one in judged.why_not if one is not WhyNot.BROKEN_OFF]
    return "; ".join((*whole, *reasons))
