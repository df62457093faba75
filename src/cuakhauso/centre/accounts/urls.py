"""The page of one's own organisation."""

from django.urls import path

from . import views

urlpatterns = [
    path("company/", views.company, name="company"),
    path("company/tokens/<uuid:token>/revoke", views.revoke_token, name="token_revoke"),
]
