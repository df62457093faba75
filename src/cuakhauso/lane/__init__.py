"""The lane node: beside the barrier, on a small box, alone if it must be. No Django.

`contracts.py` says what a device can say and be asked; `machine.py` decides; drivers translate.
"""
