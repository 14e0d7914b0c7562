"""What an organisation has in a provider's environments, with what the desk can do to each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sluis.server.models import ApiUser, Channel, Client, Consent, Credential, Organisation
from sluis.server.portal import places
from sluis.server.portal.channels import state
from sluis.server.portal.places import Place


class Thing(NamedTuple):
    """Something that an organisation has in an environment, as its row shows it."""

    name: str
    code: str  # as software has it: a client id, a user name, an address
    below: str
    place: Place | None
    state: dict[str, Any]  # colour and word; of a channel also since when, and why
    act: str  # of `acts.py`; "" where nothing is left to do
    key: object
    secrets: Sequence[Credential] = ()


def clients(organisation: Organisation, keys: list[str]) -> list[Thing]:
    found = Client.objects.filter(application__organisation=organisation, environment__in=keys)
    rows = found.select_related("application").prefetch_related("credentials")
    return [
        Thing(
            row.application.name,
            row.client_id,
            "",
            places.at(row.environment_id),
            works(row.disabled_at),
            "" if row.disabled_at else "disable-client",
            row.pk,
            working(row.credentials.all()),
        )
        for row in rows.order_by("application__name", "environment", "pk")
    ]


def api_users(organisation: Organisation, keys: list[str]) -> list[Thing]:
    rows = ApiUser.objects.filter(organisation=organisation, environment__in=keys)
    return [
        Thing(
            "",
            row.username,
            "",
            places.at(row.environment_id),
            works(row.disabled_at),
            "" if row.disabled_at else "disable-api-user",
            row.pk,
        )
        for row in rows.order_by("environment", "username")
    ]


def channels(organisation: Organisation, keys: list[str]) -> list[Thing]:
    rows = Channel.objects.filter(organisation=organisation, environment__in=keys)
    return [
        Thing(
            row.name,
            row.url,
            "",
            places.at(row.environment_id),
            state(row),
            "" if row.disabled_at else "disable-channel",
            row.pk,
        )
        for row in rows.order_by("environment", "name", "pk")
    ]


def consents(organisation: Organisation, keys: list[str]) -> list[Thing]:
    """Return those it gave, and those given to its applications."""
    mine = Q(organisation=organisation) | Q(application__organisation=organisation)
    found = Consent.objects.filter(mine, environment__in=keys)
    rows = found.select_related("organisation", "application__organisation")
    return [
        Thing(
            row.application.name,
            "",
            _("%(builder)s, for %(organisation)s")
            % {"builder": row.application.organisation.name, "organisation": row.organisation.name},
            places.at(row.environment_id),
            {"colour": "grey", "word": _("withdrawn")}
            if row.withdrawn_at
            else {"colour": "green", "word": _("given")},
            "" if row.withdrawn_at else "withdraw-consent",
            row.pk,
        )
        for row in rows.order_by("environment", "application__name", "pk")
    ]


def works(disabled_at: datetime | None) -> dict[str, Any]:
    if disabled_at is not None:
        return {"colour": "red", "word": _("disabled")}
    return {"colour": "green", "word": _("works")}


def working(credentials: QuerySet[Credential]) -> list[Credential]:
    found = [one for one in credentials if one.disabled_at is None]
    return sorted(found, key=lambda one: (one.label, one.created_at))
