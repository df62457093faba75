"""Where the lanes' pages and streams live."""

from django.urls import path

from . import live

urlpatterns = [
    path("live/lanes/answers", live.answers_stream, name="live-lane-answers"),
]
