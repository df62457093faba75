"""The platform: one Django package per capability; imports run downwards (pyproject.toml)."""
