"""Devices of a gate in a box: each speaks its real wire format, and can be told to fail."""
