"""How it is protected."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client

from tradepost.assurance.actions.attest import attestation_check
from tradepost.assurance.promises import fixtures
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.notice.catalogue import PROMISES

attestation_check("secure.measures")

ONE_YEAR = 31_536_000
BOAST = re.compile(
    r"100\s*%|completely secure|perfectly safe|unbreakable|absolutely secure", re.IGNORECASE
)


@keeps("secure.tls", Evidence.MONITORED)
def the_public_address_is_encrypted() -> str:
    public = urlsplit(settings.TRADEPOST.base_url)
    if public.hostname in {"localhost", "127.0.0.1", "::1"}:
        return "This instance is reached from its own machine only; no connection leaves it."
    require(public.scheme == "https", f"The public address is {public.scheme}, not https.")
    require(settings.SECURE_SSL_REDIRECT, "Unencrypted calls are not sent to https.")
    require(settings.SECURE_HSTS_SECONDS >= ONE_YEAR, "HSTS is missing or too short.")
    require(settings.SESSION_COOKIE_SECURE, "Session cookies travel unencrypted.")
    return "The public address is https; HSTS holds for a year or more; cookies travel encrypted."


@keeps("secure.verify-identity", Evidence.TESTED)
def nobody_gets_in_without_proof() -> str:
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    link = fixtures.mailed_link(merchant, ref.email)
    stranger = Client()
    for forged in ("", "x", link.split("/")[3]):
        stranger.cookies["tradepost_portal"] = forged
        status = stranger.get("/privacy/visit/").status_code
        require(status == 302, "The portal opened without proof of identity.")
    forged_link = stranger.post(link[:-5] + "AAAA/")
    require(forged_link.status_code == 410, "A forged link opened the portal.")
    require(stranger.post(link).status_code == 302, "The true link does not open the portal.")
    require(Client().post(link).status_code == 410, "A link opened the portal twice.")
    letter = fixtures.letter_of(ref)
    type(letter)._base_manager.filter(pk=letter.pk).update(identity_checked="")
    url = f"/office/{merchant.handle}/privacy/requests/{letter.public_id}/data/"
    status = fixtures.office_of(merchant).get(url).status_code
    require(status == 404, "The desk gave data out before identity was checked.")
    return "Forged, used and missing proofs were refused, by the portal and at the desk."


@keeps("secure.no-guarantee", Evidence.TESTED)
def the_notice_promises_no_perfect_security() -> str:
    fixtures.published("secure.no-guarantee")
    for url in ("/privacy/", f"/privacy/{fixtures.shop().handle}/"):
        require("No system is perfectly secure" in fixtures.page(url), f"{url} does not say it.")
    for promise in PROMISES.values():
        require(not BOAST.search(str(promise.sentence)), f"{promise.id} boasts.")
    return "The notice says that no system is perfectly secure, and no sentence boasts otherwise."
