"""The audit trail of acts that are no facts: refusals, look-ups of people, edits of reference data."""

from typing import Any

from cuakhauso.core.facts import Actor

from .models import AuditEntry


def record(verb: str, subject: str, *, actor: Actor, **data: Any) -> None:
    """Keep one act. It stays even where the act itself was refused and rolled back."""
    AuditEntry.objects.create(
        actor=f"{actor.kind}:{actor.id}"[:80],
        agency=actor.agency or "",
        verb=verb,
        subject=subject[:128],
        data=data,
    )
