"""The page behind the link of an invitation: join with the account one has, or with a new one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sluis.server.actions.accept_invitation import (
    accept_invitation,
    account_of,
    invitation_of,
    register_by_invitation,
)
from sluis.server.actions.actor import NotAllowed, Refused, of_person
from sluis.server.models import Invitation
from sluis.server.portal.account_forms import JoinAsNewPerson
from sluis.server.roles import titles


def page(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link has the mail: they may know whether the address has an account."""
    invitation = invitation_of(token)
    if invitation is None:
        return render(request, "organisations/invitation_gone.html", status=410)
    if request.user.is_authenticated or account_of(invitation) is not None:
        return asked(request, invitation, token)
    form = JoinAsNewPerson(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            register_by_invitation(
                token=token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                language=(get_language() or "en")[:2],
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your account is ready. Log in with it."))
            return redirect("account_login")
    return asked(request, invitation, token, form)


def asked(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    form: JoinAsNewPerson | None = None,
) -> HttpResponse:
    context = {
        "invitation": invitation,
        "token": token,
        "roles": titles(invitation.roles),
        "form": form,
        "is_theirs": getattr(request.user, "email", None) == invitation.email,
    }
    return render(request, "organisations/invitation.html", context)


@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("invitation", token)
    try:
        joined = accept_invitation(actor=of_person(request.user), token=token)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
        return redirect("invitation", token)
    messages.success(
        request, _("You now belong to %(organisation)s") % {"organisation": joined.name}
    )
    return redirect("organisation", joined.pk)
