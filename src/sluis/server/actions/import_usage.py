"""Take over what companies used of the platform before this one: their versions, by import."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from sluis.apis.parcels.rules import usage
from sluis.apis.parcels.rules.usage import Effect, Fault, Key, Row, Why, Wrong
from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.models import Identifier, Party, Provider, VersionInUse

FAULTS_SHOWN = 20
GIVEN_CHARACTERS = 60
NAMED_BY = ("CustomerNumber", "CustomerCode")


class Usage(NamedTuple):
    """A list that was read: what becomes of its rows, or what is wrong with some of them."""

    rows: list[tuple[Row, Effect]]
    faults: list[Fault]

    def counted(self) -> Counter[Effect]:
        return Counter(effect for _row, effect in self.rows)


def rehearse_usage(*, actor: Actor, provider: Provider, content: bytes) -> Usage:
    """Return what an import would do, and do nothing. Raises `Refused` for what is no list."""
    only(actor.serves(provider.pk), desk_only())
    found = read(provider, content)
    return Usage(with_effects(provider, found.rows), found.faults)


def import_usage(*, actor: Actor, provider: Provider, content: bytes) -> Usage:
    """Keep what a CSV says and return it; raises `Refused`, and then nothing of it was kept."""
    only(actor.serves(provider.pk), desk_only())
    found = read(provider, content)  # before the transaction: long lists take seconds
    if found.faults:
        raise Refused(listed(found.faults))
    with transaction.atomic():
        # One import at a time: what is new to one may have come with another just now.
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        done = Usage(with_effects(provider, found.rows), [])
        keep_all(
            provider, [row for row, effect in done.rows if effect in (Effect.NEW, Effect.LATER)]
        )
        count = done.counted()
        audit.write(
            actor.name,
            "usage.import",
            f"provider:{provider.pk}",
            provider.pk,
            rows=len(done.rows),
            new=count[Effect.NEW],
            later=count[Effect.LATER],
        )
    return done


def read(provider: Provider, content: bytes) -> usage.Read:
    companies = known(provider)
    try:
        text = usage.text_of(content)
        return usage.read(text, lambda name: companies.get(name.casefold()), today())
    except usage.Unreadable as error:
        raise Refused(unreadable(error)) from error


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


def with_effects(provider: Provider, rows: Sequence[Row]) -> list[tuple[Row, Effect]]:
    return list(zip(rows, usage.effects(rows, imported(provider)), strict=True))


def imported(provider: Provider) -> Mapping[Key, date]:
    """Return the last days that earlier imports brought."""
    found = VersionInUse.objects.filter(provider=provider, source=VersionInUse.Source.LEGACY)
    rows = found.values_list("organisation_id", "api", "version", "last_used")
    return {(str(company), api, version): day for company, api, version, day in rows}


def keep_all(provider: Provider, rows: Sequence[Row]) -> None:
    VersionInUse.objects.bulk_create(
        [
            VersionInUse(
                provider=provider,
                organisation_id=UUID(row.used.company),
                api=row.used.api,
                version=row.used.version,
                source=VersionInUse.Source.LEGACY,
                last_used=row.used.last_used,
            )
            for row in rows
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["provider", "organisation", "api", "version", "source"],
        update_fields=["last_used"],
    )


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


def unreadable(error: usage.Unreadable) -> str:
    """Return why a list as a whole is refused, and what to do."""
    match error.why:
        case Why.NOT_TEXT:
            return _("The file is no text in UTF-8. In a spreadsheet, save it as 'CSV UTF-8'.")
        case Why.NOT_CSV:
            told = {"line": error.about}
            return _("Up to line %(line)s a quotation mark stands wrong or is not closed.") % told
        case Why.COLUMNS:
            return _(
                "The first line names each of the columns company, api, version and last used"
                " once. Look at: %(names)s."
            ) % {"names": error.about}
        case Why.NO_ROWS:
            return _("There are no rows under the first line.")
        case Why.TOO_LONG:
            most = number_format(usage.ROWS_AT_MOST, force_grouping=True)
            return _("There are more than %(count)s rows. Split the file.") % {"count": most}


def worded(fault: Fault) -> str:
    """Return what is wrong in a row, in words."""
    given = Truncator(fault.given).chars(GIVEN_CHARACTERS)
    match fault.wrong:
        case Wrong.COMPANY:
            return _("There is no company '%(given)s'.") % {"given": given}
        case Wrong.API:
            return _("There is no API '%(given)s'.") % {"given": given}
        case Wrong.VERSION:
            return _("'%(given)s' is no version: write 1_9, or v2.") % {"given": given}
        case Wrong.NEWER:
            told = {"api": fault.api, "given": given, "newest": fault.newest}
            return _("%(api)s has no version %(given)s: %(newest)s is the newest.") % told
        case Wrong.DAY:
            return _("'%(given)s' is no day in the past: write 2024-03-01.") % {"given": given}


def listed(faults: Sequence[Fault]) -> str:
    lines = [
        _("Line %(line)s: %(fault)s") % {"line": fault.line, "fault": worded(fault)}
        for fault in faults[:FAULTS_SHOWN]
    ]
    if len(faults) > FAULTS_SHOWN:
        lines.append(_("And %(count)s more.") % {"count": len(faults) - FAULTS_SHOWN})
    return "\n".join(lines)


def today() -> date:
    return timezone.now().date()
