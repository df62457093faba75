"""Nightly: pictures past their age go, and what is amiss with them is said. May run twice without harm."""

from procrastinate.contrib.django import app

from . import keeping


@app.periodic(cron="15 19 * * *")  # UTC: 02:15 in Hanoi
@app.task(queueing_lock="tidy_pictures", pass_context=False)
def tidy_pictures(timestamp: int) -> int:
    """How many pictures were deleted."""
    return keeping.tidy().deleted
