"""The page of the police: alerts on plates, orders to vehicles on the road; the same by the open API."""
