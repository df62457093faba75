"""The law of the gate, in pure Python: facts in, an answer out. Start at `facts.py`."""
