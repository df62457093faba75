"""What stands against changing a declaration. The same function guards the act and draws its button."""

from cuakhauso.core.declaration import Content
from cuakhauso.core.fold import State
from cuakhauso.core.permit import Objection
from cuakhauso.core.reference import Reference
from cuakhauso.core.standing import has_ended
from cuakhauso.core.steps import PLATFORM_RULE, StepCode
from cuakhauso.core.words import Agency, Kind, Party


def against_correcting(state: State, ref: Reference, content: Content | None = None) -> list[Objection]:
    """Free until customs has accepted the registration; after that only where a correction was asked.

    `content` is the new version; without it, what stands against any correction at all.
    """
    found = []
    if state.withdrawn:
        found.append(Objection("declaration_withdrawn", Party.BUSINESS, "", PLATFORM_RULE))
    elif has_ended(state, ref):
        found.append(Objection("crossing_ended", Party.BUSINESS, "", PLATFORM_RULE))
    elif state.confirmed(StepCode.REGISTRATION_ACCEPTED, Agency.CUSTOMS) and not state.corrections:
        found.append(Objection("registration_accepted_already", Party.CUSTOMS, "", PLATFORM_RULE))
    before = state.content
    if before and content and content.vehicle.plate.number != before.vehicle.plate.number:
        found.append(Objection("plate_cannot_change", Party.BUSINESS, "", PLATFORM_RULE))
    if before and content and content.gate != before.gate:
        found.append(Objection("gate_cannot_change", Party.BUSINESS, "", PLATFORM_RULE))
    return found


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
