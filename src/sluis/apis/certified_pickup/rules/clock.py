"""What time does by itself: releases expire, and what waited too long is put away."""

from dataclasses import replace
from datetime import datetime

from sluis.apis.certified_pickup.rules import yard
from sluis.apis.certified_pickup.rules.news import Told, Trigger, tell
from sluis.apis.certified_pickup.rules.release import (
    WAITING,
    Container,
    Light,
    Release,
    State,
)
from sluis.apis.certified_pickup.rules.step import Change, moment
from sluis.core.job import Work

RUNNING = (State.RELEASED, State.BLOCKED)


def passed(work: Work, container: Container) -> Change:
    """Return the container as it is at the moment of the step."""
    now = moment(work)
    told: tuple[Told, ...] = ()
    releases = []
    for release in container.releases:
        if release.state in RUNNING and release.expiry <= now:
            release = expired(release, work)
            told += tell(Trigger.EXPIRY, release, work.directory, action=None)
        releases.append(release)
    if tuple(releases) != container.releases:
        container = replace(container, releases=tuple(releases))
    return yard.outdated(container, now), told


def expired(release: Release, work: Work) -> Release:
    return replace(
        release,
        state=State.EXPIRED,
        before_expiry=release.state,
        commercial=Light("EXPIRED", work.now),
    )


def next_deadline(container: Container) -> datetime | None:
    """Return when time will change something again."""
    deadlines = [one.expiry for one in container.releases if one.state in RUNNING]
    deadlines += [one.received_at + WAITING for one in container.early]
    return min(deadlines, default=None)
