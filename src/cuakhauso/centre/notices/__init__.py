"""News sent to other people's systems: webhooks."""
