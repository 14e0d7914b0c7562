"""Answers that take the same time whatever was found, where that would tell who has an account."""

import time
from collections.abc import Callable
from functools import wraps
from math import ceil

from django.http import HttpRequest, HttpResponseBase

# Longer than a hash and a mail take on a busy machine; the limits on attempts keep threads free.
STEP_SECONDS = 0.5
TOO_MANY = 429


def evenly(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer a form after a whole number of steps, so that a mail or a hash more does not show."""

    @wraps(view)
    def even(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        started = time.perf_counter()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code != TOO_MANY:
            took = time.perf_counter() - started
            time.sleep(ceil(took / STEP_SECONDS) * STEP_SECONDS - took)
        return response

    return even
