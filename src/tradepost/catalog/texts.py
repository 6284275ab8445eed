"""Shop texts: Markdown, or the HTML of an older shop, made into HTML that is safe to show.

Links that leave this installation are marked, because other policies apply there (promise
share.external-links): ``rel`` keeps the address of the shop's page from the other site, and the reader
sees an arrow that says so.
"""

import re
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

LONGEST = 50_000
_TAGS = {
    *(
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "h4",
    ),
    *(
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
    ),
    *("th", "thead", "tr", "u", "ul"),
}
_markdown = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table")
_LINK = re.compile(r'<a((?:\s+[a-z]+="[^"]*")*)>((?:(?!<a\b).)*?)</a>', re.DOTALL)
_HREF = re.compile(r'\shref="([^"]*)"')
_TITLES = re.compile(r"(</?)h1(?=[\s>])", re.IGNORECASE)
_HIDDEN = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"}


def shop_html(text: str) -> SafeString:
    """Safe HTML of a text that a merchant wrote or imported. No pictures, forms, styles or scripts."""
    html = _markdown.render(text[:LONGEST])
    html = nh3.clean(
        _TITLES.sub(r"\1h2", html),
        tags=_TAGS,
        clean_content_tags=_HIDDEN,
        attributes={"a": {"href", "title"}, "abbr": {"title"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return mark_safe(_LINK.sub(_marked, html))  # noqa: S308  cleaned above


def has_external_links(html: str) -> bool:
    return 'class="external"' in html


def plain_text(text: str, longest: int = 300) -> str:
    """The words alone, for descriptions in search engines and for searching."""
    html = nh3.clean(_markdown.render(text[:LONGEST]), tags=set(), clean_content_tags=_HIDDEN)
    words = " ".join(re.sub(r"<[^<>]*>", " ", html).split())
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        words = words.replace(entity, sign)
    return words if len(words) <= longest else words[: longest - 1].rsplit(" ", 1)[0] + "…"


def leaves_the_house(address: str) -> bool:
    """Whether a link leads to another site."""
    try:
        parts = urlsplit(address.replace("&amp;", "&"))
    except ValueError:
        return True
    own = urlsplit(settings.TRADEPOST.base_url).netloc
    return bool(parts.netloc) and parts.netloc != own


def _marked(link: re.Match[str]) -> str:
    attributes, words = link[1], link[2]
    href = _HREF.search(attributes)
    if not href or not leaves_the_house(href[1]):
        return link[0]
    hint = escape(_("another site, with its own privacy policy"))
    return (
        f'<a{attributes} class="external" rel="external nofollow noopener noreferrer">{words}'
        f'<span aria-hidden="true">\u00a0↗</span><span class="visually-hidden"> ({hint})</span></a>'
    )
