"""Answers that take the same time whatever was found, where that would tell who has an account.

The thread is not kept waiting, as four who ask at a time would stop the portal: the answer is
made, and `bridge.py` hands it over when its time has come.
"""

import time
from collections.abc import Callable
from functools import wraps
from math import ceil

from django.http import HttpRequest, HttpResponseBase

from sluis.server.bridge import ANSWER_AT

STEP_SECONDS = 0.5  # longer than a hash and a mail take on a busy machine
TOO_MANY = 429


def evenly(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer a form after a whole number of steps, so that a mail or a hash more does not show."""

    @wraps(view)
    def even(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        started = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code != TOO_MANY:
            steps = ceil((time.monotonic() - started) / STEP_SECONDS)
            request.META[ANSWER_AT] = started + steps * STEP_SECONDS
        return response

    return even
