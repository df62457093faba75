"""Those who act in a journey, and a token for each of them on this machine's own platform."""

from cuakhauso.centre.accounts import tokens
from cuakhauso.centre.accounts.duties import Duty
from cuakhauso.centre.accounts.models import Organisation, Token
from cuakhauso.centre.places.models import Yard
from cuakhauso.core.words import Agency

from .journeys import Journey


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
