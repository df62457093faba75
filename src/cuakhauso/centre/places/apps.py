from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "cuakhauso.centre.places"

    def ready(self) -> None:
        from cuakhauso.centre.web import words

        from .reference import gate_name, reason_name

        words.read_reasons_with(reason_name)
        words.read_gates_with(gate_name)
