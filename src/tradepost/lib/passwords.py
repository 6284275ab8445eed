"""Takes passwords out of people's words: who asks for help likes to send along what opens the door.

Only what a word names as such is found ("password: …", "Kennwort lautet …"). Whatever stands behind a colon
goes; behind "is" only what looks like no plain word, so that "my password is wrong" stays readable.
"""

import re

_NAMES = (
    r"pass[ -]?(?:word|code|phrase|wort)s?|passwd|pwd|kennw(?:o|ö)rt(?:er)?|zugangscode|pin(?:[ -]?code)?"
    r"|mot de passe|contraseña|parola d'ordine|senha|wachtwoord|hasło"
)
_FOUND = re.compile(
    rf"\b(?P<name>{_NAMES})\b[ \t]{{0,3}}"
    r"(?P<sign>[:=]|(?:is|was|ist|war|lautet|est|es)\b[ \t]{0,3}:?)[ \t\n]{0,3}(?P<said>[^\s]{1,128})",
    re.IGNORECASE,
)
REMOVED = "[password removed]"


def mask_passwords(text: str) -> str:
    """The text with each password in it replaced by ``[password removed]``; else unchanged."""
    return _FOUND.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    said = found["said"]
    is_sure = found["sign"].rstrip()[-1:] in {":", "="}
    if said.startswith("[") or not (is_sure or _is_no_plain_word(said.rstrip(".,;!?"))):
        return found.group()
    return found.group()[: -len(said)] + REMOVED


def _is_no_plain_word(said: str) -> bool:
    """Quoted, with digits or signs in it, or with a capital inside."""
    return not said.isalpha() or (said[1:] != said[1:].lower() and not said.isupper())
