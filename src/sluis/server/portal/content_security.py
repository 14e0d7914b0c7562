"""The content security policy of every page: only what we serve ourselves, nothing inline.

`SECURE_CSP` is Django 6's name for the setting; this file goes when we get there.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ContentSecurityPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.value = "; ".join(
            f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A mail that is shown as it looks brings a policy of its own, a stricter one.
        response.headers.setdefault("Content-Security-Policy", self.value)
        return response
