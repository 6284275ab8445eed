from django.urls import path

from tradepost.holds import views

app_name = "holds"

urlpatterns = [path("privacy/visit/holds/", views.mine, name="mine")]

office_urlpatterns = [
    path("privacy/holds/", views.holds, name="list"),
    path("privacy/holds/new/", views.new, name="new"),
    path("privacy/holds/<str:hold_id>/lift/", views.lift, name="lift"),
]
