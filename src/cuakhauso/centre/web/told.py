"""What a fact in words is made of, for `telling.py` and the files of its families."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from cuakhauso.core.facts import Fact

from . import formats
from .words import AGENCIES, ORDERS, language, of


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as people read it: what, in which look, and with which icon."""

    words: str
    look: str
    icon: str


Teller = Callable[[Fact, Any], Told]
Detail = Callable[[Any], object]


def agency_of(fact: Fact) -> str:
    """The agency that said it, or the name of who said it for none."""
    return of(AGENCIES, fact.actor.agency) if fact.actor.agency else fact.actor.name


def says(words: str | Promise, look: str, icon: str, **details: Detail) -> Teller:
    """Always the same sentence. It names `agency`, fields of the fact as they stand, and `details`, each made
    from the fact's data."""

    def tell(fact: Fact, data: Any) -> Told:
        fields = {name: getattr(data, name) for name in data.__struct_fields__}
        said = {name: detail(data) for name, detail in details.items()}
        return Told(str(words) % {"agency": agency_of(fact), **fields, **said}, look, icon)

    return tell


def order(data: Any) -> str:
    return of(ORDERS, data.order)


def amount(data: Any) -> str:
    return formats.money(data.amount, language())


def look_of(fact: Fact) -> str:
    """How a thing looks that an officer saw: whether anything stood against it."""
    return "irregular" if fact.irregular else "done"
