"""What a page's form may ask out of the ordinary: from what was typed to what was said, as in `acts.py`."""

from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from cuakhauso.core.decisions import Transfer
from cuakhauso.core.words import SealGrade, SealType

from ..shared.errors import FieldError, Invalid
from ..shared.store import Story
from ..web import words
from . import special
from .acts import Did, Do, fact_id, index_of, number_of, plate_of, text_of, uuid_of
from .said import Said


def seal(crossing: UUID, form: QueryDict, said: Said) -> Did:
    kind, grade = form.get("type", ""), form.get("grade", "")
    story = special.put_seal(
        crossing, text_of(form, "number", limit=40), said,
        type=SealType(kind) if kind in set(SealType) else SealType.OTHER,
        grade=SealGrade(grade) if grade in set(SealGrade) else None,
        applied_by=text_of(form, "applied_by", limit=120), on=text_of(form, "on", limit=40),
    )  # fmt: skip
    return Did(_("Đã ghi chì %(number)s lên xe.") % {"number": form.get("number", "")}, fact_id(story, said))


def check_seal(crossing: UUID, form: QueryDict, said: Said) -> Did:
    given = form.get("intact", "")
    if given not in ("yes", "no"):
        raise Invalid([FieldError("intact", "required")])
    story = special.check_seal(crossing, text_of(form, "number", limit=40), given == "yes", said)
    text = _("Chì %(number)s nguyên vẹn") if given == "yes" else _("Chì %(number)s không nguyên vẹn")
    return Did(text % {"number": form.get("number", "")} + ".", fact_id(story, said))


def break_seal(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = special.break_seal(crossing, text_of(form, "number", limit=40), said)
    return Did(_("Đã ghi mở chì %(number)s.") % {"number": form.get("number", "")}, fact_id(story, said))


def turn(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = special.turn_around(crossing, said)
    return Did(_("Xe %(plate)s quay đầu.") % {"plate": plate_of(story)}, _undo_of_turn(story, said))


def _undo_of_turn(story: Story, said: Said) -> UUID | None:
    """A vehicle that had not entered is gone with it: then there is nothing to take back."""
    return fact_id(story, said) if story.row is None or story.row["ended_at"] is None else None


def refuse_turn(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = special.refuse_to_turn(crossing, said)
    return Did(_("Xe %(plate)s không quay đầu, đi tiếp.") % {"plate": plate_of(story)}, fact_id(story, said))


def move(crossing: UUID, form: QueryDict, said: Said) -> Did:
    gate = form.get("gate", "")
    story = special.move_to_gate(crossing, gate, said)
    return Did(
        _("Xe %(plate)s chuyển sang cửa khẩu %(gate)s.")
        % {"plate": plate_of(story), "gate": words.gate_words(gate)}
    )


def hand_over(crossing: UUID, form: QueryDict, said: Said) -> Did:
    driver, plate = text_of(form, "driver", limit=120), text_of(form, "plate", limit=40)
    story = special.hand_over(crossing, driver, plate, said)
    return Did(
        _("Đã giao xe cho lái xe chuyên trách, đầu kéo %(plate)s.") % {"plate": plate}, fact_id(story, said)
    )


def take_out(crossing: UUID, form: QueryDict, said: Said) -> Did:
    group = index_of(form, "group")
    transfer = Transfer(group, number_of(form, "packages"), uuid_of(form.get("receiving", ""), "receiving"))
    story = special.take_out(crossing, transfer, said)
    told = {"packages": transfer.packages, "left": story.state.stored(group)}
    return Did(_("Đã lấy %(packages)s kiện, trong kho còn %(left)s.") % told, fact_id(story, said))


SPECIAL_ACTS: dict[str, Do] = {
    "seal": seal,
    "check-seal": check_seal,
    "break-seal": break_seal,
    "turn": turn,
    "refuse-turn": refuse_turn,
    "move": move,
    "hand-over": hand_over,
    "take-out": take_out,
}
