"""Words of the register of outside parties, and what it refuses."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

# The European Economic Area: the Union, Iceland, Liechtenstein and Norway. Data may go there as at home.
EEA = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE"),
        *("SI", "SK"),
    }
)


class PartyPosition(models.TextChoices):
    """What a party is by law towards whoever keeps the register."""

    PROCESSOR = "processor", _("processor (Art. 28 GDPR)")
    SUB_PROCESSOR = "sub", _("sub-processor (Art. 28(4) GDPR)")
    CONTROLLER = "controller", _("independent controller")

    @property
    def needs_contract(self) -> bool:
        """Processing without one is forbidden (Art. 28(3) GDPR)."""
        return self is not PartyPosition.CONTROLLER


class PartySafeguard(models.TextChoices):
    """Why data may go to the party's country (Chapter V GDPR)."""

    EEA = "eea", _("in the European Economic Area, where none is needed")
    ADEQUACY = "adequacy", _("adequacy decision (Art. 45 GDPR)")
    CLAUSES = "scc", _("standard contractual clauses (Art. 46(2)(c) GDPR)")
    NONE = "none", _("none")


class PartyProblem(models.TextChoices):
    """What a line of the register lacks."""

    NO_CONTRACT = "no contract", _("no contract")
    CONTRACT_ENDED = "ended", _("contract has ended")
    CONTRACT_ENDS = "ends", _("contract ends soon")
    REVIEW_DUE = "review", _("review is due")
    NO_SAFEGUARD = "safeguard", _("no safeguard")

    @property
    def is_urgent(self) -> bool:
        return self not in {PartyProblem.CONTRACT_ENDS, PartyProblem.REVIEW_DUE}


class NotAnnounced(ValueError):
    """Whoever gets personal data is announced in the notice before the first transfer.

    ``earliest``: from when on it may be used.
    """

    def __init__(self, earliest: date) -> None:
        super().__init__(f"not before {earliest}")
        self.earliest = earliest


class AlreadyEnded(ValueError):
    """The party is not used any more; nothing about it changes."""
