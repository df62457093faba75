"""Yard arrivals, bays and transshipment (sang tải)."""
