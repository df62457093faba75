"""The leaders' page: today by gate, direction and stage."""
