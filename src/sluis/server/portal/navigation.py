"""Where a person can go: the groups of links at the left, by what people do."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sluis.server.desk.staff import desks_of
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
    everybody = [link(request, _("Catalogue"), "catalogue")]
    integration: list[Link] = []
    desk: list[Link] = []
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        integration = [
            link(request, _("My subscriptions"), "subscriptions"),
            link(request, _("Applications"), "applications"),
            link(request, _("Where is my reference?"), "references"),
            link(request, _("Containers"), "containers"),
            link(request, _("Notification channels"), "channels"),
            link(request, _("Tickets"), "tickets"),
        ]
        if companies(request):
            integration.append(link(request, _("API Manager"), "api_manager"))
        if desks_of(person):
            desk = [
                link(request, _("Queue"), "queue", exactly=True),
                link(request, _("Record a request"), "record_request"),
                link(request, _("Link a person"), "desk_link"),
                link(request, _("Status pages"), "desk_status"),
            ]
        account = [
            link(request, _("Your account"), "account", exactly=True),
            link(request, _("Your organisation"), "organisations"),
            link(request, _("Second factor"), "mfa_index"),
        ]
    else:
        integration = [link(request, _("API Manager"), "api_manager")]  # it asks to log in
        account = [
            link(request, _("Log in"), "account_login"),
            link(request, _("Register"), "account_signup"),
        ]
    development = []
    if settings.CONFIG.mailbox == "on":
        development.append(link(request, _("Mailbox"), "mailbox"))
    made = [
        Group(_("APIs"), everybody),
        Group(_("Your integration"), integration),
        Group(_("Service desk"), desk),
        Group(_("Account"), account, logs_out=True),
        Group(_("Development"), development),
    ]
    return [group for group in made if group.links]


def link(request: HttpRequest, text: str, name: str, *, exactly: bool = False) -> Link:
    url = reverse(name)
    here = request.path == url if exactly else request.path.startswith(url)
    return Link(text, url, here)
