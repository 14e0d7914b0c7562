"""What is said of a request that is answered later: where it is now, and what comes next."""

from dataclasses import dataclass
from enum import Enum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Outcome(Enum):
    """Where a request is now: the one that asks most of the reader, of all that hold."""

    WAITING = auto()
    HELD_UP = auto()
    SET_ASIDE = auto()
    REFUSED = auto()
    PARTLY_REFUSED = auto()
    APPLIED = auto()
    NOTIFIED = auto()
    PUSHING = auto()
    BEHIND = auto()
    RETRYING = auto()
    NOT_DELIVERED = auto()
    DELIVERED = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    colour: str
    title: Words
    next: Words  # what happens next, or what to do


MEANINGS = {
    Outcome.WAITING: Meaning(
        "grey",
        _("Accepted, not applied yet"),
        _("It is stored safely and waits for its turn. That takes a second, as a rule."),
    ),
    Outcome.HELD_UP: Meaning(
        "orange",
        _("Held up by a fault of ours"),
        _("It is tried again by itself. Nothing is lost: do not send it once more."),
    ),
    Outcome.SET_ASIDE: Meaning(
        "red",
        _("Set aside after a fault of ours"),
        _("Tell the service desk the incident below. Nothing was done with it."),
    ),
    Outcome.REFUSED: Meaning(
        "red",
        _("Refused"),
        _("Read the reason in the notification below, put it right, and send the call again."),
    ),
    Outcome.PARTLY_REFUSED: Meaning(
        "red",
        _("Partly refused"),
        _("Read the reasons in the notifications below, put them right, and send those again."),
    ),
    Outcome.APPLIED: Meaning(
        "green",
        _("Applied"),
        _("Nothing changed that your organisation had to be told of."),
    ),
    Outcome.NOTIFIED: Meaning(
        "green",
        _("Notified"),
        _("Nothing is pushed to you: fetch the notifications with the API."),
    ),
    Outcome.PUSHING: Meaning(
        "grey",
        _("Being delivered"),
        _("It is sent to your channel now."),
    ),
    Outcome.BEHIND: Meaning(
        "grey",
        _("Waits to be delivered"),
        _(
            "Your channel has not taken an earlier notification of the same container yet."
            " That one goes first, this one follows by itself."
        ),
    ),
    Outcome.RETRYING: Meaning(
        "orange",
        _("Not delivered yet"),
        _("Your channel did not take it. It is tried again by itself; the attempts say why."),
    ),
    Outcome.NOT_DELIVERED: Meaning(
        "red",
        _("Not delivered"),
        _(
            "There is a channel that did not get it, and no more attempts follow there."
            " See what the last one says, and fetch it with the API."
        ),
    ),
    Outcome.DELIVERED: Meaning(
        "green",
        _("Delivered"),
        _("Your system has taken all of it. Nothing is left to be done."),
    ),
}
