"""The yard's page."""

from django.urls import path

from . import views

urlpatterns = [path("yard/<str:gate>/", views.yard, name="yard")]
