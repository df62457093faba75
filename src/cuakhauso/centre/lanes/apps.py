from django.apps import AppConfig


class LanesConfig(AppConfig):
    name = "cuakhauso.centre.lanes"

    def ready(self) -> None:
        from cuakhauso.centre.crossings import dossier

        from .queries import pictures_of

        dossier.show_pictures_with(pictures_of)
