from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cuakhauso.centre.web"
    label = "web"
