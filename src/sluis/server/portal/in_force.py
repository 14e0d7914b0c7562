"""A page that saved something answers when this process works with it: so, the very next call."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sluis.server.answers.policy import running
from sluis.server.answers.rows import newest_revision

SAFE = ("GET", "HEAD", "OPTIONS")


class InForce:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE:
            for policy in running:
                policy.wait_for(newest_revision())
        return response
