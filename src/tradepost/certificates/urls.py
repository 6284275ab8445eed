from django.urls import path

from tradepost.certificates import views

app_name = "certificates"

urlpatterns = [
    path("privacy/visit/certificates/", views.mine, name="mine"),
    path("certificates/key/", views.key, name="key"),
    path("certificates/script/", views.script, name="script"),
    path("certificates/<str:token>/", views.download, name="download"),
    path("certificates/<str:token>/stamp/", views.stamp, name="stamp"),
]

office_urlpatterns = [
    path("privacy/certificates/", views.office_list, name="list"),
]
