"""What a regime and the two-way pilot ask of a declaration, with every error at once. No database."""

from typing import Protocol

from cuakhauso.core.declaration import Content
from cuakhauso.core.regimes import RegimeLeg, leg_of
from cuakhauso.core.stays import misfits
from cuakhauso.core.words import Regime, Stay

from .form import DeclarationIn

# Goods in transit or merchanted may have come without a declaration of their own (A).
WITH_FIRST_NUMBER = frozenset({Regime.TEMPORARY_IMPORT, Regime.TEMPORARY_EXPORT})


class Errors(Protocol):
    def add(self, name: str, code: str, **params: object) -> None: ...


def check_regime(form: DeclarationIn, content: Content, two_way: bool, found: Errors) -> None:
    """The second leg names the customs declaration of the first; the pilot takes only what fits it."""
    is_second = leg_of(content) is RegimeLeg.SECOND
    for index, group in enumerate(form.groups):
        field = f"groups.{index}.first_number"
        given = bool(group.first_number.strip())
        if is_second and content.regime in WITH_FIRST_NUMBER and not given:
            found.add(field, "first_number_required")
        elif given and not is_second:
            found.add(field, "first_number_without_second_leg")
    if content.stay is Stay.TWO_WAY:
        if not two_way:
            found.add("stay", "two_way_not_in_force")
        for misfit in misfits(content):
            found.add("stay", misfit)
