"""Who reads reference data with its changes, and who makes them: the Board."""

from collections.abc import Sequence

from cuakhauso.core.words import Agency

from ..accounts.duties import Duty
from ..accounts.principal import Principal


def sees(reader: Principal) -> bool:
    """The Board's people and leaders read everything; only editors change it."""
    board = any(role.agency is Agency.BOARD for role in reader.roles)
    return board or reader.has(Duty.LEADER)


def is_editor(by: Principal) -> bool:
    return any(role.duty is Duty.REFERENCE and role.agency is Agency.BOARD for role in by.roles)


def may_edit(by: Principal, gates: Sequence[str]) -> bool:
    """At the gates whose rows these are; everybody's rows take a role for every gate."""
    mine = {r.gate for r in by.roles if r.duty is Duty.REFERENCE and r.agency is Agency.BOARD}
    return "" in mine or (bool(gates) and set(gates) <= mine)
