from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "tradepost.campaigns"
    label = "campaigns"
