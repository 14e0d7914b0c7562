"""Which versions are deprecated, where: as rows of environments keep it, by the name of the API."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from sluis.core.api import Api
from sluis.core.version import Deprecation, Stage, stage
from sluis.server.models import Environment


class Ending(NamedTuple):
    """How far a deprecated version has come, by the clock of its environment."""

    deprecation: Deprecation
    stage: Stage

    @property
    def retired(self) -> bool:
        return self.stage is Stage.RETIRED


def kept(deprecation: Deprecation) -> dict[str, Any]:
    """Return it as a row keeps it."""
    found: dict[str, Any] = msgspec.to_builtins(deprecation)
    return found


def deprecation_of(api: Api, written: Mapping[str, Any]) -> Deprecation | None:
    """Return what is said of the version that is published; of one before it counts no more."""
    if api.slug not in written:
        return None
    found = msgspec.convert(written[api.slug], Deprecation)
    return found if found.version == api.version else None


def deprecation_in(api: Api, row: Environment | None) -> Deprecation | None:
    return deprecation_of(api, row.deprecations) if row else None


def ending(api: Api, row: Environment | None) -> Ending | None:
    """Return how far the version has come in an environment; None where it stays."""
    deprecation = deprecation_in(api, row)
    if row is None or deprecation is None:
        return None
    now = datetime.now(UTC) + timedelta(seconds=row.clock_offset_seconds)
    return Ending(deprecation, stage(deprecation, now))


def retired(api: Api, row: Environment | None) -> bool:
    """Return whether calls of the version are refused by now: nobody subscribes to it any more."""
    said = ending(api, row)
    return said is not None and said.retired
