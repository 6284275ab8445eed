from tradepost.campaigns.models.campaigns import Campaign, SendingSettings
from tradepost.campaigns.models.events import Event, SpoolFile, Tally
from tradepost.campaigns.models.pictures import Picture

__all__ = ["Campaign", "Event", "Picture", "SendingSettings", "SpoolFile", "Tally"]
