"""How the right to fetch a container is handed on: transfer, accept, decline, revoke."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sluis.apis.certified_pickup.rules import places
from sluis.apis.certified_pickup.rules.news import Trigger, tell
from sluis.apis.certified_pickup.rules.refusals import Code, refused
from sluis.apis.certified_pickup.rules.release import Container, Hop, Release, State, Status
from sluis.apis.certified_pickup.rules.step import Act, Change, changed, sender
from sluis.core.job import Work


def act(work: Work, container: Container) -> Change:
    """Do to a right what a party asks. Raises `Refused`."""
    release = meant(work, container)
    if release.state is State.EXPIRED:
        raise refused(Code.EXPIRED)
    verify(work, release)
    return ACTIONS[work.submission["actionType"]](work, container)


def transfer(work: Work, container: Container) -> Change:
    release, giver = meant(work, container), sender(work)
    if release.owner != giver:
        raise refused(Code.NOT_YOUR_RIGHT)
    if release.pending is not None:
        by_release = release.named is not None and len(release.hops) == 1
        raise refused(Code.GIVEN_BY_RELEASE if by_release else Code.ALREADY_PENDING)
    if named(work, "releaseFrom", giver) != giver:
        raise refused(Code.NO_MATCH)
    receiver = places.named(work.directory, work.submission["releaseTo"])
    if receiver == giver:
        raise refused(Code.TO_YOURSELF)
    new = replace(
        release,
        hops=without_repeated((*release.hops, Hop(giver, receiver))),
        right=Status.PENDING,
        last_action="Transfer",
    )
    return done(work, container, new, Trigger.TRANSFER)


def without_repeated(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """Return the hops without those that a later one repeats, so that going round adds nothing.

    An accepted one is repeated by an accepted one only. The first stays: it tells whether the
    release itself gave the right.
    """
    kept: list[Hop] = []
    later: set[tuple[str, str]] = set()
    later_accepted: set[tuple[str, str]] = set()
    for hop in reversed(hops[1:]):
        between, accepted = (hop.giver, hop.receiver), hop.status is Status.ACCEPTED
        if between not in (later_accepted if accepted else later):
            kept.append(hop)
        later.add(between)
        if accepted:
            later_accepted.add(between)
    return hops[:1] + tuple(reversed(kept))


def accept(work: Work, container: Container) -> Change:
    release = for_receiver(work, container)
    new = answered(release, Status.ACCEPTED)
    return done(work, container, new, Trigger.ACCEPT)


def decline(work: Work, container: Container) -> Change:
    release = for_receiver(work, container)
    new = answered(release, Status.DECLINED)
    return done(work, container, new, Trigger.DECLINE)


def revoke(work: Work, container: Container) -> Change:
    """Take back what was offered, as long as the other has not answered."""
    release, giver = meant(work, container), sender(work)
    hop = release.pending
    if hop is None or hop.giver != giver:
        if any(one.giver == giver and one.status is Status.ACCEPTED for one in release.hops):
            raise refused(Code.ALREADY_ACCEPTED)
        raise refused(Code.NOTHING_PENDING if hop is None else Code.NOT_YOUR_RIGHT)
    between(work, hop)
    new = replace(answered(release, Status.REVOKED), last_action="Revoke")
    return done(work, container, new, Trigger.REVOKE)


ACTIONS: Mapping[str, Act] = {
    "Transfer": transfer,
    "Accept": accept,
    "Decline": decline,
    "Revoke": revoke,
}


def meant(work: Work, container: Container) -> Release:
    """Return the active release that the identifiers name, among those that concern the sender.

    Others are looked at only to say why there is none. Raises `Refused`.
    """
    body, party = work.submission, sender(work)
    alike = [
        one
        for one in container.releases
        if one.identification == body["releaseIdentification"]
        and one.concerns(body["billOfLadingNumbers"])
    ]
    found = [one for one in alike if one.active and involves(one, party)]
    if len(found) > 1:
        raise refused(Code.SEVERAL)
    if found:
        return found[0]
    if any(one.state is State.PICKED_UP and involves(one, party) for one in alike):
        raise refused(Code.PICKED_UP)
    if any(one.active for one in alike):
        raise refused(Code.NOT_YOUR_RIGHT)
    if any(involves(one, party) for one in container.active()):
        raise refused(Code.NO_MATCH)
    raise refused(Code.NO_RELEASE)


def involves(release: Release, party: str) -> bool:
    """Return whether the right was ever in the party's hands or offered to it."""
    return party == release.agent or any(party == hop.receiver for hop in release.hops)


def verify(work: Work, release: Release) -> None:
    """Raise `Refused` unless what the sender says of the release is what the agent said."""
    body = work.submission
    terminal = body.get("terminalCode", release.terminal)
    if (
        places.plain(terminal) != places.plain(release.terminal)
        or body["portLoCode"] != release.port
        or named(work, "carrier", release.carrier) != release.carrier
    ):
        raise refused(Code.NO_MATCH)


def named(work: Work, member: str, default: str) -> str:
    """Return the party in a member of the submission. Raises `Refused` when it is unknown."""
    given: Mapping[str, Any] | None = work.submission.get(member)
    return default if given is None else places.named(work.directory, given)


def for_receiver(work: Work, container: Container) -> Release:
    release = meant(work, container)
    hop = release.pending
    if hop is None:
        raise refused(Code.NOTHING_PENDING)
    if hop.receiver != sender(work):
        raise refused(Code.NOT_YOUR_RIGHT)
    between(work, hop)
    return release


def between(work: Work, hop: Hop) -> None:
    """Raise `Refused` where the submission names other parties than the transfer has."""
    giver, receiver = named(work, "releaseFrom", hop.giver), named(work, "releaseTo", hop.receiver)
    if (giver, receiver) != (hop.giver, hop.receiver):
        raise refused(Code.NO_MATCH)


def answered(release: Release, status: Status) -> Release:
    hops = (*release.hops[:-1], replace(release.hops[-1], status=status))
    return replace(release, hops=hops, right=status)


def done(work: Work, container: Container, new: Release, trigger: Trigger) -> Change:
    hop = new.hops[-1]
    told = tell(
        trigger,
        new,
        work.directory,
        giver=hop.giver,
        receiver=hop.receiver,
        action=work.submission["actionType"],
        reason=work.submission.get("reasonForAction"),
        sender=sender(work),
    )
    return changed(container, new), told
