"""The platform's side of the lanes: answers down, what happened up, how each lane stands."""
