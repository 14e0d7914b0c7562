"""What every template is given."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def everywhere(request: HttpRequest) -> dict[str, Any]:
    return {"mailbox": settings.CONFIG.mailbox == "on", "languages": settings.LANGUAGES}
