"""Parts of pages that refresh themselves while something is under way.

The browser says what it shows, as a digest; where nothing changed the answer is empty, so that
what a reader has unfolded, selected or reached with the keyboard stays as it is.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class Part:
    html: SafeString
    digest: str
    address: str  # where to ask again
    every_seconds: int | None  # None: nothing is under way


def answer(
    request: HttpRequest,
    template: str,
    part_template: str,
    context: dict[str, Any],
    every_seconds: int | None,
) -> HttpResponse:
    """Return the page; to a browser that shows this part as it is already, nothing."""
    html = render_to_string(part_template, context, request)
    # With the interval: a part that is done must come once more, to end the questions.
    digest = sha256(f"{every_seconds} {html}".encode()).hexdigest()[:16]
    if getattr(request, "htmx", False) and request.GET.get("seen") == digest:
        return HttpResponse(status=204)
    query = request.GET.copy()
    query["seen"] = digest
    address = f"{request.path}?{query.urlencode()}"
    part = Part(mark_safe(html), digest, address, every_seconds)  # noqa: S308 - a template's
    return render(request, template, {**context, "part": part})
