"""The links that choose a password: one day for whoever forgot it, three for a new account."""

from datetime import datetime, timedelta

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from sluis.server.models import Person

LONGER = timedelta(days=2)  # than settings.PASSWORD_RESET_TIMEOUT


class ActivationLinks(EmailAwarePasswordResetTokenGenerator):  # type: ignore[misc]  # no types
    """Judges a link as it was two days ago."""

    def _now(self) -> datetime:
        now: datetime = super()._now()
        return now - LONGER


class ResetLinks(EmailAwarePasswordResetTokenGenerator):  # type: ignore[misc]  # idem
    def check_token(self, user: Person | None, token: str | None) -> bool:
        if super().check_token(user, token):
            return True
        new = user is not None and not user.has_usable_password()
        return new and bool(ActivationLinks().check_token(user, token))
