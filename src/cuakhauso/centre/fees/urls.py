"""The Board's desk."""

from django.urls import path

from . import views

urlpatterns = [
    path("desk/<str:gate>/", views.desk, name="desk"),
    path("desk/<str:gate>/<uuid:crossing>/", views.account, name="account"),
    path("desk/<str:gate>/<uuid:crossing>/sheet/", views.sheet, name="pay-sheet"),
    path("desk/<str:gate>/<uuid:crossing>/pay/", views.pay, name="pay"),
    path("desk/<str:gate>/<uuid:crossing>/compute/", views.compute, name="compute-charge"),
    path("desk/<str:gate>/<uuid:crossing>/receipt/<uuid:fact>/", views.receipt, name="receipt"),
]
