"""The forms of the account pages: allauth's, with our labels, helps and sentences.

Named in the settings ACCOUNT_FORMS and MFA_FORMS.
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

EMAIL = _("E-mail address")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
ENTER_EMAIL = _("Enter your e-mail address.")
NOT_AN_EMAIL = _("This is not an e-mail address. It looks like name@example.org.")
ENTER_PASSWORD = _("Enter your password.")
ENTER_NEW_PASSWORD = _("Enter a new password.")
PASSWORD_HELP = _("At least 12 characters. A short sentence is easy to remember.")
ENTER_CODE = _("Enter the code.")


def worded(field: forms.Field, label: Any, missing: Any, help_text: Any = "") -> None:
    """Give a field its texts; a placeholder is no label, so it goes."""
    field.label = label
    field.help_text = help_text
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)


def email_worded(field: forms.Field, label: Any = EMAIL, help_text: Any = "") -> None:
    worded(field, label, ENTER_EMAIL, help_text)
    for validator in field.validators:
        if validator.__class__.__name__ == "EmailValidator":
            field.error_messages["invalid"] = NOT_AN_EMAIL
    field.widget.attrs |= {"spellcheck": "false", "autocapitalize": "none"}


def code_worded(field: forms.Field, label: Any, help_text: Any) -> None:
    worded(field, label, ENTER_CODE, help_text)
    field.widget.attrs |= {"autocomplete": "one-time-code", "class": "short", "spellcheck": "false"}


def optional_name() -> forms.CharField:
    return forms.CharField(
        max_length=120,
        required=False,
        label=_("Name (optional)"),
        help_text=_("Shown to your colleagues and to the service desk."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class LogIn(account.LoginForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email_worded(self.fields["login"])
        worded(self.fields["password"], PASSWORD, ENTER_PASSWORD)


class SignUp(account.SignupForm):  # type: ignore[misc]  # idem
    name = optional_name()
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("We send a link there, to see that the address is yours.")
        email_worded(self.fields["email"], help_text=help_text)
        worded(self.fields["password1"], PASSWORD, ENTER_NEW_PASSWORD, PASSWORD_HELP)

    def try_save(self, request: HttpRequest) -> Any:
        request.session["address_to_confirm"] = self.cleaned_data["email"]
        if self.account_already_exists:
            # The time that the hash of a new account's password takes: see the test of times.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class JoinAsNewPerson(forms.Form):
    """Who is invited and has no account makes one; the address is that of the invitation."""

    name = optional_name()
    password = forms.CharField(
        label=PASSWORD,
        help_text=PASSWORD_HELP,
        error_messages={"required": ENTER_NEW_PASSWORD},
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ChangeName(forms.Form):
    name = optional_name()


class ResetPassword(account.ResetPasswordForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email_worded(self.fields["email"])


class ChooseNewPassword(account.ResetPasswordKeyForm):  # type: ignore[misc]  # idem
    """Asks once: the field can show what was typed, and a mail can be asked for again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        worded(self.fields["password1"], NEW_PASSWORD, ENTER_NEW_PASSWORD, PASSWORD_HELP)


class ChangePassword(account.ChangePasswordForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        worded(self.fields["oldpassword"], _("Present password"), ENTER_PASSWORD)
        worded(self.fields["password1"], NEW_PASSWORD, ENTER_NEW_PASSWORD, PASSWORD_HELP)


class ChangeEmail(account.AddEmailForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("We send a link there. Until you use it, the present address stays.")
        email_worded(self.fields["email"], _("New e-mail address"), help_text)


class Reauthenticate(account.ReauthenticateForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self.fields["password"], PASSWORD, ENTER_PASSWORD)


CODE_HELP = _("Six digits from the app on your phone, or one of your recovery codes.")


class Authenticate(mfa.AuthenticateForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_worded(self.fields["code"], _("Code"), CODE_HELP)


class ReauthenticateWithCode(mfa.ReauthenticateForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_worded(self.fields["code"], _("Code"), CODE_HELP)


class ActivateTotp(totp.ActivateTOTPForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_worded(self.fields["code"], _("Code"), _("The six digits that the app shows now."))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


PASSKEY_NAME = _("Name of the passkey")
PASSKEY_NAME_HELP = _("So that you can tell your passkeys apart: the device it is on.")


class AddPasskey(webauthn.AddWebAuthnForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self.fields["name"], PASSKEY_NAME, "", PASSKEY_NAME_HELP)


class RenamePasskey(webauthn.EditWebAuthnForm):  # type: ignore[misc]  # idem
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self.fields["name"], PASSKEY_NAME, _("Enter a name."), PASSKEY_NAME_HELP)
