from django.apps import AppConfig


class LanesConfig(AppConfig):
    name = "cuakhauso.centre.lanes"

    def ready(self) -> None:
        from cuakhauso.centre.crossings import from_lanes

        from . import drawing, photos, queries

        from_lanes.say(from_lanes.FromLanes(photos.at_lanes, queries.count_open, drawing.unknown))
