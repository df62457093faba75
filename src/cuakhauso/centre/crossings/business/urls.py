"""Pages on which a business follows its vehicles."""

from django.urls import path

from . import orders, turning, views

urlpatterns = [
    path("declarations/", views.mine, name="declarations"),
    path("declarations/<uuid:declaration>/", views.declaration, name="declaration"),
    path("declarations/<uuid:declaration>/now", views.now, name="declaration_now"),
    path("declarations/<uuid:declaration>/orders/<uuid:order>", orders.read, name="declaration_order_read"),
    path("declarations/<uuid:declaration>/turn", turning.turn, name="declaration_turn"),
    path("declarations/<uuid:declaration>/print", views.printed, name="declaration_print"),
]
