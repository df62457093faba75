"""Where a person works: the gates of their roles, and the post chosen for this shift."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.steps import STEPS
from cuakhauso.core.words import Agency

from ..accounts.models import Duty
from ..accounts.principal import Principal
from ..places.models import Gate
from ..places.reference import reference
from ..shared.errors import NotFound
from ..watch.rules import ORDERERS, WATCHERS
from ..web import words
from . import from_lanes, queries

STAFF = (Duty.OFFICER, Duty.DESK, Duty.LEADER, Duty.REFERENCE)
POSTS = "posts"
LAST_GATE = "gate"


def gate_name(gate: Gate) -> str:
    """As the reader's language writes it."""
    names = {"zh-hans": gate.name_zh, "en": gate.name_en}
    return names.get(words.language()) or gate.name


def gates_of(reader: Principal) -> list[Gate]:
    """Gates at which this person works, in their order along the road."""
    roles = [role for role in reader.roles if role.duty in STAFF]
    found = Gate.objects.all()
    if not any(role.gate == "" for role in roles):
        found = found.filter(pk__in={role.gate for role in roles})
    return list(found)


def gate_for(reader: Principal, code: str) -> Gate:
    """Raises `NotFound` where this person does not work: the two are not told apart."""
    found = next((gate for gate in gates_of(reader) if gate.code == code), None)
    if found is None:
        raise NotFound
    return found


def posts_of(reader: Principal, gate: str) -> list[str]:
    """Posts at which this person may stand, where the agency has something to do."""
    posts: set[str] = set()
    for role in reader.roles_at(gate):
        if role.agency is not None and role.duty in (Duty.OFFICER, Duty.DESK):
            posts |= set(role.posts) or work_posts(role.agency, gate)
    return [str(post) for post in queries.ALL_POSTS if str(post) in posts]


def work_posts(agency: Agency, gate: str) -> set[str]:
    """Where an agency's steps are done at this gate."""
    steps = [step for step in STEPS.values() if str(agency) in {str(party) for party in step.parties}]
    places = reference(gate).step_places
    return {str(post) for step in steps for post in places.get(step.code, step.at) or ("desk",)}


def chosen_post(request: HttpRequest, reader: Principal, gate: str) -> str:
    """The post chosen for this shift; empty means all of mine."""
    chosen = request.session.get(POSTS, {}).get(gate, "")
    return chosen if chosen in posts_of(reader, gate) else ""


def choose(request: HttpRequest, gate: str, post: str) -> None:
    request.session[POSTS] = {**request.session.get(POSTS, {}), gate: post}
    request.session[LAST_GATE] = gate


@dataclass(frozen=True, slots=True)
class Standing:
    """What the bar above says: gate, post, and for which agencies this person acts."""

    gate: Gate
    name: str
    post: str
    post_words: str
    agencies: tuple[Agency, ...]

    @property
    def who(self) -> str:
        return ", ".join(words.of(words.AGENCIES, agency) for agency in self.agencies)


def standing(request: HttpRequest, reader: Principal, code: str) -> Standing:
    gate = gate_for(reader, code)
    post = chosen_post(request, reader, code)
    agencies = tuple(dict.fromkeys(reader.agencies_at(code)))
    said = words.of(words.CHECKPOINTS, post) if post else ""
    return Standing(gate, gate_name(gate), post, said, agencies)


def frame(request: HttpRequest, reader: Principal, code: str) -> dict[str, Any]:
    """What every staff page's frame takes: where one is, and which pages one may go to."""
    here = standing(request, reader, code)
    mine = set(here.agencies)
    sees_lanes = bool(mine) or reader.has(Duty.LEADER)
    return {
        "standing": here,
        "gate": here.gate,
        "sees_list": bool(mine) or reader.has(Duty.LEADER),
        "sees_yard": bool(mine & {Agency.YARD, Agency.CUSTOMS, Agency.BORDER_GUARD, Agency.BOARD}),
        "sees_desk": bool(mine & {Agency.BOARD, Agency.TAX}),
        "sees_undeclared": bool(mine & {Agency.BORDER_GUARD, Agency.CUSTOMS}),
        "sees_police": bool(mine & {*WATCHERS, *ORDERERS}),
        "sees_papers": Agency.TRANSPORT_LICENCE in mine,
        "sees_health": bool(mine & {Agency.BOARD, Agency.HEALTH}),
        "sees_looks": bool(mine & {Agency.CUSTOMS, *LOOKS}),
        "sees_unpaired": bool(mine & {Agency.BOARD, Agency.CUSTOMS, Agency.BORDER_GUARD})
        or reader.has(Duty.LEADER),
        "sees_lanes": sees_lanes,
        "lane_alerts": from_lanes.told().open_alerts(code, here.agencies) if sees_lanes else 0,
        "sees_board": reader.has(Duty.LEADER),
        "sees_reference": Agency.BOARD in {role.agency for role in reader.roles},
    }
