"""The roles in an organisation, in the reader's words."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "administrator": _("administrator"),
    "developer": _("developer"),
    "api-user": _("API user"),
    "desk": _("service desk"),
}


def titles(roles: Iterable[str]) -> list[str | Promise]:
    return [TITLES[role] for role in roles if role in TITLES]
