"""The components, in parts: `signs`, `figures`, `blocks`. `templatetags/ck.py` makes one library of them."""
