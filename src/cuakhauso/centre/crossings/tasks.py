"""Nightly proof that the record is whole: chains unbroken, columns as the facts say."""

import logging

from procrastinate.contrib.django import app

from cuakhauso.core.facts import PLATFORM

from ..shared import audit
from . import rebuild

log = logging.getLogger(__name__)


@app.periodic(cron="30 2 * * *")
@app.task(queueing_lock="prove_the_record", pass_context=False)
def prove_the_record(timestamp: int) -> None:
    """Says loudly what is wrong, and changes nothing: a person must look."""
    for chain in rebuild.verify():
        log.error("chain of crossing %s broken at fact %s", chain.crossing, chain.seq)
        audit.record("chain_broken", f"crossing:{chain.crossing}", actor=PLATFORM, seq=chain.seq)
    for found in rebuild.rebuild(write=False):
        log.error("crossing %s: column %s differs from its facts", found.crossing, found.column)
        audit.record("column_differs", f"crossing:{found.crossing}", actor=PLATFORM, column=found.column)
