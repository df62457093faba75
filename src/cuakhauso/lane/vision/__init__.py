"""From a picture to what is written in it. Finds and reads; whom it belongs to, `core/evidence.py` says.

Start at `contracts.py`, then `seeing.py`, which puts a finder and readers together.
"""
