"""Where carriers show what has become of a parcel, by the name that the merchant wrote."""

from urllib.parse import quote

from tradepost.lib.typed_text import typed

_PAGES = (
    ("dhl express", "https://www.dhl.com/en/express/tracking.html?AWB={}"),
    ("dhl", "https://www.dhl.de/en/privatkunden/dhl-sendungsverfolgung.html?piececode={}"),
    ("deutsche post", "https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode={}"),
    ("dpd", "https://www.dpdgroup.com/nl/mydpd/my-parcels/search?parcelNumber={}"),
    ("gls", "https://gls-group.com/track/{}"),
    ("hermes", "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{}"),
    ("evri", "https://www.evri.com/track/parcel/{}"),
    ("ups", "https://www.ups.com/track?tracknum={}"),
    ("fedex", "https://www.fedex.com/fedextrack/?trknbr={}"),
    ("usps", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
    ("royal mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    ("österreichische post", "https://www.post.at/s/sendungsdetails?snr={}"),
    ("post.at", "https://www.post.at/s/sendungsdetails?snr={}"),
    ("swiss post", "https://service.post.ch/ekp-web/ui/entry/search/{}"),
    ("schweizerische post", "https://service.post.ch/ekp-web/ui/entry/search/{}"),
    ("postnl", "https://jouw.postnl.nl/track-and-trace/{}"),
    ("colissimo", "https://www.laposte.fr/outils/suivre-vos-envois?code={}"),
    ("la poste", "https://www.laposte.fr/outils/suivre-vos-envois?code={}"),
    (
        "canada post",
        "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
    ),
    ("australia post", "https://auspost.com.au/mypost/track/details/{}"),
)


def tracking_url(carrier: str, number: str) -> str:
    """Of the first carrier whose name begins what was written; empty for one that is not known."""
    name, compact = carrier.strip().lower(), "".join(number.split())
    if not compact:
        return ""
    for known, page in _PAGES:
        if name == known or name.startswith(f"{known} "):
            return page.format(quote(compact, safe=""))
    return ""


def parcel_number(text: str) -> str:
    """As it may be kept. Carriers' numbers are as long as cards', and one in ten passes their check: one in
    a single piece stays, as carriers write it; groups, as on a card, go the way of all that is typed."""
    kept = text.strip()[:80]
    return kept if kept.isalnum() and kept.isascii() else typed(kept, 80)
