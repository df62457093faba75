"""What a page's form may ask of examinations and quarantines: from what was typed to what was said, as in
`acts.py`."""

from datetime import date, timedelta
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from cuakhauso.core import facts as f
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.words import Agency

from ..shared import store
from ..shared.errors import FieldError, Invalid
from ..web import words
from . import examinations
from .acts import Did, Do, fact_id, number_of, plate_of, text_of
from .said import Said


def order_examination(crossing: UUID, form: QueryDict, said: Said) -> Did:
    number, how = form.get("customs_number", ""), _how(form)
    story = examinations.order_examination(
        crossing, number, how, said, share=_share(form), place=text_of(form, "place", limit=120)
    )
    told = {"number": number[:11], "how": words.of(words.HOWS, how)}
    return Did(_("Đã yêu cầu kiểm tra tờ khai %(number)s: %(how)s.") % told, fact_id(story, said))


def examine(crossing: UUID, form: QueryDict, said: Said) -> Did:
    number, finding = form.get("customs_number", ""), form.get("finding", "")
    if finding not in set(f.Finding):
        raise Invalid([FieldError("finding", "required")])
    story = examinations.examine(
        crossing, number, _how(form), f.Finding(finding), said, share=_share(form),
        officers=text_of(form, "officers", limit=200),
    )  # fmt: skip
    told = {"number": number[:11], "finding": words.of(words.FINDINGS, finding)}
    return Did(_("Đã ghi kết quả kiểm tra tờ khai %(number)s: %(finding)s.") % told, fact_id(story, said))


def _how(form: QueryDict) -> f.How:
    given = form.get("how", "")
    if given not in set(f.How):
        raise Invalid([FieldError("how", "not_a_choice")])
    return f.How(given)


def _share(form: QueryDict) -> int | None:
    return number_of(form, "share", most=99) if form.get("share", "").strip() else None


def request_quarantine(crossing: UUID, form: QueryDict, said: Said) -> Did:
    story = examinations.request_quarantine(crossing, said)
    return Did(_("Đã yêu cầu kiểm dịch xe %(plate)s.") % {"plate": plate_of(story)}, fact_id(story, said))


def sample(crossing: UUID, form: QueryDict, said: Said) -> Did:
    number = text_of(form, "number", limit=40)
    story = examinations.take_sample(
        crossing, number, text_of(form, "what", limit=120), said, of=_of(form),
        where=text_of(form, "where", limit=120), laboratory=text_of(form, "laboratory", limit=120),
    )  # fmt: skip
    return Did(_("Đã ghi mẫu %(number)s, chờ kết quả.") % {"number": number}, fact_id(story, said))


def judge(crossing: UUID, form: QueryDict, said: Said) -> Did:
    result = form.get("result", "")
    if result not in set(f.Result):
        raise Invalid([FieldError("result", "required")])
    story = examinations.judge(
        crossing, f.Result(result), said, of=_of(form), sample=text_of(form, "sample", limit=40),
        certificate=text_of(form, "certificate", limit=60), valid_to=_day(form, "valid_to"),
    )  # fmt: skip
    told = {"plate": plate_of(story), "result": words.of(words.RESULTS, result)}
    return Did(_("Đã ghi kết quả xe %(plate)s: %(result)s.") % told, fact_id(story, said))


def _of(form: QueryDict) -> f.Of:
    given = form.get("of", "") or str(f.Of.GOODS)
    if given not in set(f.Of):
        raise Invalid([FieldError("of", "not_a_choice")])
    return f.Of(given)


def _day(form: QueryDict, field: str) -> date | None:
    given = form.get(field, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Invalid([FieldError(field, "not_a_date")]) from error


def treat(crossing: UUID, form: QueryDict, said: Said) -> Did:
    agency = form.get("agency", "")
    if agency not in LOOKS:
        raise Invalid([FieldError("agency", "not_a_choice")])
    hours = number_of(form, "hours", most=24 * 14) if form.get("hours", "").strip() else 0
    since = said.pressed_at or store.now()
    story = examinations.treat(
        crossing, Agency(agency), text_of(form, "method", limit=120), said, of=_of(form),
        by=text_of(form, "by", limit=120), until=since + timedelta(hours=hours) if hours else None,
    )  # fmt: skip
    told = {"plate": plate_of(story), "agency": words.of(words.AGENCIES, agency)}
    return Did(_("Đã ghi xử lý xe %(plate)s; %(agency)s xem lại.") % told, fact_id(story, said))


EXAMINATION_ACTS: dict[str, Do] = {
    "order-examination": order_examination,
    "examine": examine,
    "request-quarantine": request_quarantine,
    "sample": sample,
    "judge": judge,
    "treat": treat,
}
