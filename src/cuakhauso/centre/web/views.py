"""Pages that belong to no slice: the living style guide."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cuakhauso.centre.web import samples
from cuakhauso.centre.web.vocabulary import STATUSES


@login_not_required
def vocabulary(request: HttpRequest) -> HttpResponse:
    """Every status and component once, with made-up data; also the ground for browser tests."""
    now = timezone.now()
    shown = {
        "statuses": STATUSES.values(),
        "spans": samples.time_spent(),
        "objections": samples.objections(),
        "facts": samples.facts(now),
        "journey": samples.journey(now),
        "acts": samples.acts(),
        "earlier": now - timedelta(minutes=47),
        "now": now,
        "languages": [("vi", "Tiếng Việt"), ("zh-hans", "简体中文"), ("en", "English")],
    }
    return render(request, "web/vocabulary.html", shown)
