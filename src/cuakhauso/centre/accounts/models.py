"""People who sign in."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Whoever signs in: an officer, a business, yard staff, a leader."""
