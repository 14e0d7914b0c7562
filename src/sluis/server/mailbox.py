"""The development mailbox: mails land in a table and are read on a page of the portal."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from sluis.server.models import Mail


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mails = [
            Mail(
                to=recipient,
                subject=str(message.subject)[:200],
                text=str(message.body),
                html=html_of(message),
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        Mail.objects.bulk_create(mails)
        return len(email_messages)


def html_of(message: EmailMessage) -> str:
    if isinstance(message, EmailMultiAlternatives):
        for content, kind in message.alternatives:
            if kind == "text/html":
                return str(content)
    return ""
