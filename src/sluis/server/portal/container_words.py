"""Containers in the reader's words: lights, their values, rights, and what counterparties do."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.apis.certified_pickup.rules.release import LightName, State, Status

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
    State.DELETED: _("This release was deleted."),
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
SCENES = {button.scene: button.text for button in (*TERMINAL, *CUSTOMS, *RECEIVER)}
TRANSFER = "transfer"
