"""Regimes on top of the kinds: temporary import and re-export, temporary export and re-import, merchanting,
transit (domain.md 0, procedures.md 2).

Goods under a regime make two legs: they come in and go out again, or, with a temporary export, go out and
come back. (A) What no public text lays down is here and in `reference.RegimeRule`: that the first leg is
sealed and the second one's seals looked at, where that is done, how long goods may stay, who is escorted.
"""

from enum import StrEnum

from .declaration import Content
from .steps import StepCode
from .words import Kind, Regime

S = StepCode


class RegimeLeg(StrEnum):
    FIRST = "first"
    SECOND = "second"


def regime_leg(kind: Kind, regime: Regime) -> RegimeLeg | None:
    """Which leg of its regime a vehicle makes; none for trade and for empty vehicles."""
    if regime is Regime.BUSINESS or kind is Kind.EMPTY_RETURN:
        return None
    is_first = (kind is Kind.EXPORT) is (regime is Regime.TEMPORARY_EXPORT)
    return RegimeLeg.FIRST if is_first else RegimeLeg.SECOND


# A foreign vehicle whose goods change vehicles goes back empty: what carries them on is sealed. What comes
# back is looked at on the vehicle that brought it.
ADDED: dict[tuple[RegimeLeg, Kind], tuple[StepCode, ...]] = {
    (RegimeLeg.FIRST, Kind.EXPORT): (S.SEAL_PUT_ON,),
    (RegimeLeg.FIRST, Kind.IMPORT_INLAND): (S.SEAL_PUT_ON, S.ESCORTED),
    (RegimeLeg.FIRST, Kind.RECEIVING): (S.SEAL_PUT_ON, S.ESCORTED),
    (RegimeLeg.SECOND, Kind.EXPORT): (S.FIRST_LEG_MATCHED, S.SEAL_CHECKED),
    (RegimeLeg.SECOND, Kind.IMPORT_INLAND): (S.FIRST_LEG_MATCHED, S.SEAL_CHECKED),
    (RegimeLeg.SECOND, Kind.IMPORT_TRANSSHIPMENT): (S.FIRST_LEG_MATCHED, S.SEAL_CHECKED),
}


def added_steps(kind: Kind, regime: Regime) -> tuple[StepCode, ...]:
    """The steps that a regime adds, done before the vehicle leaves the yard."""
    leg = regime_leg(kind, regime)
    return ADDED.get((leg, kind), ()) if leg else ()


def leg_of(content: Content | None) -> RegimeLeg | None:
    return regime_leg(content.kind, content.regime) if content else None
