"""Pages for what goes wrong: what it is, and what to do.

They lean on as little as they can: the page for a fault of ours may be all that still works.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain("403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    return plain("429.html", 429)


def fault(request: HttpRequest) -> HttpResponse:
    return plain("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return plain("csrf.html", 403)


def plain(template: str, status: int, **context: Any) -> HttpResponse:
    """Return a page that asks nothing of the database, the session or the registry."""
    shown = {**context, "LANGUAGE_CODE": get_language() or "en"}
    return HttpResponse(render_to_string(template, shown), status=status)
