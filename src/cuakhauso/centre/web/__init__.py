"""Base templates, components, static files and languages."""
