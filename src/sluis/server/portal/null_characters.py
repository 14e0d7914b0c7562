"""No form has the character zero in it, which people cannot type and PostgreSQL does not keep."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse


class NoNullCharacters:
    """Answer 400 to what programs send: else each page would need to look before it asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_of_view: object) -> None:
        """Raise `SuspiciousOperation`, once the token of the form was found right."""
        if any("\0" in text for _name, texts in request.POST.lists() for text in texts):
            raise SuspiciousOperation("A form has the character zero in it.")
