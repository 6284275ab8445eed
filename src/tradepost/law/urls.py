from django.urls import path

from tradepost.law.views import office

app_name = "law"

office_urlpatterns = [
    path("settings/law/", office.laws, name="laws"),
    path("settings/law/business/", office.business, name="business"),
]
