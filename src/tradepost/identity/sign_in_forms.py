"""allauth's forms in the words of the house: labels that stay put instead of hints that vanish."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tradepost.identity.actions.letters import mail_reset_link

PASSWORD_RULE = _("At least 8 characters. Not a common password, nor like your name or address.")
_ADDRESS, _PASSWORD, _AGAIN = _("E-mail address"), _("Password"), _("New password, once more")


class HouseWords(forms.Form):
    """Gives the fields the labels of ``words``, and takes hints inside the boxes away."""

    words: dict[str, Any]  # by the name of the field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.words.items():
            self.fields[name].label = label
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, account.SetPasswordField):
                field.help_text = PASSWORD_RULE
            elif name in {"password", "oldpassword"}:
                field.help_text = ""  # the way to a new one stands below the form


class SignInForm(HouseWords, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    words = {"login": _ADDRESS, "password": _PASSWORD}


class ResetForm(HouseWords, account.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    words = {"email": _ADDRESS}

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """The letter is made by a task, so that the answer takes as long where there is no account."""
        users = list(self.users)
        mail_reset_link.enqueue(users[0].pk if users else 0)
        return str(self.cleaned_data["email"])


class NewPasswordForm(HouseWords, account.ResetPasswordKeyForm):  # type: ignore[misc]  # see above
    words = {"password1": _("New password"), "password2": _AGAIN}


class ChangePasswordForm(HouseWords, account.ChangePasswordForm):  # type: ignore[misc]  # see above
    words = {
        "oldpassword": _("Your password now"),
        "password1": _("New password"),
        "password2": _AGAIN,
    }


class ChangeAddressForm(HouseWords, account.AddEmailForm):  # type: ignore[misc]  # see above
    words = {"email": _("New address")}


class PasswordAgainForm(HouseWords, account.ReauthenticateForm):  # type: ignore[misc]  # see above
    words = {"password": _PASSWORD}


class CodeForm(HouseWords, mfa.AuthenticateForm):  # type: ignore[misc]  # see above
    words = {"code": _("Code")}


class CodeAgainForm(HouseWords, mfa.ReauthenticateForm):  # type: ignore[misc]  # see above
    words = {"code": _("Code")}


class AppForm(HouseWords, ActivateTOTPForm):  # type: ignore[misc]  # see above
    words = {"code": _("Code that the app shows")}


class PasskeyForm(HouseWords, AddWebAuthnForm):  # type: ignore[misc]  # see above
    words = {"name": _("Name of the passkey"), "passwordless": _("Sign in with it alone")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].help_text = _(
            "Without a password. The device then asks for your finger, your face or its PIN."
        )
