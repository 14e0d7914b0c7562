"""Try a mail once more that did not arrive: its contents are kept until it does."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.models import Mail


@transaction.atomic
def resend_mail(*, actor: Actor, mail: Mail, now: datetime | None = None) -> None:
    """Have it sent now, and for another three days. Raises `NotAllowed` and `Refused`.

    Whether the address is of somebody whom the desk serves is for the page to see to.
    """
    only(actor.trusted or actor.desk is not None, desk_only())
    waiting = Mail.objects.filter(pk=mail.pk, sent_at=None).exclude(sealed=None)
    at = now or timezone.now()
    if not waiting.update(at=at, next_at=at, given_up_at=None, tries=0, error=""):
        raise Refused(_("This mail was sent already."))
    audit.write(actor.name, "mail.resend", f"mail:{mail.pk}")
