"""A release as pages show it: who has a part in it, and its three lights."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sluis.apis.certified_pickup.rules import listing
from sluis.apis.certified_pickup.rules import places as ports
from sluis.apis.certified_pickup.rules.release import LightName, Release
from sluis.core.directory import Directory
from sluis.server.portal.containers import words


@dataclass(frozen=True, slots=True)
class Lamp:
    name: Any
    colour: str
    word: Any
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A release as the pages show it."""

    release: Release
    agent: str
    terminal: str
    owner: str
    lamps: list[Lamp]
    may_leave: bool


def seen(release: Release, directory: Directory) -> Seen:
    operator = directory.of(ports.operator(directory, release.terminal))
    return Seen(
        release,
        name(directory, release.agent),
        f"{operator.name} ({release.terminal})" if operator else release.terminal,
        name(directory, release.owner),
        [lamp(light_name, light) for light_name, light in release.lights().items()],
        release.active and listing.may_leave(release),
    )


def lamp(light_name: LightName, light: Any) -> Lamp:
    word = words.VALUES.get(light.value, light.value)
    return Lamp(words.LIGHTS[light_name], light.colour.lower(), word, light.changed_at)


def name(directory: Directory, organisation: str) -> str:
    found = directory.of(organisation)
    return found.name if found else _("a party that is not known any more")
