"""Containers in the reader's words: lights, their values, rights, and what counterparties do."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.apis.certified_pickup.rules import yard
from sluis.apis.certified_pickup.rules.release import COLOURS, LightName, State, Status

Words = str | Promise

LIGHTS: Mapping[str, Words] = {
    LightName.COMMERCIAL: _("Shipping agent"),
    LightName.TERMINAL: _("Terminal"),
    LightName.CUSTOMS: _("Customs"),
}
VALUES: Mapping[str, Words] = {
    "UNKNOWN": _("unknown"),
    "OK": _("released"),
    "BLOCKED": _("blocked"),
    "EXPIRED": _("expired"),
    "DELETED": _("deleted"),
    "SCAN": _("to scan"),
    "RELEASED": _("cleared"),
    "FASFC": _("food inspection follows"),
    "EQUALISATION": _("equalisation follows"),
    "TRANSHIPMENT": _("transhipment"),
    "DOCUMENTARY_CHECK": _("document check"),
    "PARTIALLY_CLEARED": _("cleared in part"),
    "NOT_CLEARED": _("not cleared"),
}
HOPS: Mapping[Status, tuple[str, Words]] = {
    Status.PENDING: ("orange", _("waits for an answer")),
    Status.ACCEPTED: ("green", _("accepted")),
    Status.DECLINED: ("red", _("declined")),
    Status.REVOKED: ("grey", _("taken back")),
}
STATES: Mapping[State, Words] = {
    State.PICKED_UP: _("This container has left the terminal."),
}


class Button(NamedTuple):
    scene: str
    text: Words
    colour: str  # of the light that it makes; "" when it makes none


TERMINAL = (
    Button("discharge", _("Discharge"), ""),
    Button("terminal green", _("Release"), "green"),
    Button("terminal orange", _("Scan"), "orange"),
    Button("terminal red", _("Block"), "red"),
    Button("terminal unblock", _("Unblock"), ""),
    Button("gate out", _("Gate out"), ""),
)
CUSTOMS = (
    Button("customs green", _("Green"), "green"),
    Button("customs orange", _("Orange"), "orange"),
    Button("customs red", _("Red"), "red"),
)
RECEIVER = (
    Button("accept", _("Accept"), "green"),
    Button("decline", _("Decline"), "red"),
)
SAID: Mapping[str, tuple[Words, str]] = {
    "Discharge": (_("Discharge"), ""),
    "GateIn": (_("Gate in"), ""),
    "Release": (_("Release"), "green"),
    "Scanning": (_("Scan"), "orange"),
    "Block": (_("Block"), "red"),
    "Unblock": (_("Unblock"), ""),
}
SCENES = {button.scene: button.text for button in (*TERMINAL, *CUSTOMS, *RECEIVER)}
TRANSFER = "transfer"


class Message(NamedTuple):
    """What a terminal or customs said of a container."""

    who: Words
    text: Words
    colour: str


def said(submission: Mapping[str, Any]) -> Message:
    """Return a message in the reader's words; its action is one that can come early."""
    action = submission["actionType"]
    if action == yard.CUSTOMS:
        value = submission["value"]
        return Message(_("Customs"), VALUES[value], COLOURS[value].lower())
    text, colour = SAID[action]
    return Message(_("Terminal"), text, colour)
