"""Tickets of those who asked: what waits and for whom, asking, answering, closing."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sluis.core.provider import Provider as Publisher
from sluis.server.actions.actor import Actor, NotAllowed, Refused, member, of_person
from sluis.server.actions.answer_ticket import CLOSED
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.answers import policy
from sluis.server.models import Environment, Organisation, Person, Provider, Ticket
from sluis.server.portal import places, ticket_words
from sluis.server.portal.belonging import for_members, own
from sluis.server.portal.talk import added, download, reply, talk
from sluis.server.portal.ticket_forms import NewTicket, Reply

TICKETS_PER_PAGE = 25


def visible(request: HttpRequest) -> Any:
    """Return the tickets of the reader's organisations, and those they asked for themselves."""
    mine = Q(organisation=None, person=cast(Person, request.user))
    return (
        Ticket.objects.filter(Q(organisation__in=own(request).values()) | mine)
        .select_related("organisation", "environment", "provider", "person")
        .order_by("-since", "-pk")
    )


@for_members
def page(request: HttpRequest) -> HttpResponse:
    shown = Paginator(visible(request), TICKETS_PER_PAGE).get_page(request.GET.get("page"))
    items = [
        {
            "ticket": ticket,
            "kind": ticket_words.KINDS[ticket.kind],
            "state": ticket_words.state(ticket),
            "place": places.at(ticket.environment_id) if ticket.environment_id else None,
        }
        for ticket in shown
    ]
    several = len(own(request)) > 1
    return render(
        request, "tickets/index.html", {"pages": shown, "items": items, "several": several}
    )


@for_members
def new(request: HttpRequest) -> HttpResponse:
    """Ask what it is about, then show the form of that kind, with what is known filled in."""
    provider = publisher(request.GET.get("provider", ""))
    kind = request.GET.get("kind", "")
    if provider is None or kind not in ticket_words.offered(provider.slug):
        return choose(request, [provider] if provider else list(policy.providers()))
    owners = list(own(request).values())
    form = NewTicket(
        request.POST or None,
        request.FILES or None,
        kind=kind,
        organisations=owners,
        provider=provider,
        initial=prefilled(request, provider),
    )
    if request.method == "POST" and form.is_valid():
        ticket = asked(request, form, provider, kind, owners)
        if ticket is not None:
            messages.success(request, _("The service desk has your message."))
            return redirect("ticket", ticket.pk)
    context = {
        "form": form,
        "kind": ticket_words.KINDS[kind],
        "provider": provider,
        "owner": owners[0] if len(owners) == 1 else None,
    }
    return render(request, "tickets/new.html", context)


def publisher(slug: str) -> Publisher | None:
    """Return the provider that is named, or the only one there is."""
    known = policy.providers()
    if not slug and len(known) == 1:
        return known[0]
    return next((one for one in known if one.slug == slug), None)


def choose(request: HttpRequest, providers: list[Publisher]) -> HttpResponse:
    shelves = []
    for provider in providers:
        known = {"provider": provider.slug}
        known |= {name: request.GET[name] for name in PREFILLED if name in request.GET}
        kinds = [
            (ticket_words.KINDS[kind], ticket_words.HELP[kind], urlencode(known | {"kind": kind}))
            for kind in ticket_words.offered(provider.slug)
        ]
        shelves.append((provider, kinds))
    return render(request, "tickets/choose.html", {"shelves": shelves})


PREFILLED = ("environment", "organisation")


def prefilled(request: HttpRequest, provider: Publisher) -> dict[str, Any]:
    """Return what the address says; an environment goes by its key or by its name alone."""
    environment = request.GET.get("environment", "")
    key = environment if "/" in environment else f"{provider.slug}/{environment}"
    return {
        "environment": key,
        "environments": [key],
        "organisation": request.GET.get("organisation", ""),
    }


def asked(
    request: HttpRequest,
    form: NewTicket,
    provider: Publisher,
    kind: str,
    owners: list[Organisation],
) -> Ticket | None:
    """Return the ticket; None where it was refused, which the form then says."""
    given = form.cleaned_data
    chosen = given.get("organisation")
    organisation = next((o for o in owners if not chosen or str(o.pk) == chosen), None)
    try:
        return open_ticket(
            actor=acting(request, organisation),
            provider=Provider.objects.get(slug=provider.slug),
            kind=kind,
            subject=given["subject"],
            text=given["text"] or given["subject"],
            organisation=organisation,
            environment=about(given),
            details=form.details(),
            uploads=given["attachments"],
        )
    except (NotAllowed, Refused) as error:
        form.refused(error)
        return None


def about(given: dict[str, Any]) -> Environment | None:
    """Return the one environment that it is about; None where it is about several."""
    keys = [given.get("environment")] if given.get("environment") else given.get("environments")
    return Environment.objects.get(key=keys[0]) if keys and len(keys) == 1 else None


def acting(request: HttpRequest, organisation: Organisation | None) -> Actor:
    person = cast(Person, request.user)
    return of_person(person) if organisation is None else member(person, organisation)


def found(request: HttpRequest, number: int) -> Ticket:
    ticket: Ticket | None = visible(request).filter(pk=number).first()
    if ticket is None:
        raise Http404
    return ticket


@for_members
def one(request: HttpRequest, ticket: int) -> HttpResponse:
    """Show a ticket; a posted message is added to it, and closes it where that is asked."""
    shown = found(request, ticket)
    form = reply(request)
    if request.method == "POST" and form.is_valid():
        try:
            added(acting(request, shown.organisation), shown, form, closing="close" in request.POST)
        except (NotAllowed, Refused) as error:
            form.refused(error)
        else:
            return redirect("ticket", ticket)
    return render(request, "tickets/one.html", context(shown, form))


def context(ticket: Ticket, form: Reply) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "kind": ticket_words.KINDS[ticket.kind],
        "state": ticket_words.state(ticket),
        "place": places.at(ticket.environment_id) if ticket.environment_id else None,
        "details": ticket_words.details(ticket),
        "talk": talk(ticket, lambda file: reverse("attachment", args=[ticket.pk, file.pk])),
        "form": form,
        "closed": ticket.state in CLOSED,
    }


@for_members
def attachment(request: HttpRequest, ticket: int, file: UUID) -> HttpResponse:
    return download(found(request, ticket), file)
