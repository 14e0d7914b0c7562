"""Where an organisation wants to be told: a webhook, and what it takes to be let in there."""

import uuid

from django.db import models

from sluis.server.models.organisation import Organisation
from sluis.server.models.provider import Environment

AUTHENTICATIONS = ("none", "client-credentials", "password")
ORDERS = ("lane", "none")


class Channel(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    environment = models.ForeignKey(Environment, models.PROTECT, related_name="channels")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="channels")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=2000)
    events = models.JSONField(default=list)  # those it wants; empty for all
    order = models.CharField(max_length=10, default="lane", choices=[(o, o) for o in ORDERS])
    authentication = models.CharField(
        max_length=20, default="none", choices=[(a, a) for a in AUTHENTICATIONS]
    )
    token_url = models.CharField(max_length=2000, blank=True)
    client_id = models.CharField(max_length=200, blank=True)
    scopes = models.CharField(max_length=500, blank=True)
    username = models.CharField(max_length=200, blank=True)
    # JSON: headers, client secret, password, signing secrets; see jobs/secrets.py
    sealed = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=200, blank=True)
    failing_since = models.BigIntegerField(null=True)  # microseconds; since the last success
    warned = models.PositiveSmallIntegerField(default=0)  # how many of the warnings were sent

    class Meta:
        indexes = [models.Index(fields=["environment", "organisation"], name="channel_by_owner")]

    def __str__(self) -> str:
        return f"{self.name}: {self.url}"
