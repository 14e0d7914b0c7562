"""What the desk writes down of an organisation: its name, and its codes in each environment."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis.core.identifier import normal
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.actions.change_party import set_identifiers, written_by_desk
from sluis.server.actions.rename_organisation import rename_organisation
from sluis.server.answers.concern import works_elsewhere
from sluis.server.desk.concern import of_provider
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import Environment, Identifier, Organisation, Provider
from sluis.server.portal import places
from sluis.server.portal.organisation_forms import Identifiers


class Name(forms.Form):
    name = forms.CharField(
        max_length=120,
        label=gettext_lazy("New name"),
        error_messages={"required": gettext_lazy("Enter the name.")},
    )


class Codes(Identifiers):
    """The codes of an organisation; one that is another's is refused beside its field."""

    def __init__(
        self,
        environment: Environment,
        owner: Organisation,
        types: Iterable[str],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, types=types, **kwargs)
        self.others = Identifier.objects.filter(environment=environment).exclude(
            party__organisation=owner
        )

    def clean(self) -> None:
        super().clean()
        for type_, code in self.identifiers().items():
            taken = self.others.filter(type=type_, code__iexact=normal(type_, code))
            for one in taken.select_related("party") if code else ():
                text = _("%(company)s has this code here.") % {"company": one.party.name}
                self.add_error(type_, text)


@for_desk_of
def name(
    request: HttpRequest, actor: Actor, provider: Provider, organisation: UUID
) -> HttpResponse:
    owner = of_provider(provider, organisation)
    form = Name(request.POST if request.method == "POST" else None, initial={"name": owner.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_organisation(
                actor=actor, provider=provider, organisation=owner, **form.cleaned_data
            )
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The new name is saved. The administrators are told."))
            return redirect("desk_organisation", provider.pk, owner.pk)
    context = {
        "provider": provider,
        "organisation": owner,
        "form": form,
        "elsewhere": works_elsewhere(owner, provider.pk),
    }
    return render(request, "desk/name.html", context)


@for_desk_of
def identifiers(
    request: HttpRequest, actor: Actor, provider: Provider, organisation: UUID, environment: str
) -> HttpResponse:
    """Write codes down; from a ticket, the way leads back to it."""
    owner = of_provider(provider, organisation)
    place = Environment.objects.filter(provider=provider, name=environment).first()
    types = written_by_desk(provider.pk)
    if place is None or not types:
        raise Http404
    party = owner.parties.filter(environment=place).first()
    known = {one.type: one.code for one in party.identifiers.all()} if party else {}
    given = request.POST if request.method == "POST" else None
    form = Codes(place, owner, types, given, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            set_identifiers(
                actor=actor, organisation=owner, environment=place, identifiers=form.identifiers()
            )
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The identifiers are saved. The administrators are told."))
            return led_back(request, provider, owner)
    context = {
        "provider": provider,
        "organisation": owner,
        "place": places.at(place.key),
        "form": form,
        "ticket": asked_by(request),
    }
    return render(request, "desk/identifiers.html", context)


def led_back(request: HttpRequest, provider: Provider, owner: Organisation) -> HttpResponse:
    ticket = asked_by(request)
    if ticket:
        return redirect("desk_ticket", ticket)
    return redirect("desk_organisation", provider.pk, owner.pk)


def asked_by(request: HttpRequest) -> int | None:
    """Return the number of the ticket from which one came; whether it is there, its page says."""
    number = request.GET.get("ticket", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else None
