"""Where the lanes' pages and streams live."""

from django.urls import path

from . import acts, live, views

urlpatterns = [
    path("lanes/<str:gate>/", views.lanes, name="lanes"),
    path("lanes/<str:gate>/codes/", views.make_code, name="lane-code"),
    path("lanes/<str:gate>/nodes/<uuid:node>/revoke/", views.revoke, name="node-revoke"),
    path("lanes/<str:gate>/nodes/<uuid:node>/", views.node, name="node-sheet"),
    path("lanes/<str:gate>/alerts/<uuid:item>/", acts.sheet, name="lane-alert"),
    path("lanes/<str:gate>/alerts/<uuid:item>/acknowledge/", acts.acknowledge, name="lane-acknowledge"),
    path("lanes/<str:gate>/alerts/<uuid:item>/attach/", acts.attach, name="lane-attach"),
    path("lanes/<str:gate>/history/<str:lane>/", views.history, name="lane-history"),
    path("lanes/<str:gate>/pictures/<str:sha256>.jpg", views.lane_picture, name="lane-picture"),
    path(
        "crossings/<uuid:crossing>/pictures/<str:sha256>.jpg", views.crossing_picture, name="crossing-picture"
    ),
    path("live/lanes/answers", live.answers_stream, name="live-lane-answers"),
    path("live/lanes/<str:gate>/", live.lanes_stream, name="live-lanes"),
]
