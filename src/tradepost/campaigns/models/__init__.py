from tradepost.campaigns.models.campaigns import Campaign, Picture, SendingSettings
from tradepost.campaigns.models.events import Event, SpoolFile, Tally

__all__ = ["Campaign", "Event", "Picture", "SendingSettings", "SpoolFile", "Tally"]
