"""What an officer's list shows: `View` says who looks at what, `rows` tells each vehicle for that view.

Pages with an equal view show the same list, so nothing here may depend on the person who looks. A row is
a value: equal rows are drawn once (`drawn`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from cuakhauso.core.clock import whose
from cuakhauso.core.decisions import Case, against_confirming
from cuakhauso.core.facts import Actor, Held
from cuakhauso.core.fold import State
from cuakhauso.core.permit import Objection, Question, identities_agree
from cuakhauso.core.procedure import next_leg, stands_at, step_of
from cuakhauso.core.progress import Stage
from cuakhauso.core.reference import Reference
from cuakhauso.core.standing import statuses
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import ActorKind, Agency, CheckpointKind, Direction, Party, Place

from ..accounts.models import Organisation
from ..accounts.principal import Principal
from ..places.reference import reference
from ..shared import store
from ..shared.models import Crossing
from ..web import formats, refusals, words
from . import queries, usual
from .kept import Kept
from .short import short_company, shown_value, why_words

TABS = ("mine", "others", "held", "coming")
PAGE = 20
OTHERS_BELOW = 3
MARKS = 4
RECEIVERS = frozenset({Agency.BORDER_GUARD, Agency.CUSTOMS, Agency.YARD})


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at a gate's vehicles: which tab, for which agencies, from which post."""

    gate: str
    tab: str
    keys: tuple[str, ...]
    post: str
    language: str
    page: int = 1

    @property
    def agencies(self) -> tuple[Agency, ...]:
        return tuple(dict.fromkeys(Agency(key.split("@")[0]) for key in self.keys))

    def posts(self, agency: Agency) -> tuple[str, ...]:
        """Where this agency's officers stand here; empty means anywhere at the gate."""
        found = tuple(key.split("@")[1] for key in self.keys if key.startswith(f"{agency}@"))
        return () if set(found) == set(queries.ALL_POSTS) else found


def view_of(reader: Principal, gate: str, *, tab: str, post: str, language: str, page: int = 1) -> View:
    keys = tuple(queries.keys_of(reader, gate, post))
    chosen = tab if tab in TABS else ("mine" if keys else "others")
    return View(gate, chosen, keys, post, language, max(1, page))


@dataclass(frozen=True, slots=True)
class Mark:
    """Where another agency stands with this vehicle: status and words."""

    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Button:
    """What this row offers: `confirm` a step with one tap, `arrive` at a place, or to `open` and look."""

    kind: str
    label: str
    icon: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    subject: str
    read: str
    declared: str


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    rev: int
    plate: str
    country: str
    seconds: tuple[tuple[str, str], ...]
    kind: str
    goods: str
    company: str
    since: datetime | None
    limit: int | None
    marks: tuple[Mark, ...]
    differences: tuple[Difference, ...]
    reasons: tuple[str, ...]
    button: Button | None
    pill: Mark
    why: str
    expected: str


@dataclass(frozen=True, slots=True)
class Listing:
    view: View
    counts: queries.Counts
    rows: Sequence[Row]
    below: Sequence[Row]
    pages: int
    next_coming: Row | None

    @property
    def total(self) -> int:
        return int(getattr(self.counts, self.view.tab))


