"""The software that calls, its OAuth clients, and who lets it act for them."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import QuerySet

from sluis.core.credential import CredentialKind
from sluis.server.models.organisation import Organisation
from sluis.server.models.person import Person
from sluis.server.models.provider import Environment

if TYPE_CHECKING:
    from sluis.server.models.credential import Credential


class Application(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Client(models.Model):
    """An application's client id in one environment; its secrets and keys are credentials."""

    client_id = models.CharField(max_length=64)
    environment = models.ForeignKey(Environment, models.PROTECT, related_name="clients")
    application = models.ForeignKey(Application, models.PROTECT, related_name="clients")
    disabled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "client_id"], name="client_id_once_per_environment"
            ),
        ]

    def __str__(self) -> str:
        return self.client_id

    @property
    def secrets(self) -> "QuerySet[Credential]":
        return self.credentials.filter(kind=CredentialKind.CLIENT_SECRET)

    @property
    def public_keys(self) -> "QuerySet[Credential]":
        return self.credentials.filter(kind=CredentialKind.PUBLIC_KEY)


class Consent(models.Model):
    """An organisation lets an application act for it; without a row, or withdrawn, it may not."""

    class How(models.TextChoices):
        PORTAL = "portal"
        PASSWORD_GRANT = "password-grant"  # they gave the builder the password

    environment = models.ForeignKey(Environment, models.PROTECT)
    application = models.ForeignKey(Application, models.CASCADE, related_name="consents")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="consents")
    how = models.CharField(max_length=20, choices=How.choices)
    given_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "application", "organisation"], name="consent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.application}"
