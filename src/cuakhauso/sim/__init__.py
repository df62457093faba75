"""A gate in a box: lived journeys told again, and traffic of years for load tests. Start at `commands.py`."""
