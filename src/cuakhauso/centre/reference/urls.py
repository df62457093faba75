"""Where the Board's pages of reference data live."""

from django.urls import path

from . import live, views

urlpatterns = [
    path("reference/", views.index, name="reference"),
    path("reference/history/", views.history, name="reference-history"),
    path("reference/changes/<uuid:change>/", views.change, name="reference-change"),
    path("reference/changes/<uuid:change>/preview/", views.preview_again, name="reference-preview"),
    path("reference/changes/<uuid:change>/rows/<int:index>/drop/", views.drop_row, name="reference-drop"),
    path("reference/changes/<uuid:change>/<slug:name>/", views.act, name="reference-act"),
    path("reference/topics/<slug:code>/", views.topic, name="reference-topic"),
    path("reference/topics/<slug:code>/edit/", views.edit, name="reference-edit"),
    path("live/reference/", live.reference_stream, name="live-reference"),
]
