"""What a business sees of its vehicles: the list, and the one page of each. Start at `views.py`."""
