"""The form of a plan of bays, as the API takes it and as it is pasted on the page."""

from typing import Annotated

from pydantic import Field

from cuakhauso.core.words import BayKind

from ..shared.api import In, Line
from .plan import MOST_BAYS, Planned

Number = Annotated[int, Field(ge=1, le=500)]
Metres = Annotated[float, Field(ge=0, le=5000)]


class BayIn(In):
    label: Annotated[str, Field(min_length=1, max_length=10)] = Field(
        description="As painted on the ground: A01. The bay's code is YARD-LABEL."
    )
    block: Annotated[str, Field(max_length=16)] = ""
    row: Number = 1
    position: Number = 1
    kind: BayKind = BayKind.TRUCK
    places: Number = Field(default=1, description="Above one: an area for several vehicles.")
    shape: Annotated[list[tuple[Metres, Metres]], Field(max_length=40)] = Field(
        default=[], description="Outline in metres; empty: drawn by block, row and position."
    )


class PlanIn(In):
    bays: Annotated[list[BayIn], Field(max_length=MOST_BAYS)]
    source: Line = Field(description="Who decided it.")

    def planned(self) -> list[Planned]:
        return [Planned(**one.model_dump()) for one in self.bays]
