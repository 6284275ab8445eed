"""allauth's forms in the words of the house: labels that stay put instead of hints that vanish."""

from typing import Unpack, override

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tradepost.identity.actions.letters import mail_reset_link
from tradepost.identity.actions.limits import TooMany, spend
from tradepost.identity.network import network_of
from tradepost.identity.sign_in.second_factor import guess, take_code
from tradepost.lib.typed_text import typed
from tradepost.ui.form_options import BoundFormOptions, Text

PASSWORD_RULE = _("At least 12 characters. Not a common password, nor like your name or address.")
_ADDRESS, _PASSWORD, _AGAIN = _("E-mail address"), _("Password"), _("New password, once more")


class HouseWords(forms.Form):
    """Gives the fields the labels of ``words``, and takes hints inside the boxes away."""

    words: dict[str, Text]  # by the name of the field

    def __init__(self, **kwargs: Unpack[BoundFormOptions]) -> None:
        super().__init__(**kwargs)
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

    def clean_email(self) -> str:
        email = str(super().clean_email())
        try:
            spend("password reset", network=network_of(context.request), address=email)
        except TooMany as refusal:
            raise ValidationError(refusal.in_words) from None
        return email

    @override
    def save(self, request: HttpRequest, **kwargs: object) -> str:
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

    def clean_oldpassword(self) -> str:
        """Counted like a sign-in: an open browser must not become a place to guess at."""
        typed = str(self.cleaned_data.get("oldpassword", ""))
        if not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed


class ChangeAddressForm(HouseWords, account.AddEmailForm):  # type: ignore[misc]  # see above
    words = {"email": _("New address")}


class PasswordAgainForm(HouseWords, account.ReauthenticateForm):  # type: ignore[misc]  # see above
    words = {"password": _PASSWORD}


class CountedCode(HouseWords):
    """Codes of the app and recovery codes: each guess is counted before it is looked at, each opens once."""

    words = {"code": _("Code")}

    def __init__(self, **kwargs: Unpack[BoundFormOptions]) -> None:
        super().__init__(**kwargs)
        self.fields["code"].validators.append(MaxLengthValidator(40))

    def clean_code(self) -> str:
        with guess(request=context.request, user=self.user):  # type: ignore[attr-defined]  # allauth's
            code: str = super().clean_code()  # type: ignore[misc]  # allauth's
            used: Authenticator = self.authenticator  # type: ignore[attr-defined]  # allauth's
            if used.type == Authenticator.Type.TOTP and not take_code(used, code):
                raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class CodeForm(CountedCode, mfa.AuthenticateForm):  # type: ignore[misc]  # see above
    pass


class CodeAgainForm(CountedCode, mfa.ReauthenticateForm):  # type: ignore[misc]  # see above
    pass


class CountedPasskey(forms.Form):
    """Passkeys of a known person. Nobody guesses a signature, but the owner learns of the try."""

    def clean_credential(self) -> object:
        with guess(request=context.request, user=self.user):  # type: ignore[attr-defined]  # allauth's
            return super().clean_credential()  # type: ignore[misc]  # allauth's


class PasskeySecondForm(CountedPasskey, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]  # see above
    pass


class PasskeyAgainForm(CountedPasskey, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]  # see above
    pass


class PasskeySignInForm(passkeys.LoginWebAuthnForm):  # type: ignore[misc]  # see above
    """Whose passkey it is, the browser says: counting by person would let anybody lock anybody out."""

    def clean_credential(self) -> object:
        try:
            spend("passkey", network=network_of(context.request))
        except TooMany as refusal:
            raise ValidationError(refusal.in_words) from None
        return super().clean_credential()


class AppForm(HouseWords, ActivateTOTPForm):  # type: ignore[misc]  # see above
    words = {"code": _("Code that the app shows")}


class PasskeyForm(HouseWords, passkeys.AddWebAuthnForm):  # type: ignore[misc]  # see above
    words = {"name": _("Name of the passkey"), "passwordless": _("Sign in with it alone")}

    def __init__(self, **kwargs: Unpack[BoundFormOptions]) -> None:
        super().__init__(**kwargs)
        self.fields["passwordless"].help_text = _(
            "Without a password. The device then asks for your finger, your face or its PIN."
        )

    def clean_name(self) -> str:
        """It goes into a table of the library's, whose columns take what they are given."""
        return typed(self.cleaned_data["name"], 100)
