"""Where mails are left: rows, in the transaction of what they tell of; `post.py` sends them.

So a mail is kept or lost with the deed, and a mail server that is away keeps nobody waiting. On
a development machine nothing is sent: mails stay, and are read on a page of the portal.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.translation import get_language

from sluis.server import letterhead
from sluis.server.models import Mail
from sluis.server.seal import SEAL


class Outbox(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        Mail.objects.bulk_create(
            row(recipient, message)
            for message in email_messages
            for recipient in message.recipients()
        )
        return len(email_messages)


def row(recipient: str, message: EmailMessage) -> Mail:
    subject, text = str(message.subject)[:200], str(message.body)
    language = message.extra_headers.get("Content-Language") or get_language() or "en"
    made = Mail(to=recipient[:254], subject=subject)
    if settings.CONFIG.mailbox == "on":
        made.text, made.html = text, html_of(message) or letterhead.html(subject, text, language)
    else:  # links in it open accounts: until they are sent, nobody reads them in the database
        parts = Contents(text, html_of(message), language)
        made.sealed = SEAL.close(msgspec.json.encode(parts), named(made))
        made.next_at = timezone.now()
    return made


def html_of(message: EmailMessage) -> str:
    if isinstance(message, EmailMultiAlternatives):
        for content, kind in message.alternatives:
            if kind == "text/html":
                return str(content)
    return ""


class Contents(NamedTuple):
    """What a mail says; its HTML is made of the text when it is sent, where it has none."""

    text: str
    html: str = ""
    language: str = "en"

    def html_under(self, subject: str) -> str:
        return self.html or letterhead.html(subject, self.text, self.language)


def contents(mail: Mail) -> Contents:
    """Return what a mail that waits says."""
    return msgspec.json.decode(SEAL.open(bytes(mail.sealed or b""), named(mail)), type=Contents)


def named(mail: Mail) -> str:
    """Return what its contents are sealed for: they cannot be moved to another address."""
    return f"mail to {mail.to}"
