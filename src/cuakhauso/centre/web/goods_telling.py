"""In words: what was not unloaded, what another declaration binds too. `telling.py` reads the table."""

from django.utils.translation import gettext as _now

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact
from cuakhauso.core.unloading_facts import Left

from . import formats
from .told import Teller, Told, agency_of
from .words import RESTS, SUBJECTS, WHY_LEFT, language, of


def left_words(line: Left) -> str:
    """What is left of one goods group; both numbers where they differ."""
    told = {"packages": line.packages, "number": line.customs_number, "computed": line.computed}
    said = _now("%(packages)s kiện") % told
    if line.differs:
        said = _now("đếm %(packages)s kiện, theo sổ %(computed)s") % told
    weight = f", {formats.weight(line.weight_kg, language())}" if line.weight_kg else ""
    return said + weight + (f" ({line.customs_number})" if line.customs_number else "")


def _unloaded_in_part(fact: Fact, data: f.UnloadedInPart) -> Told:
    told = _now("%(agency)s: dỡ chưa hết, còn %(left)s (%(why)s): %(rest)s") % {
        "agency": agency_of(fact),
        "left": "; ".join(left_words(line) for line in data.lines),
        "why": of(WHY_LEFT, data.why),
        "rest": of(RESTS, data.rest),
    }
    return Told(told, "held" if any(line.differs for line in data.lines) else "waiting", "package")


def _also_bound(fact: Fact, data: f.AlsoBound) -> Told:
    if not data.things:
        return Told(_now("Không còn trùng với tờ khai khác"), "done", "link")
    told = ", ".join(f"{of(SUBJECTS, thing.subject)} {thing.value}" for thing in data.things)
    return Told(_now("Tờ khai khác cũng khai: %(things)s") % {"things": told}, "held", "link")


GOODS_TOLD: dict[type[f.Data], Teller] = {f.UnloadedInPart: _unloaded_in_part, f.AlsoBound: _also_bound}
