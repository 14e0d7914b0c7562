"""Take over what companies used of the platform before this one: their versions, by import."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from sluis.apis.parcels.rules import usage
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.models import Identifier, Party, Provider, VersionInUse

FAULTS_SHOWN = 20
NAMED_BY = ("CustomerNumber", "CustomerCode")


@transaction.atomic
def import_usage(*, actor: Actor, provider: Provider, text: str) -> int:
    """Return how many rows were imported; raises `Refused`, and then none was."""
    only(actor.serves(provider.pk), desk_only())
    companies = known(provider)
    try:
        found = usage.read(text, lambda name: companies.get(name.casefold()), today())
    except usage.Unreadable as error:
        raise Refused(str(error)) from error
    if found.faults:
        raise Refused(listed(found.faults))
    for used in found.used:
        keep(provider.pk, used, VersionInUse.Source.LEGACY)
    audit.write(actor.name, "usage.import", f"provider:{provider.pk}", rows=len(found.used))
    return len(found.used)


def known(provider: Provider) -> dict[str, str]:
    """Return the organisations of a provider by customer number, by code, and by a name of one."""
    parties = Party.objects.filter(environment__provider=provider)
    found: dict[str, str] = {}
    shared: set[str] = set()
    for name, organisation in parties.values_list(Lower("name"), "organisation_id").distinct():
        if found.setdefault(name.casefold(), str(organisation)) != str(organisation):
            shared.add(name.casefold())  # of two companies with one name neither is meant
    named = {name: id_ for name, id_ in found.items() if name not in shared}
    codes = Identifier.objects.filter(environment__provider=provider, type__in=NAMED_BY)
    by_code = codes.values_list("code", "party__organisation_id")
    return named | {code.casefold(): str(organisation) for code, organisation in by_code}


def keep(provider: str, used: usage.Used, source: str) -> None:
    """Keep that a version is in use, with the last day of it."""
    row, created = VersionInUse.objects.get_or_create(
        provider_id=provider,
        organisation_id=used.company,
        api=used.api,
        version=used.version,
        source=source,
        defaults={"last_used": used.last_used},
    )
    if not created and row.last_used < used.last_used:
        VersionInUse.objects.filter(pk=row.pk).update(last_used=used.last_used)


def listed(faults: list[str]) -> str:
    lines = [f"{number}. {fault}" for number, fault in enumerate(faults[:FAULTS_SHOWN], 1)]
    if len(faults) > FAULTS_SHOWN:
        lines.append(_("And %(count)s more.") % {"count": len(faults) - FAULTS_SHOWN})
    return "\n".join(lines)


def today() -> date:
    return timezone.now().date()
