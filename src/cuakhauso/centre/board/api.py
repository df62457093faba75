"""The open API for leaders: today's counts by gate, direction and stage."""

from datetime import datetime

from ninja import Router

from ..accounts.http import ApiRequest
from ..shared.api import Out
from . import queries

router = Router()


class BoardRowOut(Out):
    """One gate and direction: vehicles at each stage now; how many left today and yesterday to this hour."""

    gate: str
    direction: str
    stages: dict[str, int]
    left_today: int
    left_yesterday: int


class BoardOut(Out):
    """`collected`: fees received today, in VND. `waiting`: vehicles that wait for each party now."""

    at: datetime
    rows: list[BoardRowOut]
    undeclared: int
    held: int
    collected: int
    waiting: dict[str, int]


@router.get("/board/today", response=BoardOut, summary="Today by gate, direction and stage, for leaders")
def today(request: ApiRequest) -> BoardOut:
    found = queries.today(request.auth)
    rows = [
        BoardRowOut(
            gate=row.gate.code, direction=row.direction, stages={str(s): n for s, n in row.stages.items()},
            left_today=row.left_today, left_yesterday=row.left_yesterday,
        )
        for row in found.rows
    ]  # fmt: skip
    return BoardOut(
        at=found.at,
        rows=rows,
        undeclared=found.undeclared,
        held=found.held,
        collected=found.collected,
        waiting=dict(found.waiting),
    )