def listing(reader: Principal, view: View) -> Listing:
    """The whole list of a view."""
    counts = queries.counts(reader, view.gate, view.post)
    begin = (view.page - 1) * PAGE
    found = list(_of_tab(reader, view)[begin : begin + PAGE])
    with_others = view.tab == "mine" and view.page == 1
    others = queries.waiting_for_others(reader, view.gate, view.post) if with_others else None
    below = list(others[:OTHERS_BELOW]) if others is not None else []
    empty = view.tab == "mine" and not found
    coming = list(queries.coming(reader, view.gate)[:1]) if empty else []
    drawn = rows(view, [*found, *below, *coming])
    return Listing(
        view=view,
        counts=counts,
        rows=drawn[: len(found)],
        below=drawn[len(found) : len(found) + len(below)],
        pages=max(1, -(-getattr(counts, view.tab) // PAGE)),
        next_coming=drawn[-1] if coming else None,
    )


def _of_tab(reader: Principal, view: View) -> Sequence[Crossing]:
    match view.tab:
        case "mine":
            return queries.waiting_for(reader, view.gate, view.post)  # type: ignore[return-value]
        case "held":
            return queries.held(reader, view.gate)  # type: ignore[return-value]
        case "coming":
            return queries.coming(reader, view.gate)  # type: ignore[return-value]
        case _:
            return queries.waiting_for_others(reader, view.gate, view.post)  # type: ignore[return-value]


_rows: Kept[Row] = Kept(10_000)


def rows(view: View, crossings: Sequence[Crossing]) -> list[Row]:
    """A row is told anew when its vehicle has a new fact, or with the minute: hours and limits pass by."""
    ref, now = reference(view.gate), store.now()
    look = (view.gate, view.tab, view.keys, view.language, ref.version, int(now.timestamp() // 60))
    keys = {crossing.pk: (look, crossing.pk, crossing.facts) for crossing in crossings}
    known = {pk: row for pk, key in keys.items() if (row := _rows.get(key)) is not None}
    new = [crossing for crossing in crossings if crossing.pk not in known]
    states = queries.states(new)
    names = companies(new)
    for crossing in new:
        told = _row(_Look(view, crossing, states.get(crossing.pk) or State(), ref, now), names)
        known[crossing.pk] = _rows.put(keys[crossing.pk], told)
    return [known[crossing.pk] for crossing in crossings]


def companies(crossings: Iterable[Crossing]) -> dict[str, str]:
    wanted = {c.declarant for c in crossings if c.declarant}
    found = Organisation.objects.filter(pk__in=wanted).values_list("pk", "name") if wanted else ()
    return {str(pk): short_company(name) for pk, name in found}


@dataclass(frozen=True, slots=True)
class _Look:
    view: View
    crossing: Crossing
    state: State
    ref: Reference
    now: datetime

    @property
    def my_waits(self) -> list[tuple[str, str, float]]:
        """Steps of mine that wait at my posts: agency, step, since."""
        keys = set(self.view.keys)
        return [
            (party, step, since)
            for party, step, at, since in self.crossing.waits
            if {f"{party}@{post}" for post in at or ("desk",)} & keys
        ]


def _row(look: _Look, names: dict[str, str]) -> Row:
    crossing, state = look.crossing, look.state
    differences = [_difference(o) for o in _mismatches(look)]
    button, reasons = _button(look, bool(differences))
    pill, why = _pill(look)
    return Row(
        id=crossing.pk,
        rev=crossing.facts,
        plate=crossing.plate_shown,
        country=crossing.country,
        seconds=tuple(_seconds(state)),
        kind=words.of(words.KINDS, crossing.kind),
        goods=_goods(crossing, state),
        company=names.get(crossing.declarant, ""),
        since=_since(look),
        limit=_limit(look),
        marks=tuple(marks(crossing, state, look.ref, look.view.agencies)[:MARKS]),
        differences=tuple(differences),
        reasons=tuple(reasons),
        button=button,
        pill=pill,
        why=why,
        expected=_time(crossing.expected_at) if crossing.expected_at else "",
    )


def _seconds(state: State) -> list[tuple[str, str]]:
    """Trailers, or the containers where there are none."""
    vehicle = state.content.vehicle if state.content else None
    return [(trailer.shown, trailer.country) for trailer in vehicle.trailers][:2] if vehicle else []


def _goods(crossing: Crossing, state: State) -> str:
    giver = next((link.plate for link in state.links.values() if link.role == "source"), "")
    if giver:
        return _("nhận hàng của %(plate)s") % {"plate": giver}
    weight = formats.weight(crossing.weight_kg, words.language(), unit="t") if crossing.weight_kg else ""
    return " · ".join(part for part in (crossing.goods, weight) if part)


def _since(look: _Look) -> datetime | None:
    mine = [since for _party, _step, since in look.my_waits]
    if look.view.tab == "mine" and mine:
        return _moment(min(mine))
    if look.view.tab == "held" and look.state.live_holds:
        return look.state.live_holds[0].occurred_at
    return look.crossing.present_since


def _limit(look: _Look) -> int | None:
    """Beyond how many minutes the wait that the row counts is too long; none where that is not known."""
    match look.view.tab:
        case "mine":
            since = _since(look)
            shut = since is not None and usual.over_closing(look.state, look.ref, since, look.now)
            return None if shut else usual.limit_of_oldest(look.crossing, look.my_waits)
        case "held":
            return usual.limit_of_hold(look.crossing, look.state.live_holds)
        case _:
            return None  # counted there is all the time since it came, not a wait for somebody


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def _limit_of_hold(look: _Look) -> int | None:
    hold = next(iter(look.state.live_holds), None)
    if hold is None or hold.actor.agency is None or not isinstance(hold.data, Held):
        return None
    why = f"hold:{hold.data.reason}"
    found = usual.of_clock(look.crossing.gate, look.crossing.kind, hold.actor.agency, why)
    return found.limit if found else None


# --- what others did -----------------------------------------------------------------------------


def marks(crossing: Crossing, state: State, ref: Reference, mine: Sequence[Agency]) -> list[Mark]:
    """Each other agency whose word counts where the vehicle stands: done when, waited for, or later."""
    here, leg = set(stands_at(state)), next_leg(state)
    needed = set(leg.needs) if leg else set()
    waiting = {party for party, *_rest in crossing.waits if party not in mine}
    done: dict[Agency, datetime] = {}
    later: dict[Agency, str] = {}
    for stand in statuses(state, ref):
        step = stand.step
        if not stand.required or not step.by_hand or not (step.code in needed or here & set(step.at)):
            continue
        said = {fact.actor.agency: fact.occurred_at for fact in stand.facts}
        for agency in step.agencies:
            if agency in mine or (step.any_agency and said and agency not in said):
                continue
            if agency in said:
                done[agency] = max(said[agency], done.get(agency, said[agency]))
            elif step.code in needed and step.at and not here & set(step.at):
                later.setdefault(agency, step.at[-1])
            elif agency not in waiting and step.code in needed:
                later.setdefault(agency, "")
    found = [_mark(agency, waiting, done, later) for agency in Agency]
    return [mark for mark in found if mark is not None]


def _mark(
    agency: Agency, waiting: set[str], done: dict[Agency, datetime], later: dict[Agency, str]
) -> Mark | None:
    name = words.of(words.SHORT_AGENCIES, agency)
    if agency in waiting:
        return Mark("waiting", name)
    if agency in later:
        place = words.of(words.CHECKPOINTS, later[agency]) if later[agency] else ""
        return Mark("not_yet", ", ".join(part for part in (name, place) if part))
    return Mark("done", f"{name} {_time(done[agency])}") if agency in done else None


def _time(moment: datetime) -> str:
    return formats.when(moment, words.language())


def _pill(look: _Look) -> tuple[Mark, str]:
    """Whose clock runs, and what for: the answer that everybody sees, in few words."""
    held = look.state.live_holds
    if held and held[0].actor.agency is not None:
        data = held[0].data
        reason = words.reason_words(data.reason) if isinstance(data, Held) else ""
        name = words.of(words.SHORT_AGENCIES, held[0].actor.agency)
        return Mark("held", _("%(party)s giữ") % {"party": name}), reason
    if look.crossing.stage == Stage.COMING:
        return Mark("not_yet", words.of(words.STAGES, Stage.COMING)), ""
    party, why = whose(look.state, look.now, look.ref)
    if party is Party.DRIVER:
        return Mark("done", _("Được đi tiếp")), _("tài xế đang đi")
    name = words.of({**words.PARTIES, **words.SHORT_AGENCIES}, party)
    return Mark("waiting", _("Chờ %(party)s") % {"party": name}), why_words(why)


# --- the button ----------------------------------------------------------------------------------


def _mismatches(look: _Look) -> list[Objection]:
    leg = next_leg(look.state)
    at = leg.at if leg else CheckpointKind.B1
    way = leg.direction if leg else Direction.IN
    return list(identities_agree(Question(look.state, at, way, look.now, look.ref, look.view.gate)))


def _difference(objection: Objection) -> Difference:
    told = objection.details
    subject = told["subject"]
    declared = ", ".join(shown_value(subject, one) for one in told["declared"].split(", "))
    return Difference(words.of(words.SUBJECTS, subject), shown_value(subject, told["read"]), declared)


def _button(look: _Look, differs: bool) -> tuple[Button | None, list[str]]:
    """One tap where one step of mine may be confirmed now; otherwise the way to look first."""
    if look.view.tab == "coming":
        may_receive = RECEIVERS & set(look.view.agencies)
        return (Button("arrive", _("Xe đã tới"), "truck", _arrives_at(look)) if may_receive else None), []
    if look.view.tab != "mine":
        return None, []
    if differs:
        return Button("open", _("Xem rồi quyết"), "eye"), []
    steps = list(dict.fromkeys(step for _party, step, _since in look.my_waits))
    if not steps:
        return None, []
    if len(steps) > 1:
        return Button("open", _("Mở xe, %(count)s việc") % {"count": len(steps)}, "list"), []
    return _for_one_step(look, steps[0])


def _arrives_at(look: _Look) -> str:
    leg = next_leg(look.state)
    from_abroad = leg is not None and leg.at is CheckpointKind.BORDER_LINE and leg.direction is Direction.IN
    return str(Place.BORDER_LINE if from_abroad else Place.BUFFER)


def _for_one_step(look: _Look, step: str) -> tuple[Button, list[str]]:
    if not step_of(StepCode(step), look.state, look.ref).by_hand:
        return Button("open", words.of(words.STEPS, step), "chevron-right"), []
    if found := against(look.state, look.view, step, look.now, look.ref):
        return Button("open", _("Xem lý do"), "ban"), [refusals.objection_sentence(o) for o in found]
    return Button("confirm", words.of(words.STEP_BUTTONS, step), "check", step), []


def against(state: State, view: View, step: str, now: datetime, ref: Reference) -> list[Objection]:
    """Why nobody of this view's agencies may confirm this step now: the rule that guards the act."""
    agencies = [a for a in step_of(StepCode(step), state, ref).agencies if a in view.agencies]
    agency = agencies[0] if agencies else (view.agencies[0] if view.agencies else None)
    actor = Actor(kind=ActorKind.PERSON, id="", agency=agency)
    posts = view.posts(agency) if agency else ()
    return against_confirming(Case(state, actor, now, ref, posts), step)
