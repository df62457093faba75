"""Pages on which a business announces a vehicle. Its list and journeys: `crossings/business/urls.py`."""

from django.urls import path

from . import correct_views, helped, helping, views

urlpatterns = [
    path("declarations/new", views.new, name="declare"),
    path("declarations/check", views.check, name="declare_check"),
    path("declarations/known", views.known, name="declare_known"),
    path("declarations/helped", helped.helped, name="helped"),
    path("declarations/help", helping.help_declaring, name="declare_help"),
    path("declarations/<uuid:declaration>/correct", correct_views.correct, name="declaration_correct"),
    path(
        "declarations/<uuid:declaration>/take-back",
        correct_views.take_back,
        name="declaration_take_back",
    ),
    path("declarations/<uuid:declaration>/withdraw", views.withdraw, name="declaration_withdraw"),
    path("declarations/<uuid:declaration>/link", views.link, name="declaration_link"),
]
