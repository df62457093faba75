"""Nightly: the proof that the record is whole, chains unbroken and columns as the facts say; what waits
usually take; photos past their age go. Each may run twice without harm."""

import logging

from procrastinate.contrib.django import app

from cuakhauso.core.facts import PLATFORM

from ..shared import audit
from . import evidence, measuring, rebuild

log = logging.getLogger(__name__)


@app.periodic(cron="30 19 * * *")  # UTC: 02:30 in Hanoi
@app.task(queueing_lock="prove_the_record", pass_context=False)
def prove_the_record(timestamp: int) -> None:
    """Says loudly what is wrong, and changes nothing: a person must look."""
    for chain in rebuild.verify():
        log.error("chain of crossing %s broken at fact %s", chain.crossing, chain.seq)
        audit.record("chain_broken", f"crossing:{chain.crossing}", actor=PLATFORM, seq=chain.seq)
    for found in rebuild.rebuild(write=False):
        log.error("crossing %s: column %s differs from its facts", found.crossing, found.column)
        audit.record("column_differs", f"crossing:{found.crossing}", actor=PLATFORM, column=found.column)


@app.periodic(cron="45 18 * * *")  # UTC: 01:45 in Hanoi
@app.task(queueing_lock="measure_waits", pass_context=False)
def measure_waits(timestamp: int) -> int:
    """How many figures there are now."""
    return len(measuring.measure().figures)


@app.periodic(cron="20 19 * * *")  # UTC: 02:20 in Hanoi
@app.task(queueing_lock="tidy_photos", pass_context=False)
def tidy_photos(timestamp: int) -> int:
    """How many photos of officers went."""
    return evidence.tidy()
