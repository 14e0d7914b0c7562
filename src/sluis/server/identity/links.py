"""Links to choose a password with: used once; three days for an invitation, one for a reset."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

from sluis.server.models import Person

RESET_SECONDS = 24 * 3600


class Links(PasswordResetTokenGenerator):
    """Django's, which lets every link live as long as the longest (PASSWORD_RESET_TIMEOUT)."""

    def check_token(self, user: Person | None, token: str | None) -> bool:
        if user is None or token is None or not super().check_token(user, token):
            return False
        return not user.has_usable_password() or self.age_seconds(token) <= RESET_SECONDS

    def age_seconds(self, token: str) -> int:
        base: Any = self  # what tells the time is not among the public names of Django's
        made_at: int = base36_to_int(token.partition("-")[0])
        now: int = base._num_seconds(base._now())
        return now - made_at
