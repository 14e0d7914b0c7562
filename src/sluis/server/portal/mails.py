"""The mailbox of a development machine: mails that were not sent, but kept to be read here."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from sluis.server.models import Mail

MAILS_PER_PAGE = 25
IN_A_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)


def in_development(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page only where mails are kept; elsewhere nothing is there."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.CONFIG.mailbox != "on":
            raise Http404
        return view(request, *args, **kwargs)

    return shown


@in_development
def page(request: HttpRequest) -> HttpResponse:
    mails = Paginator(Mail.objects.all(), MAILS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mailbox/index.html", {"mails": mails})


@in_development
def one(request: HttpRequest, mail: int) -> HttpResponse:
    return render(request, "mailbox/mail.html", {"mail": get_object_or_404(Mail, pk=mail)})


@in_development
def look(request: HttpRequest, mail: int) -> HttpResponse:
    """Show the HTML of a mail in a frame: it may style itself, and do nothing else."""
    found = get_object_or_404(Mail, pk=mail)
    return HttpResponse(found.html, headers={"Content-Security-Policy": IN_A_FRAME})
