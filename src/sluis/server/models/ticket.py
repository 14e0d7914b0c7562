"""Questions and requests to a provider's service desk, however they came."""

import uuid

from django.db import models
from django.utils import timezone

from sluis.server.models.organisation import Organisation
from sluis.server.models.person import Person
from sluis.server.models.provider import Environment, Provider


class Ticket(models.Model):
    class Kind(models.TextChoices):
        QUESTION = "question"
        CLIENT = "client"  # client id and secret
        ACCOUNT = "account"
        CERTIFICATE = "certificate"
        PRODUCTION = "production"

    class State(models.TextChoices):
        OPEN = "open"
        WAITING = "waiting"  # for the one who asked
        DONE = "done"
        REJECTED = "rejected"

    class Origin(models.TextChoices):
        PORTAL = "portal"
        FORM = "form"
        MAIL = "mail"
        TELEPHONE = "telephone"

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="tickets")
    environment = models.ForeignKey(Environment, models.PROTECT, null=True, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="tickets"
    )
    contact_name = models.CharField(max_length=120, blank=True)  # of one without an account
    contact_email = models.EmailField(blank=True)
    contact_telephone = models.CharField(max_length=40, blank=True)
    contact_language = models.CharField(max_length=2, default="en")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PORTAL)
    subject = models.CharField(max_length=200)
    # What the form of its kind asked beside the text, as {"environments": ["port/uat"], …}
    details = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    since = models.DateTimeField(default=timezone.now)  # in this state: so long somebody waits
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "state", "created_at"]),
            models.Index(fields=["provider", "state", "since"]),
            # Without it, SQLite goes through all tickets of a provider for each organisation.
            models.Index(fields=["organisation", "provider"], name="ticket_by_owner"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"


class TicketMessage(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    author = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    from_desk = models.BooleanField(default=False)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(models.Model):
    """A file that came with a message; it was looked at before it was kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(TicketMessage, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    size_bytes = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
