from django.urls import path

from tradepost.identity.views import details, entrance

app_name = "account"

urlpatterns = [
    path("", details.details, name="details"),
    path("activity/", details.activity, name="activity"),
    path("let-me-in/", entrance.ask_link, name="ask_link"),
    path("let-me-in/<str:secret>/", entrance.let_me_in, name="let_me_in"),
]
