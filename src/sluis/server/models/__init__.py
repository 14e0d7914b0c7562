"""The platform's tables, one file a concept. An API's own tables lie in its own folder."""

from sluis.server.models.application import Application, Client, Consent
from sluis.server.models.audit import AuditCheck, AuditEntry
from sluis.server.models.call import CallRecord
from sluis.server.models.change import Change
from sluis.server.models.channel import Channel
from sluis.server.models.credential import Credential
from sluis.server.models.job import (
    AcceptedRequest,
    AcceptedStep,
    Attempt,
    Delivery,
    IdempotencyKey,
    Lane,
    StoredNotification,
    WakeUp,
)
from sluis.server.models.mail import Mail
from sluis.server.models.organisation import Membership, Organisation
from sluis.server.models.party import Address, Identifier, Party, Terminal
from sluis.server.models.person import ApiUser, Person
from sluis.server.models.provider import Environment, Provider
from sluis.server.models.subscription import Subscription, Terms
from sluis.server.models.ticket import Ticket, TicketMessage
from sluis.server.models.token import RevokedToken, SigningKey

__all__ = [
    "AcceptedRequest",
    "AcceptedStep",
    "Address",
    "ApiUser",
    "Application",
    "Attempt",
    "AuditCheck",
    "AuditEntry",
    "CallRecord",
    "Change",
    "Channel",
    "Client",
    "Consent",
    "Credential",
    "Delivery",
    "Environment",
    "IdempotencyKey",
    "Identifier",
    "Lane",
    "Mail",
    "Membership",
    "Organisation",
    "Party",
    "Person",
    "Provider",
    "RevokedToken",
    "SigningKey",
    "StoredNotification",
    "Subscription",
    "Terminal",
    "Terms",
    "Ticket",
    "TicketMessage",
    "WakeUp",
]
