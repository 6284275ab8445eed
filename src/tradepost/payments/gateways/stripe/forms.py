from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tradepost.payments.models import GatewayAccount

_KEYS = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")


def _secret(label: Any, **more: Any) -> forms.CharField:
    """Typed in, never shown again."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=300,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        **more,
    )


class StripeForm(forms.Form):
    """Both secrets are write-only: an empty field keeps what is stored."""

    enabled = forms.BooleanField(label=_("Offer Stripe at the checkout"), required=False)
    secret_key = _secret(_("Secret key"), help_text=_("Begins with sk_live_, or sk_test_ to try."))
    webhook_secret = _secret(_("Signing secret of the webhook"), help_text=_("Begins with whsec_."))

    def __init__(self, account: GatewayAccount, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if account.sealed:
            for name in ("secret_key", "webhook_secret"):
                self.fields[name].help_text = _("Stored. Leave empty to keep it.")

    def clean_secret_key(self) -> str:
        key = str(self.cleaned_data["secret_key"]).strip()
        if key and not key.startswith(_KEYS):
            raise ValidationError(_("A secret key begins with sk_live_ or sk_test_."))
        return key

    def clean_webhook_secret(self) -> str:
        secret = str(self.cleaned_data["webhook_secret"]).strip()
        if secret and not secret.startswith("whsec_"):
            raise ValidationError(_("A signing secret begins with whsec_."))
        return secret

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.account.sealed:
            for name in ("secret_key", "webhook_secret"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed the first time."))
        return given
