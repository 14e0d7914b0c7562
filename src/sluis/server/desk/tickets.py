"""A ticket at the desk: what was said, what its kind asks for, and answering it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.answer_ticket import CLOSED, answer_ticket, close_ticket
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.desk.forms import Answer, Record
from sluis.server.desk.panels import PANELS
from sluis.server.desk.staff import acting, for_desk, served
from sluis.server.models import Ticket
from sluis.server.portal import places, ticket_words
from sluis.server.portal.talk import download, talk

# What each button makes of the ticket.
ANSWERS = {
    "answer": Ticket.State.DONE,
    "ask": Ticket.State.WAITING,
    "reject": Ticket.State.REJECTED,
    "close": Ticket.State.DONE,
}


def found(request: HttpRequest, number: int) -> Ticket:
    related = ("provider", "organisation", "environment", "person")
    tickets = Ticket.objects.filter(provider__in=served(request)).select_related(*related)
    ticket = tickets.filter(pk=number).first()
    if ticket is None:
        raise Http404
    return ticket


@for_desk
def one(request: HttpRequest, ticket: int) -> HttpResponse:
    """Show a ticket; a posted answer is added to it."""
    shown = found(request, ticket)
    if request.method != "POST":
        return answer_page(request, shown, Answer(None))
    form = Answer(request.POST, request.FILES)
    act = request.POST.get("act", "")
    if act not in ANSWERS:
        raise Http404
    if form.is_valid() and answered(request, shown, form, act):
        messages.success(request, _("Done. Who asked is told by mail."))
        return redirect("desk_ticket", ticket)
    return answer_page(request, shown, form)


def answered(request: HttpRequest, ticket: Ticket, form: Answer, act: str) -> bool:
    text, uploads = form.cleaned_data["text"], form.cleaned_data["attachments"]
    try:
        actor = acting(request, ticket.provider)
        if act == "close" and not text.strip() and not uploads:
            close_ticket(actor=actor, ticket=ticket)
        else:
            answer_ticket(
                actor=actor, ticket=ticket, text=text, state=ANSWERS[act], uploads=uploads
            )
    except (NotAllowed, Refused) as error:
        form.refused(error)
        return False
    return True


@for_desk
@require_POST
def act(request: HttpRequest, ticket: int) -> HttpResponse:
    """Do what a button of the panel says; where that is refused, what was typed stays."""
    shown = found(request, ticket)
    panel = PANELS.get(shown.kind)
    deed = panel.ACTS.get(request.POST.get("act", "")) if panel else None
    if deed is None:
        raise Http404
    try:
        said = deed(acting(request, shown.provider), shown, request.POST)
    except (NotAllowed, Refused) as error:
        return answer_page(request, shown, Answer(None), refused=str(error))
    messages.success(request, said)
    return redirect("desk_ticket", ticket)


def answer_page(
    request: HttpRequest, ticket: Ticket, form: Answer, refused: str = ""
) -> HttpResponse:
    panel = PANELS.get(ticket.kind)
    context: dict[str, Any] = {
        "ticket": ticket,
        "provider": ticket.provider,
        "kind": ticket_words.KINDS[ticket.kind],
        "origin": ticket_words.ORIGINS[ticket.origin],
        "state": ticket_words.state(ticket),
        "details": ticket_words.details(ticket),
        "place": places.at(ticket.environment_id) if ticket.environment_id else None,
        "talk": talk(ticket, lambda file: reverse("desk_file", args=[ticket.pk, file.pk])),
        "form": form,
        "closed": ticket.state in CLOSED,
        "panel": panel,
        "refused": refused,
        "typed": request.POST if refused else None,
    }
    if panel is not None:
        context |= panel.context(ticket)
    return render(request, "desk/ticket.html", context)


@for_desk
def file(request: HttpRequest, ticket: int, file: UUID) -> HttpResponse:
    return download(found(request, ticket), file)


@for_desk
def record(request: HttpRequest) -> HttpResponse:
    """Write down what came by telephone or mail, as a ticket like any other."""
    providers = served(request)
    form = Record(request.POST or None, request.FILES or None, providers=providers)
    if request.method == "POST" and form.is_valid():
        ticket = recorded(request, form)
        if ticket is not None:
            messages.success(request, _("The request is in the queue."))
            return redirect("desk_ticket", ticket.pk)
    return render(request, "desk/record.html", {"form": form})


def recorded(request: HttpRequest, form: Record) -> Ticket | None:
    given: dict[str, Any] = form.cleaned_data
    provider = served(request)[given["provider"]]
    try:
        return open_ticket(
            actor=acting(request, provider),
            provider=provider,
            kind=given["kind"],
            origin=given["origin"],
            subject=given["subject"],
            text=given["text"],
            organisation=given["organisation"],
            contact_name=given["name"],
            contact_email=given["email"],
            contact_telephone=given["telephone"],
            language=given["language"],
            uploads=given["attachments"],
        )
    except (NotAllowed, Refused) as error:
        form.refused(error)
        return None
