"""How to reach a provider's service desk without an account, and to go on by the mailed link."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sluis.core.provider import Provider as Publisher
from sluis.server.actions.actor import VISITOR, Actor, NotAllowed, Refused
from sluis.server.actions.answer_ticket import CLOSED
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.ticket_link import opened
from sluis.server.answers import policy
from sluis.server.identity.thresholds import network
from sluis.server.models import Provider, Ticket
from sluis.server.portal import ticket_words
from sluis.server.portal.talk import added, download, reply, talk
from sluis.server.portal.throttle import spend
from sluis.server.portal.ticket_forms import Contact, Reply

PER_ADDRESS, PER_NETWORK, PER_TICKET = 5, 20, 20  # an hour


def publisher(slug: str) -> Publisher:
    found = policy.provider(slug)
    if found is None:
        raise Http404
    return found


def page(request: HttpRequest, provider: str) -> HttpResponse:
    """Show how the desk is reached, and the form; a posted one becomes a ticket."""
    shown = publisher(provider)
    form = Contact(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            return redirect("contact_sent", provider)  # to a program, all went well
        if not may_write(request, form.cleaned_data["email"]):
            form.refused(Refused(too_many()))
            status = 429
        elif sent(shown, form):
            return redirect("contact_sent", provider)
    return render(request, "contact/page.html", {"provider": shown, "form": form}, status=status)


def may_write(request: HttpRequest, email: str) -> bool:
    """Count this message: for where it came from, and for the address that would be mailed."""
    here = spend("contact from", network(request.META.get("REMOTE_ADDR", "")), PER_NETWORK)
    return here and spend("contact for", email.strip().lower(), PER_ADDRESS)


def too_many() -> str:
    return _("Too many messages in an hour. Try again later, or call us.")


def sent(provider: Publisher, form: Contact) -> bool:
    given = form.cleaned_data
    try:
        open_ticket(
            actor=VISITOR,
            provider=Provider.objects.get(slug=provider.slug),
            kind=Ticket.Kind.QUESTION,
            origin=Ticket.Origin.FORM,
            subject=given["subject"],
            text=given["text"],
            contact_name=given["name"],
            contact_email=given["email"],
            language=(get_language() or "en")[:2],
            uploads=given["attachments"],
        )
    except (NotAllowed, Refused) as error:
        form.refused(error)
        return False
    return True


def done(request: HttpRequest, provider: str) -> HttpResponse:
    return render(request, "contact/sent.html", {"provider": publisher(provider)})


def visited(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """Show the ticket of a link; a posted message is added to it, or the ticket closed."""
    shown = publisher(provider)
    try:
        ticket, visitor = opened(provider, token)
    except NotAllowed as error:
        context = {"provider": shown, "why": str(error)}
        return render(request, "contact/expired.html", context, status=404)
    form = reply(request)
    if request.method == "POST" and form.is_valid() and answered(request, visitor, ticket, form):
        return redirect("visited_ticket", provider, token)
    return render(request, "contact/ticket.html", context_of(ticket, form, shown, token))


def answered(request: HttpRequest, visitor: Actor, ticket: Ticket, form: Reply) -> bool:
    if not spend("answers to", str(ticket.pk), PER_TICKET):
        form.refused(Refused(too_many()))
        return False
    try:
        added(visitor, ticket, form, closing="close" in request.POST)
    except (NotAllowed, Refused) as error:
        form.refused(error)
        return False
    return True


def context_of(ticket: Ticket, form: Reply, provider: Publisher, token: str) -> dict[str, Any]:
    return {
        "provider": provider,
        "ticket": ticket,
        "state": ticket_words.state(ticket),
        "talk": talk(
            ticket, lambda file: reverse("visited_file", args=[provider.slug, token, file.pk])
        ),
        "form": form,
        "closed": ticket.state in CLOSED,
    }


def file(request: HttpRequest, provider: str, token: str, file: UUID) -> HttpResponse:
    try:
        ticket, _visitor = opened(provider, token)
    except NotAllowed as error:
        raise Http404 from error
    return download(ticket, file)
