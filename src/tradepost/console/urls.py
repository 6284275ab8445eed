from django.urls import path

from tradepost.console import mail_views, transition_views, views

app_name = "console"

urlpatterns = [
    path("", views.merchants, name="merchants"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("health/", views.health, name="health"),
    path("backups/", views.backups, name="backups"),
    path("modules/", views.modules, name="modules"),
    path("modules/preset/", views.preset, name="preset"),
    path("transition/", transition_views.transition, name="transition"),
    path("transition/withdraw/", transition_views.withdraw, name="withdraw-transition"),
    path("mail/", mail_views.mail, name="mail"),
    path("mail/<str:mail_id>/", mail_views.incoming_mail, name="incoming_mail"),
    path("disclosures/", views.disclosures, name="disclosures"),
    path("requests/", views.requests, name="requests"),
    path("requests/<str:request_id>/", views.request_page, name="request"),
]
