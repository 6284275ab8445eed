from django.urls import path

from tradepost.delivery import views

app_name = "delivery"

urlpatterns = [
    path("", views.inbox, name="caught"),
    path("<str:name>/", views.read, name="caught_mail"),
    path("<str:name>/html", views.html, name="caught_html"),
    path("<str:name>/source", views.source, name="caught_source"),
]
