"""What the processes themselves reached for: refused connections, and answers that were no answers."""

from pathlib import Path

from django.conf import settings

from tradepost.assurance.whole.types import Finding

_REFUSED = "refused a way out"


def wire_oracle() -> Finding:
    """Every process writes each refusal of its audit hook into its log."""
    refused: list[str] = []
    for file in sorted((Path(settings.TRADEPOST.data) / "logs").glob("*.log")):
        lines = file.read_text(errors="replace").splitlines()
        refused += [f"{file.stem}: {line[:160]}" for line in lines if _REFUSED in line]
    return Finding(
        oracle="wire",
        promises=("share.processors",),
        evidence="No process tried to reach anybody whom no declaration names.",
        broken=sorted(set(refused)),
    )
