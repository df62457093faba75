"""Reference data edited by the Board: previewed, approved by a second person, in force from its day."""
