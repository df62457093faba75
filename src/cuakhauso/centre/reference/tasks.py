"""The worker's part: previews, changes whose day has come, lists told anew. Each may run twice."""

from uuid import UUID

from procrastinate.contrib.django import app

from ..crossings import rebuild
from . import actions, preview


@app.task(name="preview_reference_change", pass_context=False)
def preview_change(change: str, edition: int) -> bool:
    """Whether the preview is whole; not where the draft was said anew meanwhile."""
    return preview.preview(UUID(change), edition) is not None


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take_effect", pass_context=False)
def take_effect(timestamp: int) -> int:
    return len(actions.take_effect())


@app.task(name="renew_living", pass_context=False)
def renew_living(gates: list[str]) -> int:
    """How many living crossings now wait for somebody else, or elsewhere, than was written."""
    return sum(1 for _ in rebuild.renew_living(gates))
