"""Gates, checkpoints, lanes, yards, bays and their opening hours: reference data."""
