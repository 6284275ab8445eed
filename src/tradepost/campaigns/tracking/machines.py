"""Who opened it: a person, a machine, or nobody can say. When in doubt, never a person."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crawleruseragents import is_crawler

from tradepost.lib.lazy_modules import LazyModule

if TYPE_CHECKING:
    import ua_parser
else:
    ua_parser = LazyModule("ua_parser")

PEOPLE = "people"
MACHINE = "machine"
UNKNOWN = "unknown"
# Fetched for somebody by their mail service. Mostly when they open the letter, sometimes ahead; who and
# when stays hidden, so they are shown as what they are and never counted as people.
GMAIL = "gmail"
YAHOO = "yahoo"
APPLE = "mpp"  # Mail Privacy Protection; fetches every picture, opened or not
PROXIES = (GMAIL, YAHOO, APPLE)

_SERVICES = (
    (re.compile(r"GoogleImageProxy|ggpht\.com", re.IGNORECASE), GMAIL),
    (re.compile(r"YahooMailProxy|YahooCacheSystem", re.IGNORECASE), YAHOO),
    (re.compile(r"^Mozilla/5\.0$"), APPLE),
)
# Mail scanners and fetchers that the list of crawlers does not know.
_FETCHERS = re.compile(
    r"^Mozilla/4\.0$|OutlookImageProxy|DuckDuckGo-Favicons|Barracuda|Proofpoint|Mimecast|Symantec|FireEye|TrendMicro"
    r"|Forcepoint|Sophos|MessageLabs|BitDefender|SafeLinks|ms-office; MSOffice rmj|^curl/|^Wget/"
    r"|python-(requests|urllib|httpx)|^Go-http-client|^Java/|okhttp|HeadlessChrome|PhantomJS|libwww",
    re.IGNORECASE,
)
_MAIL_PROGRAMS = {"Thunderbird", "Outlook", "Apple Mail", "Lotus Notes", "Windows Live Mail"}
_PHONES = {"iOS", "Android", "Windows Phone", "HarmonyOS", "KaiOS"}
_TABLETS = re.compile(r"iPad|Tablet|Kindle|Silk/|Android(?!.{0,300}Mobile)")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who fetched a picture or followed a link. ``client`` and ``device`` are families from short lists, kept only as counts."""

    who: str
    client: str
    device: str


A_MACHINE = Reader(MACHINE, "machine", "machine")
A_STRANGER = Reader(UNKNOWN, "other", "other")


@lru_cache(maxsize=8192)
def reader_of(browser: str) -> Reader:
    """From the User-Agent alone; what the request's signals add is judged in the pipeline."""
    text = browser.strip()
    for pattern, service in _SERVICES:
        if pattern.search(text):
            return Reader(service, "machine", "machine")
    if _FETCHERS.search(text) or is_crawler(text):
        return A_MACHINE
    seen = ua_parser.parse(text) if text else None
    if seen is None or seen.user_agent is None:
        return A_STRANGER
    client = seen.user_agent.family
    system = seen.os.family if seen.os else ""
    if client == "Mobile Safari UI/WKWebView" or (client == "Apple Mail" and system == "iOS"):
        client = "Apple Mail"
    return Reader(PEOPLE, client[:40], _device(text, system))


def _device(text: str, system: str) -> str:
    if _TABLETS.search(text):
        return "tablet"
    if system in _PHONES:
        return "phone"
    return "computer" if system and system != "Other" else "other"
