"""Where alerts and orders live."""

from django.urls import path

from . import views

urlpatterns = [
    path("police/<str:gate>/", views.page, name="police"),
    path("police/<str:gate>/alerts/", views.make_alert, name="alert-make"),
    path("police/<str:gate>/alerts/<uuid:alert>/approve/", views.approve_alert, name="alert-approve"),
    path("police/<str:gate>/alerts/<uuid:alert>/end/", views.end_alert, name="alert-end"),
    path("police/matches/<uuid:match>/seen/", views.match_seen, name="match-seen"),
    path("police/<str:gate>/orders/", views.give_order, name="order-give"),
    path("police/<str:gate>/orders/<uuid:order>/back/", views.take_back_order, name="order-take-back"),
]
