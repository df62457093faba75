"""Writes the demo accounts of `demo.py`. Repeating is safe."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cuakhauso.core.words import Agency

from .demo import PASSWORD, SignIn, accounts, wanted
from .duties import Duty
from .models import Organisation, Role, User


@transaction.atomic
def seed() -> None:
    """Creates what is missing. An account whose password was changed keeps it."""
    if not wanted():
        return
    hashed = make_password(PASSWORD)  # once: hashing is slow on purpose
    for account in accounts():
        organisation = _organisation(account)
        user, _ = User.objects.get_or_create(
            username=account.username,
            defaults={"full_name": account.full_name, "password": hashed},
        )
        Role.objects.get_or_create(
            user=user,
            organisation=organisation,
            gate=account.gate,
            duty=account.duty,
            defaults={"posts": list(account.posts)},
        )


def _organisation(account: SignIn) -> Organisation:
    kind = Organisation.Kind.BUSINESS if account.duty is Duty.DECLARANT else Organisation.Kind.AGENCY
    if account.agency is Agency.YARD:
        kind = Organisation.Kind.YARD
    found, _ = Organisation.objects.get_or_create(
        name=account.organisation,
        defaults={"kind": kind, "tax_code": account.tax_code, "agency": account.agency or ""},
    )
    return found
