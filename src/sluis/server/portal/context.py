"""What every template is given."""

from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sluis.server.answers import policy
from sluis.server.portal import navigation, registration

VERSION = version("sluis")


def everywhere(request: HttpRequest) -> dict[str, Any]:
    return {
        "mailbox": settings.CONFIG.mailbox == "on",
        "languages": settings.LANGUAGES,
        "providers": policy.providers(),
        "registers_openly": registration.openly(),
        "navigation": SimpleLazyObject(lambda: navigation.groups(request)),
        "version": VERSION,
    }
