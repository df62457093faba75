"""How well photos of one's own are read, against their labels. Start at `running.py`.

`labelled.py`: which photos, with which answers · `scoring.py`: one photo against its answer · `figures.py`:
shares with their intervals · `gallery.py`: what was missed, as small pictures · `report.py`: a page that
loads nothing.
"""
