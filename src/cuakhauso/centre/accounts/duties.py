"""The duties a role can have. Importable without a database."""

from django.db import models


class Duty(models.TextChoices):
    """What a role may do at its gate."""

    OFFICER = "officer"
    DESK = "desk"
    LEADER = "leader"
    DECLARANT = "declarant"
    SUPPORT = "support"
    DEVICE = "device"
    REFERENCE = "reference"
