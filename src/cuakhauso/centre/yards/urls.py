"""The yard's pages."""

from django.urls import path

from . import plan_views, transfer_views, views

urlpatterns = [
    path("yard/<str:gate>/", views.yard, name="yard"),
    path("yard/<str:gate>/plan/<str:yard>/", plan_views.shown, name="yard-plan"),
    path("yard/<str:gate>/plan/<str:yard>/edit/", plan_views.edit, name="yard-plan-edit"),
    path("yard/<str:gate>/plan/<str:yard>/<slug:verb>/", plan_views.act, name="yard-bay-act"),
    path("yard/<str:gate>/transfers/<uuid:crossing>/", transfer_views.shown, name="yard-transfers"),
    path(
        "yard/<str:gate>/transfers/<uuid:crossing>/<slug:verb>/",
        transfer_views.act,
        name="yard-transfer-act",
    ),
]
