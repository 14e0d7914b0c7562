"""Every change of policy is announced in its own transaction; processes reload what it names."""

from enum import StrEnum

from sluis.server.models import Change
from sluis.server.turn import take_turn


class Changed(StrEnum):
    """What changed, and by what it is named in `Change.key`."""

    ENVIRONMENT = "environment"  # environment key: clock, hosts, limits, versions, or its provider
    CONTENTS = "contents"  # environment key: everything in it was deleted and made anew
    SUBSCRIPTION = "subscription"  # id
    CREDENTIAL = "credential"  # id
    CLIENT = "client"  # primary key
    CONSENT = "consent"  # primary key
    PERSON = "person"  # id of a person or an API user: active or not, member of what
    SIGNING_KEYS = "signing-keys"  # environment key
    REVOKED_TOKEN = "revoked-token"  # primary key
    PARTY = "party"  # "{environment key} {organisation, 32 hexadecimal digits}"
    DATA = "data"  # "{environment key} {package of the API}": imported data


def announce(changed: Changed, key: object) -> int:
    """Write the change down, last in the transaction that makes it; return its revision."""
    take_turn()
    return Change.objects.create(kind=changed, key=str(key)).revision
