"""People, agencies, organisations, roles and sign-in."""
