"""Where a person can go: the groups of links at the left, by what people do."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sluis.server.desk.serving import served_by


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
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        integration = [
            link(request, _("Where is my reference?"), "references"),
            link(request, _("Containers"), "containers"),
            link(request, _("Notification channels"), "channels"),
        ]
        account = [
            link(request, _("Your account"), "account", exactly=True),
            link(request, _("Second factor"), "mfa_index"),
        ]
    else:
        account = [
            link(request, _("Log in"), "account_login"),
            link(request, _("Register"), "account_signup"),
        ]
    development = []
    if settings.CONFIG.mailbox == "on":
        development.append(link(request, _("Mailbox"), "mailbox"))
    desk = of_desk(request)
    made = [
        Group(_("APIs"), everybody),
        Group(_("Your integration"), integration),
        *desk,
        Group(_("Account"), account, logs_out=True),
        Group(_("Development"), development),
    ]
    return [group for group in made if group.links]


def of_desk(request: HttpRequest) -> list[Group]:
    """Return a group for each provider whose service desk this is."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return []
    return [
        Group(
            _("Desk: %(provider)s") % {"provider": provider.name},
            [
                link(request, _("Organisations"), "desk_organisations", provider.pk),
                link(request, _("Products"), "desk_products", provider.pk),
                link(request, _("Terms"), "desk_terms", provider.pk),
                link(request, _("Environments"), "desk_environments", provider.pk),
                link(request, _("Mails"), "desk_mails", provider.pk),
                link(request, _("Audit log"), "desk_audit", provider.pk),
            ],
        )
        for provider in served_by(person)
    ]


def link(request: HttpRequest, text: str, name: str, *of: str, exactly: bool = False) -> Link:
    url = reverse(name, args=of)
    here = request.path == url if exactly else request.path.startswith(url)
    return Link(text, url, here)
