"""The messages of a ticket as a page shows them, and files, which always go to the disk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from sluis.server.models import Attachment, Ticket


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
