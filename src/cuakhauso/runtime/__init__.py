"""Starts and stops the platform: database, migrations, web processes, worker. No Django here."""
