"""What a message says: a CloudEvents 1.0 document about one fact of one vehicle."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from ..crossings.shapes import CrossingOut
from ..shared.models import Crossing, FactRow

TYPE = "vn.cuakhauso.crossing."
TEST_TYPE = "vn.cuakhauso.test"


def event_id(fact: UUID) -> str:
    """The same for live news and for a replay: a receiver that knows it has it already."""
    return f"evt_{fact.hex}"


def about(row: Crossing, fact: FactRow) -> str:
    """`sequence` counts the facts of the vehicle; `data.crossing` is how it stood when this was written, by
    `data.crossing.facts` of them."""
    return _document(
        event_id(fact.pk),
        TYPE + fact.kind,
        fact.occurred_at,
        source=f"/gates/{row.gate}",
        subject=str(row.pk),
        sequence=f"{fact.seq:08}",
        data={
            "fact": str(fact.pk),
            "kind": fact.kind,
            "occurred_at": fact.occurred_at.isoformat(),
            "recorded_at": fact.recorded_at.isoformat(),
            "irregular": fact.body.get("irregular", []),
            "crossing": CrossingOut.of_row(row).model_dump(mode="json"),
        },
    )


def a_test(message: str, at: datetime) -> str:
    return _document(message, TEST_TYPE, at, source="/notices", data={"said": "test"})


def _document(message: str, type: str, at: datetime, **more: Any) -> str:
    head = {
        "specversion": "1.0", "id": message, "type": type, "time": at.isoformat(),
        "datacontenttype": "application/json",
    }  # fmt: skip
    return json.dumps({**head, **more}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
