"""Every route of the platform. A slice brings its own in `urls.py`; the API is `config/api.py`."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from .health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
]

if find_spec("cuakhauso.centre.config.api"):
    urlpatterns.append(path("api/", import_module("cuakhauso.centre.config.api").api.urls))

urlpatterns += [
    path("", include(f"cuakhauso.centre.{name}.urls"))
    for name in (*settings.SLICES, "crossings.business")
    if find_spec(f"cuakhauso.centre.{name}.urls")
]

handler400 = "cuakhauso.centre.config.errors.unreadable"
handler500 = "cuakhauso.centre.config.errors.failed"
