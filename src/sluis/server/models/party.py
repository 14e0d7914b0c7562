"""An organisation as one environment knows it: its roles, identifiers and addresses there."""

import uuid

from django.db import models

from sluis.server.models.organisation import Organisation
from sluis.server.models.provider import Environment

IDENTIFIER_TYPES = (
    "NxtEntityId",
    "TIN",
    "Eori",
    "Duns",
    "APCS",
    "SCAC",
    "ExternalId",
    # Of a customer of a carrier, and where its parcels are collected.
    "CustomerCode",
    "CustomerNumber",
    "CollectionLocation",
)


class Party(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    environment = models.ForeignKey(Environment, models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="parties")
    name = models.CharField(max_length=120)
    roles = models.JSONField(default=list)  # as the provider names them: "ShippingAgent"

    class Meta:
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "organisation"], name="party_once_per_environment"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    environment = models.ForeignKey(Environment, models.PROTECT)
    party = models.ForeignKey(Party, models.CASCADE, related_name="identifiers")
    type = models.CharField(max_length=20)
    code = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "type", "code"], name="identifier_names_one_party"
            ),
            models.UniqueConstraint(fields=["party", "type"], name="identifier_type_once"),
        ]

    def __str__(self) -> str:
        return f"{self.type}:{self.code}"


class Address(models.Model):
    party = models.ForeignKey(Party, models.CASCADE, related_name="addresses")
    type = models.CharField(max_length=1, choices=[("1", "main"), ("2", "billing")])
    street = models.CharField(max_length=120)
    postal_code = models.CharField(max_length=20)
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [models.UniqueConstraint(fields=["party", "type"], name="address_type_once")]

    def __str__(self) -> str:
        return f"{self.street}, {self.city}"


class Terminal(models.Model):
    environment = models.ForeignKey(Environment, models.PROTECT)
    party = models.ForeignKey(Party, models.CASCADE, related_name="terminals")  # who operates it
    code = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "code"], name="terminal_once"),
        ]

    def __str__(self) -> str:
        return self.code
