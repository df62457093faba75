"""What a lane's own recognition knew a vehicle by, in words: for officers who look into it later."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cuakhauso.core.recognised import Recognised, TextSeen

from . import formats
from .lane_words import DOUBTS
from .words import SUBJECTS, language, of


def recognised(found: Recognised | None) -> str:
    """How likely, how likely it had to be, by what; and what spoke against it. "" where nothing looked."""
    if found is None:
        return ""
    told = _("nhận dạng %(likely)s%%, cần %(needed)s%%") % {
        "likely": share(found.likely),
        "needed": share(found.needed),
    }
    doubts = ", ".join(of(DOUBTS, one) for one in found.doubts)
    return " · ".join(part for part in (told, *map(_text, found.seen), doubts) if part)


def share(millionths: int) -> str:
    """In percent: 99.9998."""
    return formats.number(Decimal(millionths) / 10_000, language())


def _text(seen: TextSeen) -> str:
    frames = ngettext("%(frames)d khung hình", "%(frames)d khung hình", seen.frames) % {"frames": seen.frames}
    return _("%(subject)s %(text)s: %(frames)s, ký tự kém chắc nhất %(least)d%%") % {
        "subject": of(SUBJECTS, seen.subject),
        "text": seen.text or "–",
        "frames": frames,
        "least": seen.least,
    }
