"""Vehicles that an agency looks for, and orders to vehicles on the road: kept, matched, told live."""
