"""Say which party operates a terminal."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.announce import Changed, announce
from sluis.server.models import Party, Terminal


@transaction.atomic
def make_terminal(*, actor: Actor, party: Party, code: str) -> Terminal:
    """Return the terminal; its code is unique in the environment of the party."""
    only(actor.serves(party.environment.provider_id), desk_only())
    try:
        with transaction.atomic():
            made = Terminal.objects.create(
                environment=party.environment, party=party, code=code.strip()
            )
    except IntegrityError as error:
        raise Refused(_("This terminal is known already.")) from error
    audit.write(
        actor.name, "terminal.make", f"party:{party.pk}", party.environment_id, code=made.code
    )
    announce(Changed.PARTY, f"{party.environment_id} {party.organisation_id.hex}")
    return made
