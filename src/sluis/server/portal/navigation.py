"""Where a person can go: the groups of links at the left, by what people do."""

from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sluis.server.answers.versions import PROVIDER as OF_REGISTER
from sluis.server.desk.staff import served
from sluis.server.models import Person, Provider
from sluis.server.portal.customers import companies


class Link(NamedTuple):
    text: str
    url: str
    here: bool  # the page that is shown, or one below it


class Group(NamedTuple):
    title: str
    links: list[Link]
    logs_out: bool = False  # where who is logged in can leave


def groups(request: HttpRequest) -> list[Group]:
    """Return the groups in order; a group without links is left out.

    A new page takes its place here: one line in the group of those who use it.
    """
    person = getattr(request, "user", None)
    made = [
        Group(_("APIs"), [link(request, _("Catalogue"), "catalogue")]),
        *(of_members(request) if isinstance(person, Person) else of_visitors(request)),
        Group(_("Development"), development(request)),
    ]
    return [group for group in made if group.links]


def of_members(request: HttpRequest) -> list[Group]:
    return [
        Group(_("Your integration"), integration(request)),
        *of_desk(request, served(request)),
        Group(_("Account"), account(request), logs_out=True),
    ]


def of_visitors(request: HttpRequest) -> list[Group]:
    links = [
        link(request, _("Log in"), "account_login"),
        link(request, _("Register"), "account_signup"),
    ]
    # Seed 003, step 4: the menu of the public page leads there; it asks to log in.
    manager = [link(request, _("API Manager"), "api_manager")]
    return [Group(_("Your integration"), manager), Group(_("Account"), links, logs_out=True)]


def integration(request: HttpRequest) -> list[Link]:
    links = [
        link(request, _("My subscriptions"), "subscriptions"),
        link(request, _("Applications"), "applications"),
        link(request, _("Where is my reference?"), "references"),
        link(request, _("Containers"), "containers"),
        link(request, _("Notification channels"), "channels"),
        link(request, _("Tickets"), "tickets"),
    ]
    if companies(request):
        links.append(link(request, _("API Manager"), "api_manager"))
    return links


def of_desk(request: HttpRequest, desks: Mapping[str, Provider]) -> list[Group]:
    """Return what waits for the desk, and a group for each provider that it is the desk of."""
    if not desks:
        return []
    waiting = [
        link(request, _("Queue"), "queue", exactly=True),
        link(request, _("Record a request"), "record_request"),
        link(request, _("Link a person"), "desk_link"),
        link(request, _("Status pages"), "desk_status"),
    ]
    return [
        Group(_("Service desk"), waiting),
        *(managing(request, provider) for provider in desks.values()),
    ]


def managing(request: HttpRequest, provider: Provider) -> Group:
    links = [
        link(request, _("Organisations"), "desk_organisations", provider.pk),
        link(request, _("Products"), "desk_products", provider.pk),
        link(request, _("Terms"), "desk_terms", provider.pk),
        link(request, _("Environments"), "desk_environments", provider.pk),
        link(request, _("Provider"), "desk_provider", provider.pk),
        link(request, _("Mails"), "desk_mails", provider.pk),
        link(request, _("Audit log"), "desk_audit", provider.pk),
    ]
    if provider.pk == OF_REGISTER:
        links.insert(2, link(request, _("Import usage"), "desk_usage", provider.pk))
    return Group(_("Desk: %(provider)s") % {"provider": provider.name}, links)


def account(request: HttpRequest) -> list[Link]:
    return [
        link(request, _("Your account"), "account", exactly=True),
        link(request, _("Your organisation"), "organisations"),
        link(request, _("Second factor"), "mfa_index"),
    ]


def development(request: HttpRequest) -> list[Link]:
    return [link(request, _("Mailbox"), "mailbox")] if settings.CONFIG.mailbox == "on" else []


def link(request: HttpRequest, text: str, name: str, *of: str, exactly: bool = False) -> Link:
    url = reverse(name, args=of)
    here = request.path == url if exactly else request.path.startswith(url)
    return Link(text, url, here)
