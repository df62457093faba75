"""Those who act in a journey, and a token for each of them on this machine's own platform."""

from datetime import time

from cuakhauso.centre.accounts import tokens
from cuakhauso.centre.accounts.duties import Duty
from cuakhauso.centre.accounts.models import Organisation, Token, User
from cuakhauso.centre.accounts.principal import by_user
from cuakhauso.centre.lanes import actions
from cuakhauso.centre.lanes.models import Lane
from cuakhauso.centre.places.models import OpeningHours, Yard
from cuakhauso.core.words import Agency

from .journeys import Journey

EXPORTER = "4600000016"


def issued(journey: Journey) -> dict[str, tuple[Token, str]]:
    return {who: _token(journey, who) for who in journey.people}


def _token(journey: Journey, who: str) -> tuple[Token, str]:
    if who in journey.businesses:
        owner, _ = Organisation.objects.get_or_create(
            tax_code=journey.businesses[who],
            defaults={"name": who, "kind": Organisation.Kind.BUSINESS},
        )
        return tokens.issue(owner, "replay", [tokens.Power("", Duty.DECLARANT)])
    duty = Duty.DESK if who == Agency.BOARD else Duty.OFFICER
    return tokens.issue(tokens.organisation_of(Agency(who)), "replay", [tokens.Power(journey.gate, duty)])


def yard_token(yard: str) -> tuple[Token, str]:
    """Of whoever works a yard, at its gate."""
    gate = Yard.objects.get(pk=yard).gate_id
    found = Organisation.objects.filter(agency=Agency.YARD, roles__gate=gate).first()
    owner = found or tokens.organisation_of(Agency.YARD)
    return tokens.issue(owner, "yard-software", [tokens.Power(gate, Duty.OFFICER)])


def demo_lane_people(lane: str) -> tuple[list[Token], dict[str, str]]:
    """For a lane that is shown: the tokens made, and the secrets of a business and of customs."""
    gate = Lane.objects.get(pk=lane).gate_id
    exporter, _ = Organisation.objects.get_or_create(
        tax_code=EXPORTER, defaults={"name": "Nông sản Mây Chiều", "kind": Organisation.Kind.BUSINESS}
    )
    made = {"exporter": tokens.issue(exporter, "demo-lane", [tokens.Power("", Duty.DECLARANT)])}
    customs = tokens.organisation_of(Agency.CUSTOMS)
    made["customs"] = tokens.issue(customs, "demo-lane", [tokens.Power(gate, Duty.OFFICER)])
    return [token for token, _ in made.values()], {who: secret for who, (_, secret) in made.items()}


def enrolment_code(lane: str) -> str:
    """As the demo's officer of the Board makes one on the page of lanes."""
    board = by_user(User.objects.get(username="banquanly.hn"))
    return actions.make_code(Lane.objects.get(pk=lane).gate_id, (lane,), by=board)


def open_all_day() -> None:
    """The demo's gates, so that a lane opens at any hour at which somebody looks."""
    OpeningHours.objects.update(opens=time(0), closes=time(23, 59, 59, 999999))
