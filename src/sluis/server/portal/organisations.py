"""Your organisation: which one, registering one, and who belongs to it."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sluis.server.actions.actor import NotAllowed, Refused, of_person
from sluis.server.actions.add_member import add_member, remove_member
from sluis.server.actions.invite import invite, open_now, revoke_invitation
from sluis.server.actions.register_organisation import open_sandboxes, register_organisation
from sluis.server.models import Invitation, Membership, Organisation, Person
from sluis.server.portal.belonging import acting, for_members, own, own_one
from sluis.server.portal.organisation_forms import (
    Invite,
    RegisterCompany,
    RegisterIndividual,
    Roles,
)
from sluis.server.roles import titles


@for_members
def page(request: HttpRequest) -> HttpResponse:
    """Lead to the one organisation, or let people with several choose."""
    found = own(request)
    if len(found) == 1:
        return redirect("organisation", next(iter(found.values())).pk)
    memberships = Membership.objects.filter(organisation__in=found.values(), person=request.user.pk)
    context = {
        "organisations": [
            (item.organisation, titles(item.roles))
            for item in memberships.select_related("organisation").order_by("organisation__name")
        ],
        "open": bool(open_sandboxes()),
    }
    return render(request, "organisations/index.html", context)


@for_members
def new(request: HttpRequest) -> HttpResponse:
    """Register a company, or oneself."""
    if not open_sandboxes():
        return redirect("organisations")
    individual = request.GET.get("as") == "individual"
    form = registering(request, individual)
    if request.method == "POST" and form.is_valid():
        made = registered(request, form, individual)
        if made is not None:
            messages.success(request, _("%(name)s is registered.") % {"name": made.name})
            return redirect("organisation", made.pk)
    tabs = [
        {"title": _("A company"), "query": "as=company", "here": not individual},
        {"title": _("An individual"), "query": "as=individual", "here": individual},
    ]
    context = {"form": form, "tabs": tabs, "individual": individual, "first": not own(request)}
    return render(request, "organisations/new.html", context)


def registering(request: HttpRequest, individual: bool) -> Form:
    data = request.POST if request.method == "POST" else None
    if individual:
        return RegisterIndividual(data, initial={"name": cast(Person, request.user).name})
    return RegisterCompany(data)


def registered(request: HttpRequest, form: Form, individual: bool) -> Organisation | None:
    """Return the organisation; None once the form says why there is none."""
    codes = form.identifiers() if isinstance(form, RegisterCompany) else {}
    try:
        return register_organisation(
            actor=of_person(cast(Person, request.user)),
            name=form.cleaned_data["name"],
            individual=individual,
            country=form.cleaned_data.get("country", ""),
            identifiers=codes,
        )
    except (NotAllowed, Refused) as error:
        form.add_error(None, str(error))
        return None


def shown(
    request: HttpRequest, organisation: Organisation, part: str, **more: Any
) -> dict[str, Any]:
    """Return what every page of an organisation is given; `part` is which one it is."""
    actor = acting(request, organisation)
    return {
        "organisation": organisation,
        "part": part,
        "manages": actor.manages(organisation),
        "several": len(own(request)) > 1,
        **more,
    }


@for_members
def one(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    members = found.memberships.select_related("person").order_by("person__name", "person__email")
    context = shown(
        request,
        found,
        "members",
        members=[(item.person, titles(item.roles), item.since) for item in members],
        invitations=[(item, titles(item.roles)) for item in open_now(found).order_by("email")],
    )
    return render(request, "organisations/members.html", context)


@for_members
def send_invitation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    form = Invite(
        request.POST if request.method == "POST" else None,
        organisation=found,
        initial={"roles": ["developer"]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            sent = invite(actor=acting(request, found), organisation=found, **form.cleaned_data)
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % vars(sent))
            return redirect("organisation", found.pk)
    context = shown(request, found, "members", form=form)
    return render(request, "organisations/invite.html", context)


@for_members
@require_POST
def take_back(request: HttpRequest, organisation: UUID, invitation: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    sent = Invitation.objects.filter(pk=invitation, organisation=found).first()
    if sent is None:
        raise Http404
    try:
        revoke_invitation(actor=acting(request, found), invitation=sent)
    except NotAllowed as error:
        messages.error(request, str(error))
    else:
        text = _("The invitation of %(email)s no longer works.")
        messages.success(request, text % {"email": sent.email})
    return redirect("organisation", found.pk)


def belonging(organisation: Organisation, person: UUID) -> Membership:
    found = organisation.memberships.filter(person=person).select_related("person").first()
    if found is None:
        raise Http404
    return found


@for_members
def member_page(request: HttpRequest, organisation: UUID, person: UUID) -> HttpResponse:
    """Change the roles of a member; or, below that, let them go."""
    found = own_one(request, organisation)
    membership = belonging(found, person)
    form = Roles(
        request.POST if request.method == "POST" else None,
        organisation=found,
        initial={"roles": list(membership.roles)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            add_member(
                actor=acting(request, found),
                organisation=found,
                person=membership.person,
                roles=form.cleaned_data["roles"],
            )
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("The roles of %(who)s are saved.") % {"who": membership.person}
            )
            return redirect("organisation", found.pk)
    context = shown(
        request, found, "members", form=form, member=membership, roles=titles(membership.roles)
    )
    return render(request, "organisations/member.html", context)


@for_members
@require_POST
def let_go(request: HttpRequest, organisation: UUID, person: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    membership = belonging(found, person)
    try:
        remove_member(actor=acting(request, found), organisation=found, person=membership.person)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
        return redirect("member", found.pk, person)
    if membership.person_id == cast(Person, request.user).pk:
        messages.success(request, _("You left %(name)s.") % {"name": found.name})
        return redirect("organisations")
    text = _("%(who)s no longer belongs to %(name)s.")
    messages.success(request, text % {"who": membership.person, "name": found.name})
    return redirect("organisation", found.pk)
