"""The way of every step: what time did, what was asked, and what is told of both."""

from sluis.apis.certified_pickup.rules import clock, commercial, listing, play, rights, yard
from sluis.apis.certified_pickup.rules.news import LIGHT, RIGHT, Told, refusal
from sluis.apis.certified_pickup.rules.refusals import Refused
from sluis.apis.certified_pickup.rules.release import EMPTY, Container
from sluis.apis.certified_pickup.rules.step import Act, Change, Decision, sender
from sluis.core.job import Work


def decide(work: Work, container: Container | None, act: Act, type_: str) -> Decision:
    """Return what becomes of a container; a refusal tells the sender, as news of this type."""
    before = container or EMPTY
    now, told = clock.passed(work, before)
    try:
        now, more = act(work, now)
    except Refused as refused:
        more = (Told(sender(work), refusal(type_, refused)),) if sender(work) else ()
    changed = None if now is before else now
    return Decision(changed, told + more, clock.next_deadline(now))


def of_commercial_release(work: Work, container: Container | None) -> Decision:
    """Decide on a release, an update, a block and the like."""
    type_ = RIGHT if work.submission["actionType"] == "Revoke" else LIGHT
    return decide(work, container, commercial.submit, type_)


def of_right(work: Work, container: Container | None) -> Decision:
    """Decide on a transfer and the answers to it."""
    return decide(work, container, rights.act, RIGHT)


def of_yard(work: Work, container: Container | None) -> Decision:
    """Decide on what a terminal or customs says."""
    return decide(work, container, yard.message, yard.type_of(work.submission))


def of_time(work: Work, container: Container | None) -> Decision:
    """Decide on a wake-up."""
    return decide(work, container, nothing, RIGHT)


def nothing(work: Work, container: Container) -> Change:
    return container, ()


def of_scene(work: Work, container: Container | None) -> Decision:
    """Decide on a scene that somebody plays in a sandbox."""
    return decide(work, container, play.played, LIGHT)


def of_question(work: Work, container: Container | None) -> Decision:
    """Decide on a question for the detail of a release."""
    return decide(work, container, listing.detail, RIGHT)
