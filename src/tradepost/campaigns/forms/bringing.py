"""Pictures uploaded beside the sentence that says they are on another host."""

from collections.abc import Mapping

from django.core.files.base import File

MOST = 20


def pictures_to_bring(
    typed: Mapping[str, str], files: Mapping[str, File[bytes]]
) -> dict[str, File[bytes]]:
    """Address in the letter → the file chosen for it; ``picture-1`` belongs to ``address-1``."""
    found: dict[str, File[bytes]] = {}
    for number in range(1, MOST + 1):
        address, upload = typed.get(f"address-{number}", ""), files.get(f"picture-{number}")
        if upload is not None and address.startswith(("http://", "https://")):
            found[address] = upload
    return found
