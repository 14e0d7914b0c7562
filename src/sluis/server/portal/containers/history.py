"""What happened to a container, in words: read from the notifications that were sent of it."""

from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from sluis.apis.certified_pickup.rules.release import COLOURS
from sluis.server.portal.containers.words import LIGHTS, VALUES
from sluis.server.portal.notifications import REFUSALS, Telling


@dataclass(frozen=True, slots=True)
class Line:
    colour: str
    word: str
    detail: str
    telling: Telling


def lines(tellings: list[Telling]) -> list[Line]:
    return [line(telling) for telling in tellings]


def line(telling: Telling) -> Line:
    try:
        body = msgspec.json.decode(telling.message).get("body")
    except (ValueError, AttributeError):
        body = None
    if telling.event in REFUSALS:
        return Line("red", _("Refused"), body if isinstance(body, str) else "", telling)
    if not isinstance(body, dict):
        return Line("grey", telling.event, "", telling)
    if "greenLightName" in body:
        return of_light(body, telling)
    return of_right(body, telling)


def of_light(body: dict[str, Any], telling: Telling) -> Line:
    name, old, new = (str(body.get(one)) for one in ("greenLightName", "originalValue", "newValue"))
    word = f"{LIGHTS.get(name, name)}: {VALUES.get(new, new)}"
    detail = _("was: %(value)s") % {"value": VALUES.get(old, old)}
    return Line(COLOURS.get(new, "Grey").lower(), word, detail, telling)


def of_right(body: dict[str, Any], telling: Telling) -> Line:
    giver, receiver = name_of(body.get("releaseFrom")), name_of(body.get("releaseTo"))
    known = {
        "Transferred": ("orange", _("Right offered")),
        "AcceptedByNextParty": ("green", _("Right accepted")),
        "DeclinedByNextParty": ("red", _("Right declined")),
        "RevokedByPreviousParty": ("grey", _("Right taken back")),
        "ExpiredReleaseRights": ("red", _("Right expired")),
        "GateOut": ("green", _("Left the terminal")),
        "Update": ("green", _("Release changed")),
        "Delete": ("grey", _("Release deleted")),
    }
    colour, word = known.get(telling.event, ("grey", telling.event))
    return Line(colour, word, f"{giver} → {receiver}" if giver and receiver else "", telling)


def name_of(party: Any) -> str:
    return str(party.get("name") or "") if isinstance(party, dict) else ""
