"""Not everything was unloaded: said by customs or reported by the yard, shown, and offered.

Judged by `core.unloading_decisions`; what customs says of the rest counts at once (`core.unloading`).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import facts as f
from cuakhauso.core import unloading_decisions as ud
from cuakhauso.core.fold import State
from cuakhauso.core.transfers import weight_of
from cuakhauso.core.unloading import Count, lines_of, standing_report
from cuakhauso.core.unloading_facts import Left, Rest, WhyLeft
from cuakhauso.core.words import Agency, Kind

from ..shared.errors import FieldError, Invalid
from ..shared.store import Story
from ..web import formats, goods_telling, words
from .acts import Did, Do, fact_id, number_of, plate_of, text_of
from .offers import Act, Reader, case_for, told
from .queries import Whole
from .said import Said, act
from .special_dossier import Line

Words = str | Promise
MOST = 1_000_000
UNLOADING_NAMES: dict[str, Words] = {"in-part": gettext_lazy("Dỡ chưa hết: còn gì trên xe")}


# --- the act -------------------------------------------------------------------------------------


def unload_in_part(crossing: UUID, counts: Sequence[Count], why: WhyLeft, rest: Rest, said: Said) -> Story:
    """What is left on the vehicle, why, what becomes of it. Customs' word stores or sends back at once."""
    if len({count.group for count in counts}) < len(counts):
        raise Invalid([FieldError("lines", "row_twice")])

    def data(story: Story) -> f.UnloadedInPart:
        made = f.UnloadedInPart(lines=lines_of(story.state, counts), why=why, rest=rest)
        known = next((fact.data for fact in story.facts if fact.id == said.id), None)
        return known if isinstance(known, f.UnloadedInPart) and _same(known, made) else made

    return act(
        crossing, said, data,
        lambda case, story: ud.against_unloading_in_part(case, data(story).lines, why, said.note),
        prefer=ud.REPORTERS,
    )  # fmt: skip


def _same(one: f.UnloadedInPart, other: f.UnloadedInPart) -> bool:
    """The same count sent again, whatever the platform computes by now."""

    def counted(data: f.UnloadedInPart) -> list[tuple[int, int, Decimal | None]]:
        return [(line.group, line.packages, line.weight_kg) for line in data.lines]

    return (counted(one), one.why, one.rest) == (counted(other), other.why, other.rest)


# --- from a form ---------------------------------------------------------------------------------


def in_part(crossing: UUID, form: QueryDict, said: Said) -> Did:
    why, rest = form.get("why", ""), form.get("rest", "")
    if why not in set(WhyLeft) or rest not in set(Rest):
        raise Invalid([FieldError("why" if why not in set(WhyLeft) else "rest", "not_a_choice")])
    story = unload_in_part(crossing, counts_of(form), WhyLeft(why), Rest(rest), said)
    told = {"plate": plate_of(story), "rest": words.of(words.RESTS, rest)}
    return Did(_("Đã ghi dỡ chưa hết, xe %(plate)s: %(rest)s.") % told, fact_id(story, said))


def counts_of(form: QueryDict) -> list[Count]:
    """What was typed for each goods group; a group with nothing typed has nothing left."""
    indexes = [name.removeprefix("packages-") for name in form if name.startswith("packages-")]
    found = [_count(form, int(one)) for one in indexes if one.isascii() and one.isdigit() and len(one) <= 3]
    return [count for count in found if count.packages or count.weight_kg]


def _count(form: QueryDict, group: int) -> Count:
    packages, kilos = (_number(form, f"{what}-{group}") for what in ("packages", "kg"))
    return Count(group, packages, Decimal(kilos) if kilos else None)


def _number(form: QueryDict, field: str) -> int:
    """Nothing typed is nothing left."""
    typed = text_of(form, field, limit=12)
    return 0 if typed.strip("0 ") == "" else number_of(form, field, most=MOST)


# --- offered and asked ---------------------------------------------------------------------------


def unloading_acts(whole: Whole, reader: Reader) -> Iterator[Act]:
    """Where goods change vehicles, or some have left this one."""
    state = whole.state
    unloads = state.kind is Kind.IMPORT_TRANSSHIPMENT or state.disposed or state.unloading
    agency = next((a for a in ud.REPORTERS if a in reader.agencies), None)
    if agency is None or state.content is None or not unloads:
        return
    one = [Left(group=0, customs_number="", packages=1)]
    against = ud.against_unloading_in_part(case_for(whole, reader, agency), one, WhyLeft.NO_ROOM, "x")
    yield Act(
        _("Dỡ chưa hết"), icon="package", sub=_("còn bao nhiêu, vì sao, làm gì tiếp"), sheet="in-part",
        reasons=told(against),
    )  # fmt: skip


def sheet(whole: Whole, reader: Reader, given: QueryDict) -> dict[str, Any]:
    """Each goods group with what the platform computes, to confirm or to correct."""
    return {
        "asked": asked(whole.state),
        "whys": [(str(why), words.of(words.WHY_LEFT, why)) for why in WhyLeft],
        "rests": [(str(rest), words.of(words.RESTS, rest)) for rest in Rest],
        "decides": Agency.CUSTOMS in reader.agencies,
        "photographed": True,
    }


def asked(state: State) -> list[dict[str, Any]]:
    groups = state.content.groups if state.content else ()
    found = []
    for index, group in enumerate(groups):
        left = max(0, state.remaining(index))
        kilos = formats.weight(weight_of(group, left), words.language())
        name = group.customs_number or "; ".join(dict.fromkeys(item.name for item in group.items))
        found.append(
            {
                "name": name, "packages": f"packages-{index}", "kg": f"kg-{index}",
                "left": left if group.packages > 0 else "",
                "kilos": _("theo sổ %(weight)s") % {"weight": kilos} if group.packages > 0 else "",
            }
        )  # fmt: skip
    return found


UNLOADING_ACTS: dict[str, Do] = {"in-part": in_part}
UNLOADING_SHOWN = {"in-part": sheet}


# --- shown ---------------------------------------------------------------------------------------


def lines(whole: Whole) -> Iterator[Line]:
    """What is left, for officers, the yard and the business alike."""
    report = standing_report(whole.state)
    if report is None:
        return
    fact, data = report
    by = words.of(words.SHORT_AGENCIES, fact.actor.agency) if fact.actor.agency else fact.actor.name
    what = {
        "why": words.of(words.WHY_LEFT, data.why), "rest": words.of(words.RESTS, data.rest), "by": by,
        "time": formats.when(fact.occurred_at, words.language()),
    }  # fmt: skip
    said = _("%(why)s: %(rest)s (%(by)s, %(time)s)") % what
    yield Line(_("Dỡ chưa hết"), said + (f" “{fact.note}”" if fact.note else ""), "c-wait")
    for line in data.lines:
        yield Line(_("Còn trên xe"), goods_telling.left_words(line), "c-held" if line.differs else "")
