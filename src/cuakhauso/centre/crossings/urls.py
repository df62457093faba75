"""Where the officers' pages live."""

from django.urls import path

from . import health, live, looks, my_day, paper_pages, scanning, several_views, unpaired_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("gate/", views.posts, name="posts"),
    path("gate/<str:gate>/", views.worklist, name="worklist"),
    path("gate/<str:gate>/confirm/", several_views.several, name="several"),
    path("gate/<str:gate>/my-day/", my_day.page, name="my-day"),
    path("gate/<str:gate>/looks/", looks.page, name="looks"),
    path("gate/<str:gate>/unpaired/", unpaired_views.page, name="unpaired"),
    path("gate/<str:gate>/scan/", views.scan, name="scan"),
    path("gate/<str:gate>/scan/picture/", scanning.seen, name="scan-picture"),
    path("gate/<str:gate>/undeclared/", views.undeclared, name="undeclared"),
    path("gate/<str:gate>/papers/", paper_pages.ending, name="papers"),
    path("gate/<str:gate>/health/", health.health_mode, name="health-mode"),
    path("crossings/<uuid:crossing>/", views.crossing, name="crossing"),
    path("crossings/<uuid:crossing>/sheet/<slug:name>/", views.sheet, name="crossing-sheet"),
    path("crossings/<uuid:crossing>/photos/<str:sha256>.jpg", views.photo, name="officers-photo"),
    path("crossings/<uuid:crossing>/<slug:verb>/", views.act, name="crossing-act"),
    path("live/gate/<str:gate>/", live.gate_stream, name="live-gate"),
    path("live/crossing/<uuid:crossing>/", live.crossing_stream, name="live-crossing"),
]
