"""The second factor: kept encrypted, and not a matter of choice for the service desk."""

import base64
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis.server.actions.actor import FACTORS
from sluis.server.models import Membership, Person
from sluis.server.portal.belonging import memberships, second_factor
from sluis.server.seal import SEAL

OF = "second factor"  # what is sealed: allauth does not say of whom


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "This code is not right. Codes change every 30 seconds and work once: enter the next."
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "The service desk works with a second factor, so yours cannot be switched off."
        ),
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
        "add_email_blocked": gettext_lazy(
            "Switch the second factor off first, then change your e-mail address."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Switch the second factor on first."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(SEAL.close(text.encode(), OF)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return SEAL.open(base64.b64decode(encrypted_text), OF).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS)
        if others.exclude(pk=authenticator.pk).exists():
            return True
        return not at_a_desk(Membership.objects.filter(person=authenticator.user))

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's word
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whose passkeys these are: the public host's, whatever the request says."""
        host = urlsplit(settings.CONFIG.portal_url).hostname or "localhost"
        return {"id": host, "name": "Sluis"}


def at_a_desk(memberships: Iterable[Membership]) -> bool:
    # Roles are looked at here: SQLite cannot search in a list kept as JSON.
    return any("desk" in one.roles for one in memberships)


# What a member of the desk may do before the second factor is there: make one, or leave.
BEFORE = (
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "account_logout",
    "set_language",
)


class DeskNeedsSecondFactor:
    """Send who works at a desk to the second factor, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.stands_open(request):
            return self.get_response(request)
        messages.warning(request, _("The service desk works with a second factor. Make yours now."))
        return redirect("mfa_activate_totp")

    def stands_open(self, request: HttpRequest) -> bool:
        if not isinstance(request.user, Person):
            return True
        if request.path in {reverse(name) for name in BEFORE}:
            return True
        return not at_a_desk(memberships(request)) or second_factor(request)
