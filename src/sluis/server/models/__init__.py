"""The platform's tables, one file a concept. An API's own tables lie in its own folder."""

from sluis.server.models.application import Application, Client, Consent
from sluis.server.models.audit import AuditCheck, AuditEntry
from sluis.server.models.call import CallBatch, CallCount
from sluis.server.models.change import Change
from sluis.server.models.channel import Channel
from sluis.server.models.credential import Credential
from sluis.server.models.handover import Handover
from sluis.server.models.incident import Incident, IncidentUpdate
from sluis.server.models.invitation import Invitation
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
from sluis.server.models.ticket import Attachment, Ticket, TicketMessage
from sluis.server.models.token import RevokedToken, SigningKey, UsedAssertion
from sluis.server.models.version import VersionInUse

__all__ = [
    "AcceptedRequest",
    "AcceptedStep",
    "Address",
    "ApiUser",
    "Application",
    "Attachment",
    "Attempt",
    "AuditCheck",
    "AuditEntry",
    "CallBatch",
    "CallCount",
    "Change",
    "Channel",
    "Client",
    "Consent",
    "Credential",
    "Delivery",
    "Environment",
    "Handover",
    "IdempotencyKey",
    "Identifier",
    "Incident",
    "IncidentUpdate",
    "Invitation",
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
    "UsedAssertion",
    "VersionInUse",
    "WakeUp",
]
