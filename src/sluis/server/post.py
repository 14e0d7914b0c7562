"""Sends what lies in the outbox, in a thread of its own: again and again, for three days.

Each attempt is claimed first, for longer than it can take: several processes share the work, and
what one of them had in hand when it was killed is sent by another. That mail may arrive twice,
under the same Message-ID.
"""

import contextlib
import logging
import smtplib
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from sluis.server import audit
from sluis.server.actions.actor import PLATFORM
from sluis.server.models import Mail
from sluis.server.outbox import contents
from sluis.server.seal import Unsealable

logger = logging.getLogger(__name__)
BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EVERY_SECONDS = 2.0
AT_ONCE = 50
CLAIMED = timedelta(minutes=10)  # an attempt: a dozen answers of the server, 15 s each at most
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]  # the last one from then on
TRIED = timedelta(days=3)
KEPT = timedelta(days=30)
# The server answered and does not want this mail; any other failure is the server's own.
NOT_THIS_ONE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
FAILURES = (OSError, smtplib.SMTPException, ValueError, Unsealable)  # ValueError: a header


class Post:
    """Sends in a thread until it is stopped; on a development machine it has nothing to do."""

    def __init__(self, every_seconds: float = EVERY_SECONDS) -> None:
        self.every_seconds = every_seconds
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="post", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Stop after the mail in hand; who hangs on a server that hangs is not waited for."""
        self.stopping.set()
        self.thread.join(2.0)

    def run(self) -> None:
        while not self.stopping.wait(self.every_seconds):
            try:
                send_due(datetime.now(UTC), self.stopping)
            except DatabaseError:
                logger.exception("mails left for later")
                connection.close_if_unusable_or_obsolete()
        connection.close()


def send_due(now: datetime, stopping: threading.Event | None = None) -> int:
    """Send what is due; return how many were sent. Ends at the first sign of a server away."""
    sent = 0
    due = Mail.objects.filter(next_at__lte=now).order_by("next_at", "pk")
    for mail in due[:AT_ONCE]:
        if stopping is not None and stopping.is_set():
            break
        if not claimed(mail, now):
            continue
        try:
            send(mail)
        except FAILURES as error:
            failed(mail, error, now)
            if not isinstance(error, (*NOT_THIS_ONE, ValueError, Unsealable)):
                break
        else:
            Mail.objects.filter(pk=mail.pk).update(sent_at=now, next_at=None, sealed=None, error="")
            sent += 1
    return sent


def claimed(mail: Mail, now: datetime) -> bool:
    """Return whether this attempt is ours; nobody else has another before it must have ended."""
    ours = Mail.objects.filter(pk=mail.pk, next_at=mail.next_at)
    mail.tries += 1
    return bool(ours.update(next_at=now + CLAIMED, tries=F("tries") + 1))


def send(mail: Mail) -> None:
    said = contents(mail)
    host = urlsplit(settings.CONFIG.portal_url).hostname or "localhost"
    server = get_connection(BACKEND)
    message = EmailMultiAlternatives(
        mail.subject,
        said.text,
        to=[mail.to],
        headers={
            "Message-ID": f"<{mail.at:%Y%m%d%H%M%S}.{mail.pk}@{host}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's holiday answers this
            "Content-Language": said.language,
        },
        connection=server,
    )
    message.attach_alternative(said.html_under(mail.subject), "text/html")
    try:
        message.send()
    finally:  # Django leaves it open where TLS or the log-in fails
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.close()


def failed(mail: Mail, error: Exception, now: datetime) -> None:
    """Note why, and try again later; not where the answer is final or it took too long."""
    logger.warning("mail not sent", extra={"mail": mail.pk, "tries": mail.tries, "why": str(error)})
    wait = WAITS[min(mail.tries, len(WAITS)) - 1]
    told = f"{type(error).__name__}: {error}"[:300]
    if not final(error) and now + wait <= mail.at + TRIED:
        Mail.objects.filter(pk=mail.pk).update(next_at=now + wait, error=told)
        return
    with transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(next_at=None, given_up_at=now, error=told)
        audit.write(PLATFORM.name, "mail.give-up", f"mail:{mail.pk}", tries=mail.tries)


def final(error: Exception) -> bool:
    """Return whether another attempt would end as this one did."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, (ValueError, Unsealable))


def forget(now: datetime) -> None:
    """Remove what was sent or given up a month ago."""
    Mail.objects.filter(sent_at__lt=now - KEPT).delete()
    Mail.objects.filter(given_up_at__lt=now - KEPT).delete()
