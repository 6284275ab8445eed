from django.urls import path

from opening_hours import views

app_name = "opening_hours"

urlpatterns = [path("opening-hours/<slug:handle>/", views.show, name="show")]

office_urlpatterns = [path("settings/opening-hours/", views.edit, name="edit")]
