"""Writes what `seeds.py` holds, where the Board has not written its own. Repeating is safe."""

from django.db import transaction

from . import models as m
from . import seeds as s


@transaction.atomic
def seed() -> None:
    for gate in s.GATES:
        for position, (code, vi, zh, en, checkpoint, direction, to, second) in enumerate(s.LANES):
            m.Lane.objects.get_or_create(
                code=f"{gate}-{code}",
                defaults={
                    "gate_id": gate, "name": vi, "name_zh": zh, "name_en": en, "checkpoint": checkpoint,
                    "direction": direction, "leads_to": to, "second_person": second, "position": position,
                    "source": s.SOURCE,
                },
            )  # fmt: skip
    for position, (code, vi, zh, en) in enumerate(s.OPENING_REASONS):
        m.OpeningReason.objects.get_or_create(
            code=code,
            defaults={
                "name": vi, "name_zh": zh, "name_en": en, "position": position, "source": s.SOURCE,
            },
        )  # fmt: skip
