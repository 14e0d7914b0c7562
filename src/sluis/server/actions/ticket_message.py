"""What is said with a ticket: a text, and the files that come with it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from sluis.core import attachment as rules
from sluis.core.attachment import Unfit, Upload
from sluis.server.actions.actor import Refused
from sluis.server.models import Attachment, Person, Ticket, TicketMessage

TEXT_CHARACTERS = 20_000


def add_message(
    ticket: Ticket,
    *,
    author: Person | None,
    text: str,
    from_desk: bool = False,
    uploads: Sequence[Upload] = (),
) -> TicketMessage:
    """Return the message, kept with its files. Raises `Refused` where they are not taken."""
    files = accepted(uploads)
    message = TicketMessage.objects.create(
        ticket=ticket, author=author, from_desk=from_desk, text=text.strip()
    )
    for file in files:
        Attachment.objects.create(
            message=message,
            name=file.name,
            kind=file.kind,
            size_bytes=len(file.content),
            content=file.content,
        )
    return message


def accepted(uploads: Sequence[Upload]) -> list[rules.Attachment]:
    """Return the files as they are kept; raises `Refused` with what to do about the first unfit."""
    try:
        return rules.accepted(uploads)
    except Unfit as unfit:
        raise Refused(sentence(unfit)) from unfit


def sentence(unfit: Unfit) -> str:
    text = {
        rules.TOO_MANY: _("Send five files at most with one message."),
        rules.EMPTY: _("%(name)s is empty. Choose the file once more."),
        rules.TOO_LARGE: _("%(name)s is larger than 5 MB. Send a smaller file, or part of it."),
        rules.SECRET: _(
            "%(name)s holds a private key. Never send that to anybody: make a new one, and send"
            " the request (CSR) only."
        ),
        rules.UNKNOWN: _(
            "%(name)s cannot be sent. Send a PDF, a picture (PNG or JPG), or text: TXT, CSV, JSON,"
            " XML, CSR or PEM."
        ),
    }
    return text[unfit.why] % {"name": unfit.name}
