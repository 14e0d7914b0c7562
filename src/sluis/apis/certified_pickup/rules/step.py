"""One step on the state of a container: what it reads, and what it comes to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sluis.apis.certified_pickup.rules.news import Told
from sluis.apis.certified_pickup.rules.release import Container, Release
from sluis.core.job import CLOCK, Work

Change = tuple[Container, tuple[Told, ...]]
Act = Callable[[Work, Container], Change]  # raises `Refused`


class Decision(NamedTuple):
    """What becomes of a container; `container` None: it stays as it was."""

    container: Container | None
    told: tuple[Told, ...]
    wake_at: datetime | None


def sender(work: Work) -> str:
    return work.caller.organisation or ""


def moment(work: Work) -> datetime:
    """Return when it happened: a call that came in time is not late because we were busy."""
    return work.now if work.operation == CLOCK else work.accepted_at


def given(text: str | None) -> datetime | None:
    """Return a time in a submission, which its wire has checked."""
    return None if text is None else datetime.fromisoformat(text)


def changed(container: Container, release: Release) -> Container:
    """Return the container with one of its releases as it is now."""
    releases = tuple(release if one.id == release.id else one for one in container.releases)
    return replace(container, releases=releases)
