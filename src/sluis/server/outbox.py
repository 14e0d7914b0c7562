"""Where mails are left: rows, in the transaction of what they tell of; `post.py` sends them.

So a mail is kept or lost with the deed, and a mail server that is away keeps nobody waiting. On
a development machine nothing is sent: mails stay, and are read on a page of the portal.
"""

import json
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

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
    subject, text = str(message.subject), str(message.body)
    made = Mail(to=recipient[:254], subject=subject[:200])
    html = html_of(message) or letterhead.html(subject, text)
    if settings.CONFIG.mailbox == "on":
        made.text, made.html = text, html
    else:  # links in it open accounts: until they are sent, nobody reads them in the database
        made.sealed = SEAL.close(json.dumps([text, html]).encode(), named(made))
        made.next_at = timezone.now()
    return made


def html_of(message: EmailMessage) -> str:
    if isinstance(message, EmailMultiAlternatives):
        for content, kind in message.alternatives:
            if kind == "text/html":
                return str(content)
    return ""


def contents(mail: Mail) -> tuple[str, str]:
    """Return text and HTML of a mail that waits to be sent."""
    text, html = json.loads(SEAL.open(bytes(mail.sealed or b""), named(mail)))
    return text, html


def named(mail: Mail) -> str:
    """Return what its contents are sealed for: they cannot be moved to another address."""
    return f"mail to {mail.to}"
