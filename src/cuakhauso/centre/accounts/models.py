"""People who sign in, the organisations they act for, their roles, and the tokens of systems."""

import hashlib
import secrets
import uuid

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cuakhauso.core.words import Agency

from .duties import Duty as Duty


class Organisation(models.Model):
    """A business, an agency's desk, a yard or a partner: whoever people and tokens act for."""

    class Kind(models.TextChoices):
        BUSINESS = "business"
        AGENCY = "agency"
        YARD = "yard"
        PARTNER = "partner"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=200)
    tax_code = models.CharField(max_length=14, blank=True)
    agency = models.CharField(max_length=32, choices=[(a, a) for a in Agency], blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"], name="one_business_a_tax_code", condition=~models.Q(tax_code="")
            )
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Whoever signs in: an officer, a business, yard staff, a leader."""

    full_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return self.full_name or self.username


class Role(models.Model):
    """Agency × gate × duty: what a person or a token may do, and where (design.md 8).

    An empty `gate` means every gate. `posts` narrows to checkpoints (B1, yard, border_line, B2, desk);
    empty means all of the gate.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    token = models.ForeignKey("Token", on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roles")
    gate = models.CharField(max_length=16, blank=True)
    duty = models.CharField(max_length=16, choices=Duty.choices)
    posts = ArrayField(models.CharField(max_length=16), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None) ^ models.Q(token=None), name="role_of_a_person_or_a_token"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.gate or '*'} · {self.duty}"


class Token(models.Model):
    """A system's credential for the open API. Only its SHA-256 is kept; the secret has 256 random bits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.organisation}: {self.name}"

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def issue(cls, organisation: Organisation, name: str) -> tuple["Token", str]:
        """A new token and its secret, which is shown once and never again."""
        secret = f"cks_{secrets.token_urlsafe(32)}"
        token = cls.objects.create(organisation=organisation, name=name, digest=cls.digest_of(secret))
        return token, secret
