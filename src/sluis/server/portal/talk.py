"""The messages of a ticket as a page shows them, and files, which always go to the disk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from sluis.server.actions.actor import Actor
from sluis.server.actions.answer_ticket import answer_ticket, close_ticket
from sluis.server.models import Attachment, Ticket
from sluis.server.portal.ticket_forms import Reply


@dataclass(frozen=True, slots=True)
class File:
    name: str
    size_bytes: int
    address: str


@dataclass(frozen=True, slots=True)
class Said:
    author: str  # "" is whoever asked, without an account
    from_desk: bool
    at: datetime
    text: str
    files: list[File]


def talk(ticket: Ticket, address: Callable[[Attachment], str]) -> list[Said]:
    """Return what was said, in order; `address` is where the reader gets a file."""
    files: dict[int, list[File]] = {}
    for one in Attachment.objects.filter(message__ticket=ticket).defer("content"):
        file = File(one.name, one.size_bytes, address(one))
        files.setdefault(one.message_id, []).append(file)
    return [
        Said(
            str(message.author or ticket.contact_name),
            message.from_desk,
            message.at,
            message.text,
            files.get(message.pk, []),
        )
        for message in ticket.messages.select_related("author")
    ]


def reply(request: HttpRequest) -> Reply:
    """Return the form under a ticket; who only closes it need not say anything."""
    if request.method != "POST":
        return Reply()
    return Reply(request.POST, request.FILES, needs_text="close" not in request.POST)


def added(actor: Actor, ticket: Ticket, form: Reply, *, closing: bool) -> None:
    """Add what was said, if anything, and then close. Raises `NotAllowed` and `Refused`."""
    text, uploads = form.cleaned_data["text"], form.cleaned_data["attachments"]
    if text.strip() or uploads:
        answer_ticket(actor=actor, ticket=ticket, text=text, uploads=uploads)
    if closing:
        close_ticket(actor=actor, ticket=ticket)


def download(ticket: Ticket, attachment: UUID) -> HttpResponse:
    """Return a file of the ticket, to be saved. Raises `Http404`.

    As bytes that mean nothing: no browser shows, or runs, what somebody sent to a desk.
    """
    found = Attachment.objects.filter(message__ticket=ticket, pk=attachment).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    disposition = content_disposition_header(True, found.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
