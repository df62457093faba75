"""Settings, routes and the two ways in: requests (WSGI) and live pages (ASGI)."""
