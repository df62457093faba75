"""Pages that belong to no slice, and the switch of language."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from cuakhauso.centre.web import views

urlpatterns = [
    path("vocabulary", views.vocabulary, name="vocabulary"),
    path("language", login_not_required(set_language), name="set_language"),
]
