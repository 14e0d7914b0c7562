"""Which version of an API a customer is shown, and what is known of a version."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sluis.core.api import Text


class State(StrEnum):
    CURRENT = "current"
    SUPPORTED = "supported"
    ENDED = "not-supported"


@dataclass(frozen=True, slots=True)
class Version:
    number: str  # as in the path: "1_1", "v2"
    state: State
    manners: tuple[str, ...]  # "REST", "SOAP"
    since: date | None = None
    path: str = ""  # below the base URL
    schema_changes: bool = False  # clients have to be changed to move up to it
    notes: Text | None = None


@dataclass(frozen=True, slots=True)
class PublishedApi:
    slug: str
    name: str  # the same in every language, as its makers call it
    method: str
    summary: Text
    versions: tuple[Version, ...]  # oldest first

    @property
    def newest(self) -> Version:
        return max(self.versions, key=lambda version: order(version.number))

    def version(self, number: str) -> Version | None:
        return next((v for v in self.versions if order(v.number) == order(number)), None)


@dataclass(frozen=True, slots=True)
class Group:
    """A product, as the portal orders the APIs."""

    name: str
    apis: tuple[PublishedApi, ...]


@dataclass(frozen=True, slots=True)
class Displayed:
    version: Version
    asterisk: bool  # the customer does not use the newest one
    gone: str | None = None  # the one that the customer uses, when it is no longer there


def displayed(api: PublishedApi, used: Iterable[str]) -> Displayed:
    """Return the version to show to who uses these; the newest of several counts.

    A version that is no longer there, or that was never heard of here, gives way to the newest.
    """
    in_use = max(used, key=order, default=None)
    if in_use is None:
        return Displayed(api.newest, asterisk=False)
    found = api.version(in_use)
    if found is None or found.state is State.ENDED:
        return Displayed(api.newest, asterisk=True, gone=in_use)
    return Displayed(found, asterisk=found is not api.newest)


@lru_cache(maxsize=1024)
def order(number: str) -> tuple[int, ...]:
    """Return what versions are compared by: "1_10" is after "1_9", and "v2" after both."""
    return tuple(int(digits) for digits in re.findall(r"[0-9]+", number)) or (0,)
