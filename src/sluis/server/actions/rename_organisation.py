"""Call an organisation by another name, as the service desk has seen that it is called now."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import administrators, tell
from sluis.server.answers.concern import concerns, works_elsewhere
from sluis.server.models import Organisation, Provider


@transaction.atomic
def rename_organisation(
    *, actor: Actor, provider: Provider, organisation: Organisation, name: str
) -> Organisation:
    """Return the organisation with its name: a signature under consents and keys, so not its own.

    What the provider's environments call it follows. Where it works with other providers too,
    nothing but that changes: a desk names nobody at another's. Raises `NotAllowed` and `Refused`.
    """
    known = actor.trusted or concerns(organisation, provider.pk)
    only(actor.serves(provider.pk) and known, desk_only())
    wanted = " ".join(name.split())[:120]
    if not wanted:
        raise Refused(_("Give the organisation a name."))
    found = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    before = found.name
    everywhere = not works_elsewhere(found, provider.pk)
    if everywhere:
        found.name = wanted
        found.save(update_fields=["name"])
    audit.write(
        actor.name,
        "organisation.rename",
        f"organisation:{found.pk}",
        provider.pk,
        organisation=found.pk.hex,
        everywhere=everywhere,
        # The name of one person alone is personal, and the log is kept as it is for ever.
        **({} if found.individual else {"before": before, "after": wanted}),
    )
    for party in found.parties.filter(environment__provider=provider).exclude(name=wanted):
        party.name = wanted
        party.save(update_fields=["name"])
        announce(Changed.PARTY, f"{party.environment_id} {found.pk.hex}")
    tell(
        administrators(found),
        gettext_noop("%(before)s is now called %(after)s"),
        gettext_noop(
            "The service desk of %(provider)s calls %(before)s by its new name: %(after)s.\n"
            "You see it in the portal: %(portal)s\n"
            "Is this not right? Tell the service desk of %(provider)s.\n"
        ),
        before=before,
        after=wanted,
        provider=provider.name,
    )
    return found
