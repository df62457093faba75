"""`make bench`: how fast the platform is on this machine, beside the floor that PostgreSQL itself sets.

Start at `__main__.py`. How each figure is taken, and what was last measured: docs/measurements.md.
"""
