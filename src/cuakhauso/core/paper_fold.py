"""From looks at papers to the part of a state that they fill. `fold.py` alone calls this."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .data import Data
from .declaration import Content, Document
from .facts import Fact
from .paper_facts import DocumentsChecked, Look

TRANSPORT_LICENCE = "transport_licence"


class Looked(NamedTuple):
    """The last look at a kind of paper, and which papers of that kind were declared then."""

    look: Look
    fact: Fact
    declared: tuple[Document, ...]


@dataclass(slots=True)
class Papers:
    """The last look at each kind of paper."""

    looked: dict[str, Looked] = field(default_factory=dict)


def declared_papers(content: Content | None) -> dict[str, tuple[Document, ...]]:
    """What is declared, by kind. The licence has a field of its own in the form; it counts as its paper."""
    found: dict[str, tuple[Document, ...]] = {}
    if content is None:
        return found
    for document in content.vehicle.documents:
        found[document.kind] = (*found.get(document.kind, ()), document)
    licence = content.vehicle.transport_licence
    if licence and TRANSPORT_LICENCE not in found:
        found[TRANSPORT_LICENCE] = (Document(kind=TRANSPORT_LICENCE, number=licence),)
    return found


def _documents_checked(state: Any, fact: Fact, data: DocumentsChecked) -> None:
    declared = declared_papers(state.content)
    for look in data.looks:
        state.looked[look.document] = Looked(look, fact, declared.get(look.document, ()))


PAPER_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {DocumentsChecked: _documents_checked}
