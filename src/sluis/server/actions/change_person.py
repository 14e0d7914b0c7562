"""What people say of themselves."""

from django.db import transaction

from sluis.server import audit
from sluis.server.actions.actor import Actor, NotAllowed
from sluis.server.models import Person


@transaction.atomic
def rename_person(*, actor: Actor, person: Person, name: str) -> None:
    """Give one's own account another name; an empty one is none."""
    if actor.person is None or actor.person.pk != person.pk:
        raise NotAllowed
    person.name = " ".join(name.split())[:120]
    person.save(update_fields=["name"])
    audit.write(actor.name, "person.rename", f"person:{person.pk}")
