"""What a page and the menu beside it both ask, asked once a request."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.http import HttpRequest

Answer = TypeVar("Answer")


def once(question: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], Answer]:
    """Keep the answer with the request. Whoever is given it leaves it as it is."""
    name = f"{question.__module__}.{question.__qualname__}"

    @wraps(question)
    def answered(request: HttpRequest) -> Answer:
        kept = request.__dict__  # a question that raises is asked again
        if name not in kept:
            kept[name] = question(request)
        answer: Answer = kept[name]
        return answer

    return answered
