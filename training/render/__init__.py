"""Pictures of plates and container codes that nobody has photographed: for training, and for measuring where
no photographs exist. Start at `plates.py` and `codes.py`; `scenes.py` puts them where a camera would see
them.
"""
