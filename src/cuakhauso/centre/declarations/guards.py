"""What stands against withdrawing or linking. The same function guards the act and draws its button."""

from cuakhauso.core.fold import State
from cuakhauso.core.permit import Objection
from cuakhauso.core.steps import PLATFORM_RULE
from cuakhauso.core.words import Kind, Party


def against_withdrawing(state: State) -> list[Objection]:
    """A declaration is taken back only while the vehicle has not arrived."""
    if state.withdrawn:
        return [Objection("declaration_withdrawn", Party.BUSINESS, "", PLATFORM_RULE)]
    if state.present_since is not None:
        return [Objection("already_arrived", Party.BORDER_GUARD, "", PLATFORM_RULE)]
    return []


def against_linking(source: State) -> list[Objection]:
    """Only goods that change vehicles have receiving ones."""
    if source.kind is not Kind.IMPORT_TRANSSHIPMENT:
        return [Objection("not_a_source", Party.BUSINESS, "", PLATFORM_RULE)]
    return []
