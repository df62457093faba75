"""What the sign-in page may offer: the demo accounts, where there are any."""

from typing import Any

from django.http import HttpRequest

from . import demo
from .models import User


def demo_sign_ins(request: HttpRequest) -> dict[str, Any]:
    """One button for each demo account whose password is still the printed one."""
    match = request.resolver_match
    if match is None or match.url_name != "account_login" or not demo.wanted():
        return {}
    existing = set(User.objects.filter(username__in=demo.usernames()).values_list("username", flat=True))
    return {"demo_sign_ins": [s for s in demo.sign_ins() if s["username"] in existing]}
