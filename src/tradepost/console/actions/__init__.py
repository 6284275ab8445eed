from tradepost.console.actions.installation import (
    ForeignKey,
    accept_key,
    become_demo,
    require_own_key,
    settle_installation,
)

__all__ = ["ForeignKey", "accept_key", "become_demo", "require_own_key", "settle_installation"]
