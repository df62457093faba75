"""What a page's form may ask of a crossing: one function per act, from what was typed to what was said.

Each returns the words for the strip below and the fact that its Undo would take back. The rules judge in
`actions` and `observations`; here only the form is read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from cuakhauso.core import identifiers as ids
from cuakhauso.core.decisions import Transfer
from cuakhauso.core.facts import Held
from cuakhauso.core.permit import Permit
from cuakhauso.core.words import Channel, Place

from ..places.reference import reference
from ..shared.errors import FieldError, Invalid
from ..shared.store import Story
from ..web import formats, words
from . import actions, observations, queries, struck
from .said import Said

PLACES_TO_REPORT = (Place.YARD, Place.GATE_AREA, Place.BUFFER, Place.TEMPORARY_YARD, Place.BORDER_LINE)
SUBJECTS = ("plate", "trailer", "container", "seal")


@dataclass(frozen=True, slots=True)
class Did:
    """What to say below, and which fact an undo would take back."""

    words: str
    undo: UUID | None = None


Do = Callable[[UUID, QueryDict, Said], Did]


def _wrong(field: str, code: str, **params: object) -> Invalid:
    return Invalid([FieldError(field, code, params)])


def uuid_of(given: str, field: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise _wrong(field, "not_an_id") from error


def number_of(form: QueryDict, field: str, *, most: int = 10_000_000) -> int:
    typed = "".join(form.get(field, "").split()).replace(".", "").replace(",", "")
    if not typed:
        raise _wrong(field, "required")
    if not typed.isdigit() or not typed.isascii():
        raise _wrong(field, "not_a_number")
    if not 0 < int(typed) <= most:
        raise _wrong(field, "must_be_positive" if int(typed) == 0 else "out_of_range")
    return int(typed)


def text_of(form: QueryDict, field: str, *, limit: int = 500) -> str:
    """As typed, on one line; longer than a note can be is refused, never cut."""
    text = " ".join(form.get(field, "").replace("\x00", "").split())
    if len(text) > limit:
        raise _wrong(field, "too_long", length=len(text), limit=limit)
    return text


def fact_id(story: Story, said: Said) -> UUID:
    return said.id or story.facts[-1].id


def _clock(story: Story) -> str:
    moment = story.facts[-1].recorded_at
    return f"{formats.clock(moment)}:{moment.second:02}"


def _next(story: Story) -> str:
    """Whether the next checkpoint lets it pass now."""
    answer = queries.answer(story.state, story.facts[-1].recorded_at, reference(story.gate))
    if not isinstance(answer.permit, Permit):
        return ""
    return " " + _("%(checkpoint)s cho qua.") % {
        "checkpoint": words.of(words.CHECKPOINTS, answer.permit.checkpoint)
    }


def plate_of(story: Story) -> str:
    content = story.state.content
    if content is not None:
        return content.vehicle.plate.shown
    return story.state.undeclared.shown if story.state.undeclared else ""


def confirm(crossing: UUID, form: QueryDict, said: Said) -> Did:
    step = form.get("step", "")
    story = actions.confirm(crossing, step, said, result=text_of(form, "result", limit=60))
    text = _("Đã xác nhận %(plate)s: %(step)s, lúc %(time)s.") % {
        "plate": plate_of(story),
        "step": words.of(words.STEPS, step),
        "time": _clock(story),
    }
    return Did(text + _next(story), fact_id(story, said))


def arrive(crossing: UUID, form: QueryDict, said: Said) -> Did:
    given = form.get("place", "")
    place = Place(given) if given in PLACES_TO_REPORT else Place.BUFFER
    story = observations.arrive(crossing, place, said)
    told = {"plate": plate_of(story), "time": _clock(story)}
    return Did(_("Đã ghi xe %(plate)s tới lúc %(time)s.") % told)


def undo(crossing: UUID, form: QueryDict, said: Said) -> Did:
    fact = uuid_of(form.get("fact", ""), "fact")
    story = actions.undo(crossing, fact, said)
    return Did(_("Đã hoàn tác, xe %(plate)s.") % {"plate": plate_of(story)})


def hold(crossing: UUID, form: QueryDict, said: Said) -> Did:
    report = form.get("report_to", "")
    minutes = number_of(form, "minutes", most=60 * 24 * 7) if form.get("minutes", "").strip() else None
    story = actions.hold(
        crossing,
        form.get("reason", ""),
        said,
        report_to=Place(report) if report in PLACES_TO_REPORT else None,
        to_do=text_of(form, "to_do", limit=200),
        minutes=minutes,
    )
    told = {"plate": plate_of(story), "reason": words.reason_words(form.get("reason", ""))}
    return Did(_("Đã giữ xe %(plate)s: %(reason)s.") % told)


def lift(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = actions.lift(crossing, uuid_of(form.get("hold", ""), "hold"), said)
    left = [h for h in story.state.live_holds if isinstance(h.data, Held)]
    more = " " + _("Còn %(count)s lệnh giữ khác.") % {"count": len(left)} if left else ""
    return Did(_("Đã bỏ giữ xe %(plate)s.") % {"plate": plate_of(story)} + more + _next(story))


def settle(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = actions.settle(crossing, form.get("objection", ""), form.get("subject", ""), said)
    return Did(
        _("Đã ghi: đã nhìn, xe %(plate)s.") % {"plate": plate_of(story)} + _next(story), fact_id(story, said)
    )


def channel(crossing: UUID, form: QueryDict, said: Said) -> Did:
    number, given = form.get("customs_number", ""), form.get("channel", "")
    if given not in set(Channel):
        raise _wrong("channel", "not_a_choice")
    story = actions.set_channel(crossing, number, Channel(given), said)
    told = {"number": number[:11], "channel": words.of(words.CHANNELS, given)}
    return Did(_("Tờ khai %(number)s: %(channel)s.") % told, fact_id(story, said))


def transship(crossing: UUID, form: QueryDict, said: Said) -> Did:
    group = index_of(form, "group")
    packages = number_of(form, "packages")
    receiving = uuid_of(form.get("receiving", ""), "receiving")
    story = actions.transship(crossing, Transfer(group, packages, receiving), said)
    told = {"packages": packages, "left": story.state.remaining(group)}
    return Did(_("Đã sang %(packages)s kiện, còn %(left)s.") % told, fact_id(story, said))


def dispose(crossing: UUID, form: QueryDict, said: Said) -> Did:
    group, packages, how = index_of(form, "group"), number_of(form, "packages"), form.get("how", "")
    if how not in words.HOW_DISPOSED:
        raise _wrong("how", "not_a_choice")
    story = actions.dispose(crossing, group, packages, how, said)
    told = {"packages": packages, "how": words.of(words.HOW_DISPOSED, how)}
    return Did(_("Đã ghi %(packages)s kiện: %(how)s.") % told, fact_id(story, said))


def index_of(form: QueryDict, field: str) -> int:
    given = form.get(field, "")
    if not (given.isascii() and given.isdigit()) or len(given) > 3:
        raise _wrong(field, "required")
    return int(given)


def weigh(crossing: UUID, form: QueryDict, said: Said) -> Did:
    gross = number_of(form, "gross_kg", most=200_000)
    story = observations.weigh(crossing, gross, True, said, ticket=text_of(form, "ticket", limit=40))
    told = {"plate": plate_of(story), "weight": formats.weight(gross, words.language())}
    return Did(_("Đã ghi cân xe %(plate)s: %(weight)s.") % told, fact_id(story, said))


def identify(crossing: UUID, form: QueryDict, said: Said) -> Did:
    subject, typed = form.get("subject", ""), text_of(form, "value", limit=40)
    if subject not in SUBJECTS:
        raise _wrong("subject", "not_a_choice")
    if not typed:
        raise _wrong("value", "required")
    story = observations.identify(crossing, subject, _normal(subject, typed), None, said)
    told = {"subject": words.of(words.SUBJECTS, subject), "value": typed}
    return Did(_("Đã ghi %(subject)s: %(value)s.") % told, fact_id(story, said))


def _normal(subject: str, typed: str) -> str:
    """As declared values are kept, so that what an officer reads compares with them."""
    try:
        if subject in ("plate", "trailer"):
            return ids.parse_plate(typed, None).normalised
        if subject == "container":
            return ids.parse_container(typed)
    except ids.Invalid as bad:
        raise Invalid([FieldError("value", bad.code, dict(bad.params))]) from bad
    return ids.clean(typed)


def strike(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = struck.strike_off(crossing, said)
    return Did(_("Đã gạch tên xe %(plate)s.") % {"plate": plate_of(story)}, fact_id(story, said))


ACTS: dict[str, Do] = {
    "confirm": confirm,
    "arrive": arrive,
    "undo": undo,
    "hold": hold,
    "lift": lift,
    "settle": settle,
    "channel": channel,
    "transship": transship,
    "dispose": dispose,
    "weigh": weigh,
    "identify": identify,
    "strike": strike,
}
