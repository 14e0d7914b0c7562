"""Say that a version of an API will go: it is deprecated, and refused once its sunset came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.urls import reverse
from django.utils import dateformat
from django.utils.encoding import iri_to_uri
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core.api import Api
from sluis.core.version import Deprecation
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.keys import hosted
from sluis.server.actions.letter import tell_subscribers
from sluis.server.answers.deprecations import deprecation_of, kept
from sluis.server.models import Environment, Subscription

ADDRESS_CHARACTERS = 500
is_address = URLValidator(schemes=["https", "http"])


@transaction.atomic
def set_version_state(
    *, actor: Actor, environment: Environment, api: str, deprecation: Deprecation | None
) -> None:
    """Deprecate the version that is published, or make it current again with None.

    Who subscribes is told of what is other than it was. Raises `NotAllowed` and `Refused`.
    """
    only(actor.serves(environment.provider_id), desk_only())
    shown = hosted(api)
    if shown is None or shown.provider != environment.provider_id:
        raise Refused(_("This API is not published there."))
    found = Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
    before = deprecation_of(shown, found.deprecations)
    after = None if deprecation is None else checked(deprecation, before, shown, found)
    found.deprecations.pop(api, None)
    if after is not None:
        found.deprecations[api] = kept(after)
    found.save(update_fields=["deprecations"])
    if before != after:
        tell_of_version(found, shown, before, after)
    audit.write(
        actor.name,
        "version.set",
        f"environment:{found.pk}",
        found.pk,
        api=api,
        version=shown.version,
        deprecated=written(after.since if after else None),
        sunset=written(after.sunset if after else None),
        notes=after.notes if after else "",
    )
    announce(Changed.ENVIRONMENT, found.pk)


def checked(
    deprecation: Deprecation, before: Deprecation | None, api: Api, environment: Environment
) -> Deprecation:
    """Return it as it can be told; raises `Refused` where its dates or its address are none."""
    if deprecation.version != api.version:
        raise Refused(_("Another version is published by now. Look again."))
    if not deprecation.in_order:
        raise Refused(_("A version is not refused before it is deprecated: swap the dates."))
    now = datetime.now(UTC) + timedelta(seconds=environment.clock_offset_seconds)
    sunset = deprecation.sunset
    if sunset and sunset <= now and (before is None or sunset != before.sunset):
        raise Refused(_("Calls are refused from a time to come, so that who calls can prepare."))
    return replace(deprecation, notes=address_of(deprecation.notes))


def address_of(notes: str) -> str:
    """Return an address as a header can carry it; "" stands for none."""
    if not notes:
        return ""
    address = iri_to_uri(notes)
    try:
        is_address(address)
    except ValidationError as error:
        raise Refused(_("Write an address that starts with https://")) from error
    if len(address) > ADDRESS_CHARACTERS:
        raise Refused(_("The address is too long."))
    return address


def tell_of_version(
    environment: Environment, api: Api, before: Deprecation | None, after: Deprecation | None
) -> None:
    tell_subscribers(
        Subscription.objects.filter(environment=environment, api=api.slug),
        gettext_noop("Version %(version)s of %(apis)s in %(environment)s"),
        gettext_noop(
            "The service desk of %(provider)s has changed what becomes of version %(version)s of"
            " %(apis)s in %(environment)s, to which %(organisation)s subscribes:\n"
            "%(changes)s\n"
            "A deprecated version is answered as before, until the time from which it is refused."
            " What comes instead stands in the release notes and in the catalogue: %(page)s\n"
        ),
        provider=environment.provider.name,
        version=api.version,
        environment=environment.pk,
        changes=lazy(changes, str)(before, after),  # in the language of each reader
        page=settings.CONFIG.portal_url + reverse("api", args=[api.provider, api.slug]),
    )


def changes(before: Deprecation | None, after: Deprecation | None) -> str:
    """Return what is other than it was, a line each."""
    labels = (_("deprecated from"), _("refused from"), _("release notes"))
    both = zip(labels, told(before), told(after), strict=True)
    return "\n".join(f"- {label}: {old} → {new}" for label, old, new in both if old != new)


def told(deprecation: Deprecation | None) -> Sequence[str]:
    if deprecation is None:
        return ("–", "–", "–")
    return read(deprecation.since), read(deprecation.sunset), deprecation.notes or "–"


def read(at: datetime | None) -> str:
    return f"{dateformat.format(at, _('j M Y, H:i'))} UTC" if at else "–"


def written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
