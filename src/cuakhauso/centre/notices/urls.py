"""The page of webhooks."""

from django.urls import path

from . import views

urlpatterns = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/<uuid:webhook>/<slug:verb>/", views.act, name="webhook-act"),
]
