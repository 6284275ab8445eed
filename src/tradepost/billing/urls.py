"""Addresses where a shop sees its plan and its billing account; the operator's own are the console's."""

from django.urls import path

from tradepost.billing.views import account, plan, use

app_name = "billing"

office_urlpatterns = [
    path("settings/plan/", plan.overview, name="plan"),
    path("settings/plan/join/<str:price_id>/", plan.join, name="join"),
    path("settings/plan/next/<str:price_id>/", plan.choose, name="choose"),
    path("settings/plan/use/", use.use, name="use"),
    path("settings/plan/use/<str:meter>/", use.units, name="units"),
    path("settings/plan/cancel/", plan.cancel, name="cancel"),
    path("settings/plan/keep/", plan.keep, name="keep"),
    path("settings/billing/", account.account, name="account"),
]
