"""What an organisation is in each environment: roles, identifiers and addresses."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.change_party import (
    describes_itself,
    remove_address,
    set_address,
    set_identifiers,
)
from sluis.server.models import Environment, Organisation, Party
from sluis.server.portal import places
from sluis.server.portal.belonging import acting, for_members, own_one
from sluis.server.portal.organisation_forms import IDENTIFIERS, Identifiers, PostalAddress
from sluis.server.portal.organisations import shown

ADDRESSES = {"main": "1", "billing": "2"}


@for_members
def page(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    known = {
        party.environment_id: party
        for party in found.parties.prefetch_related("identifiers", "addresses")
    }
    environments = [
        facts(environment, known.get(environment.key))
        for environment in Environment.objects.order_by("provider", places.SAFEST_FIRST)
        if environment.key in known or describes_itself(environment)
    ]
    context = shown(request, found, "parties", environments=environments)
    return render(request, "organisations/parties.html", context)


def facts(environment: Environment, party: Party | None) -> dict[str, object]:
    """Return what is known of the organisation in an environment."""
    codes = {one.type: one.code for one in party.identifiers.all()} if party else {}
    addresses = {one.type: one for one in party.addresses.all()} if party else {}
    place = places.at(environment.key)
    return {
        "row": environment,
        "environment": place.policy if place else None,  # beside the page's title
        "name": places.title(environment),
        "roles": party.roles if party else [],
        "codes": [(IDENTIFIERS[type_][0], codes[type_]) for type_ in IDENTIFIERS if type_ in codes],
        "addresses": [(kind, addresses.get(type_)) for kind, type_ in ADDRESSES.items()],
        "known": party is not None,
        "describes_itself": describes_itself(environment),
    }


def party_at(
    organisation: Organisation, provider: str, environment: str
) -> tuple[Environment, Party | None]:
    """Return the environment and the party there; 404 where the organisation has no business."""
    place = Environment.objects.filter(provider=provider, name=environment).first()
    if place is None:
        raise Http404
    party = organisation.parties.filter(environment=place).first()
    if party is None and not describes_itself(place):
        raise Http404
    return place, party


@for_members
def identifiers(
    request: HttpRequest, organisation: UUID, provider: str, environment: str
) -> HttpResponse:
    found = own_one(request, organisation)
    place, party = party_at(found, provider, environment)
    codes = {one.type: one.code for one in party.identifiers.all()} if party else {}
    form = Identifiers(request.POST if request.method == "POST" else None, initial=codes)
    if request.method == "POST" and form.is_valid():
        try:
            set_identifiers(
                actor=acting(request, found),
                organisation=found,
                environment=place,
                identifiers=form.identifiers(),
            )
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The identifiers are saved."))
            return redirect("parties", found.pk)
    context = shown(request, found, "parties", form=form, **facts(place, party))
    return render(request, "organisations/identifiers.html", context)


@for_members
def address(
    request: HttpRequest, organisation: UUID, provider: str, environment: str, kind: str
) -> HttpResponse:
    found = own_one(request, organisation)
    place, party = party_at(found, provider, environment)
    present = party.addresses.filter(type=kind_of(kind)).first() if party else None
    form = PostalAddress(request.POST if request.method == "POST" else None, instance=present)
    if request.method == "POST" and form.is_valid():
        try:
            set_address(
                actor=acting(request, found),
                organisation=found,
                environment=place,
                type_=kind_of(kind),
                address=form.cleaned_data,
            )
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The address is saved."))
            return redirect("parties", found.pk)
    more = {"form": form, "kind": kind, "present": present}
    context = shown(request, found, "parties", **facts(place, party), **more)
    return render(request, "organisations/address.html", context)


def kind_of(kind: str) -> str:
    if kind not in ADDRESSES:
        raise Http404
    return ADDRESSES[kind]


@for_members
@require_POST
def without_address(
    request: HttpRequest, organisation: UUID, provider: str, environment: str, kind: str
) -> HttpResponse:
    found = own_one(request, organisation)
    place, _party = party_at(found, provider, environment)
    try:
        remove_address(
            actor=acting(request, found),
            organisation=found,
            environment=place,
            type_=kind_of(kind),
        )
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The address is removed."))
    return redirect("parties", found.pk)
