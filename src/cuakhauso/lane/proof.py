"""What the frames prove: reads put before `core/evidence.py`, and its verdict beside the match of texts.

Texts must agree exactly, as ever (`matching.py`); where our own recognition looked, its frames must also be
evidence enough. Other makers' cameras, scanners and persons are believed as they always were.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cuakhauso.core.evidence import Evidence, judge
from cuakhauso.core.looks import Sort, Track, told

from .contracts import Read, Subject
from .matching import MOST_SHOWN, Index, Match, Outcome, identity, last_words
from .words import Settings

SORTS = {Subject.PLATE: Sort.PLATE, Subject.TRAILER: Sort.PLATE, Subject.CONTAINER: Sort.CODE}
NOT_NAMED = frozenset({Outcome.WAIT, Outcome.NOBODY, Outcome.NEAR})


def weigh(reads: tuple[Read, ...], index: Index, settings: Settings) -> Evidence | None:
    """None where nothing but others' texts is there: they are matched, and that is all."""
    if not any(read.looks for read in reads):
        return None
    return judge(index.expected(), tracks(reads, settings), settings.evidence)


def tracks(reads: Iterable[Read], settings: Settings) -> Iterator[Track]:
    """The last word on each text that a camera followed. What we read in its pictures is of the same camera
    as what it read itself."""
    for read in last_words(reads):
        sort, camera = SORTS.get(read.subject), read.source.partition("+")[0]
        if sort is not None and read.looks:
            yield Track(camera, sort, read.looks)
        elif sort is not None and (track := _told(read, camera, settings)):
            yield track


def _told(read: Read, camera: str, settings: Settings) -> Track | None:
    """What is too unsure to be matched is no evidence either."""
    seen = None if read.is_unread else identity(read)
    if seen is None or (read.confidence is not None and read.confidence < settings.least_confidence):
        return None
    return told(camera, SORTS[seen.subject], seen.province + seen.key, read.confidence)


def proven(found: Match, evidence: Evidence | None, index: Index) -> Match:
    """An agreement of texts that the frames do not bear out goes to a person; and a person is shown whom the
    frames speak for, where the texts name nobody."""
    if evidence is None:
        return found
    likely = tuple(index.by_crossing[one.crossing] for one in evidence.candidates)
    if found.outcome is Outcome.AGREES and found.answer is not None:
        if evidence.accepted == found.answer.crossing:
            return found
        return replace(found, outcome=Outcome.UNSURE, near=likely if len(likely) > 1 else ())
    if found.outcome in NOT_NAMED and likely:
        near = tuple({one.crossing: one for one in (*likely, *found.near)}.values())
        return replace(found, outcome=Outcome.NEAR, near=near[:MOST_SHOWN])
    return found
