"""May this officer do this now, for what is out of the ordinary: seals, turning around, another gate, the
health mode, goods in store. As in `decisions.py`, each returns every reason against it.
"""

from collections.abc import Iterator

from .decisions import Against, Case, Transfer, _alive, _mine, _objection
from .permit import Objection
from .seals import seals_on
from .steps import BORDER_LAW, CUSTOMS_LAW, HEALTH_LAW, StepCode
from .words import Agency, Party

# (A) No public text says who decides; fruit below standard is forced back (domain.md 2.8).
TURNERS = (
    Agency.BORDER_GUARD, Agency.BOARD, Agency.CUSTOMS, Agency.PLANT_QUARANTINE, Agency.ANIMAL_QUARANTINE,
    Agency.HEALTH,
)  # fmt: skip
ANSWERERS = (Agency.BORDER_GUARD, Agency.BOARD)
MOVERS = (Agency.CUSTOMS, Agency.YARD)
# (A) What is said again at the other gate: customs' word on the papers, which do not change with the gate.
# Entry, checks, weight and all that is seen of the vehicle is done anew there.
SURVIVES_A_MOVE = frozenset({StepCode.REGISTRATION_ACCEPTED, StepCode.FIRST_LEG_MATCHED})


def _only(case: Case, agencies: tuple[Agency, ...], law: str) -> Iterator[Objection]:
    if case.actor.agency not in agencies:
        yield _objection(Against.WRONG_AGENCY, Party(agencies[0]), law)


def _with_words(case: Case, words: str) -> Iterator[Objection]:
    if not words.strip():
        yield _objection(Against.WORDS_REQUIRED, _mine(case))


def _declared(case: Case) -> Iterator[Objection]:
    if case.state.content is None:
        yield _objection(Against.NOT_DECLARED, Party.BUSINESS)


# --- seals ---------------------------------------------------------------------------------------


def against_putting_seal(case: Case, number: str) -> list[Objection]:
    """Customs puts seals on; others' seals are declared."""
    found = [*_alive(case), *_declared(case), *_only(case, (Agency.CUSTOMS,), CUSTOMS_LAW)]
    if number in seals_on(case.state):
        found.append(_objection(Against.SEAL_ALREADY_ON, _mine(case), CUSTOMS_LAW, seal=number))
    return found


def against_checking_seal(case: Case, number: str) -> list[Objection]:
    """A look is at a seal that should be on; another one that hangs there is read, not checked."""
    found = [*_alive(case), *_declared(case), *_only(case, (Agency.CUSTOMS,), CUSTOMS_LAW)]
    if number not in seals_on(case.state):
        found.append(_objection(Against.NO_SUCH_SEAL, _mine(case), CUSTOMS_LAW, seal=number))
    return found


def against_breaking_seal(case: Case, number: str, words: str) -> list[Objection]:
    """Customs alone opens a seal, and says why."""
    return [*against_checking_seal(case, number), *_with_words(case, words)]


# --- turning around, another gate ----------------------------------------------------------------


def against_turning(case: Case, words: str, gate: str = "") -> list[Objection]:
    """Border guard, the Board, customs or a quarantine sends it back, with words; once."""
    found = [*_alive(case), *_declared(case), *_only(case, TURNERS, BORDER_LAW), *_with_words(case, words)]
    if case.state.turned is not None:
        found.append(_objection(Against.ALREADY_TURNED, _mine(case), BORDER_LAW))
    if gate and gate == case.state.gate:
        found.append(_objection(Against.SAME_GATE, _mine(case)))
    return found


def against_asking_to_turn(case: Case, words: str, gate: str = "") -> list[Objection]:
    """The business asks for its own vehicle, with words."""
    found = [*_alive(case), *_declared(case), *_with_words(case, words)]
    if case.state.turned is not None:
        found.append(_objection(Against.ALREADY_TURNED, Party.BUSINESS, BORDER_LAW))
    if case.state.turn_asked is not None:
        found.append(_objection(Against.ALREADY_ASKED, Party.BUSINESS, BORDER_LAW))
    if gate and gate == case.state.gate:
        found.append(_objection(Against.SAME_GATE, Party.BUSINESS))
    return found


def against_refusing_to_turn(case: Case, words: str) -> list[Objection]:
    """Who may decide on it refuses what was asked, with words."""
    found = [*_alive(case), *_only(case, ANSWERERS, BORDER_LAW), *_with_words(case, words)]
    if case.state.turn_asked is None:
        found.append(_objection(Against.NOT_ASKED, _mine(case)))
    return found


# --- health mode ---------------------------------------------------------------------------------


def against_handing_over(case: Case) -> list[Objection]:
    """Border guard records the dedicated driver and tractor, before the vehicle enters (domain.md 1.1)."""
    found = [*_alive(case), *_declared(case), *_only(case, (Agency.BORDER_GUARD,), HEALTH_LAW)]
    if StepCode.HANDED_OVER not in case.ref.health_steps:
        found.append(_objection(Against.HEALTH_MODE_OFF, Party.BOARD, HEALTH_LAW))
    return found


# --- goods in store ------------------------------------------------------------------------------


def against_taking_out(case: Case, transfer: Transfer) -> list[Objection]:
    """Stored goods go onto a linked vehicle that has entered, also long after their own one has left."""
    found = [*_only(case, MOVERS, CUSTOMS_LAW)]
    content = case.state.announced
    if transfer.receiving not in case.state.links:
        found.append(_objection(Against.NOT_LINKED, Party.BUSINESS))
    elif not case.state.receiving_entered.get(transfer.receiving):
        found.append(_objection(Against.NOT_ENTERED, Party.BORDER_GUARD, BORDER_LAW))
    if content is None or not 0 <= transfer.group < len(content.groups):
        found.append(_objection(Against.NO_SUCH_GROUP, _mine(case), group=transfer.group))
    elif not 0 < transfer.packages <= (stored := case.state.stored(transfer.group)):
        code = Against.TOO_MANY_PACKAGES if stored else Against.NOTHING_STORED
        found.append(_objection(code, _mine(case), packages=transfer.packages, left=stored))
    return found
