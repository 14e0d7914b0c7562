"""Mails that did not arrive at people whom the desk serves, and why."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sluis.server.actions.actor import Actor, Refused
from sluis.server.actions.resend_mail import resend_mail
from sluis.server.answers.concern import organisations_of
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import Mail, Membership, Provider, Ticket

SHOWN = 100


def unsent(provider: Provider) -> QuerySet[Mail]:
    """Return mails that failed at least once, to members, to the desk and to who asked it.

    What they are about may be another provider's: pages show where to, not what.
    """
    failed = Mail.objects.filter(sent_at=None, tries__gt=0)
    if not failed.exists():
        return failed  # as on most days; to ask whose they are takes ten times as long
    # From the few mails to their people, and not from all people to their mails.
    members = Membership.objects.filter(person__email__in=failed.values("to"))
    concerned = organisations_of(provider).filter(pk__in=members.values("organisation"))
    members = members.filter(
        Q(organisation__in=concerned) | Q(organisation=provider.organisation_id)
    )
    asked = Ticket.objects.filter(provider=provider).exclude(contact_email="")
    return failed.filter(
        Q(to__in=members.values("person__email")) | Q(to__in=asked.values("contact_email"))
    )


@for_desk_of
def page(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    rows = unsent(provider).order_by("-at", "-pk")[:SHOWN]
    return render(request, "desk/mails.html", {"provider": provider, "rows": rows})


@for_desk_of
@require_POST
def again(request: HttpRequest, actor: Actor, provider: Provider, mail: int) -> HttpResponse:
    found = unsent(provider).filter(pk=mail).first()
    if found is None:
        raise Http404
    try:
        resend_mail(actor=actor, mail=found)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The mail is sent again."))
    return redirect("desk_mails", provider.pk)
