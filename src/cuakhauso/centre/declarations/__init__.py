"""Pre-arrival declarations: goods, documents, corrections, and their intake."""
