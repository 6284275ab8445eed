import re
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tradepost.payments.gateways.sealed import readable_secrets
from tradepost.payments.gateways.stripe.client import STAND_IN_KEY
from tradepost.payments.models import GatewayAccount
from tradepost.ui.form_options import FormData, FormFiles, FormOptions, Text

SECRETS = ("secret_key", "webhook_secret")
DRAFT = "draft_"
_KEY = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]{16,255}", re.ASCII)
_SIGNING = re.compile(r"whsec_[A-Za-z0-9+/=_-]{16,255}", re.ASCII)


def _secret(label: Text, *, help_text: Text) -> forms.CharField:
    """Typed in, never shown again."""
    return forms.CharField(
        label=label,
        max_length=300,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=help_text,
    )


class StripeForm(forms.Form):
    """Both secrets are write-only: an empty field keeps what is stored, or what was typed before another
    field was refused. The signing secret may follow later: Stripe gives it out for our address only."""

    enabled = forms.BooleanField(label=_("Offer Stripe at the checkout"), required=False)
    secret_key = _secret(_("Secret key"), help_text=_("Begins with sk_live_, or sk_test_ to try."))
    webhook_secret = _secret(
        _("Signing secret of the webhook"),
        help_text=_("Begins with whsec_. Stripe shows it once you have entered the address below."),
    )

    def __init__(
        self,
        account: GatewayAccount,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.kept = readable_secrets(account)
        for name in SECRETS:
            self._mark_kept(name)
        if not self.kept.get("secret_key"):
            self.fields["webhook_secret"].required = False

    def _mark_kept(self, name: str) -> None:
        field = self.fields[name]
        if self.kept.get(DRAFT + name):
            field.help_text = _(
                "What you typed is kept, sealed. Leave empty to save it with the rest."
            )
        elif self.kept.get(name):
            field.help_text = _("Stored. Leave empty to keep it.")
        else:
            return
        field.required = False

    def clean_secret_key(self) -> str:
        key = str(self.cleaned_data["secret_key"]).strip()
        if not key or key.startswith(STAND_IN_KEY) or _KEY.fullmatch(key):
            return key
        if key.startswith("pk_"):
            raise ValidationError(
                _("This is the publishable key. Needed is the secret key, which begins with sk_.")
            )
        if key.startswith("whsec_"):
            raise ValidationError(_("This is a signing secret; it belongs into the other field."))
        if key.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
            raise ValidationError(
                _("This is not the whole key: copy it once more, without blanks or dots.")
            )
        raise ValidationError(_("A secret key begins with sk_live_ or sk_test_."))

    def clean_webhook_secret(self) -> str:
        secret = str(self.cleaned_data["webhook_secret"]).strip()
        if not secret or _SIGNING.fullmatch(secret):
            return secret
        if secret.startswith("whsec_"):
            raise ValidationError(
                _(
                    "This is not the whole signing secret: copy it once more, without blanks or dots."
                )
            )
        if secret.startswith("we_"):
            raise ValidationError(
                _(
                    "This is the number of the webhook. Press “Reveal” beside “Signing secret” at Stripe."
                )
            )
        raise ValidationError(_("A signing secret begins with whsec_."))

    def typed_secrets(self) -> dict[str, str]:
        """What was typed and is well-formed, whatever else was refused."""
        given = getattr(self, "cleaned_data", {})
        return {name: given[name] for name in SECRETS if given.get(name)}
