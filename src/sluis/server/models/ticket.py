"""Questions and requests to a provider's service desk, however they came."""

from django.db import models

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
    kind = models.CharField(max_length=20, choices=Kind.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PORTAL)
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["provider", "state", "created_at"])]

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
