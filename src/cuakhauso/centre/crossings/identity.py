"""What was read on a vehicle against what it should be by now: plate, trailer, container, seal, driver."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core.facts import Fact
from cuakhauso.core.permit import Code, Objection, is_announced, plate_of
from cuakhauso.core.seals import seals_on
from cuakhauso.core.words import Party

from ..web import words
from .offers import Reader, Words, case_for, told
from .queries import Whole
from .said import STOPPERS
from .short import shown_value


@dataclass(frozen=True, slots=True)
class Identity:
    """One thing to recognise: what was read, what was declared, whether they agree."""

    label: Words
    icon: str
    read: str
    how: str
    declared: str
    status: str
    words: Words
    subject: str = ""
    settles: bool = False
    why_not: str = ""
    photo: str = ""


SUBJECT_LABELS: dict[str, Words] = {
    "plate": gettext_lazy("Đầu kéo"),
    "trailer": gettext_lazy("Rơ moóc"),
    "container": gettext_lazy("Container"),
    "seal": gettext_lazy("Chì hải quan"),
}
SUBJECT_ICONS = {"plate": "truck", "trailer": "truck-loading", "container": "package", "seal": "lock"}


def identities(whole: Whole, reader: Reader) -> list[Identity]:
    content = whole.state.content
    if content is None:
        return _undeclared_identity(whole)
    vehicle, tractor, on = content.vehicle, plate_of(whole.state, content), seals_on(whole.state)
    declared = [
        ("plate", (tractor.number,), (tractor.shown,)),
        ("trailer", tuple(t.number for t in vehicle.trailers), tuple(t.shown for t in vehicle.trailers)),
        ("container", vehicle.containers, tuple(ids.shown_container(c) for c in vehicle.containers)),
        ("seal", on, on),
    ]
    found = [
        _identity(whole, reader, subject, numbers, shown)
        for subject, numbers, shown in declared
        if numbers or subject in whole.state.read
    ]
    if content.driver:
        found.append(_driver(content.driver))
    return found


def _driver(name: str) -> Identity:
    return Identity(_("Tài xế"), "user", name, _("theo khai báo"), "", "not_yet", _("Xem giấy tờ"))


def _undeclared_identity(whole: Whole) -> list[Identity]:
    shown = whole.crossing.plate_shown
    return [
        Identity(
            _("Đầu kéo"), "truck", shown, _("cán bộ ghi"), "", "unknown", _("Chưa khai báo"), subject="plate"
        )
    ]


def _identity(
    whole: Whole, reader: Reader, subject: str, numbers: tuple[str, ...], shown: tuple[str, ...]
) -> Identity:
    fact = whole.state.read.get(subject)
    data = fact.data if fact else None
    read = data if isinstance(data, f.Identified) else f.Identified(subject=subject, value="")
    content = whole.state.content
    agrees = content is not None and is_announced(whole.state, content, read)
    settled = (Code.IDENTITY_MISMATCH, subject) in whole.state.settled
    seen = shown_value(subject, read.painted) or _("Chưa đọc được")
    base = Identity(
        label=SUBJECT_LABELS[subject], icon=SUBJECT_ICONS[subject],
        read=shown[numbers.index(read.value)] if agrees else seen,
        how=_how(fact), declared=", ".join(shown), status="unknown", words=_("Chưa rõ"), subject=subject,
    )  # fmt: skip
    if settled:
        return replace(base, status="done", words=_("Đã nhìn, đúng"))
    if agrees:
        return replace(base, status="done", words=_("Khớp"))
    against = _against_settling(whole, reader)
    status_, said = ("refused", _("Khác khai báo")) if read.value else ("unknown", _("Chưa rõ"))
    return replace(
        base, status=status_, words=said, settles=not against, why_not=told(against)[0] if against else ""
    )


def _how(fact: Fact | None) -> str:
    if fact is None or not isinstance(fact.data, f.Identified):
        return ""
    sure = f", {fact.data.confidence}\u00a0%" if fact.data.confidence is not None else ""
    return words.of(words.SOURCES, fact.source) + sure


def _against_settling(whole: Whole, reader: Reader) -> list[Objection]:
    agencies = [a for a in reader.agencies if a in STOPPERS] or list(reader.agencies[:1])
    if not agencies:
        return [Objection(d.Against.WRONG_AGENCY, Party.BORDER_GUARD)]
    return d.against_settling(case_for(whole, reader, agencies[0]), Code.IDENTITY_MISMATCH, "x")
