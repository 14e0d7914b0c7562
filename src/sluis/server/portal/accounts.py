"""How allauth's account pages behave here."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sluis.server.desk.staff import desks_of
from sluis.server.models import Membership, Person
from sluis.server.portal import registration


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account was closed. Ask the service desk."),
        "email_password_mismatch": _(
            "The e-mail address or the password is not right. Check both and try again."
        ),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link has been used or has expired."),
        "rate_limited": _("Too many attempts. Wait a minute and try again."),
        "same_as_current": _("This is the address you have now."),
        "duplicate_email": _("This is the address you have now."),
        "too_many_login_attempts": _(
            "Too many wrong attempts. Wait five minutes, or choose a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return registration.openly()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead a desk to its queue, and who belongs nowhere yet to the last step of registering.

        Who asked for a page is led there, whoever it is: this is not asked then.
        """
        if desks_of(cast(Person, request.user)):  # who has just logged in
            return reverse("queue")
        if Membership.objects.filter(person=request.user.pk).exists():
            url: str = super().get_login_redirect_url(request)
            return url
        return reverse("new_organisation" if registration.openly() else "organisations")

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Any:
        user.name = form.cleaned_data.get("name", "")
        user.language = (get_language() or "en")[:2]
        return super().save_user(request, user, form, commit)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; links in it lead to the public address, whatever the request's host says."""
        public = {
            "portal_url": settings.CONFIG.portal_url,
            "signup_url": address("account_signup"),
            "password_reset_url": address("account_reset_password"),
        }
        super().send_mail(template_prefix, email, {**public, **context_of(context)})

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        return address("account_confirm_email", emailconfirmation.key)

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        return address("account_reset_password_from_key", uid, token)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")


def context_of(context: dict[str, Any]) -> dict[str, Any]:
    """Return the context without the addresses that allauth makes of the request's host.

    The link of a password reset was made by `get_reset_password_from_key_url`, and stays.
    """
    made = {name: value for name, value in context.items() if name != "signup_url"}
    if "key" not in made:
        made.pop("password_reset_url", None)
    return made


def address(name: str, *arguments: str) -> str:
    return f"{settings.CONFIG.portal_url}{reverse(name, args=arguments)}"
