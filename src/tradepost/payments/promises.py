"""The promise that the payments room keeps: access codes of providers."""

import ast
import secrets
from pathlib import Path

from django_scopes import scope

from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.payments import samples
from tradepost.payments.actions.accounts import keep_typed_secrets, save_account
from tradepost.payments.gateways.stripe import gateway
from tradepost.payments.models import GatewayAccount

_ROOMS = Path(__file__).parent.parent
_SEALED = "tradepost.payments.gateways.sealed"


@keeps("collect.no-provider-secrets", Evidence.TESTED)
def access_codes_are_sealed_and_never_shown() -> str:
    """Give a shop's key through the form; look for it in the row, the form and the record."""
    key, signing = f"sk_test_{secrets.token_hex(16)}", f"whsec_{secrets.token_hex(16)}"
    merchant = samples.shop()
    with scope(merchant=merchant):
        account = GatewayAccount(merchant=merchant, gateway="stripe")
        data = {"enabled": "on", "secret_key": key, "webhook_secret": signing}
        form = gateway.form(account, data)
        require(form.is_valid(), "the form refuses a proper key")
        save_account(account=account, form=form, by=SYSTEM)
        row = str(GatewayAccount.objects.filter(pk=account.pk).values().get())
        refused = gateway.form(account, {"secret_key": key, "webhook_secret": "whsec_short"})
        refused.is_valid()
        keep_typed_secrets(account=account, form=refused, by=SYSTEM)
        row += str(GatewayAccount.objects.filter(pk=account.pk).values().get())
        shown = str(gateway.form(account)) + str(gateway.form(account, data)) + str(refused)
    record = str(list(Entry.objects.filter(merchant_id=merchant.pk).values()))
    for name, place in (("database row", row), ("form", shown), ("record", record)):
        require(key not in place and signing not in place, f"an access code stands in the {name}")
    return "a shop's access codes are encrypted in the database and in no form or record"


@keeps("collect.no-provider-secrets", Evidence.ENFORCED)
def only_gateways_unseal() -> str:
    """No file outside ``payments/gateways`` imports the code that decrypts."""
    allowed = _ROOMS / "payments" / "gateways"
    outside = [
        path.relative_to(_ROOMS).as_posix()
        for path in _ROOMS.rglob("*.py")
        if "tests" not in path.parts and allowed not in path.parents and _imports_sealed(path)
    ]
    require(not outside, f"access codes are decrypted outside the gateways: {', '.join(outside)}")
    return "only the gateways' own files can decrypt access codes"


def _imports_sealed(path: Path) -> bool:
    text = path.read_text()
    if "sealed" not in text:
        return False
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{name.name}" for name in node.names} | {node.module}
            if _SEALED in names:
                return True
    return False
