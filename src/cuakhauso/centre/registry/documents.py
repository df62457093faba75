"""Papers kept for a vehicle: filled into its next declaration while valid, warned of before they end."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cuakhauso.core.declaration import Document
from cuakhauso.core.paper_facts import Look, Seen
from cuakhauso.core.papers import OF_THE_DRIVER

from ..accounts.principal import Principal
from .models import VehicleDocument

SOON = timedelta(days=30)


def keep(organisation: UUID, plate: str, papers: Iterable[Document]) -> None:
    """As declared now; another paper of the same kind replaces the earlier one."""
    own = [paper for paper in papers if paper.kind not in OF_THE_DRIVER]
    for paper in own:
        VehicleDocument.objects.update_or_create(
            organisation_id=organisation, plate=plate, kind=paper.kind, number=paper.number,
            defaults={"valid_from": paper.valid_from, "valid_to": paper.valid_to},
        )  # fmt: skip
    rows = VehicleDocument.objects.filter(organisation_id=organisation, plate=plate)
    for kind in {paper.kind for paper in own}:
        numbers = [paper.number for paper in own if paper.kind == kind]
        rows.filter(kind=kind).exclude(number__in=numbers).delete()


def read(organisation: UUID, plate: str, looks: Iterable[Look], at: datetime) -> None:
    """An officer found these in order, and read on them what the next declaration may say by itself."""
    for look in looks:
        if look.found is not Seen.VALID or look.document in OF_THE_DRIVER:
            continue
        rows = VehicleDocument.objects.filter(organisation_id=organisation, plate=plate, kind=look.document)
        given: dict[str, Any] = {"seen_at": at}
        given |= {"number": look.number} if look.number else {}
        given |= {"valid_to": look.valid_to} if look.valid_to else {}
        if rows.count() == 1:
            rows.update(**given)
        elif not rows:
            VehicleDocument.objects.create(
                organisation_id=organisation, plate=plate, kind=look.document, **given
            )


def valid(organisation: UUID, plate: str, on: date) -> list[dict[str, Any]]:
    """What a form may say again: papers that have not run out."""
    rows = VehicleDocument.objects.filter(organisation_id=organisation, plate=plate).order_by("pk")
    valid = (row for row in rows if row.valid_to is None or row.valid_to >= on)
    return [
        {
            "kind": row.kind, "number": row.number,
            "valid_from": _day(row.valid_from), "valid_to": _day(row.valid_to),
        }
        for row in valid
    ]  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def ending(reader: Principal, on: date) -> QuerySet[VehicleDocument]:
    """Of the reader's own organisations: run out, or within 30 days of it. The first to end comes first."""
    mine = VehicleDocument.objects.filter(organisation__in=reader.businesses, valid_to__lte=on + SOON)
    return mine.order_by("valid_to", "plate", "kind")
