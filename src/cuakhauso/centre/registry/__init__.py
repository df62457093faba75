"""Companies, vehicles, trailers, drivers, and whether their documents are valid."""
