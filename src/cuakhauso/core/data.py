"""The base of what a fact says: a module of its own, so that facts may stand in several files."""

from .declaration import Words


class Data(Words, frozen=True, kw_only=True, tag_field="kind"):
    """Base of everything a fact can say."""
