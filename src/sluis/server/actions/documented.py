"""The identities printed in the seed documents work in sandboxes; anybody knows them (ruling 1)."""

from django.utils.translation import gettext as _

from sluis.core.provider import EnvironmentKind
from sluis.server.actions.actor import Refused
from sluis.server.models import Environment

DOCUMENTED = frozenset(
    """
    NXT220000000 NXT221111111
    pub.bb19faa3-81bc-4bbe-afc9-70850e4c19ea pub.bb19faa381bc4bbeafc970850e4c19ea
    sk.9isI6XLkRutLtjwRHZUc4I7Nw3tdf6r6R5KZ3ChZDxb6yU65Q6fGr
    DEVC 11223344
    """.lower().split()
)


def refuse_documented(environment: Environment, *names: str) -> None:
    """Raise `Refused` where a name or secret of the seeds would be made outside a sandbox."""
    if environment.kind == EnvironmentKind.SANDBOX:
        return
    if any(name.strip().lower() in DOCUMENTED for name in names):
        raise Refused(_("This is an example of the documentation: it exists in sandboxes only."))
