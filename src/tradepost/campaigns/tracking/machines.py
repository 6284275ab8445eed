"""Who opened it: a person, a machine, or nobody can say. When in doubt, never a person."""

import re
from dataclasses import dataclass
from functools import lru_cache

from crawleruseragents import is_crawler
from ua_parser import parse

PEOPLE = "people"
MACHINE = "machine"
UNKNOWN = "unknown"

# Image proxies and mail scanners that the list of crawlers does not know. "Mozilla/5.0" alone is how
# Apple's Mail Privacy Protection fetches every picture, opened or not.
_PROXIES = re.compile(
    r"GoogleImageProxy|ggpht\.com|YahooMailProxy|YahooCacheSystem|^Mozilla/5\.0$|^Mozilla/4\.0$"
    r"|OutlookImageProxy|DuckDuckGo-Favicons|Barracuda|Proofpoint|Mimecast|Symantec|FireEye|TrendMicro"
    r"|Forcepoint|Sophos|MessageLabs|BitDefender|SafeLinks|ms-office; MSOffice rmj|^curl/|^Wget/"
    r"|python-(requests|urllib|httpx)|^Go-http-client|^Java/|okhttp|HeadlessChrome|PhantomJS|libwww",
    re.IGNORECASE,
)
_MAIL_PROGRAMS = {"Thunderbird", "Outlook", "Apple Mail", "Lotus Notes", "Windows Live Mail"}
_PHONES = {"iOS", "Android", "Windows Phone", "HarmonyOS", "KaiOS"}
_TABLETS = re.compile(r"iPad|Tablet|Kindle|Silk/|Android(?!.{0,300}Mobile)")


@dataclass(frozen=True, slots=True)
class Reader:
    """``client`` and ``device`` are families from short lists, kept only as counts."""

    who: str
    client: str
    device: str


A_MACHINE = Reader(MACHINE, "machine", "machine")
A_STRANGER = Reader(UNKNOWN, "other", "other")


@lru_cache(maxsize=8192)
def reader_of(browser: str) -> Reader:
    """From the User-Agent alone; what the request's signals add is judged in the pipeline."""
    text = browser.strip()
    if _PROXIES.search(text) or is_crawler(text):
        return A_MACHINE
    seen = parse(text) if text else None
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
