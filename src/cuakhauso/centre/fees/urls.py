"""The Board's desk."""

from django.urls import path

from . import ledger_views, refund_views, views

urlpatterns = [
    path("desk/<str:gate>/", views.desk, name="desk"),
    path("desk/<str:gate>/ledger/", ledger_views.page, name="ledger"),
    path("desk/<str:gate>/unfinished/", ledger_views.unfinished, name="unfinished"),
    path("desk/<str:gate>/ledger.csv", ledger_views.table, name="ledger-table"),
    path("desk/<str:gate>/<uuid:crossing>/ask-refund/", refund_views.ask_refund, name="ask-refund"),
    path("desk/<str:gate>/<uuid:crossing>/refund/", refund_views.refund, name="refund"),
    path("desk/<str:gate>/<uuid:crossing>/", views.account, name="account"),
    path("desk/<str:gate>/<uuid:crossing>/sheet/", views.sheet, name="pay-sheet"),
    path("desk/<str:gate>/<uuid:crossing>/pay/", views.pay, name="pay"),
    path("desk/<str:gate>/<uuid:crossing>/compute/", views.compute, name="compute-charge"),
    path("desk/<str:gate>/<uuid:crossing>/receipt/<uuid:fact>/", views.receipt, name="receipt"),
]
