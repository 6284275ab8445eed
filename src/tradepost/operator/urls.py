from django.urls import path

from tradepost.operator import views

app_name = "operator"

urlpatterns = [
    path("", views.merchants, name="merchants"),
    path("health/", views.health, name="health"),
]
